"""The trimmed botocore of the layer behaves like the complete botocore of this environment.

The same program runs with each of them and reports requests, results and errors. The two reports must be equal. Like
check_build.py this needs a build.
"""

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import botocore
import pytest

from tests.deploy.built import DEPENDENCIES, DOSSIERS, run

WHOLE = Path(botocore.__file__).parents[1]

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "HOME": "/nowhere",
    "PATH": "/usr/bin:/bin",
}

# The start of every program: a transport that records each request and returns the last of `responses`. The time stands
# still, so that signatures can be compared.
TRANSPORT = """
import datetime, io, json, time
import botocore.auth, botocore.awsrequest, botocore.exceptions
import os
from dossiers.storage import client as clients, connection, items
from dossiers.domain.errors import TryAgain

now = datetime.datetime(2026, 1, 2, 3, 4, 5)
botocore.auth.get_current_datetime = lambda remove_tzinfo=True: now if remove_tzinfo else now.astimezone()
time.sleep = lambda _: None
requests, responses = [], []

class Body(io.BytesIO):
    def stream(self, **_): yield self.read()

def respond(request, **_):
    headers = {name: value.decode() if isinstance(value, bytes) else value for name, value in request.headers.items()}
    del headers["amz-sdk-invocation-id"]  # made up for each call
    requests.append([request.method, request.url, headers, (request.body or b"").decode()])
    status, body = responses[-1]
    return botocore.awsrequest.AWSResponse(request.url, status, {}, Body(body.encode()))

def client(region):
    os.environ["AWS_DEFAULT_REGION"] = region
    made = clients.plain_client()
    made.meta.events.register("before-send.dynamodb.*", respond)
    return made

def try_call(call, *arguments, **options):
    del requests[:]
    try:
        outcome = call(*arguments, **options)
    except Exception as exc:
        cause = exc.__cause__
        outcome = [type(exc).__name__, str(exc), vars(exc).get("response"), type(cause).__name__, str(cause)]
    return [repr(outcome), list(requests)]
"""

CALLS = """
key, group = items.Key("a", "b"), items.KeyRange("a", "b")
filtered = items.KeyRange("a", "b", items.Condition("contains(words, :word0)", {":word0": "c"}))
writes = [items.Put({"pk": "a", "sk": "ë", "n": 1, "words": frozenset({"y", "x"}), "person": {"firstname": "Zoë"}},
                    items.Condition("attribute_not_exists(pk)", {":now": 1})),
          items.Put({"pk": "b", "sk": "c"}, items.Condition("attribute_exists(pk)")),
          items.Delete(items.Key("a", "b"), items.Condition("index_keys = :keys", {":keys": frozenset({"z", "y"})})),
          items.Delete(items.Key("a", "b"), items.Condition("version = :version", {":version": 3})),
          items.Delete(items.Key("a", "c"))]
the_client = client("eu-west-1")
the_table = connection.of_client(the_client, "dossiers")

CALLS = {
    "get": lambda: the_table.get(key),
    "pages": lambda: list(the_table.pages([group], "row")[0]),
    "pages from": lambda: list(the_table.pages([filtered], "row", after="x", limit=7)[0]),
    "grants": lambda: list(the_table.grants(group, after="x", limit=7)),
    "by identifier": lambda: the_table.dossier_id_by_external_identifier("a", "b"),
    "write": lambda: the_table.write(writes, token="c"),
}
GOOD = [
    "{}",
    '{"Item": {"pk": {"S": "é"}, "expires_at": {"N": "12"}, "words": {"SS": ["x"]}, "person": {"M": {}}}}',
    '{"Items": [{"row": {"S": "[]"}}, {"row": {"S": "é"}}], "Count": 2, "ScannedCount": 2}',
    '{"Items": [], "Count": 0, "ConsumedCapacity": {"TableName": "dossiers", "CapacityUnits": 0.5}}',
]
REFUSED = {"Code": "ConditionalCheckFailed", "Item": {"sk": {"S": "there"}}, "Message": "no"}
REASONS = [REFUSED, {"Code": "None"}, REFUSED, {"Code": "TransactionConflict", "Message": "no"}, {"Code": "None"}]
KINDS = [
    "TransactionCanceledException", "TransactionConflictException", "TransactionInProgressException",
    "ConditionalCheckFailedException", "IdempotentParameterMismatchException", "ItemCollectionSizeLimitExceeded",
    "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException", "LimitExceeded",
    "ResourceNotFoundException", "ValidationException", "AccessDeniedException", "ExpiredTokenException",
    "InternalServerError", "ServiceUnavailable",
]
BAD = [
    (status, json.dumps({
        "__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "message": "what", "CancellationReasons": REASONS,
    }))
    for kind in KINDS for status in (400, 500)
]
BAD += [(502, "<html>"), (503, ""), (400, "{"), (200, "{")]

seen = {}
for name, call in CALLS.items():
    for given in [(200, body) for body in GOOD] + BAD:
        responses.append(given)
        seen[f"{name}: {given}"] = try_call(call)
for operation, arguments in {
    "get_item": {"TableName": "dossiers", "Key": {"pk": {"S": "a"}}},
    "query": {"TableName": "dossiers", "KeyConditionExpression": "pk = :pk"},
    "transact_write_items": {"TransactItems": [], "ClientRequestToken": "c"},
}.items():
    for given in [(200, body) for body in GOOD] + BAD:
        responses.append(given)
        seen[f"{operation}: {given}"] = try_call(getattr(the_client, operation), **arguments)
print(json.dumps(seen))
"""

REGIONS = """
responses.append((200, "{}"))
seen = {}
for region in json.load(sys.stdin):
    made = client(region)
    seen[region] = try_call(made.get_item, TableName="arn:aws:dynamodb:eu-west-1:123456789012:table/dossiers", Key={})
    seen[region] += [made.meta.endpoint_url, made.meta.partition, made.meta.region_name]
print(json.dumps(seen))
"""

# With SnapStart, botocore requests credentials from a local server and sends it a token.
CONTAINER = """
import http.server, os, threading
class Server(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        given = {"AccessKeyId": self.headers["Authorization"], "SecretAccessKey": "s", "Token": "t",
                 "Expiration": "2099-01-01T00:00:00Z"}
        self.send_response(200); self.end_headers(); self.wfile.write(json.dumps(given).encode())
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = f"http://127.0.0.1:{server.server_port}/"
responses.append((200, "{}"))
print(json.dumps(try_call(client("eu-west-1").get_item, TableName="dossiers", Key={})))
"""

REGIONS_OF_ALL_PARTITIONS = [
    *("eu-west-1", "us-east-1", "ap-southeast-7", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "us-isob-east-1"),
    *("eusc-de-east-1", "eu-isoe-west-1", "us-isof-south-1", "local"),
    *("eu-south-9", "us-gov-north-3", "nowhere-at-all"),  # unknown to botocore
]


def both(program: str, environment: dict[str, str], given: Any = None) -> tuple[Any, Any]:
    """The reports of a program with the trimmed botocore and with the complete one."""
    trimmed, whole = (
        run(TRANSPORT + program, DOSSIERS, packages, environment=environment, given=given)
        for packages in (DEPENDENCIES, WHOLE)
    )
    return trimmed, whole


def test_both_have_the_same_version() -> None:
    assert (DEPENDENCIES / f"botocore-{version('botocore')}.dist-info").is_dir()


def test_requests_results_and_errors_are_those_of_the_complete_botocore() -> None:
    trimmed, whole = both(CALLS, ENVIRONMENT)
    assert len(whole) == 9 * (4 + 36)
    assert {name: seen for name, seen in trimmed.items() if seen != whole[name]} == {}
    refused = next(seen for name, seen in trimmed.items() if name.startswith("write: (400") and "Canceled" in name)
    assert refused[0].startswith("['Cancelled', '2 conditions failed, cause: conflict'")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"AWS_ACCOUNT_ID": "123456789012"},
        {"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000"},
        {"AWS_ENDPOINT_URL": "https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com"},
        {"AWS_USE_FIPS_ENDPOINT": "true"},
        {"AWS_USE_DUALSTACK_ENDPOINT": "true"},
        {"AWS_RETRY_MODE": "adaptive", "AWS_MAX_ATTEMPTS": "2", "AWS_DEFAULTS_MODE": "in-region"},
    ],
    ids=lambda settings: next(iter(settings), "as on Lambda"),
)
def test_endpoints_are_those_of_the_complete_botocore(settings: dict[str, str]) -> None:
    if "AWS_USE_DUALSTACK_ENDPOINT" in settings or "AWS_USE_FIPS_ENDPOINT" in settings:
        regions = ["eu-west-1", "us-east-1", "us-gov-west-1", "eu-south-9"]
    else:
        regions = REGIONS_OF_ALL_PARTITIONS
    trimmed, whole = both(REGIONS, ENVIRONMENT | settings, regions)
    assert trimmed == whole
    assert all(seen[1] for seen in trimmed.values()), "a request was made in every region"


def test_credentials_from_the_environment_sign_as_with_the_complete_botocore() -> None:
    trimmed, whole = both(REGIONS, ENVIRONMENT, ["eu-west-1"])
    assert trimmed == whole
    ((_, _, headers, _),) = trimmed["eu-west-1"][1]
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/dynamodb/")
    assert headers["X-Amz-Security-Token"] == "token"


def test_credentials_from_the_server_of_snapstart_sign_as_with_the_complete_botocore() -> None:
    without = {name: value for name, value in ENVIRONMENT.items() if "KEY" not in name and "TOKEN" not in name}
    trimmed, whole = both(CONTAINER, without | {"AWS_CONTAINER_AUTHORIZATION_TOKEN": "authorization"})
    assert trimmed == whole
    ((_, _, headers, _),) = trimmed[1]
    assert "Credential=authorization/20260102/eu-west-1/dynamodb/" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "t"
