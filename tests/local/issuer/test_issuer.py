"""The issuer of the local stack: who gets a token by the code flow with PKCE, and what every other request gets."""

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
import pytest

from local.gateway.cors import Cors
from local.gateway.request import Request
from local.gateway.response import Response
from local.gateway.tokens import AUDIENCE, ISSUER, InvalidTokenError, SigningKey
from local.issuer.codes import LIFETIME_SECONDS, Codes, challenge_of
from local.issuer.issuer import AUTHORIZE, CONFIGURATION, KEYS, TOKEN, Issuer

HERE = "127.0.0.1:8000"
CALLBACK = "http://127.0.0.1:5500/"
APP = "https://app.example.org"
OTHER = Response(404, [], b"")
# The example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

Change = Mapping[str, str | None]
"""Parameters that replace those of a valid request; None removes one."""


class Client:
    """A client of an issuer, and the clock of its codes."""

    def __init__(self, key: SigningKey, *origins: str, users: tuple[str, ...] = ("anna", "bram")) -> None:
        self.now = 1000.0
        self._respond = Issuer(key, users, Cors(origins), Codes(lambda: self.now)).wrap(lambda _: OTHER)

    def send(
        self, method: str, target: str, body: str = "", host: str | None = HERE, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if host is not None:
            sent["host"] = host
        response = self._respond(Request(method, target, "HTTP/1.1", sent, body.encode(), "127.0.0.1", 8000, "id"))
        return response.status, dict(response.headers), response.body

    def authorize(
        self, change: Change | None = None, more: str = "", **options: str
    ) -> tuple[int, dict[str, str], bytes]:
        query = {
            "response_type": "code",
            "client_id": AUDIENCE,
            "redirect_uri": CALLBACK,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "state": "a state",
            "user": "anna",
        }
        return self.send("GET", f"{AUTHORIZE}?{form(query, change)}{more}", **options)

    def callback(self, change: Change | None = None, more: str = "") -> dict[str, str]:
        """The parameters with which the user returns to the client."""
        status, headers, _ = self.authorize(change, more)
        assert status == 303
        return dict(parse_qsl(urlsplit(headers["location"]).query, strict_parsing=True))

    def token(
        self, code: str, change: Change | None = None, more: str = "", **headers: str
    ) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, document and headers of the token response."""
        body = {
            "grant_type": "authorization_code",
            "client_id": AUDIENCE,
            "redirect_uri": CALLBACK,
            "code": code,
            "code_verifier": VERIFIER,
        }
        content_type = {"content_type": "application/x-www-form-urlencoded"}
        status, received, content = self.send("POST", TOKEN, form(body, change) + more, **(content_type | headers))
        return status, json.loads(content), received


def form(parameters: Mapping[str, str], change: Change | None) -> str:
    return urlencode({name: value for name, value in {**parameters, **(change or {})}.items() if value is not None})


@pytest.fixture
def client(key: SigningKey) -> Client:
    return Client(key, APP)


# --- The flow ---------------------------------------------------------------------------------------------------------


def test_a_code_and_its_verifier_give_a_token_that_the_api_accepts(client: Client, key: SigningKey) -> None:
    returned = client.callback()
    assert returned.keys() == {"code", "state"}
    assert returned["state"] == "a state"
    status, document, headers = client.token(returned["code"])
    assert (status, document["token_type"], document["expires_in"]) == (200, "Bearer", 12 * 3600)
    assert document["scope"] == "openid profile"
    assert headers["cache-control"] == "no-store"
    claims = key.verify(f"Bearer {document['access_token']}")
    issued = key.verify(f"Bearer {key.issue('anna')}")
    assert claims.keys() == issued.keys()
    assert {name: claims[name] for name in ("sub", "iss", "aud")} == {
        name: issued[name] for name in ("sub", "iss", "aud")
    }


def test_the_user_chooses_on_a_page_without_scripts(client: Client) -> None:
    status, headers, body = client.authorize({"user": None})
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    links = {text: unescape(link) for link, text in re.findall(r'<a href="([^"]*)">(.*?)</a>', body.decode())}
    assert list(links) == ["anna", "bram"]
    status, headers, _ = client.send("GET", links["bram"])
    code = parse_qs(urlsplit(headers["location"]).query)["code"][0]
    assert jwt.decode(client.token(code)[1]["access_token"], options={"verify_signature": False})["sub"] == "bram"


def test_the_configuration_names_the_endpoints_under_the_name_that_the_client_uses(client: Client) -> None:
    for host in (HERE, "localhost:8000"):
        status, _, body = client.send("GET", CONFIGURATION, host=host)
        document = json.loads(body)
        assert (status, document["issuer"]) == (200, f"http://{host}")
        endpoints = {document[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        assert endpoints == {f"http://{host}{path}" for path in (AUTHORIZE, TOKEN, KEYS)}
        assert document["code_challenge_methods_supported"] == ["S256"]


def test_the_published_key_verifies_the_tokens_and_has_no_private_part(client: Client, key: SigningKey) -> None:
    [published] = json.loads(client.send("GET", KEYS)[2])["keys"]
    assert published.keys() == {"kty", "n", "e", "kid", "use", "alg"}
    token = key.issue("anna")
    assert jwt.get_unverified_header(token)["kid"] == published["kid"]
    assert jwt.decode(token, jwt.PyJWK(published), audience=AUDIENCE, issuer=ISSUER)["sub"] == "anna"


def test_an_id_token_has_the_nonce_and_the_api_does_not_accept_it(client: Client, key: SigningKey) -> None:
    _, document, _ = client.token(client.callback({"scope": "openid", "nonce": "n-0S6"})["code"])
    claims = jwt.decode(document["id_token"], options={"verify_signature": False})
    assert (claims["iss"], claims["aud"], claims["sub"]) == (f"http://{HERE}", AUDIENCE, "anna")
    assert claims["nonce"] == "n-0S6"
    with pytest.raises(InvalidTokenError, match="issuer"):
        key.verify(f"Bearer {document['id_token']}")


def test_without_the_scope_openid_there_is_no_id_token(client: Client) -> None:
    _, document, _ = client.token(client.callback({"scope": "profile"})["code"])
    assert document["scope"] == "profile"
    assert "id_token" not in document


def test_state_and_nonce_are_optional(client: Client) -> None:
    returned = client.callback({"state": None})
    assert returned.keys() == {"code"}
    claims = jwt.decode(client.token(returned["code"])[1]["id_token"], options={"verify_signature": False})
    assert "nonce" not in claims


def test_the_query_of_a_redirect_uri_is_kept(client: Client) -> None:
    returned = client.callback({"redirect_uri": f"{CALLBACK}?page=1"})
    assert returned["page"] == "1"
    assert client.token(returned["code"], {"redirect_uri": f"{CALLBACK}?page=1"})[0] == 200


def test_without_sample_users_the_page_says_how_to_get_them(key: SigningKey) -> None:
    client = Client(key, users=())
    assert b"--sample" in client.authorize({"user": None})[2]
    assert client.callback()["error"] == "access_denied"


# --- For whom ---------------------------------------------------------------------------------------------------------

REQUESTS = [("GET", AUTHORIZE), ("GET", CONFIGURATION), ("GET", KEYS), ("POST", TOKEN)]


@pytest.mark.parametrize(("method", "path"), REQUESTS)
@pytest.mark.parametrize("host", [None, "example.org", "127.0.0.1.example.org:8000", "127.0.0.1:8000,example.org"])
def test_a_request_to_another_host_name_is_one_to_the_api(
    client: Client, method: str, path: str, host: str | None
) -> None:
    assert client.send(method, path, host=host) == (OTHER.status, {}, b"")


@pytest.mark.parametrize(("method", "path"), REQUESTS)
def test_other_methods_are_those_of_the_api(client: Client, method: str, path: str) -> None:
    for other in {"GET", "POST", "PUT", "OPTIONS"} - {method}:
        assert client.send(other, path)[0] == OTHER.status


@pytest.mark.parametrize(
    "uri",
    [
        CALLBACK, "http://localhost:5500/a/b?c=d", "http://localhost", "https://127.0.0.1", "http://127.0.0.1:1/?a=b",
        APP, f"{APP}/signed-in", f"{APP}?a=b", "HTTP://LOCALHOST:5500/",
    ],
)  # fmt: skip
def test_the_user_returns_to_this_machine_or_to_an_allowed_origin(client: Client, uri: str) -> None:
    status, headers, _ = client.authorize({"redirect_uri": uri})
    assert (status, headers["location"].partition("code=")[0]) == (
        303,
        f"{uri}{'&' if '?' in uri else '?'}state=a+state&",
    )


@pytest.mark.parametrize(
    "uri",
    [
        None, "", "/", "//127.0.0.1/", "127.0.0.1:5500", "https://example.org/", f"{APP}.example.com/", f"{APP}:8443/",
        "http://app.example.org/", "http://127.0.0.1.example.org/", "http://127.0.0.1@example.org/",
        "http://example.org\\@127.0.0.1/", "http://127.0.0.1\\.example.org/", "http://localhost#.example.org",
        "http://localhost/#fragment", "http://localhost/ a", "http://localhost/\r\nx: y", "http://lo\tcalhost/",
        "javascript://127.0.0.1/%0aalert(1)", "data:text/html,127.0.0.1", "http://[::1]/", "http://127.0.0.1:x/",
        'http://localhost/"><script>', "http://localhost/é",
    ],
)  # fmt: skip
def test_the_user_returns_nowhere_else(client: Client, uri: str | None) -> None:
    for user in ("anna", None):
        status, headers, body = client.authorize({"redirect_uri": uri, "user": user})
        assert (status, headers["content-type"]) == (400, "text/html; charset=utf-8")
        assert "location" not in headers
        assert b"redirect_uri is" in body
        assert b"script" not in body


def test_a_wildcard_among_the_allowed_origins_allows_no_redirect(key: SigningKey) -> None:
    client = Client(key, "*", "https://*")
    for uri in ("https://example.org/", "https://*/", "*"):
        assert client.authorize({"redirect_uri": uri})[0] == 400


def test_pages_of_an_allowed_origin_read_everything_but_the_page(client: Client) -> None:
    allow = "access-control-allow-origin"
    assert client.token(client.callback()["code"], origin=APP)[2][allow] == APP
    for path in (CONFIGURATION, KEYS):
        assert client.send("GET", path, origin=APP)[1][allow] == APP
        assert allow not in client.send("GET", path, origin="https://example.org")[1]
    assert allow not in client.authorize(origin=APP)[1]
    assert allow not in client.authorize({"user": None}, origin=APP)[1]


# --- Errors of the authorization request: RFC 6749, section 4.1.2.1 ---------------------------------------------------


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
@pytest.mark.parametrize("more", ["", "&{}=x"])
def test_without_a_known_client_and_one_redirect_uri_the_user_sees_the_error(
    client: Client, name: str, more: str
) -> None:
    status, headers, body = client.authorize(None if more else {name: None}, more.format(name))
    assert (status, "location" in headers) == (400, False)
    assert f"{name} is {'repeated' if more else 'missing'}" in body.decode()


def test_another_client_is_shown_to_the_user(client: Client) -> None:
    status, headers, body = client.authorize({"client_id": "<other>"})
    assert (status, "location" in headers) == (400, False)
    assert b"client_id is not dossiers-local" in body
    assert b"other" not in body


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"scope": "openid email"}, "invalid_scope"),
        ({"scope": "openid  profile"}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": f"{CHALLENGE}="}, "invalid_request"),
        ({"code_challenge": f"{CHALLENGE[:-1]}+"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": "s256"}, "invalid_request"),
        ({"user": "carla"}, "access_denied"),
    ],
    ids=str,
)
def test_an_invalid_request_returns_to_the_client_with_the_error_and_the_state(
    client: Client, change: Change, error: str
) -> None:
    returned = client.callback(change)
    assert (returned.pop("error"), returned.pop("state")) == (error, "a state")
    assert re.fullmatch(r"[ !#-\[\]-~]+", returned.pop("error_description"))
    assert returned == {}


REPEATABLE = ["response_type", "code_challenge", "code_challenge_method", "scope", "nonce", "user", "state"]


@pytest.mark.parametrize("name", REPEATABLE)
def test_a_repeated_parameter_is_an_invalid_request(client: Client, name: str) -> None:
    returned = client.callback(more=f"&{name}=x&{name}=x")
    assert (returned["error"], returned["error_description"]) == ("invalid_request", f"{name} is repeated")


def test_an_error_is_reported_before_the_user_chooses(client: Client) -> None:
    assert client.callback({"user": None, "code_challenge_method": "plain"})["error"] == "invalid_request"


def test_unknown_and_empty_parameters_are_ignored(client: Client) -> None:
    assert "code" in client.callback({"prompt": "login", "scope": "", "nonce": ""}, "&x=1&x=2&user=&state=")


# --- Errors of the token request: RFC 6749, section 5.2 ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"client_id": None}, "invalid_request"),
        ({"client_id": "other"}, "invalid_client"),
        ({"code": None}, "invalid_request"),
        ({"code": "other"}, "invalid_grant"),
        ({"code": "é"}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": f"{CALLBACK}x"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": f"{VERIFIER[:-1]}K"}, "invalid_grant"),
        ({"code_verifier": CHALLENGE}, "invalid_grant"),
        ({"code_verifier": "é"}, "invalid_grant"),
    ],
    ids=str,
)
def test_an_invalid_token_request_gets_the_error_and_no_token(client: Client, change: Change, error: str) -> None:
    status, document, headers = client.token(client.callback()["code"], change)
    assert (status, document["error"]) == (400, error)
    assert document.keys() == {"error", "error_description"}
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")


@pytest.mark.parametrize("name", ["grant_type", "client_id", "redirect_uri", "code", "code_verifier"])
def test_a_repeated_parameter_of_the_token_request_is_invalid(client: Client, name: str) -> None:
    status, document, _ = client.token(client.callback()["code"], more=f"&{name}=x")
    assert (status, document["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("content_type", ["application/json", "", "text/plain; application/x-www-form-urlencoded"])
def test_the_token_request_is_a_form(client: Client, content_type: str) -> None:
    status, document, _ = client.token(client.callback()["code"], content_type=content_type)
    assert (status, document["error"]) == (400, "invalid_request")


def test_a_client_with_a_secret_is_refused(client: Client) -> None:
    status, document, headers = client.token(client.callback()["code"], authorization="Basic YTpi")
    assert (status, document["error"]) == (401, "invalid_client")
    assert headers["www-authenticate"] == "Basic"


def test_a_code_is_used_once(client: Client) -> None:
    code = client.callback()["code"]
    assert client.token(code)[0] == 200
    assert client.token(code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize("change", [{"code_verifier": "x" * 43}, {"redirect_uri": f"{CALLBACK}x"}], ids=str)
def test_a_failed_attempt_uses_the_code_up(client: Client, change: Change) -> None:
    code = client.callback()["code"]
    assert client.token(code, change)[1]["error"] == "invalid_grant"
    assert client.token(code)[1]["error"] == "invalid_grant"


def test_a_code_expires_after_a_minute(client: Client) -> None:
    in_time, late = client.callback()["code"], client.callback()["code"]
    client.now += LIFETIME_SECONDS - 1
    assert client.token(in_time)[0] == 200
    client.now += 1
    assert client.token(late)[1]["error"] == "invalid_grant"


def test_the_challenge_is_that_of_rfc_7636() -> None:
    assert challenge_of(VERIFIER) == CHALLENGE
