"""The HTTP server, with requests written byte by byte and a function that a test defines."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from local.gateway.connection import MAX_HEAD
from local.gateway.request import MAX_BODY, Request
from local.gateway.response import Response
from local.gateway.server import CONCURRENCY, Server, listen

OK = Response(200, [("content-type", "application/json")], b"{}")
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


@dataclass
class Site:
    """A running server. `respond` returns its responses."""

    port: int
    requests: list[Request] = field(default_factory=list)
    respond: Callable[[Request], Response] = lambda _: OK

    def handle(self, request: Request) -> Response:
        self.requests.append(request)
        return self.respond(request)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def send(self, sent: bytes) -> bytes:
        """What the server sends before it closes the connection. The client sends nothing after `sent`."""
        with self.connect() as client:
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
            return everything(client)

    def exchange(self, sent: bytes) -> list[tuple[int, dict[str, str], bytes]]:
        """The responses to all of `sent`."""
        return responses(self.send(sent))

    def request_from(self, sent: bytes) -> Request:
        """The request that the function is called with."""
        [(status, _, _)] = self.exchange(sent)
        assert status == 200
        return self.requests[-1]


def everything(client: socket.socket) -> bytes:
    return b"".join(iter(lambda: client.recv(65536), b""))


def responses(received: bytes) -> list[tuple[int, dict[str, str], bytes]]:
    """Status, headers (names in lower case) and body of each response. Fails for an incomplete response."""
    found = []
    while received:
        head, separator, rest = received.partition(b"\r\n\r\n")
        assert separator, received
        status_line, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = status_line.split(" ", 2)
        assert version == "HTTP/1.1"
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        length = int(headers.get("content-length", "0"))
        assert len(rest) >= length
        found.append((int(status), headers, rest[:length]))
        received = rest[length:]
    return found


@contextmanager
def run_server(**options: float) -> Iterator[tuple[Site, Server]]:
    with listen(0) as listener:
        site = Site(listener.getsockname()[1])
        server = Server(site.handle, listener, **options)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield site, server
        finally:
            server.stop()
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    with run_server() as (site, _):
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    running.respond = lambda _: OK
    running.requests.clear()
    return running


# --- Refused requests -------------------------------------------------------------------------------------------------

# h11 does not measure a head that has arrived completely. Only more than one packet exceeds the limit.
LONG = b"a" * 3 * MAX_HEAD
REFUSED = {
    "no request line": (b"hello\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    "half a request line": (b"GET /", 400),
    "half of the headers": (b"GET / HTTP/1.1\r\nHost: x\r\n", 400),
    "no version": (b"GET /\r\nHost: x\r\n\r\n", 400),
    "a method with a space": (b"GE T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a target with a space": (b"GET /?name=jan jansen HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "a target that is not ASCII": ("GET /?name=zoë HTTP/1.1\r\nHost: x\r\n\r\n".encode(), 400),
    "HTTP/0.9": (b"GET / HTTP/0.9\r\nHost: x\r\n\r\n", 505),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "HTTP/9.9": (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505),
    "a proxy's method": (b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "no host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
    "a header without a colon": (b"GET / HTTP/1.1\r\nHost: x\r\nAccept\r\n\r\n", 400),
    "a space before the colon": (b"GET / HTTP/1.1\r\nHost: x\r\nAccept : x\r\n\r\n", 400),
    "a null character": (b"GET / HTTP/1.1\r\nHost: x\r\nAccept: \0\r\n\r\n", 400),
    "a length that is no number": (POST + b"Content-Length: x\r\n\r\n", 400),
    "a negative length": (POST + b"Content-Length: -1\r\n\r\n", 400),
    "two different lengths": (POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "a body that ends early": (POST + b"Content-Length: 9\r\n\r\nab", 400),
    "transfer encoding gzip": (POST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "transfer encodings gzip, chunked": (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", 501),
    "a chunk without a length": (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    "a long request line": (b"GET /" + LONG + b" HTTP/1.1\r\nHost: x\r\n\r\n", 431),
    "a long header": (b"GET / HTTP/1.1\r\nHost: x\r\nAccept: " + LONG + b"\r\n\r\n", 431),
    "many headers": (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"Accept: x\r\n" * 20_000 + b"\r\n", 431),
    "endless headers": (b"GET / HTTP/1.1\r\nHost: x\r\n" + LONG * 5, 431),
}
MESSAGES = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    501: "Not Implemented",
    505: "HTTP Version Not Supported",
}


def assert_refused(response: tuple[int, dict[str, str], bytes], status: int) -> None:
    """A refusal has the form of the gateway's responses, and ends the connection."""
    found, headers, body = response
    assert (found, json.loads(body)) == (status, {"message": MESSAGES[status]})
    assert (headers["content-type"], headers["connection"]) == ("application/json", "close")
    assert UUID(headers["apigw-requestid"]).version == 4


@pytest.mark.parametrize(("sent", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_an_invalid_request_gets_a_response_in_the_form_of_the_gateways(site: Site, sent: bytes, status: int) -> None:
    [response] = site.exchange(sent)
    assert_refused(response, status)
    assert site.requests == []


def test_the_refusal_of_a_head_has_no_body(site: Site) -> None:
    received = site.send(b"HEAD / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
    assert received.startswith(b"HTTP/1.1 400 ")
    assert received.endswith(b"\r\n\r\n")


def test_after_a_refusal_nothing_more_is_read_as_a_request(site: Site) -> None:
    [response] = site.exchange(b"hello\r\n\r\n" + GET)
    assert_refused(response, 400)
    assert site.requests == []


def test_a_client_that_continues_to_send_can_read_the_refusal(site: Site) -> None:
    with site.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for _ in range(100):
            client.sendall(b"Accept: " + LONG + b"\r\n")
        client.shutdown(socket.SHUT_WR)
        [response] = responses(everything(client))
    assert_refused(response, 431)


def test_a_request_that_stops_in_the_middle_is_refused_after_a_while() -> None:
    with run_server(idle_seconds=0.1) as (site, _), site.connect() as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost")
        [response] = responses(everything(client))
    assert_refused(response, 408)


def test_a_connection_without_a_request_is_closed_without_a_response_after_a_while() -> None:
    with run_server(idle_seconds=0.1) as (site, _), site.connect() as client:
        assert client.recv(1) == b""


def _one_of(*texts: str) -> st.SearchStrategy[bytes]:
    """One of these, or bytes that are not valid in a request."""
    return st.sampled_from([*(text.encode() for text in texts), b"\0", b"\xff\r"])


METHODS = _one_of("GET", "GET", "HEAD", "POST", "CONNECT", "OPTIONS")
TARGETS = _one_of("/", "/a?b=%zz", "*", "http://[::1", "https://x/y?z#", "x:1", "/ /")
VERSIONS = _one_of(*["HTTP/1.1"] * 9, "HTTP/1.0", "HTTP/2.0")
HEADERS = _one_of(
    "Accept: x", "Cookie: a=b", "Content-Length: 2", "Content-Length: 99999999999", "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip", "Connection: close", "Connection: Upgrade", "Upgrade: h2c", "Expect: 100-continue",
    " folded",
)  # fmt: skip
BODIES = _one_of("ab", "2\r\nab\r\n0\r\n\r\n", "zz\r\n", "")
MESSAGES_OF_ALL_KINDS = st.builds(
    lambda method, target, version, headers, body: b"%b %b %b\r\nHost: x\r\n%b\r\n%b"
    % (method, target, version, b"".join(header + b"\r\n" for header in headers), body),
    METHODS, TARGETS, VERSIONS, st.lists(HEADERS, max_size=3), BODIES,
)  # fmt: skip


@given(st.lists(MESSAGES_OF_ALL_KINDS, max_size=3).map(b"".join))
def test_every_response_is_json_with_a_request_id_for_all_that_can_be_sent(running: Site, sent: bytes) -> None:
    received = running.send(sent)
    for head in re.findall(rb"HTTP/1\.1 (?!100)\d+ .*?\r\n\r\n", received, re.DOTALL):
        assert b"content-type: application/json\r\n" in head
        assert b"apigw-requestid: " in head
    assert received == b"" or received.startswith(b"HTTP/1.1 ")


# --- Requests in the function -----------------------------------------------------------------------------------------


def test_path_and_query_arrive_as_they_were_sent(site: Site) -> None:
    request = site.request_from(b"GET //a%2Fb/%41/?x=a%20b+c&y=%zz&& HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (request.path, request.query) == ("//a%2Fb/%41/", "x=a%20b+c&y=%zz&&")


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://x/a?b=c", ("/a", "b=c")),
        ("HTTPS://x:8000/a", ("/a", "")),
        ("http://x", ("", "")),
        ("http://[::1/a", ("/a", "")),
        ("*", ("*", "")),
        ("/a?b#c?d", ("/a", "b")),
    ],
)
def test_a_target_may_be_a_complete_url(site: Site, target: str, expected: tuple[str, str]) -> None:
    request = site.request_from(f"OPTIONS {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    assert (request.path, request.query) == expected


def test_the_values_of_a_header_that_is_sent_twice_are_joined_by_a_comma(site: Site) -> None:
    request = site.request_from(GET[:-2] + b"X-Twice: a\r\nAccept: a, b\r\nx-twice:  b \r\nX_Twice: c\r\n\r\n")
    assert request.headers == {"host": "x", "x-twice": "a,b", "accept": "a, b", "x_twice": "c"}


@pytest.mark.parametrize(
    "framed",
    [
        b"Content-Length: 5\r\n\r\nab\r\nc",
        b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3;x=y\r\n\r\nc\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nab\r\nc",
    ],
)
def test_a_body_arrives_complete_with_each_framing(site: Site, framed: bytes) -> None:
    assert site.request_from(POST + framed).body == b"ab\r\nc"


def test_a_client_may_wait_for_100_continue_before_it_sends_the_body(site: Site) -> None:
    with site.connect() as client:
        client.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 100 ")
        client.sendall(b"ab")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
    assert site.requests[-1].body == b"ab"


@pytest.mark.parametrize("size", [MAX_BODY, MAX_BODY + 1, 3 * MAX_BODY])
def test_a_body_beyond_the_limit_is_cut_but_still_longer_than_the_limit(site: Site, size: int) -> None:
    site.respond = lambda request: Response(200 if len(request.body) <= MAX_BODY else 413, [], b"")
    response = urllib3.request("POST", f"http://127.0.0.1:{site.port}/", body=b"x" * size, retries=False)
    assert response.status == (200 if size == MAX_BODY else 413)
    assert min(size, MAX_BODY + 1) <= len(site.requests[-1].body) < MAX_BODY + 1_000_000


# --- Responses --------------------------------------------------------------------------------------------------------


def test_every_response_has_a_length_a_date_and_the_id_of_its_request(site: Site) -> None:
    [(status, headers, body)] = site.exchange(GET)
    assert (status, body, headers["content-length"]) == (200, b"{}", "2")
    assert headers["apigw-requestid"] == site.requests[-1].id
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", headers["date"])


def test_the_response_to_a_head_has_the_length_of_the_body_and_no_body(site: Site) -> None:
    response = urllib3.request("HEAD", f"http://127.0.0.1:{site.port}/", retries=False)
    assert (response.status, response.data, response.headers["content-length"]) == (200, b"", "2")


def test_a_204_has_no_length(site: Site) -> None:
    site.respond = lambda _: Response(204, [], b"")
    [(status, headers, body)] = site.exchange(GET)
    assert (status, body) == (204, b"")
    assert not headers.keys() & {"content-length", "transfer-encoding"}


def test_the_largest_body_that_lambda_returns_arrives_complete(site: Site) -> None:
    site.respond = lambda _: Response(200, [], b"x" * 6_291_556)
    assert len(urllib3.request("GET", f"http://127.0.0.1:{site.port}/").data) == 6_291_556


def test_pipelined_requests_get_their_responses_in_order(site: Site) -> None:
    site.respond = lambda request: Response(200, [], request.path.encode())
    requests = b"".join(b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n" % number for number in range(20))
    assert [body for _, _, body in site.exchange(requests)] == [b"/%d" % number for number in range(20)]


@pytest.mark.parametrize("last", [GET[:-2] + b"Connection: close\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n"])
def test_the_connection_is_closed_when_the_client_asks_for_it(site: Site, last: bytes) -> None:
    with site.connect() as client:
        client.sendall(GET + last)
        first, second = responses(everything(client))
    assert "connection" not in first[1]
    assert second[1]["connection"] == "close"


def test_an_offer_to_upgrade_is_ignored_and_the_connection_stays_open(site: Site) -> None:
    offer = GET[:-2] + b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
    assert [status for status, _, _ in site.exchange(offer)] == [200]


# --- Concurrency and shutdown -----------------------------------------------------------------------------------------


def test_the_functions_serve_32_requests_at_the_same_time(site: Site) -> None:
    together = threading.Barrier(32)

    def wait_for_the_others(request: Request) -> Response:
        together.wait(20)  # broken, and an error, unless all of them come
        return Response(200, [], request.query.encode())

    site.respond = wait_for_the_others
    with ThreadPoolExecutor(32) as pool:
        urls = [f"http://127.0.0.1:{site.port}/?{number}" for number in range(32)]
        found = list(pool.map(lambda url: urllib3.request("GET", url, timeout=20).data.decode(), urls))
    assert found == [str(number) for number in range(32)]


def test_the_functions_serve_at_most_40_requests_at_the_same_time_and_the_others_wait(site: Site) -> None:
    inside = 0
    most = 0
    lock = threading.Lock()
    full = threading.Event()

    def count(_: Request) -> Response:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
            if inside == CONCURRENCY:
                full.set()
        assert full.wait(20)
        with lock:
            inside -= 1
        return OK

    site.respond = count
    with ThreadPoolExecutor(100) as pool:
        url = f"http://127.0.0.1:{site.port}/"
        statuses = list(pool.map(lambda _: urllib3.request("GET", url, timeout=20).status, range(100)))
    assert statuses == [200] * 100
    assert most == CONCURRENCY == 40


def test_a_shutdown_completes_the_requests_in_flight() -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def wait(_: Request) -> Response:
        arrived.set()
        assert go_on.wait(20)
        return Response(200, [], b"x" * 3_000_000)

    with run_server() as (site, server), ThreadPoolExecutor(1) as pool:
        site.respond = wait
        response = pool.submit(urllib3.request, "GET", f"http://127.0.0.1:{site.port}/", timeout=20)
        assert arrived.wait(20)
        server.stop()
        go_on.set()
        assert len(response.result(20).data) == 3_000_000
        assert response.result().headers["connection"] == "close"


def test_a_shutdown_completes_a_request_of_which_only_a_part_has_arrived() -> None:
    with run_server() as (site, server), site.connect() as client:
        client.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 100 ")  # so it has read the first half
        server.stop()
        client.sendall(b"ab")
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_shutdown_completes_a_request_that_no_thread_has_read_yet() -> None:
    with listen(0) as listener:
        site = Site(listener.getsockname()[1])
        server = Server(site.handle, listener)
        with site.connect() as client:
            client.sendall(GET)
            server.stop()
            server.run()
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")


def test_a_shutdown_closes_idle_connections() -> None:
    with run_server() as (site, server), site.connect() as idle, site.connect() as used:
        used.sendall(GET)
        assert used.recv(65536).startswith(b"HTTP/1.1 200 ")
        server.stop()
        assert idle.recv(1) == used.recv(1) == b""


def test_the_second_stop_does_not_wait_for_the_requests_in_flight() -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def hang(_: Request) -> Response:
        arrived.set()
        assert go_on.wait(60)
        return OK

    with listen(0) as listener:
        site = Site(listener.getsockname()[1], respond=hang)
        server = Server(site.handle, listener)
        thread = threading.Thread(target=server.run)
        thread.start()
        with site.connect() as client:
            client.sendall(GET)
            assert arrived.wait(20)
            server.stop()
            server.stop()
            thread.join(20)
            assert not thread.is_alive()
            go_on.set()
            assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
