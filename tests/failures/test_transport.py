"""Whatever happens to a response, the caller gets the right response or TryAgain.

The tests run with signed reads, which botocore retries, and with reads by botocore over the same transport.
"""

import contextlib
import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Event

import pytest

from dossiers.domain.deadline import Deadline
from dossiers.domain.errors import Cause, DatabaseError, TryAgain
from dossiers.storage import connection, signed_reads, transport
from dossiers.storage.items import ABSENT, Condition, Item, Key, KeyRange, Put
from dossiers.storage.signed_reads import Settings
from dossiers.storage.table import Table
from dossiers.storage.transport import Transport
from tests.failures.scripted import Action, Request, Server, error_response, ok, plain, raw, reset, silence
from tests.failures.tls import certificate
from tests.threads import at_once

pytestmark = pytest.mark.slow

KEY = Key("p", "s")
BEFORE, AFTER = ok({"Item": {"pk": {"S": "before"}}}), ok({"Item": {"pk": {"S": "after"}}})
OTHER = b'{"Item": {"pk": {"S": "other"}}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(OTHER)
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(OTHER), OTHER)
PUT = Put({"pk": "p", "sk": "s"}, ABSENT)

SIGNED, BOTOCORE = "signed reads", "botocore"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture(autouse=True)
def short_timeouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signed_reads, "READ_SECONDS", 0.3)
    monkeypatch.setattr(transport, "EXCHANGE_SECONDS", 0.3)
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore's waits


Connect = Callable[[str], Table]


@pytest.fixture(params=[SIGNED, BOTOCORE])
def reader(request: pytest.FixtureRequest) -> str:
    """Which code reads the table."""
    return str(request.param)


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch, reader: str) -> Iterator[Connect]:
    """Returns the table at a URL."""
    tables: list[Table] = []

    def connect(url: str) -> Table:
        tables.append(open_table(url))
        return tables[-1]

    def open_table(url: str) -> Table:
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
        if reader == BOTOCORE:
            return connection.by_botocore("t")
        settings = Settings.of_environment()
        assert settings is not None
        return connection.by_signed_reads("t", settings, Transport(url))

    yield connect
    for table in tables:
        table.disconnect()


def read(table: Table) -> str:
    item = table.get(KEY)
    assert item is not None
    return str(item["pk"])


def test_reads_and_writes_go_over_one_connection(server: Server, connect: Connect) -> None:
    table = connect(server.url)
    server.script += [BEFORE, AFTER, ok({}), AFTER]
    assert [read(table), read(table)] == ["before", "after"]
    table.write([PUT], token="token")
    assert read(table) == "after"
    assert {request.connection for request in server.requests} == {0}


FILTER = Condition("contains(words, :word)", {":word": '"'})

READS: dict[str, Callable[[Table], object]] = {
    "get": lambda table: table.get(KEY),
    "pages": lambda table: list(table.pages([KeyRange("é", "s")], "row")[0]),
    "pages from": lambda table: list(table.pages([KeyRange("p", "s", FILTER)], "row", after="x", limit=7)[0]),
    "grants": lambda table: list(table.grants(KeyRange("p", "s"), after="x", limit=7)),
    "by identifier": lambda table: table.dossier_id_by_external_identifier("group", "😀"),
}


@pytest.mark.parametrize("reader", [SIGNED])
@pytest.mark.parametrize("name", READS)
def test_a_signed_read_is_the_same_request_as_that_of_botocore(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The requests are equal byte for byte, except for the values that botocore generates for each request."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    table = connect(server.url)
    server.script += [error_response("InternalServerError", 500), ok({"Items": [], "Count": 0})]
    READS[name](table)
    signed, ordinary = server.requests
    assert (signed.is_by_botocore, ordinary.is_by_botocore) == (False, True)
    assert (signed.line, signed.body) == (ordinary.line, ordinary.body)
    generated = {"amz-sdk-invocation-id", "amz-sdk-request", "authorization", "user-agent", "x-amz-date"}
    same = {header: value for header, value in ordinary.headers.items() if header not in generated}
    assert {header: value for header, value in signed.headers.items() if header not in generated} == same
    assert same["x-amz-security-token"] == "token"
    assert ordinary.headers["user-agent"].startswith(signed.headers["user-agent"])
    signatures = [request.headers["authorization"].partition(" Signature=")[0] for request in server.requests]
    assert signatures[0] == signatures[1]


# A broken response; the cause of the TryAgain; and whether the connection is used again.
BROKEN: dict[str, tuple[Action, Cause, bool]] = {
    "throttled": (error_response("ProvisionedThroughputExceededException"), Cause.THROTTLED, True),
    "a conflict": (error_response("TransactionInProgressException"), Cause.CONFLICT, True),
    "a fault of DynamoDB": (error_response("InternalServerError", 500), Cause.UNREACHABLE, True),
    "a load balancer's page": (plain(b"<html>", 503), Cause.UNREACHABLE, True),
    "a page of 503 in another encoding": (plain(b"\x1f\x8b\x08\xff", 503), Cause.UNREACHABLE, True),
    "an error in another encoding": (plain(b"\x1f\x8b\x08\xff", 400), Cause.TRUNCATED, True),
    "an error that is a page": (plain(b"<html>", 403), Cause.TRUNCATED, True),
    "no JSON": (plain(b"{"), Cause.TRUNCATED, True),
    "nothing of the length that it says": (plain(b""), Cause.TRUNCATED, True),
    "no object": (plain(b"[]"), Cause.TRUNCATED, True),
    "no text": (plain(b"\xff"), Cause.TRUNCATED, True),
    "a page": (plain(b"<html>"), Cause.TRUNCATED, True),
    "nothing": (silence, Cause.UNREACHABLE, False),
    "half the headers": (raw(HEAD), Cause.TRUNCATED, False),
    "no body": (raw(HEAD + b"\r\n"), Cause.TRUNCATED, False),
    "all but one byte": (raw(HEAD + b"\r\n" + OTHER[:-1]), Cause.TRUNCATED, False),
    "another checksum": (raw(HEAD + b"x-amz-crc32: 1\r\n\r\n" + OTHER), Cause.TRUNCATED, False),
    "no length": (raw(b"HTTP/1.1 200 OK\r\n\r\n" + OTHER), Cause.TRUNCATED, False),
    "chunks": (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS), Cause.TRUNCATED, False),
    "another protocol": (raw(b"220 smtp.example.com ESMTP\r\n"), Cause.TRUNCATED, False),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_read_with_a_broken_response_is_sent_again(server: Server, connect: Connect, broken: str) -> None:
    action, _, kept = BROKEN[broken]
    table = connect(server.url)
    server.script += [BEFORE, action, AFTER, AFTER]
    assert [read(table) for _ in range(3)] == ["before", "after", "after"]
    assert [request.connection for request in server.requests] == ([0, 0, 0, 0] if kept else [0, 0, 1, 1])


@pytest.mark.parametrize("broken", BROKEN)
def test_a_read_with_broken_responses_only_is_try_again_after_three_attempts_of_botocore(
    server: Server, connect: Connect, reader: str, broken: str
) -> None:
    action, cause, _ = BROKEN[broken]
    table = connect(server.url)
    server.script += [action] * 10
    with pytest.raises(TryAgain) as refused:
        read(table)
    assert refused.value.cause is cause
    assert [request.is_by_botocore for request in server.requests] == [False] * (reader == SIGNED) + [True] * 3


@pytest.mark.parametrize("body", [{}, {"Item": {}}, {"message": "x"}, {"Count": 0}])
def test_a_query_is_sent_again_if_its_response_has_no_list_of_items(
    server: Server, connect: Connect, body: dict[str, object]
) -> None:
    table = connect(server.url)
    server.script += [ok(body), ok({"Items": [{"row": {"S": "[1]"}}]})]
    assert list(table.pages([KeyRange("p", "s")], "row")[0]) == [["[1]"]]
    server.script += [ok(body)] * 4
    with pytest.raises(TryAgain):
        list(table.pages([KeyRange("p", "s")], "row")[0])


@pytest.mark.parametrize("broken", ["no JSON", "all but one byte", "another checksum", "nothing"])
def test_a_write_with_a_broken_response_is_sent_again_with_its_token(
    server: Server, connect: Connect, broken: str
) -> None:
    table = connect(server.url)
    server.script += [BROKEN[broken][0], ok({})]
    table.write([PUT], token="token")
    first, second = (json.loads(request.body) for request in server.requests)
    assert first == second
    assert first["ClientRequestToken"] == "token"
    server.script += [BROKEN[broken][0]] * 3
    with pytest.raises(TryAgain) as refused:
        table.write([PUT], token="token")
    assert refused.value.cause is BROKEN[broken][1]


def test_a_late_response_is_not_taken_for_the_response_to_another_request(server: Server, connect: Connect) -> None:
    read_again, responded = Event(), Event()

    def late(connection: socket.socket, request: Request) -> None:
        read_again.wait(30)
        with contextlib.suppress(OSError):  # the client may have closed the connection
            plain(OTHER)(connection, request)
        responded.set()

    table = connect(server.url)
    server.script += [BEFORE, late, AFTER]
    assert [read(table), read(table)] == ["before", "after"]
    read_again.set()
    assert responded.wait(30)
    server.script += [AFTER] * 2
    assert [read(table), read(table)] == ["after", "after"]


@pytest.mark.parametrize("unexpected", [b"", b"HTTP/1.1 408 Request Timeout\r\n\r\n", HEAD + b"\r\n" + OTHER])
def test_a_connection_that_has_ended_or_sent_unexpected_data_is_replaced(
    server: Server, connect: Connect, unexpected: bytes
) -> None:
    was_read, said = Event(), Event()

    def then(connection: socket.socket, request: Request) -> None:
        BEFORE(connection, request)
        was_read.wait(30)
        raw(unexpected)(connection, request)
        said.set()

    table = connect(server.url)
    server.script += [then]
    assert read(table) == "before"
    was_read.set()
    assert said.wait(30)
    server.script += [AFTER, AFTER]
    assert [read(table), read(table)] == ["after", "after"]
    assert [request.connection for request in server.requests] == [0, 1, 1]


def test_surplus_data_in_the_packet_of_a_response_is_discarded(server: Server, connect: Connect) -> None:
    table = connect(server.url)
    server.script += [raw(HEAD + b"\r\n" + OTHER + HEAD + b"\r\n" + OTHER), AFTER, AFTER]
    assert [read(table) for _ in range(3)] == ["other", "after", "after"]


@pytest.mark.parametrize("end", [raw(b""), reset])
def test_a_kept_connection_that_ends_as_it_is_used_again_is_replaced_once(
    server: Server, connect: Connect, reader: str, end: Action
) -> None:
    table = connect(server.url)
    server.script += [BEFORE, end, AFTER]
    assert [read(table), read(table)] == ["before", "after"]
    assert [request.connection for request in server.requests] == [0, 0, 1]
    assert [request.is_by_botocore for request in server.requests] == [reader == BOTOCORE] * 3


def test_a_permanent_error_is_a_database_error_with_code_and_operation(server: Server, connect: Connect) -> None:
    table = connect(server.url)
    server.script += [error_response("AccessDeniedException")] * 2
    with pytest.raises(DatabaseError) as raised:
        read(table)
    assert (raised.value.code, raised.value.operation) == ("AccessDeniedException", "GetItem")
    assert "what" not in str(raised.value)  # the message of DynamoDB's error


def test_a_transaction_that_dynamodb_cancels_for_another_reason_is_a_database_error(
    server: Server, connect: Connect
) -> None:
    body = {"__type": "x#TransactionCanceledException", "CancellationReasons": [{"Code": "ValidationError"}]}
    table = connect(server.url)
    server.script += [plain(json.dumps(body).encode(), 400)]
    with pytest.raises(DatabaseError) as raised:
        table.write([PUT], token="token")
    assert (raised.value.code, raised.value.operation) == ("ValidationError", "TransactWriteItems")


def name_of_range(request: Request) -> str:
    return str(json.loads(request.body)["ExpressionAttributeValues"][":pk"]["S"])


def row_of_range(connection: socket.socket, request: Request) -> None:
    """Respond to a Query with one row, which names the range."""
    ok({"Items": [{"row": {"S": f"[{name_of_range(request)}]"}}]})(connection, request)


def first_rows(table: Table, *ranges: str) -> list[list[str]]:
    return [next(pages) for pages in table.pages([KeyRange(name, "s") for name in ranges], "row")]


def test_all_ranges_are_requested_before_a_response_arrives(server: Server, connect: Connect) -> None:
    both = Barrier(2, timeout=5)

    def respond(connection: socket.socket, request: Request) -> None:
        both.wait()
        row_of_range(connection, request)

    table = connect(server.url)
    for _ in range(2):
        server.script += [respond, respond]
        assert first_rows(table, "1", "2") == [["[1]"], ["[2]"]]
    assert {request.connection for request in server.requests} == {0, 1}
    assert first_rows(table) == []


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("which", ["1", "2"])
def test_only_the_range_whose_response_is_broken_is_requested_again(
    server: Server, connect: Connect, broken: str, which: str
) -> None:
    def respond(connection: socket.socket, request: Request) -> None:
        if name_of_range(request) == which and not repeated:
            repeated.append(request)
            BROKEN[broken][0](connection, request)
        else:
            row_of_range(connection, request)

    repeated: list[Request] = []
    table = connect(server.url)
    server.script += [respond] * 5
    assert first_rows(table, "1", "2") == [["[1]"], ["[2]"]]
    assert sorted(map(name_of_range, server.requests)) == sorted("12" + which)
    assert first_rows(table, "1", "2") == [["[1]"], ["[2]"]]


def test_kept_connections_that_end_as_they_are_used_for_two_ranges_are_replaced(
    server: Server, connect: Connect
) -> None:
    """Neither range is requested by botocore instead, nor is a response taken for the other range."""
    table = connect(server.url)
    both = Barrier(2, timeout=5)

    def end(connection: socket.socket, request: Request) -> None:
        both.wait()
        reset(connection, request)

    def respond(connection: socket.socket, request: Request) -> None:
        both.wait()
        row_of_range(connection, request)

    server.script += [respond, respond, end, end, row_of_range, row_of_range]
    assert first_rows(table, "1", "2") == [["[1]"], ["[2]"]]
    assert first_rows(table, "3", "4") == [["[3]"], ["[4]"]]
    assert sorted(request.connection for request in server.requests) == [0, 0, 1, 1, 2, 3]


def test_concurrent_reads_each_get_their_own_response(server: Server, connect: Connect) -> None:
    def echo(connection: socket.socket, request: Request) -> None:
        """Respond with the requested key. Some keys get no response the first time."""
        key = json.loads(request.body)["Key"]
        name = (key["pk"]["S"], key["sk"]["S"])
        breaks = int(name[1]) % 7 == 6 and name not in broken
        if breaks:
            broken.add(name)
        (reset if breaks else ok({"Item": key}))(connection, request)

    broken: set[tuple[str, str]] = set()
    table = connect(server.url)
    server.script += [echo] * 2000

    def read_many(number: int) -> list[Item | None]:
        return [table.get(Key(f"{number}", f"{turn}")) for turn in range(20)]

    assert at_once(12, read_many) == [
        [{"pk": f"{number}", "sk": f"{turn}"} for turn in range(20)] for number in range(12)
    ]
    assert len(broken) == 12 * 2


def test_a_disconnected_table_connects_again(server: Server, connect: Connect) -> None:
    table = connect(server.url)
    server.script += [BEFORE, AFTER, AFTER]
    assert read(table) == "before"
    table.disconnect()
    assert [read(table), read(table)] == ["after", "after"]
    assert [request.connection for request in server.requests] == [0, 1, 1]


def test_an_endpoint_that_no_server_listens_on_is_unreachable(connect: Connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        table = connect(f"http://127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(TryAgain) as refused:
            read(table)
    assert refused.value.cause is Cause.UNREACHABLE


# --- Deadlines --------------------------------------------------------------------------------------------------------


def test_after_the_deadline_nothing_is_sent(server: Server, connect: Connect) -> None:
    table = connect(server.url).until(Deadline.after(-1))
    requests: list[Callable[[Table], object]] = [*READS.values(), lambda table: table.write([PUT], token="token")]
    for request in requests:
        with pytest.raises(TryAgain) as refused:
            request(table)
        assert refused.value.cause is Cause.DEADLINE
    assert server.requests == []


def test_a_response_is_not_awaited_after_the_deadline(server: Server, connect: Connect) -> None:
    table = connect(server.url).until(Deadline.after(0.1))
    server.script += [silence] * 4
    with pytest.raises(TryAgain) as refused:
        read(table)
    assert refused.value.cause is Cause.DEADLINE
    assert len(server.requests) == 1


def test_a_request_is_not_repeated_when_the_deadline_may_pass_while_botocore_waits(
    server: Server, connect: Connect, reader: str
) -> None:
    table = connect(server.url).until(Deadline.after(5))
    server.script += [error_response("ThrottlingException")] * 4
    with pytest.raises(TryAgain) as error:
        read(table)
    assert error.value.cause is Cause.THROTTLED
    assert len(server.requests) == 1 + (reader == SIGNED)


@pytest.mark.parametrize("reader", [BOTOCORE])
def test_credentials_that_cannot_be_retrieved_are_unreachable(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SnapStart a server on the machine has the credentials."""
    monkeypatch.setattr("botocore.utils.ContainerMetadataFetcher.SLEEP_TIME", 0)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"http://127.0.0.1:{port}/")
        with pytest.raises(TryAgain) as refused:
            read(connect(server.url))
    assert refused.value.cause is Cause.UNREACHABLE
    assert server.requests == []


# --- Requests that only botocore sends --------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", [BOTOCORE])
def test_with_a_proxy_botocore_sends_the_requests(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    table = connect("http://dynamodb.example")
    server.script += [BEFORE, AFTER, raw(HEAD + b"\r\n" + OTHER[:-1])]
    assert [read(table), read(table)] == ["before", "after"]
    assert [request.line for request in server.requests] == ["POST http://dynamodb.example/ HTTP/1.1"] * 2
    with pytest.raises(TryAgain) as refused:
        read(table)
    assert refused.value.cause is Cause.TRUNCATED


@pytest.mark.parametrize("reader", [BOTOCORE])
def test_an_endpoint_may_have_a_path(server: Server, connect: Connect) -> None:
    table = connect(f"{server.url}/some/where")
    server.script += [BEFORE]
    assert read(table) == "before"
    assert server.requests[0].line == "POST /some/where HTTP/1.1"


# --- TLS --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The TLS context of a server that the tables trust."""
    file, context = certificate(tmp_path)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(file))
    return context


def test_reads_and_retries_work_over_tls(connect: Connect, trusted: ssl.SSLContext) -> None:
    long = ok({"Item": {"pk": {"S": "x" * 300_000}}})
    with Server([BEFORE, long, reset, AFTER, AFTER], tls=trusted) as server:
        table = connect(server.url)
        assert [read(table) for _ in range(4)] == ["before", "x" * 300_000, "after", "after"]
        assert [request.connection for request in server.requests] == [0, 0, 0, 1, 1]


@pytest.mark.parametrize("silent", ["1", "2", ""])
def test_ranges_are_read_over_tls(connect: Connect, trusted: ssl.SSLContext, silent: str) -> None:
    """The response for range 2 has arrived when the time to wait for that for range 1 is over."""
    received: list[str] = []

    def respond(connection: socket.socket, request: Request) -> None:
        name = name_of_range(request)
        is_repeated = name in received
        received.append(name)
        if name != silent or is_repeated:
            row_of_range(connection, request)

    with Server([respond] * 3, tls=trusted) as server:
        assert first_rows(connect(server.url), "1", "2") == [["[1]"], ["[2]"]]
    assert sorted(received) == sorted("12" + silent)


@pytest.mark.parametrize("length", [1, 1000, 10_000, 100_000])
def test_over_tls_surplus_data_that_is_already_decrypted_is_discarded(
    connect: Connect, trusted: ssl.SSLContext, length: int
) -> None:
    """One TLS record contains both responses: http.client reads what fits in its buffer, and OpenSSL keeps the rest."""
    body = json.dumps({"Item": {"pk": {"S": "before"}, "sk": {"S": "x" * length}}}).encode()
    first = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    with Server([raw_and_open(first + HEAD + b"\r\n" + OTHER), AFTER], tls=trusted) as server:
        table = connect(server.url)
        assert [read(table), read(table)] == ["before", "after"]
        assert [request.connection for request in server.requests] == [0, 1]


def raw_and_open(message: bytes) -> Action:
    """Send these bytes, and keep the connection open."""
    return lambda connection, _: connection.sendall(message)


def test_no_request_is_sent_to_a_server_that_is_not_trusted(
    tmp_path: Path, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    _, context = certificate(tmp_path)
    with Server([BEFORE] * 9, tls=context) as server:
        table = connect(server.url)
        for _ in range(2):
            with pytest.raises(TryAgain):
                read(table)
        assert server.requests == []
