"""The check that all responses of the contract suite pass finds what the document does not describe."""

import json

import pytest

from openapi import examples
from tests.api import Response
from tests.openapi import check

HEADERS = {
    "apigw-requestid": "id",
    "cache-control": "no-store",
    "content-type": "application/json",
    "vary": "Accept-Encoding",
}
OF_API_GATEWAY = {"apigw-requestid": "id", "content-type": "application/json"}
BODY = json.dumps(examples.DOSSIERS)


def test_a_response_that_is_documented_passes() -> None:
    check("GET", "/api/v1/dossiers?name=doe", Response(200, HEADERS, BODY), over_http=True)
    check("GET", "/api/v2", Response(404, OF_API_GATEWAY, '{"message": "Not Found"}'), over_http=True)


@pytest.mark.parametrize(
    ("method", "response"),
    [
        ("GET", Response(201, HEADERS, BODY)),
        ("GET", Response(200, HEADERS, BODY.replace("rows", "row"))),
        ("GET", Response(200, HEADERS, BODY.replace("1980", '"1980"'))),
        ("GET", Response(200, HEADERS, BODY.replace(examples.DOSSIER_ID, "no id"))),
        ("GET", Response(200, HEADERS, BODY.replace("]]", ', "more"]]'))),
        ("GET", Response(422, HEADERS, '{"errors": {"name": ["taken"]}}')),
        ("GET", Response(422, HEADERS, '{"errors": {}}')),
        ("GET", Response(200, HEADERS | {"x-more": "x"}, BODY)),
        ("GET", Response(200, HEADERS | {"vary": "Origin"}, BODY)),
        ("GET", Response(200, {**HEADERS, "link": "<https://example.com>"}, BODY)),
        ("GET", Response(200, {name: value for name, value in HEADERS.items() if name != "cache-control"}, BODY)),
        ("GET", Response(200, {name: value for name, value in HEADERS.items() if name != "apigw-requestid"}, BODY)),
        ("GET", Response(200, HEADERS | {"content-type": "text/plain"}, BODY)),
        ("PUT", Response(200, HEADERS, BODY)),
        ("PUT", Response(404, OF_API_GATEWAY, '{"errors": {"dossier_group_id": ["not_found"]}}')),
        ("HEAD", Response(404, OF_API_GATEWAY, '{"message": "Not Found"}')),
    ],
    ids=repr,
)
def test_any_other_response_fails(method: str, response: Response) -> None:
    with pytest.raises(AssertionError):
        check(method, "/api/v1/dossiers", response, over_http=True)
