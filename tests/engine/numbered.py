"""Dossiers whose fields say which version they are: every update sets them all."""

from tests.api import Api
from tests.builders import a_patch


def fields(dossier: str, number: int) -> dict[str, str]:
    """The fields of a version. Names have two, three and eleven words in turn."""
    others = ("", " Jan", " a b c d e f g h i")[number % 3]
    return {
        "firstname": f"number{number}",
        "lastname": f"Jansen{others}",
        "city": f"City {number}",
        "external_identifier": f"{dossier}-{number}",
    }


def patch(dossier: str, number: int) -> str:
    """The body of the update that makes this version."""
    return a_patch(**fields(dossier, number))


def create(api: Api) -> str:
    """Create a dossier and update it to version 2. Returns its id."""
    dossier = api.create_dossier()
    assert api.update(dossier, patch(dossier, 2)).headers["etag"] == '"2"'
    return dossier


def version(api: Api, dossier: str) -> int:
    """The version of a dossier. Fails unless all of it is of that version, and it is found by that and no other."""
    response = api.show(dossier)
    assert response.status == 200
    number = int(response.headers["etag"].strip('"'))
    expected = fields(dossier, number)
    shown = {**response.json["person"], **response.json["dossier"]}
    assert {name: shown[name] for name in expected} == expected
    for other in range(2, number + 2):
        found = [dossier] if other == number else []
        assert api.search(external_identifier=fields(dossier, other)["external_identifier"]).ids == found
        named = api.search(name=f"number{other} jansen").ids
        assert (dossier in named) == (other == number)
    return number
