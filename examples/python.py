"""Creates, lists, shows, updates and deletes a dossier, with Python's standard library alone."""

import json
import os
import re
import time
import urllib.error
import urllib.request
import uuid

API_URL, TOKEN, GROUP = (os.environ[name] for name in ("API_URL", "TOKEN", "GROUP"))
DOSSIERS = f"{API_URL}/api/v1/dossier_groups/{GROUP}/dossiers"


class Refused(Exception):
    """A response that reports an error: its status, and its keywords by field."""


def request(method, url, body=None, *, attempt=1, **headers):
    """Returns the headers and the document of the response. Makes up to five attempts after 429, 503 or none."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"} | headers
    sent = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers, method=method)
    try:
        with urllib.request.urlopen(sent, timeout=35) as response:
            return response.headers, json.loads(response.read() or "null")
    except urllib.error.HTTPError as error:
        if error.code not in (429, 503) or attempt == 5:
            raise Refused(error.code, json.load(error).get("errors", {})) from error
        time.sleep(int(error.headers.get("Retry-After", attempt)))
    except OSError:  # no connection, or no response: repeating is safe with Idempotency-Key or If-Match
        if attempt == 5:
            raise
        time.sleep(attempt)
    return request(method, url, body, attempt=attempt + 1, **headers)


try:
    request("POST", DOSSIERS, {"person": {"lastname": "Visser", "gender": "V", "birthdate": "1980-02-30"}})
except Refused as refused:  # a form shows a translation of each keyword next to its field
    print("Refused:", *refused.args)

person = {"firstname": "Sanne", "lastname": "Visser", "gender": "F", "birthdate": "1980-02-23"}
# One key per dossier: each attempt sends the same one, so they create one dossier together.
_, created = request("POST", DOSSIERS, {"person": person}, **{"Idempotency-Key": str(uuid.uuid4())})
url, ids = f"{DOSSIERS}?limit=100", []
while url:
    headers, table = request("GET", url)
    ids += [row[table["headers"].index("id")] for row in table["rows"]]
    url = next(iter(re.findall(r'<([^>]*)>; *rel="next"', headers.get("Link", ""))), None)
print(f"The group has {len(set(ids))} dossiers, and the new one is {'' if created['id'] in ids else 'not '}among them")

dossier = f"{DOSSIERS}/{created['id']}"
headers, shown = request("GET", dossier)
# If-Match: if somebody else has updated the dossier since it was shown, the response is 412 and nothing changes.
headers, updated = request("PATCH", dossier, {"person": {"lastname": "de Visser"}}, **{"If-Match": headers["ETag"]})
print(f"{shown['person']['lastname']} is now {updated['person']['lastname']}")
request("DELETE", dossier, **{"If-Match": headers["ETag"]})
print("Deleted")
