"""A stack that first fails: it returns 503 to the first attempt at each request, and passes on every later one."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import urllib3


class Seen(NamedTuple):
    """A request that arrived, and the status of its response."""

    method: str
    path: str
    headers: dict[str, str]
    status: int


@contextmanager
def unreliable(url: str, seen: list[Seen]) -> Iterator[str]:
    """Serve the API at `url` under another URL. `seen` gets every request."""
    pool = urllib3.PoolManager(retries=False)
    failed: set[tuple[str, str, bytes]] = set()

    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = (self.command, self.path, body)
            if request not in failed:
                failed.add(request)
                status, headers, content = 503, {"Retry-After": "0"}, b'{"errors":{"base":["try_again"]}}'
            else:
                # The Link of a response has the Host of the request.
                response = pool.request(self.command, url + self.path, body=body, headers=dict(self.headers))
                status, headers, content = response.status, dict(response.headers), response.data
            seen.append(Seen(self.command, self.path, dict(self.headers), status))
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in ("content-length", "content-encoding", "connection"):
                    self.send_header(name, value)
            if status != 204:
                self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = respond  # noqa: N815 - the names that the standard library calls

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
