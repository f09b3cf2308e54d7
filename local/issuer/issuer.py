"""The endpoints of the issuer. They respond to requests for this machine only, like the start page.

A web page signs its user in here as it does at the user pool on AWS: the user chooses a sample user on a page, and the
web page gets an access token as `dossiers token` prints it. The issuer asks for no password. Anybody who can open
the page can sign in as every sample user.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Mapping
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode

from local import html_page
from local.gateway.cors import Cors
from local.gateway.request import Request
from local.gateway.response import Response
from local.gateway.tokens import AUDIENCE, LIFETIME, SigningKey
from local.issuer.authorization_request import SCOPES, authorization_of, redirect_uri_of
from local.issuer.codes import Codes
from local.issuer.parameters import OAuthError, Parameters

CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/.well-known/jwks.json"
AUTHORIZE = "/oauth2/authorize"
TOKEN = "/oauth2/token"  # noqa: S105 - a path

_FORM = "application/x-www-form-urlencoded"

_log = logging.getLogger(__name__)


class Issuer:
    """The issuer of one stack."""

    def __init__(self, key: SigningKey, users: Collection[str], cors: Cors, codes: Codes | None = None) -> None:
        """`key` signs the tokens. `users` are offered on the page. Pages of the origins of `cors` may sign users in."""
        self._key = key
        self._users = users
        self._cors = cors
        self._codes = codes or Codes()
        self._endpoints: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", CONFIGURATION): self._configuration,
            ("GET", KEYS): self._keys,
            ("GET", AUTHORIZE): self._authorize,
            ("POST", TOKEN): self._token,
        }

    def wrap(self, respond: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """Returns a function that responds at the endpoints, and to every other request as `respond` does."""

        def respond_as_issuer(request: Request) -> Response:
            method = "GET" if request.method == "HEAD" else request.method
            endpoint = self._endpoints.get((method, request.path))
            if endpoint is None or not request.is_for_this_machine:
                return respond(request)
            response = endpoint(request)
            _log.info("%s %s %d", request.method, request.path, response.status)
            # A page of another origin must not read the page on which the user chooses.
            return response if request.path == AUTHORIZE else self._cors.add_headers(request, response)

        return respond_as_issuer

    def _configuration(self, request: Request) -> Response:
        """https://openid.net/specs/openid-connect-discovery-1_0.html, section 3."""
        url = _url(request)
        return _json(
            {
                "issuer": url,
                "authorization_endpoint": url + AUTHORIZE,
                "token_endpoint": url + TOKEN,
                "jwks_uri": url + KEYS,
                "scopes_supported": SCOPES,
                "response_types_supported": ["code"],
                "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    def _keys(self, _: Request) -> Response:
        return _json({"keys": [self._key.public_jwk]})

    def _authorize(self, request: Request) -> Response:
        """RFC 6749, section 4.1.1. Without the parameter `user`, returns a page on which the user chooses one."""
        parameters = Parameters(request.query)
        try:
            redirect_uri = redirect_uri_of(parameters, self._cors.origins)
        except OAuthError as exc:
            return _page(HTTPStatus.BAD_REQUEST, f"<p>The application cannot sign you in: {escape(str(exc))}.</p>")
        result: dict[str, str] = {}
        try:
            if state := parameters.get("state"):
                result["state"] = state
            user = self._user(parameters)
            authorization = authorization_of(parameters, redirect_uri, user or "")
            if user is None:
                return self._choice(request.query, redirect_uri)
            result["code"] = self._codes.issue(authorization)
        except OAuthError as exc:
            result |= exc.parameters
        separator = "&" if "?" in redirect_uri else "?"
        headers = [("location", f"{redirect_uri}{separator}{urlencode(result)}"), ("cache-control", "no-store")]
        return Response(HTTPStatus.SEE_OTHER, headers, b"")

    def _user(self, parameters: Parameters) -> str | None:
        """Returns the user who was chosen, or None before that. Raises OAuthError for one who is not offered."""
        user = parameters.get("user")
        if user is not None and user not in self._users:
            raise OAuthError("access_denied", "user is not a sample user")
        return user

    def _choice(self, query: str, redirect_uri: str) -> Response:
        if not self._users:
            return _page(HTTPStatus.OK, "<p>The stack has no sample users: start it with <code>--sample</code>.</p>")
        links = "".join(
            f'<li><a href="{escape(f"{AUTHORIZE}?{query}&user={quote(user)}")}">{escape(user)}</a></li>'
            for user in self._users
        )
        place = f"<p>You return to <code>{escape(redirect_uri)}</code> as:</p>"
        return _page(HTTPStatus.OK, f"{place}<ul>{links}</ul>")

    def _token(self, request: Request) -> Response:
        """RFC 6749, section 4.1.3, for a client without a secret (RFC 7636, section 4.5)."""
        if "authorization" in request.headers:
            error = OAuthError("invalid_client", "the client has no secret: send client_id in the body only")
            return _json(error.parameters, HTTPStatus.UNAUTHORIZED, ("www-authenticate", "Basic"))
        try:
            return _json(self._redeem(request))
        except OAuthError as exc:
            return _json(exc.parameters, HTTPStatus.BAD_REQUEST)

    def _redeem(self, request: Request) -> dict[str, Any]:
        """Returns the token response of a request that is valid (RFC 6749, section 5.1). Raises OAuthError."""
        if request.headers.get("content-type", "").split(";", 1)[0].strip().lower() != _FORM:
            raise OAuthError("invalid_request", f"Content-Type is not {_FORM}")
        parameters = Parameters(request.body.decode("ascii", errors="replace"))
        if parameters.require("grant_type") != "authorization_code":
            raise OAuthError("unsupported_grant_type", "grant_type is not authorization_code")
        if parameters.require("client_id") != AUDIENCE:
            raise OAuthError("invalid_client", f"client_id is not {AUDIENCE}")
        redirect_uri, verifier = parameters.require("redirect_uri"), parameters.require("code_verifier")
        authorization = self._codes.redeem(parameters.require("code"), redirect_uri=redirect_uri, verifier=verifier)
        tokens: dict[str, Any] = {
            "access_token": self._key.issue(authorization.user),
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": authorization.scope,
        }
        if "openid" in authorization.scope.split(" "):
            # The API does not accept an ID token: its issuer is not that of the access tokens.
            tokens["id_token"] = self._key.issue(authorization.user, iss=_url(request), nonce=authorization.nonce)
        return tokens


def _url(request: Request) -> str:
    """The URL of the issuer, under the name of this machine that the client uses."""
    return f"http://{request.headers['host'].lower()}"


def _page(status: HTTPStatus, content: str) -> Response:
    return html_page.response("Dossiers: sign in", f"<h1>Sign in to the local stack</h1>{content}", status)


def _json(document: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK, *headers: tuple[str, str]) -> Response:
    fixed = [("content-type", "application/json"), ("cache-control", "no-store")]
    return Response(status, [*fixed, *headers], json.dumps(document).encode())
