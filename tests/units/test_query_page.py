"""The rows of a Query's answer are taken out of it exactly as botocore would parse them."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from dossiers import dynamodb, query_page, rows

NASTY = [
    '"',
    "\\",
    "]",
    "[",
    "}",
    "{",
    ",",
    '"}}]',
    ']"}},{"row":{"S":"[',
    '"Items":[{"row":{"S":"[',
    "\u2028",
    "é",
    "字",
    "😀",
]
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=3), max_size=6).map("".join)
some_rows = st.lists(st.builds(lambda name: rows.row("i" * 36, 1980, "M", name, name), texts), min_size=1, max_size=5)
KEY = {"pk": {"S": "GROUP#g"}, "sk": {"S": 'DOSSIER#]"}}]'}}


def answer(values: list[str], **rest: Any) -> dict[str, Any]:
    items = [{"row": {"S": value}} for value in values]
    return {"Count": len(items), "Items": items, "ScannedCount": len(items), **rest}


def encoded(page: dict[str, Any], *, ascii_only: bool = False) -> bytes:
    return json.dumps(page, separators=(",", ":"), ensure_ascii=ascii_only).encode()


@given(some_rows, st.booleans(), st.booleans())
def test_rows_are_taken_out_whatever_is_in_them(values: list[str], ascii_only: bool, more: bool) -> None:
    page = answer(values, **({"LastEvaluatedKey": KEY} if more else {}))
    taken = query_page.taken_apart(encoded(page, ascii_only=ascii_only))
    assert taken is not None
    assert taken[0] == values
    assert json.loads(taken[1]) == page | {"Items": []}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        encoded(answer([])),
        encoded({"Items": [{"sk": {"S": "GROUP#g"}}]}),
        encoded({"Items": [{"row": {"S": "[1]"}}, {}, {"row": {"S": "[2]"}}]}),
        encoded({"Items": [{"row": {"S": "[1]"}, "sk": {"S": "x"}}, {"row": {"S": "[2]"}}]}),
        encoded({"Items": [{"row": {"S": "[1]"}}, {"row": {"N": "2"}}, {"row": {"S": "[3]"}}]}),
        json.dumps(answer(["[1]"])).encode(),
    ],
)
def test_answers_of_another_form_are_left_to_botocore(body: bytes) -> None:
    assert query_page.taken_apart(body) is None


class Answering:
    """A client whose requests are all answered with one body, by way of botocore's own parser and ours."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body, self.status = body, status
        self.client = dynamodb.client(region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.client.meta.events.register("before-send.dynamodb", self._answer)  # type: ignore[arg-type]

    def _answer(self, request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, self.status, {"content-type": "application/x-amz-json-1.0"}, self)  # type: ignore[arg-type]

    def stream(self, **_: Any) -> list[bytes]:
        return [self.body]

    def ask(self) -> dict[str, Any]:
        return dict(self.client.query(TableName="t"))


ITEMS: list[dict[str, Any]] = [
    {"row": {"S": '["id",1980,"M","Jo\\"hn","]\\"}}]"]'}},
    {"sk": {"S": "GROUP#g"}},
    {"pk": {"S": "p"}, "sk": {"S": "s"}, "expires_at": {"N": "1"}, "words": {"SS": ["a", "b"]}},
    {"person": {"M": {"firstname": {"S": "x"}}}, "flag": {"BOOL": True}, "nothing": {"NULL": True}, "list": {"L": []}},
    {},
]


@pytest.mark.parametrize("items", [ITEMS[:1], ITEMS[:1] * 3, *[[item] for item in ITEMS[1:]], ITEMS, []])
def test_with_and_without_our_shortcut_an_answer_is_read_the_same(
    items: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = encoded({"Count": len(items), "Items": items, "ScannedCount": 9, "LastEvaluatedKey": KEY})
    ours = Answering(body).ask()
    with monkeypatch.context() as patch:
        patch.setattr(query_page, "taken_apart", lambda _: None)
        theirs = Answering(body).ask()
    if "Rows" in ours:
        ours["Items"] = [{"row": {"S": row}} for row in ours.pop("Rows")]
    assert ours == theirs
    assert "Rows" not in theirs


def test_the_shortcut_is_taken() -> None:
    """botocore might drop the event that it listens to: everything would work, slower."""
    assert Answering(encoded(answer(["[1]"]))).ask()["Rows"] == ["[1]"]


@pytest.mark.parametrize("status", [400, 500])
def test_errors_are_botocores_to_read(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    body = b'{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"\\"Items\\":[{\\"row\\":"}'
    answering = Answering(body, status)
    with pytest.raises(answering.client.exceptions.ClientError) as raised:
        answering.ask()
    assert raised.value.response["Error"]["Code"] == "ValidationException"
