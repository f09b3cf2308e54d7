"""With every debug switch on, the log of a function contains no patient data and no secret."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from aws_lambda_powertools.shared import constants

from dossiers.domain.person import Person
from dossiers.storage.table import Table
from local.engine.engine import Engine
from tests import handlers
from tests.builders import RESTRICTED, a_word
from tests.contents import a_user
from tests.lambda_process import LambdaProcess
from tests.routes import API_ROUTES

SWITCHES = {
    # Python
    "PYTHONASYNCIODEBUG": "1",
    "PYTHONDEVMODE": "1",
    "PYTHONVERBOSE": "1",
    # Powertools
    "LOG_LEVEL": "DEBUG",
    "POWERTOOLS_DEBUG": "true",
    "POWERTOOLS_DEV": "true",
    "POWERTOOLS_LOGGER_LOG_EVENT": "true",
    "POWERTOOLS_LOGGER_SAMPLE_RATE": "1",
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true",
    "POWERTOOLS_LOG_LEVEL": "DEBUG",
    "POWERTOOLS_TRACER_CAPTURE_ERROR": "true",
    "POWERTOOLS_TRACER_CAPTURE_RESPONSE": "true",
    "POWERTOOLS_TRACE_MIDDLEWARES": "true",
}
"""Every variable that makes Python, or a package that the functions load, log more."""

LAMBDA_LOGGING: list[dict[str, str]] = [
    {},
    {"AWS_LAMBDA_LOG_LEVEL": "DEBUG", "AWS_LAMBDA_LOG_FORMAT": "Text"},
    {"AWS_LAMBDA_LOG_LEVEL": "TRACE", "AWS_LAMBDA_LOG_FORMAT": "JSON"},
]
"""Lambda's own logging controls: a function's settings for log level and log format."""


class Canaries:
    """Makes unique words for a test to send and store, and remembers them. A call returns the next word, formatted."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def __call__(self, form: str = "{}") -> str:
        self.words.append(a_word("canary").lower())
        return form.format(self.words[-1])


FORMS = RESTRICTED | {"email": "{}@example.com"}
"""The fields of a person that do not accept any text. Birthdate and gender cannot be distinguished in a log."""


TOO_MANY_WORDS = " ".join(["{}", *(f"w{number}" for number in range(48))])


def a_document(canary: Canaries) -> dict[str, Any]:
    person = {field: canary(FORMS.get(field, "{}")) for field in Person.model_fields}
    return {"dossier": {"external_identifier": canary()}, "person": person}


FUNCTIONS = sorted({route.code.name for route in API_ROUTES})


def requests(canary: Canaries, group: str, dossiers: Sequence[str]) -> list[dict[str, Any]]:
    """Requests that succeed, and requests that are refused for each reason there is. `dossiers`: two of the group."""
    own = f"/api/v1/dossier_groups/{group}/dossiers"
    foreign, malformed = (f"/api/v1/dossier_groups/{name}/dossiers" for name in (a_word(), f"{canary()}%20{canary()}"))
    document, key = json.dumps(a_document(canary)), {"idempotency-key": canary()}
    broken = {field: canary() + "\0" for field in Person.model_fields} | {canary(): canary()}
    return [
        {"method": "POST", "path": own, "body": document, "headers": key},
        {"method": "POST", "path": own, "body": document, "headers": key},
        {"method": "POST", "path": own, "body": document},
        {"method": "POST", "path": own, "body": json.dumps(a_document(canary)), "headers": key},
        {"method": "POST", "path": own, "body": json.dumps(a_document(canary)).encode()},
        {"method": "POST", "path": own, "body": json.dumps({"person": broken}), "headers": {"cookie": canary()}},
        {"method": "POST", "path": own, "body": json.dumps(canary()) + "?"},
        {"method": "POST", "path": foreign, "body": json.dumps(a_document(canary))},
        *(
            {"method": "GET", "path": path, "query": query}
            for path in ("/api/v1/dossiers", own, foreign, malformed)
            for query in (
                "",
                "limit=1",
                f"name={canary()}",
                f"name={quote_plus(document[:90])}",
                f"external_identifier={canary()}",
                f"cursor={canary()}&limit={canary()}&{canary()}={canary()}",
            )
        ),
        *(
            {"method": "POST", "path": path, "query": query, "body": body}
            for path in ("/api/v1/dossiers/search", f"{own}/search", f"{foreign}/search", f"{malformed}/search")
            for query in ("", f"cursor={canary()}&{canary()}={canary()}")
            for body in (
                json.dumps({"name": canary()}),
                json.dumps({"name": canary(), "birthdate": canary()}),
                json.dumps({"external_identifier": canary()}),
                json.dumps({canary(): canary()}),
                json.dumps(canary()) + "?",
            )
        ),
        *({"method": "GET", "path": "/api/v1/dossier_groups", "query": query} for query in ("", f"{canary()}=1")),
        *(one for dossier in dossiers for one in requests_of_dossier(canary, f"{own}/{dossier}")),
        *requests_of_dossier(canary, f"{foreign}/{dossiers[0]}"),
        *requests_of_dossier(canary, f"{own}/{canary()}%20{canary()}"),
    ]


def requests_of_dossier(canary: Canaries, path: str) -> list[dict[str, Any]]:
    """Requests for one dossier; the last one deletes it."""
    broken = {field: canary() + "\0" for field in Person.model_fields} | {canary(): canary()}
    header, query = {"if-match": canary()}, f"{canary()}={canary()}"
    return [
        *(
            {"method": method, "path": path, "headers": headers, "query": parameters, "body": body}
            for method, body in (("GET", None), ("PATCH", json.dumps(a_document(canary))), ("DELETE", None))
            for headers in ({}, header)
            for parameters in (query, "")
            if method != "DELETE" or headers or parameters
        ),
        {"method": "PATCH", "path": path, "body": json.dumps({"person": broken}), "headers": header},
        {"method": "PATCH", "path": path, "body": json.dumps({"person": {"lastname": canary(TOO_MANY_WORDS)}})},
        {"method": "PATCH", "path": path, "body": json.dumps(a_document(canary)), "headers": {"if-match": '"99"'}},
        {"method": "PATCH", "path": path, "body": json.dumps(canary()) + "?"},
        {"method": "DELETE", "path": path, "body": json.dumps(a_document(canary))},
        {"method": "DELETE", "path": path},
    ]


def invoke_all(process: LambdaProcess, function: str, sent: list[dict[str, Any]], canary: Canaries) -> Any:
    """Send a function the requests that are routed to it. Returns request id -> status."""
    statuses = {}
    for request in sent:
        route, event = handlers.route_and_event(**request, sub="user")
        if route.code.name == function:
            event["headers"]["authorization"] = f"Bearer {canary()}"
            event["requestContext"]["requestId"] = a_word()
            statuses[event["requestContext"]["requestId"]] = process.invoke(event)["statusCode"]
    return statuses


@pytest.fixture
def unused_url() -> Any:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{unused.getsockname()[1]}"


@pytest.mark.parametrize(
    "lambda_logging", LAMBDA_LOGGING, ids=lambda variables: " ".join(variables.values()) or "unset"
)
@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_switch_makes_a_function_log_what_was_sent_or_stored_or_a_secret(
    dynamodb_local: Table,
    engine: Engine,
    unused_url: str,
    tmp_path: Path,
    function: str,
    lambda_logging: dict[str, str],
) -> None:
    canary, api = Canaries(), a_user(dynamodb_local, groups=2, user="user")
    api.create_dossier(group=api.other, firstname=canary(), lastname=canary(), external_identifier=canary())
    dossiers = [api.create_dossier(**a_document(canary)["person"], external_identifier=canary()) for _ in range(2)]
    sent = requests(canary, api.group, dossiers)
    route = next(route for route in handlers.ROUTES if route.code.name == function)
    log = tmp_path / "log"
    working = engine.environment | SWITCHES | lambda_logging | {"AWS_SESSION_TOKEN": canary()}
    statuses: dict[str, int] = {}
    for table, variables in (
        (dynamodb_local.name, working),
        ("no-such-table", working),
        (dynamodb_local.name, working | {"AWS_ENDPOINT_URL_DYNAMODB": unused_url}),
    ):
        with LambdaProcess(route, table=table, variables=variables, log=log) as process:
            statuses |= invoke_all(process, function, sent, canary)

    logged = log.read_text(encoding="utf-8", errors="replace").lower()
    assert {204 if function == "delete" else 200, 422, 500, 503} <= set(statuses.values())
    assert [id_ for id_ in statuses if id_ not in logged] == [], "a request has no log line"
    assert logged.count('"answered"') >= len(statuses)
    secrets = [engine.credentials.secret_key, engine.credentials.access_key, "AWS4-HMAC-SHA256"]
    assert [word for word in [*canary.words, *secrets] if word.lower() in logged] == []


def test_every_switch_of_powertools_is_tested() -> None:
    variables = {value for value in vars(constants).values() if isinstance(value, str) and value.isupper()}
    switches = {variable for variable in variables if re.search("LOG|DEBUG|DEV|MIDDLEWARES|CAPTURE", variable)}
    assert {"POWERTOOLS_DEBUG", "POWERTOOLS_LOG_LEVEL"} <= switches
    assert switches - SWITCHES.keys() - LAMBDA_LOGGING[1].keys() == {"DD_FLUSH_TO_LOG"}  # Datadog's metrics: not loaded


LEVELS = """
import json, logging, sys
sys.path.insert(0, sys.argv[1])
import app
status = app.handler(json.loads(sys.argv[2]), None)["statusCode"]
logging.getLogger().setLevel(logging.DEBUG)
levels = {name: logging.getLogger(name).getEffectiveLevel() for name in logging.root.manager.loggerDict}
print(json.dumps([status, levels]))
"""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_logger_of_a_library_is_below_warning_whatever_the_root_loggers_level(
    dynamodb_local: Table, function: str
) -> None:
    api = a_user(dynamodb_local, user="user")
    own, dossier = api.url(), api.url(api.create_dossier())
    sent: dict[str, Callable[[], Any]] = {
        "index": lambda: handlers.route_and_event("GET", "/api/v1/dossiers"),
        "search": lambda: handlers.route_and_event("GET", own),
        "create": lambda: handlers.route_and_event("POST", own, body=json.dumps({"person": {"lastname": "Jansen"}})),
        "show": lambda: handlers.route_and_event("GET", dossier),
        "update": lambda: handlers.route_and_event("PATCH", dossier, body=json.dumps({"person": {"city": "Utrecht"}})),
        "delete": lambda: handlers.route_and_event("DELETE", dossier),
        "groups": lambda: handlers.route_and_event("GET", "/api/v1/dossier_groups"),
    }
    route, event = sent[function]()
    ran = subprocess.run(
        [sys.executable, "-c", LEVELS, route.code, json.dumps(event)],
        env=os.environ | {"POWERTOOLS_DEBUG": "true", "POWERTOOLS_LOG_LEVEL": "DEBUG"},
        capture_output=True,
        text=True,
        check=True,
    )
    status, levels = json.loads(ran.stdout.splitlines()[-1])
    assert status == (204 if function == "delete" else 200)
    assert levels.pop(function) == 10
    assert {"botocore.endpoint", "aws_lambda_powertools.event_handler.api_gateway"} <= levels.keys()
    assert {name: level for name, level in levels.items() if level < 30} == {}
