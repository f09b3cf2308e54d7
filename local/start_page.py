"""The start page of the local stack, at `GET /`: example requests with a token, the running stack, the documentation.

The API has no such route: a deployment responds 404. The token on the page must not reach a web site. Browsers do not
let a site read responses of another origin, except after DNS rebinding, when the host name of the site resolves to
127.0.0.1. The page is therefore returned only if the Host header of the request names this machine.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from local import examples, html_page
from local.folder import DataFolder
from local.gateway.request import Request
from local.gateway.response import Response
from local.gateway.tokens import AUDIENCE, LIFETIME, SigningKey
from local.sample.users import EXAMPLE_USER, USERS_IN_WORDS
from local.stack import Stack
from local.template import TEMPLATE, Route

_ROOT = TEMPLATE.parent

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StartPage:
    """The start page of one stack."""

    stack: Stack
    folder: DataFolder
    routes: Sequence[Route]
    key: SigningKey
    """The key that signs the token on the page."""
    sample: bool
    """Whether the sample data are loaded. Without them no user is known, and the page has no token."""

    def wrap(self, respond: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Returns a function that responds to `GET /` with the page, and to every other request as `respond` does."""

        def respond_with_page(request: Request) -> Response:
            if request.method in ("GET", "HEAD") and request.path == "/" and request.is_for_this_machine:
                _log.info("%s / 200", request.method)
                return html_page.response("Dossiers: local stack", self._content())
            return respond(request)

        return respond_with_page

    def _content(self) -> str:
        """The content of the page in HTML. Each call issues a new token."""
        return f"""<h1>Dossiers: local stack</h1>
<p>The dossiers API runs on this machine. This start page belongs to the local stack: a deployment has none.</p>
<h2>Try it</h2>
{self._try_it()}
<h2>This stack</h2>
{_table(self._facts())}
<h2>Routes</h2>
{_table([(route.key, route.function) for route in self.routes], code=True)}
<h2>Documentation</h2>
<p>Files in {escape(str(_ROOT))}</p>
{_table(_documents())}"""

    def _try_it(self) -> str:
        if self.sample:
            expires = datetime.now(UTC) + LIFETIME
            first = (
                f"A token of the user {EXAMPLE_USER}, valid until {expires:%H:%M} UTC",
                f"TOKEN={self.key.issue(EXAMPLE_USER)}",
            )
        else:
            first = (
                "Grant a group to a user, and get a token of the user",
                f"{examples.grant_command(self.folder)}\n{examples.token_command(self.folder)}",
            )
        commands = [first, *((each.title, each.command) for each in examples.requests(self.stack.url))]
        paste = "Paste these commands into a terminal. A click selects a whole command."
        intro = f"<p>{self._documentation_link()}</p><p>{paste}</p>"
        return intro + "".join(f"<h3>{escape(title)}</h3><pre>{escape(command)}</pre>" for title, command in commands)

    def _documentation_link(self) -> str:
        """A link to the documentation page. With the sample data, its fragment has a token: browsers do not send it."""
        if not self.sample:
            return '<a href="/docs">API documentation</a>'
        text = f"API documentation, signed in as {EXAMPLE_USER}"
        return f'<a href="/docs#token={self.key.issue(EXAMPLE_USER)}">{text}</a>'

    def _facts(self) -> list[tuple[str, str]]:
        facts = [
            ("API", self.stack.url),
            ("Issuer", f"{self.stack.url}, client {AUDIENCE}"),
            ("DynamoDB", f"{self.stack.engine.endpoint}, table {self.stack.table}"),
            ("Data folder", str(self.folder.path.absolute())),
        ]
        return [*facts, ("Sample users", USERS_IN_WORDS)] if self.sample else facts


def _table(rows: Sequence[tuple[str, str]], *, code: bool = False) -> str:
    tag = ("<code>", "</code>") if code else ("", "")
    lines = (f"<tr><th scope=row>{tag[0]}{escape(a)}{tag[1]}</th><td>{escape(b)}</td></tr>" for a, b in rows)
    return f"<table>{''.join(lines)}</table>"


def _documents() -> list[tuple[str, str]]:
    """The title and the path of each document in the repository."""
    files = [*_ROOT.glob("README.md"), *sorted((_ROOT / "docs").glob("*.md"))]
    return [(_title(file), str(file.relative_to(_ROOT))) for file in files]


def _title(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return next(lines, file.stem).removeprefix("# ").strip()
