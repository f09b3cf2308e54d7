"""A page of rows, taken out of DynamoDB's answer to a Query.

Pure. The answer to a list is `{"row":{"S":"[...]"}}`, thousands of times. Parsed as JSON, that is two dicts for each
row, which cost as much as the rows themselves. But a row is the text of a JSON array (rows.py): it begins with `[` and
ends with `]`. A quote inside a JSON string always has a backslash before it; so `]"` is the end of a row and nothing
else, what stands between two rows is always the same, and one replacement makes the page a list of rows.
"""

import json

_FIRST = b'"Items":[{"row":{"S":"['
_BETWEEN = b']"}},{"row":{"S":"['
_LAST = b']"}}]'


def taken_apart(body: bytes) -> tuple[list[str], bytes] | None:
    """The rows of an answer, and the answer without them.

    None for every answer of another form: one without items, with other attributes, or spaced otherwise.
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
