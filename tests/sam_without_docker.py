"""SAM CLI with a process of this machine in place of each container.

    .venv-sam/bin/python tests/sam_without_docker.py PYTHON local invoke IndexFunction --event events/index.json
    .venv-sam/bin/python tests/sam_without_docker.py variables local invoke IndexFunction

Everything up to the container is SAM CLI's own code: options, samconfig.toml, template, variables, events, responses.
The first form runs the handler with PYTHON, with exactly the environment variables that the container would have. The
second form prints, in place of the response, those variables for every function and the host names that a container
would know.
"""

import json
import subprocess
import sys
from typing import Any
from unittest.mock import MagicMock

from samcli.cli.main import cli
from samcli.commands.local.lib.local_lambda import LocalLambdaRunner
from samcli.local.docker.container_client_factory import ContainerClientFactory

HANDLER = """
import json, sys
sys.path.insert(0, sys.argv[1])
from app import handler
response = handler(json.load(sys.stdin), None)
print(json.dumps(response))
"""

what, *arguments = sys.argv[1:]


def invoke(self: Any, function: str, event: str, *_: object, stdout: Any, **__: object) -> None:
    """Takes the place of LocalLambdaRunner.invoke, which starts a container."""
    containers = {each.name: self.get_invoke_config(each) for each in self.provider.get_all()}
    if what == "variables":
        variables = {name: container.env_vars.resolve() for name, container in containers.items()}
        stdout.write_str(json.dumps({"variables": variables, "hosts": self.extra_hosts}))
    else:
        stdout.write_str(_response(containers[function], event, self.extra_hosts))


def _response(container: Any, event: str, hosts: dict[str, str]) -> str:
    variables = container.env_vars.resolve()
    for host, address in hosts.items():
        if address == "host-gateway":  # this machine, as Docker calls it
            endpoint = variables["AWS_ENDPOINT_URL_DYNAMODB"]
            variables["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint.replace(f"//{host}:", "//127.0.0.1:")
    command = [what, "-c", HANDLER, container.code_abs_path]
    ran = subprocess.run(command, input=event, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return ran.stdout.splitlines()[-1]  # the lines before are the function's log


LocalLambdaRunner.invoke = invoke
ContainerClientFactory.create_client = MagicMock()  # SAM CLI connects to Docker before it starts a container
# Without the option SAM CLI runs what `make build` built last, which may be old.
cli([*arguments, "--template-file", "template.yaml"])
