"""Reads that take the short way past botocore: whatever becomes of one, the caller is answered as botocore would."""

import datetime
import ipaddress
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dossiers import direct, dynamodb
from dossiers.errors import TryAgain
from dossiers.items import Key, KeyRange
from dossiers.table import Table
from tests.failures.scripted import Action, Request, Server, ok, plain, raw, refused, reset, silence
from tests.threads import at_once

KEY = Key("p", "s")
BEFORE, AFTER = ok({"Item": {"pk": {"S": "before"}}}), ok({"Item": {"pk": {"S": "after"}}})
GOOD = b'{"Item": {"pk": {"S": "bad"}}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(GOOD)
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "SECONDS", 0.3)
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore's waits; `sleep` here is still the real one


def table_at(url: str | None, **options: Any) -> Table:
    credentials = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    return Table(dynamodb.client(region_name="eu-west-1", endpoint_url=url, **credentials, **options), "t")


def read(table: Table) -> str:
    item = table.get(KEY)
    assert item is not None
    return item["pk"]


def test_botocore_opens_the_connection_and_later_reads_go_over_it_the_short_way(server: Server) -> None:
    table = table_at(server.url)
    server.script += [BEFORE, AFTER, AFTER]
    assert [read(table) for _ in range(3)] == ["before", "after", "after"]
    assert [request.is_short for request in server.requests] == [False, True, True]
    assert {request.connection for request in server.requests} == {0}


READS: dict[str, Callable[[Table], object]] = {
    "get": lambda table: table.get(KEY),
    "pages": lambda table: list(table.pages(KeyRange("é", "s"), "row")),
    "pages from": lambda table: list(table.pages(KeyRange("p", "s", ("a", '"')), "row", after="x", limit=7)),
    "by identifier": lambda table: table.row_by_external_identifier("group", "😀"),
}


@pytest.mark.parametrize("name", READS)
def test_the_short_way_asks_for_what_botocore_asks_for(server: Server, name: str) -> None:
    """To the byte, but for what botocore makes up for each request."""
    table = table_at(server.url, aws_session_token="token")
    server.script += [ok({"Items": []})] * 2
    for _ in range(2):
        READS[name](table)
    ordinary, short = server.requests
    assert (ordinary.is_short, short.is_short) == (False, True)
    assert (short.line, short.body) == (ordinary.line, ordinary.body)
    made_up = {"amz-sdk-invocation-id", "amz-sdk-request", "authorization", "user-agent", "x-amz-date"}
    same = {header: value for header, value in ordinary.headers.items() if header not in made_up}
    assert {header: value for header, value in short.headers.items() if header not in made_up} == same
    assert same["x-amz-security-token"] == "token"
    # Powertools, where it is loaded, adds its own name to what botocore sends.
    assert ordinary.headers["user-agent"].startswith(short.headers["user-agent"])
    signed = [request.headers["authorization"].partition(" Signature=")[0] for request in server.requests]
    assert signed[0] == signed[1]


# What answers the read that takes the short way, and whether the connection is used again.
ANSWERS: dict[str, tuple[Action, bool]] = {
    "throttled": (refused("ProvisionedThroughputExceededException"), True),
    "an expired token": (refused("ExpiredTokenException"), True),
    "a fault of DynamoDB": (refused("InternalServerError", 500), True),
    "a load balancer's page": (plain(b"<html>", 503), True),
    "no JSON": (plain(b"{"), True),
    "no object": (plain(b"[]"), True),
    "no text": (plain(b"\xff"), True),
    "the end": (raw(b""), False),
    "a reset": (reset, False),
    "nothing": (silence, False),
    "half the headers": (raw(HEAD), False),
    "half the body": (raw(HEAD + b"\r\n" + GOOD[:-1]), False),
    "more than the body": (raw(HEAD + b"\r\n" + GOOD + b"HTTP/1.1"), False),
    "the body and the end": (raw(HEAD + b"Connection: close\r\n\r\n" + GOOD), False),
    "chunks": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS), False),
    "another protocol": (raw(b"220 smtp.example.com ESMTP\r\n"), False),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_whatever_answers_the_short_way_botocore_is_asked_instead(server: Server, answer: str) -> None:
    action, kept = ANSWERS[answer]
    table = table_at(server.url)
    server.script += [BEFORE, action, AFTER, AFTER]
    assert [read(table) for _ in range(3)] == ["before", "after", "after"]
    assert [request.is_short for request in server.requests] == [False, True, False, True]
    assert [request.connection for request in server.requests] == ([0, 0, 0, 0] if kept else [0, 0, 1, 1])


def test_an_answer_that_comes_too_late_is_nobodys(server: Server) -> None:
    def late(connection: socket.socket, request: Request) -> None:
        sleep(2 * direct.SECONDS)
        plain(GOOD)(connection, request)

    table = table_at(server.url)
    server.script += [BEFORE, late, AFTER]
    assert [read(table), read(table)] == ["before", "after"]
    sleep(3 * direct.SECONDS)
    server.script += [AFTER] * 2
    assert [read(table), read(table)] == ["after", "after"]


@pytest.mark.parametrize("unasked", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n", HEAD + b"\r\n" + GOOD])
def test_a_connection_that_has_ended_or_said_something_unasked_is_opened_anew(server: Server, unasked: bytes) -> None:
    def then(connection: socket.socket, request: Request) -> None:
        BEFORE(connection, request)
        sleep(0.1)
        raw(unasked)(connection, request)

    table = table_at(server.url)
    server.script += [then]
    assert read(table) == "before"
    sleep(0.3)
    server.script += [AFTER, AFTER]
    assert [read(table), read(table)] == ["after", "after"]
    assert [(request.connection, request.is_short) for request in server.requests] == [
        (0, False),
        (1, False),
        (1, True),
    ]


@pytest.mark.parametrize("error", ["ThrottlingException", "InternalServerError"])
def test_what_passes_is_tried_again_four_times_in_all(server: Server, error: str) -> None:
    table = table_at(server.url)
    server.script += [BEFORE] + [refused(error, 500)] * 4
    read(table)
    with pytest.raises(TryAgain):
        read(table)
    assert server.script == []


def test_what_does_not_pass_is_told_as_botocore_tells_it(server: Server) -> None:
    table = table_at(server.url)
    server.script += [BEFORE, refused("AccessDeniedException"), refused("AccessDeniedException")]
    read(table)
    with pytest.raises(ClientError) as raised:
        read(table)
    assert raised.value.response["Error"] == {"Code": "AccessDeniedException", "Message": "what"}


def test_reads_in_many_threads_get_each_its_own_answer(server: Server) -> None:
    def echo(connection: socket.socket, request: Request) -> None:
        """The key that was asked for; now and then, on the short way, no answer."""
        key = json.loads(request.body)["Key"]
        breaks = request.is_short and int(key["sk"]["S"]) % 7 == 6
        (reset if breaks else ok({"Item": key}))(connection, request)

    table = table_at(server.url)
    server.script += [echo] * 2000

    def ask(number: int) -> list[dict[str, str] | None]:
        return [table.get(Key(f"{number}", f"{turn}")) for turn in range(20)]

    assert at_once(12, ask) == [[{"pk": f"{number}", "sk": f"{turn}"} for turn in range(20)] for number in range(12)]
    assert sum(request.is_short for request in server.requests) > 100


def test_a_client_that_was_closed_opens_its_connections_itself(server: Server) -> None:
    table = table_at(server.url)
    server.script += [BEFORE, AFTER, AFTER]
    assert read(table) == "before"
    table._direct._connections.close()  # not all versions of urllib3 do this when their manager is told to forget
    table._client.close()
    assert [read(table), read(table)] == ["after", "after"]


def test_all_requests_go_to_one_endpoint_whatever_is_known_of_the_account() -> None:
    """Else the short way would find no connection to its own."""
    account: dict[str, Any] = {"aws_account_id": "123456789012"}
    table = table_at(None, **account)
    asked: list[str] = []

    def stop(request: Any, **_: Any) -> None:
        asked.append(request.url)
        raise LookupError

    table._client.meta.events.register("before-send.dynamodb", stop)
    with pytest.raises(LookupError):
        read(table)
    assert asked == ["https://dynamodb.eu-west-1.amazonaws.com/"]


def test_an_endpoint_with_a_path_is_left_to_botocore(server: Server) -> None:
    table = table_at(f"{server.url}/some/where")
    server.script += [BEFORE, AFTER]
    assert [read(table), read(table)] == ["before", "after"]
    assert not any(request.is_short for request in server.requests)


def test_a_proxy_is_left_to_botocore(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    table = table_at("http://dynamodb.example")
    server.script += [BEFORE, AFTER]
    assert [read(table), read(table)] == ["before", "after"]
    assert [request.line for request in server.requests] == ["POST http://dynamodb.example/ HTTP/1.1"] * 2
    assert not any(request.is_short for request in server.requests)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate of 127.0.0.1 that nobody has signed: as a file to trust, and for a server to use."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = folder / "trusted.pem", folder / "secret.pem"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form, encryption = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    return trusted, context


def test_over_tls_the_short_way_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted, context = certificate(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(trusted))
    long = ok({"Item": {"pk": {"S": "x" * 300_000}}})
    with Server([BEFORE, long, reset, AFTER, AFTER], tls=context) as server:
        table = table_at(server.url)
        assert [read(table) for _ in range(4)] == ["before", "x" * 300_000, "after", "after"]
        assert [request.is_short for request in server.requests] == [False, True, True, False, True]


def test_a_server_that_is_not_trusted_is_asked_nothing(tmp_path: Path) -> None:
    _, context = certificate(tmp_path)
    with Server([BEFORE], tls=context) as server:
        table = table_at(server.url)
        for _ in range(2):
            with pytest.raises(TryAgain):
                read(table)
        assert server.requests == []
