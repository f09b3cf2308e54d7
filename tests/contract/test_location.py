"""Location: the URL of the dossier that was created, or that has the identifier."""

from tests.api import Api, Response
from tests.builders import a_body, a_patch, a_word

TAKEN = {"external_identifier": ["taken"]}


def located(api: Api, response: Response) -> str:
    """The id of the dossier that is shown at the Location of a response."""
    shown = api.at(response.headers["location"])
    assert shown.status == 200, (shown.status, shown.body)
    dossier_id: str = shown.json["id"]
    return dossier_id


def test_a_create_returns_the_url_of_the_dossier(api: Api) -> None:
    response = api.create(a_body())
    assert response.headers["location"] == f"{api.transport.base}{api.url(response.json['id'])}"
    assert located(api, response) == response.json["id"]


def test_a_create_in_another_group_returns_the_url_in_that_group(api: Api) -> None:
    response = api.create(a_body(), group=api.other)
    assert response.headers["location"] == f"{api.transport.base}{api.url(response.json['id'], group=api.other)}"


def test_a_create_returns_the_version_of_the_dossier(api: Api) -> None:
    assert api.create(a_body()).etag == '"1"'


def test_a_replayed_create_returns_the_same_url_and_version(api: Api) -> None:
    body, key = a_body(), a_word()
    first, again = api.create(body, key=key), api.create(body, key=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert (again.headers["location"], again.etag) == (first.headers["location"], first.etag)


def test_a_create_is_replayed_as_it_was_after_an_update(api: Api) -> None:
    body, key = a_body(), a_word()
    first = api.create(body, key=key)
    api.update_dossier(first.json["id"], city="Ede")
    again = api.create(body, key=key)
    assert (again.status, again.body, again.etag) == (200, first.body, '"1"')


def test_a_create_whose_identifier_is_taken_returns_the_url_of_the_dossier_that_has_it(api: Api) -> None:
    identifier = a_word()
    holder = api.create_dossier(external_identifier=identifier)
    response = api.create(a_body(external_identifier=identifier))
    assert (response.status, response.errors) == (422, TAKEN)
    assert located(api, response) == holder


def test_an_update_whose_identifier_is_taken_returns_the_url_of_the_dossier_that_has_it(api: Api) -> None:
    identifier = a_word()
    holder, other = api.create_dossier(external_identifier=identifier), api.create_dossier()
    response = api.update(other, a_patch(external_identifier=identifier))
    assert (response.status, response.errors) == (422, TAKEN)
    assert located(api, response) == holder


def test_an_identifier_that_an_update_has_set_is_located_too(api: Api) -> None:
    identifier = a_word()
    holder = api.create_dossier()
    api.update_dossier(holder, external_identifier=identifier)
    assert located(api, api.create(a_body(external_identifier=identifier))) == holder


def test_no_other_refusal_has_a_location(api: Api) -> None:
    dossier = api.create_dossier()
    for response in (
        api.create(a_body(gender="x")),
        api.create("{"),
        api.create(a_body(), group=a_word()),
        api.update(dossier, a_patch(gender="x")),
        api.update(dossier, a_patch(city="Ede"), if_match='"9"'),
    ):
        assert response.status >= 400
        assert "location" not in response.headers


def test_a_list_a_show_and_an_update_have_no_location(api: Api) -> None:
    dossier = api.create_dossier()
    for response in (api.search(limit="1"), api.show(dossier), api.update_dossier(dossier, city="Ede")):
        assert "location" not in response.headers
