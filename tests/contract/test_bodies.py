"""Bodies that are not a JSON object, and hostile bodies: the API refuses them as errors of the request."""

import json

import pytest

from tests.api import Api
from tests.builders import a_body, a_word

INVALID_JSON = {"base": ["invalid_json"]}

NOT_A_JSON_OBJECT = {
    "empty": b"",
    "spaces": b"  ",
    "text": b"firstname=john",
    "half": b'{"person": {"firstname": "x"}',
    "two": b"{}{}",
    "array": b"[]",
    "string": b'"x"',
    "number": b"1",
    "null": b"null",
    "true": b"true",
    "single quotes": b"{'person': {}}",
    "trailing comma": b'{"person": {},}',
    "comment": b"{} // x",
    "NaN": b'{"person": {"firstname": NaN}}',
    "Infinity": b'{"person": {"firstname": Infinity}}',
    "-Infinity": b'{"x": -Infinity}',
    "key twice": b'{"person": {"firstname": "x", "firstname": "x"}}',
    "key twice, spelled otherwise": b'{"person": {"firstname": "x", "f\\u0069rstname": "y"}}',
    "key twice, on top": b'{"dossier": null, "dossier": {}}',
    "key twice, in an unknown field": b'{"x": [{"a": 1, "a": 1}]}',
    "raw control character": b'{"person": {"firstname": "a\x00b"}}',
    "raw line break": b'{"person": {"firstname": "a\nb"}}',
    "not UTF-8": b'{"person": {"firstname": "\xff"}}',
    "latin-1": '{"person": {"firstname": "Zoë"}}'.encode("latin-1"),
    "UTF-16": '{"person": {"firstname": "x"}}'.encode("utf-16"),
    "UTF-32": '{"person": {"firstname": "x"}}'.encode("utf-32"),
    "UTF-8 of a surrogate": b'{"person": {"firstname": "\xed\xa0\x80"}}',
    "overlong UTF-8": b'{"person": {"firstname": "\xc0\xaf"}}',
    "two byte order marks": b'\xef\xbb\xbf\xef\xbb\xbf{"person": {"firstname": "x"}}',
    "only a byte order mark": b"\xef\xbb\xbf",
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"person":' * 100_000 + b"1" + b"}" * 100_000,
    "1 MB of noise": b"\x00\xff" * 500_000,
}


@pytest.mark.parametrize("body", NOT_A_JSON_OBJECT.values(), ids=NOT_A_JSON_OBJECT.keys())
def test_a_body_that_is_not_one_json_object_is_invalid_json(api: Api, body: bytes) -> None:
    response = api.create(body)
    assert (response.status, response.json) == (400, {"errors": INVALID_JSON})


def test_a_byte_order_mark_is_allowed(api: Api) -> None:
    assert api.create(b"\xef\xbb\xbf" + a_body().encode()).status == 200


def test_a_base64_encoded_body_is_decoded(api: Api) -> None:
    lastname = a_word("Ü")
    response = api.create(a_body(lastname=lastname).encode())  # bytes: no content type, so base64 in the event
    assert api.search(name=lastname).ids == [response.json["id"]]


def test_the_json_is_checked_before_the_parameters_and_the_key(api: Api) -> None:
    response = api.create("{", query="x=1", key=" ")
    assert (response.status, response.errors) == (400, INVALID_JSON)


@pytest.mark.parametrize("number", ["1" * 100_000, "1e999999999", "-1e-999999999", "1." + "0" * 100_000, "0", "-0.0"])
def test_a_number_of_any_size_is_invalid_in_a_text_field(api: Api, number: str) -> None:
    response = api.create(f'{{"person": {{"firstname": {number}}}}}')
    assert (response.status, response.errors) == (422, {"firstname": ["invalid"]})


def test_nested_arrays_are_invalid_in_a_text_field(api: Api) -> None:
    response = api.create('{"person": {"firstname": ' + "[" * 100 + "]" * 100 + "}}")
    assert (response.status, response.errors) == (422, {"firstname": ["invalid"]})


def test_a_field_of_1_mb_is_too_long(api: Api) -> None:
    response = api.create(json.dumps({"person": {"firstname": "x" * 1_000_000}}))
    assert (response.status, response.errors) == (422, {"firstname": ["too_long"]})


def test_a_field_of_1_mb_of_white_space_is_blank(api: Api) -> None:
    response = api.create(json.dumps({"person": {"firstname": " " * 1_000_000}}))
    assert (response.status, response.errors) == (422, {"base": ["blank"]})


@pytest.mark.slow
def test_at_most_1000_unknown_fields_are_reported(api: Api) -> None:
    response = api.create(json.dumps({str(number): 1 for number in range(100_000)}))
    assert response.status == 422
    assert len(response.errors) == 1000
    assert set(map(tuple, response.errors.values())) == {("unknown",)}


def test_the_name_of_an_unknown_field_is_truncated_to_255_characters(api: Api) -> None:
    response = api.create(json.dumps({"😀" * 100_000: 1}))
    assert (response.status, response.errors) == (422, {"😀" * 255: ["unknown"]})


def test_an_invalid_field_is_reported_also_with_thousands_of_unknown_fields(api: Api) -> None:
    unknown = {str(number): 1 for number in range(2000)}
    response = api.create(json.dumps(unknown | {"dossier": unknown, "person": {"gender": "x"}}))
    assert len(response.errors) == 1000
    assert response.errors["gender"] == ["inclusion"]


LONE_SURROGATES = ["\\ud800", "\\udfff", "a\\ud83db", "\\ude00\\ud83d", "\\uD83D", "external_identifier\\udc00"]


@pytest.mark.parametrize("key", LONE_SURROGATES)
@pytest.mark.parametrize(
    "body",
    [
        '{"%s": 1, "person": {"gender": "x"}}',
        '{"person": {"gender": "x", "%s": "Jan"}}',
        '{"dossier": {"%s": "x"}, "person": {"gender": "x"}}',
        '{"person": {"gender": [{"%s": {}}]}}',
    ],
)
def test_a_key_with_a_lone_surrogate_is_invalid_under_base(api: Api, body: str, key: str) -> None:
    response = api.create(body % key)
    assert response.status == 422
    assert response.errors == {"base": ["invalid"], "gender": ["invalid" if "[" in body else "inclusion"]}


def test_a_key_with_a_surrogate_pair_is_an_unknown_field(api: Api) -> None:
    response = api.create('{"\\ud83d\\ude00": 1, "?": 1, "\\ufffd": 1}')
    assert (response.status, response.errors) == (422, {"😀": ["unknown"], "?": ["unknown"], "\ufffd": ["unknown"]})


GET_BODIES = ["{}", '{"name": "jan"}', " ", "null", b"\xff", b"\x00"]


@pytest.mark.parametrize("body", GET_BODIES)
def test_a_get_with_a_body_is_invalid_under_base(api: Api, body: str | bytes) -> None:
    """Otherwise a client that sends its filter in the body would receive all dossiers."""
    group = f"/api/v1/dossier_groups/{api.group}/dossiers"
    for target in ("/api/v1/dossiers", "/api/v1/dossiers?name=jan", group, f"{group}?external_identifier=x"):
        response = api.transport.request("GET", target, body=body)
        assert (response.status, response.errors) == (422, {"base": ["invalid"]})


def test_the_body_of_a_get_is_reported_together_with_its_parameters(api: Api) -> None:
    response = api.transport.request("GET", "/api/v1/dossiers?limit=0&name=-&base=1&x=1", body="{}")
    assert response.status == 422
    assert response.errors == {
        "limit": ["invalid"],
        "name": ["blank"],
        "base": ["invalid", "unknown"],
        "x": ["unknown"],
    }


def test_access_to_the_group_is_checked_before_the_body_of_a_get(api: Api) -> None:
    response = api.transport.request("GET", f"/api/v1/dossier_groups/{a_word()}/dossiers", body="{}")
    assert (response.status, response.errors) == (404, {"dossier_group_id": ["not_found"]})


@pytest.mark.parametrize("body", ["", b"", None])
def test_an_empty_body_of_a_get_is_ignored(api: Api, body: str | bytes | None) -> None:
    target = f"/api/v1/dossier_groups/{api.group}/dossiers?name={a_word()}"
    assert api.transport.request("GET", target, body=body).rows == []


@pytest.mark.parametrize(
    "identifier",
    ["x#EXTERNAL#y", "#", "##", "DOSSIER#1", "x#WORD#jan", "GROUP#contract-b", "USER#contract-suite", "*#"],
)
def test_an_identifier_cannot_forge_a_key(api: Api, identifier: str) -> None:
    word = a_word()
    before = set(api.all_ids(api.search(api.other)))
    dossier = api.create_dossier(external_identifier=identifier + word, lastname=word)
    assert api.search(external_identifier=identifier + word).ids == [dossier]
    assert api.index(name=word).ids == [dossier]
    assert set(api.all_ids(api.search(api.other))) == before


def test_a_name_cannot_forge_a_key(api: Api) -> None:
    word = a_word()
    dossier = api.create_dossier(firstname=f"#{word}#*#", lastname="GROUP#contract-b#WORD#x")
    assert api.search(name=f"{word} group contract b word x").ids == [dossier]
    assert api.search(api.other, name=word).rows == []
