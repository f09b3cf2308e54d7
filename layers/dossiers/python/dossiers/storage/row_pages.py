"""DynamoDB's response to a Query for one text attribute, read quickly when that attribute is a row.

The response to a list is `{"row":{"S":"[...]"}}`, thousands of times. Parsed as JSON, that is two dicts for each
row, which cost as much as the rows themselves. But a row is the text of a JSON array (rows.py): it begins with `[` and
ends with `]`. A quote inside a JSON string always has a backslash before it; so `]"` is the end of a row and nothing
else, what stands between two rows is always the same, and one replacement makes the page a list of rows.
"""

import json

from dossiers.storage.operations import QueryPage

_FIRST = b'"Items":[{"row":{"S":"['
_BETWEEN = b']"}},{"row":{"S":"['
_LAST = b']"}}]'


def parse(body: bytes, attribute: str) -> QueryPage:
    """The page in the body of a response to a Query that projects this attribute.

    Raises ValueError for a body that is no such response: not JSON, without `Items`, or with items of another form.
    """
    extracted = _extract_rows(body) if attribute == "row" else None
    rows, rest = extracted or (None, body)
    response = json.loads(rest)
    try:
        values = [item[attribute]["S"] for item in response["Items"]] if rows is None else rows
        return QueryPage(values, response.get("LastEvaluatedKey"))
    except (AttributeError, KeyError, TypeError) as exc:
        raise ValueError("not the response to a Query") from exc


def _extract_rows(body: bytes) -> tuple[list[str], bytes] | None:
    """The rows of a response, and the response without them.

    None for every response of another form: one without items, with other attributes, or spaced otherwise.
    """
    start = body.find(_FIRST)
    end = body.find(_LAST, start)
    if start < 0 or end < 0:
        return None
    try:
        rows: list[str] = json.loads(b'["[' + body[start + len(_FIRST) : end].replace(_BETWEEN, b']","[') + b']"]')
    except ValueError:
        return None
    return rows, body[:start] + b'"Items":[]' + body[end + len(_LAST) :]
