"""PATCH: a JSON Merge Patch (RFC 7396) of one dossier, by the rules of a create."""

import json
from typing import Any
from uuid import uuid4

import pytest

from dossiers.domain.person import Person
from tests.api import Api, Response, a_row
from tests.builders import a_patch, a_word
from tests.contract.test_bodies import INVALID_JSON, LONE_SURROGATES, NOT_A_JSON_OBJECT
from tests.invisible import INVISIBLE

FIELDS = list(Person.model_fields)
OLD = dict.fromkeys(FIELDS, "old") | {"birthdate": "1980-02-23", "gender": "F", "email": "old@example.com"}
NEW = dict.fromkeys(FIELDS, "new") | {"birthdate": "1981-03", "gender": "M", "email": "new@example.com"}
TAKEN = {"external_identifier": ["taken"]}
BLANK = {"base": ["blank"]}
NOT_FOUND = {"dossier_id": ["not_found"]}


def a_full_dossier(api: Api) -> str:
    """A dossier with a value in each field, except for the identifier."""
    return api.create_dossier(**OLD)


def refused(api: Api, dossier: str, patch: Any, **options: str) -> dict[str, list[str]]:
    """The errors that a patch is refused with; nothing of it must be written."""
    before = api.show(dossier)
    response = api.update(dossier, patch if isinstance(patch, (str, bytes)) else json.dumps(patch), **options)
    assert response.status == 422, (response.status, response.body)
    after = api.show(dossier)
    assert (after.body, after.etag) == (before.body, before.etag)
    return response.errors


# --- Merging --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_sent_with_a_value_replaces_and_no_other_changes(api: Api, field: str) -> None:
    dossier = a_full_dossier(api)
    api.update_dossier(dossier, **{field: NEW[field]})
    assert api.show_dossier(dossier)["person"] == OLD | {field: NEW[field]}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_had_no_value_gets_one(api: Api, field: str) -> None:
    dossier = api.create_dossier(firstname=None, lastname=None, external_identifier=a_word())
    api.update_dossier(dossier, **{field: NEW[field]})
    assert api.show_dossier(dossier)["person"] == dict.fromkeys(FIELDS) | {field: NEW[field]}


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_is_null_is_removed(api: Api, field: str) -> None:
    dossier = a_full_dossier(api)
    api.update_dossier(dossier, **{field: None})
    assert api.show_dossier(dossier)["person"] == OLD | {field: None}


@pytest.mark.parametrize("nothing", ["", " ", "\u3000\t", "\ufeff\u200b"], ids=ascii)
def test_a_field_that_is_empty_after_trimming_is_removed(api: Api, nothing: str) -> None:
    dossier = api.create_dossier(external_identifier=a_word(), **OLD)
    api.update_dossier(dossier, **dict.fromkeys(FIELDS, nothing))
    assert api.show_dossier(dossier)["person"] == dict.fromkeys(FIELDS)


def test_every_invisible_character_is_trimmed_from_both_ends(api: Api) -> None:
    dossier = api.create_dossier()
    ends = "".join(INVISIBLE)
    api.update_dossier(dossier, **{field: ends + value + ends[::-1] for field, value in NEW.items()})
    assert api.show_dossier(dossier)["person"] == NEW


def test_all_fields_can_be_replaced_at_once(api: Api) -> None:
    dossier, identifier = a_full_dossier(api), a_word()
    api.update_dossier(dossier, external_identifier=identifier, **NEW)
    shown = api.show_dossier(dossier)
    assert (shown["dossier"], shown["person"]) == ({"external_identifier": identifier}, NEW)


def test_fields_are_set_changed_and_removed_in_one_patch(api: Api) -> None:
    dossier = api.create_dossier(firstname="Jan", lastname="Jansen", city="Ede")
    api.update_dossier(dossier, firstname="Piet", city=None, street="Dorpsstraat 1\r\nachter")
    person = {"firstname": "Piet", "lastname": "Jansen", "street": "Dorpsstraat 1\nachter"}
    assert api.show_dossier(dossier)["person"] == dict.fromkeys(FIELDS) | person


UNCHANGING: list[dict[str, Any]] = [
    {},
    {"dossier": None},
    {"person": None},
    {"dossier": None, "person": None},
    {"dossier": {}, "person": {}},
    {"person": OLD},
    {"person": {"firstname": "old"}},
    {"person": {"firstname": " old\u3000", "gender": "\tF"}},
    {"dossier": {"external_identifier": None}},
    {"dossier": {"external_identifier": " "}},
]


@pytest.mark.parametrize("patch", UNCHANGING, ids=lambda patch: json.dumps(patch)[:60])
def test_a_patch_that_changes_nothing_keeps_the_version_and_the_moment(api: Api, patch: dict[str, Any]) -> None:
    dossier = a_full_dossier(api)
    before = api.show(dossier)
    response = api.update(dossier, patch)
    assert (response.status, response.etag, response.json) == (200, '"1"', before.json)
    after = api.show(dossier)
    assert (after.etag, after.body) == ('"1"', before.body)


def test_a_patch_that_removes_what_is_not_there_changes_nothing(api: Api) -> None:
    dossier = api.create_dossier()
    response = api.update_dossier(dossier, city=None, street="", email=" ", external_identifier=None)
    assert response.etag == '"1"'


def test_the_own_identifier_changes_nothing(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier)
    assert api.update_dossier(dossier, external_identifier=f" {identifier} ").etag == '"1"'


def test_an_update_returns_the_dossier_as_it_is_shown_afterwards(api: Api) -> None:
    dossier = api.create_dossier(external_identifier=a_word())
    response = api.update_dossier(dossier, city="Ede")
    shown = api.show(dossier)
    assert (response.json, response.etag) == (shown.json, shown.etag)


def test_each_update_that_changes_something_increments_the_version(api: Api) -> None:
    dossier = api.create_dossier()
    etags = [api.update_dossier(dossier, city=city).etag for city in ("Ede", "Epe", "Epe", "Ede", "")]
    assert etags == ['"2"', '"3"', '"3"', '"4"', '"5"']


def test_an_update_keeps_when_the_dossier_was_created_and_says_when_it_was_updated(api: Api) -> None:
    dossier = api.create_dossier()
    before, after = api.show_dossier(dossier), api.update_dossier(dossier, city="Ede").json
    assert after["created_at"] == before["created_at"]
    assert after["updated_at"] >= before["updated_at"]


def test_a_later_update_has_a_later_moment(api: Api) -> None:
    dossier = api.create_dossier()
    moments = [api.update_dossier(dossier, city=a_word()).json["updated_at"] for _ in range(3)]
    assert moments == sorted(moments)


def test_two_updates_of_different_fields_both_stay(api: Api) -> None:
    dossier = api.create_dossier(firstname="Jan", lastname="Jansen")
    api.update_dossier(dossier, city="Ede")
    api.update_dossier(dossier, street="Dorpsstraat 1")
    person = api.show_dossier(dossier)["person"]
    assert (person["city"], person["street"]) == ("Ede", "Dorpsstraat 1")


def test_a_byte_order_mark_is_allowed(api: Api) -> None:
    dossier = api.create_dossier()
    response = api.update(dossier, b'\xef\xbb\xbf{"person": {"city": "Zo\xc3\xab"}}')
    assert (response.status, response.json["person"]["city"]) == (200, "Zoë")


# --- Blank ----------------------------------------------------------------------------------------------------------


def test_at_least_one_field_must_remain(api: Api) -> None:
    dossier = api.create_dossier(firstname="Jan", lastname="Jansen")
    assert refused(api, dossier, {"person": {"firstname": None, "lastname": " "}}) == BLANK


def test_the_identifier_may_be_all_that_remains(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier, firstname="Jan", lastname=None)
    api.update_dossier(dossier, firstname=None)
    shown = api.show_dossier(dossier)
    assert (shown["dossier"], shown["person"]) == ({"external_identifier": identifier}, dict.fromkeys(FIELDS))


def test_the_identifier_may_not_be_removed_when_it_is_all_there_is(api: Api) -> None:
    dossier = api.create_dossier(external_identifier=a_word(), firstname=None, lastname=None)
    assert refused(api, dossier, {"dossier": {"external_identifier": None}}) == BLANK


def test_the_last_field_may_be_removed_when_another_is_set(api: Api) -> None:
    dossier = api.create_dossier(firstname="Jan", lastname=None)
    api.update_dossier(dossier, firstname=None, external_identifier=(identifier := a_word()))
    assert api.show_dossier(dossier)["dossier"] == {"external_identifier": identifier}


def test_blank_is_said_only_when_nothing_else_is_wrong(api: Api) -> None:
    dossier = api.create_dossier(firstname="Jan", lastname=None)
    assert refused(api, dossier, {"person": {"firstname": None, "x": 1}}) == {"x": ["unknown"]}


# --- The identifier -------------------------------------------------------------------------------------------------


def test_an_identifier_can_be_set(api: Api) -> None:
    dossier, identifier = api.create_dossier(), a_word()
    api.update_dossier(dossier, external_identifier=f"\u3000{identifier}")
    assert api.show_dossier(dossier)["dossier"] == {"external_identifier": identifier}
    assert api.search(external_identifier=identifier).ids == [dossier]


def test_a_changed_identifier_is_found_and_the_old_one_is_not(api: Api) -> None:
    old, new = a_word(), a_word()
    dossier = api.create_dossier(external_identifier=old)
    api.update_dossier(dossier, external_identifier=new)
    assert api.search(external_identifier=new).ids == [dossier]
    assert api.search(external_identifier=old).ids == []


def test_a_removed_identifier_is_not_found(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier)
    api.update_dossier(dossier, external_identifier=None)
    assert api.search(external_identifier=identifier).ids == []
    assert api.show_dossier(dossier)["dossier"] == {"external_identifier": None}


def test_an_identifier_that_is_not_sent_stays(api: Api) -> None:
    identifier = a_word()
    dossier = api.create_dossier(external_identifier=identifier)
    api.update_dossier(dossier, lastname=(name := a_word()))
    assert api.search(external_identifier=identifier).column("lastnameid") == [name]


@pytest.mark.parametrize("new", ["another", None])
def test_the_old_identifier_is_free_for_a_create_at_once(api: Api, new: str | None) -> None:
    old = a_word()
    first = api.create_dossier(external_identifier=old)
    api.update_dossier(first, external_identifier=new and a_word())
    second = api.create_dossier(external_identifier=old)
    assert api.search(external_identifier=old).ids == [second]


def test_the_old_identifier_is_free_for_an_update_at_once(api: Api) -> None:
    old = a_word()
    first, second = api.create_dossier(external_identifier=old), api.create_dossier()
    api.update_dossier(first, external_identifier=a_word())
    api.update_dossier(second, external_identifier=old)
    assert api.search(external_identifier=old).ids == [second]


def test_two_dossiers_can_swap_their_identifiers(api: Api) -> None:
    one, other = a_word(), a_word()
    first, second = api.create_dossier(external_identifier=one), api.create_dossier(external_identifier=other)
    api.update_dossier(first, external_identifier=None)
    api.update_dossier(second, external_identifier=one)
    api.update_dossier(first, external_identifier=other)
    assert api.search(external_identifier=one).ids == [second]
    assert api.search(external_identifier=other).ids == [first]


def test_an_identifier_can_come_back(api: Api) -> None:
    one, other = a_word(), a_word()
    dossier = api.create_dossier(external_identifier=one)
    for identifier in (other, one, other, one):
        api.update_dossier(dossier, external_identifier=identifier)
    assert api.search(external_identifier=one).ids == [dossier]
    assert api.search(external_identifier=other).ids == []


def test_an_identifier_that_another_dossier_of_the_group_has_is_taken(api: Api) -> None:
    identifier = a_word()
    holder, dossier = api.create_dossier(external_identifier=identifier), api.create_dossier()
    assert refused(api, dossier, {"dossier": {"external_identifier": f" {identifier}"}}) == TAKEN
    assert api.search(external_identifier=identifier).ids == [holder]


def test_a_patch_whose_identifier_is_taken_writes_nothing_at_all(api: Api) -> None:
    identifier, name, own = a_word(), a_word(), a_word()
    api.create_dossier(external_identifier=identifier)
    dossier = api.create_dossier(external_identifier=own)
    patch = {"dossier": {"external_identifier": identifier}, "person": {"firstname": name, "lastname": None}}
    assert refused(api, dossier, patch) == TAKEN
    assert api.search(name=name).rows == []
    assert api.search(external_identifier=own).ids == [dossier]


def test_taken_is_checked_when_all_else_is_in_order(api: Api) -> None:
    identifier = a_word()
    api.create_dossier(external_identifier=identifier)
    patch = {"dossier": {"external_identifier": identifier}, "person": {"gender": "x"}}
    assert refused(api, api.create_dossier(), patch) == {"gender": ["inclusion"]}


def test_the_identifier_of_another_group_is_free(api: Api) -> None:
    identifier = a_word()
    there, here = api.create_dossier(external_identifier=identifier, group=api.other), api.create_dossier()
    api.update_dossier(here, external_identifier=identifier)
    assert api.search(external_identifier=identifier).ids == [here]
    assert api.search(api.other, external_identifier=identifier).ids == [there]


@pytest.mark.parametrize("variant", ["{}é", "{}e\u0301", "{}#EXTERNAL#e", "{}+e", "{} e", "{}😀"])
def test_identifiers_are_compared_exactly(api: Api, variant: str) -> None:
    word = a_word()
    api.create_dossier(external_identifier=word)
    dossier = api.create_dossier()
    api.update_dossier(dossier, external_identifier=variant.format(word))
    assert api.search(external_identifier=variant.format(word)).ids == [dossier]


# --- The name -------------------------------------------------------------------------------------------------------


def test_a_dossier_is_found_by_its_new_name_and_not_by_words_that_only_the_old_one_had(api: Api) -> None:
    old, new, kept = a_word(), a_word(), a_word()
    dossier = api.create_dossier(firstname=kept, lastname=old)
    api.update_dossier(dossier, lastname=new)
    for found in (kept, new, f"{kept} {new}"):
        assert api.index(name=found).ids == api.search(name=found).ids == [dossier]
    for gone in (old, f"{kept} {old}", f"{new} {old}"):
        assert api.index(name=gone).ids == api.search(name=gone).ids == []


def test_every_list_and_search_shows_the_new_row(api: Api) -> None:
    name, identifier = a_word(), a_word()
    dossier = api.create_dossier(firstname=name, lastname="x", gender="M", external_identifier=identifier)
    api.update_dossier(dossier, lastname="y", gender="F", birthdate="1980-02")
    row = a_row(id=dossier, birth_year=1980, gender="F", firstname=name, lastnameid="y")
    searches: list[dict[str, str]] = [{"name": name}, {"name": "y " + name}, {"external_identifier": identifier}]
    for search in searches:
        assert api.search(**search).rows == api.post_search(search).rows == [row]
    assert api.index(name=name).rows == api.post_index({"name": name}).rows == [row]
    listed = [row for page in api.pages(api.search()) for row in page.rows]
    assert [row for row in listed if row[0] == dossier] == [row]


def test_a_value_that_no_row_shows_changes_no_row(api: Api) -> None:
    name = a_word()
    dossier = api.create_dossier(firstname=name)
    before = api.search(name=name).rows
    api.update_dossier(dossier, city="Ede", email="a@b.nl", initials="J.", external_identifier=a_word())
    assert api.search(name=name).rows == before


def test_a_removed_name_is_found_by_no_word_and_the_dossier_is_listed(api: Api) -> None:
    first, last = a_word(), a_word()
    dossier = api.create_dossier(firstname=first, lastname=last, city="Ede")
    api.update_dossier(dossier, firstname=None, lastname=None)
    assert api.search(name=first).ids == api.search(name=last).ids == []
    assert dossier in api.all_ids(api.search())


def test_a_name_can_be_added(api: Api) -> None:
    name = a_word()
    dossier = api.create_dossier(firstname=None, lastname=None, city="Ede")
    api.update_dossier(dossier, firstname=name)
    assert api.search(name=name).ids == [dossier]


def test_a_word_that_moves_from_one_name_to_the_other_is_still_found(api: Api) -> None:
    one, other = a_word(), a_word()
    dossier = api.create_dossier(firstname=one, lastname=other)
    api.update_dossier(dossier, firstname=other, lastname=one)
    assert api.search(name=f"{one} {other}").rows == [a_row(id=dossier, firstname=other, lastnameid=one)]


def test_a_name_that_is_only_written_otherwise_is_shown_so(api: Api) -> None:
    name = a_word("müller")
    dossier = api.create_dossier(lastname=name, firstname=None)
    api.update_dossier(dossier, lastname=name.upper())
    assert api.search(name=name).rows == [a_row(id=dossier, lastnameid=name.upper())]


@pytest.mark.slow
@pytest.mark.parametrize(("before", "after"), [(1, 48), (48, 1), (9, 10), (10, 9), (10, 48), (48, 48)])
def test_a_name_of_many_words_is_replaced_by_another(api: Api, before: int, after: int) -> None:
    old, new = ([a_word()[:9] for _ in range(count)] for count in (before, after))
    kept = old[0]
    dossier = api.create_dossier(firstname=" ".join(old[:24]), lastname=" ".join(old[24:]))
    new[0] = kept
    api.update_dossier(dossier, firstname=" ".join(new[:24]), lastname=" ".join(new[24:]))
    assert api.search(name=" ".join(new)).ids == [dossier]
    assert [api.search(name=word).ids for word in new] == [[dossier]] * after
    assert [api.search(name=word).ids for word in old[1:]] == [[]] * (before - 1)


def test_the_words_are_counted_together_with_those_of_the_name_that_remains(api: Api) -> None:
    words = [f"{number:02}" for number in range(49)]
    dossier = api.create_dossier(firstname=" ".join(words[:24]), lastname="x")
    api.update_dossier(dossier, lastname=" ".join(words[24:48]))
    too_many = {"firstname": ["too_many_words"], "lastname": ["too_many_words"]}
    assert refused(api, dossier, {"person": {"lastname": " ".join(words[24:])}}) == too_many
    assert refused(api, dossier, {"person": {"firstname": " ".join([*words[:24], words[48]])}}) == too_many
    api.update_dossier(dossier, firstname=None, lastname=" ".join(words[:48]))


def test_too_many_words_are_reported_on_each_name_that_remains(api: Api) -> None:
    words = " ".join(str(number) for number in range(49))
    dossier = api.create_dossier(firstname="Jan", lastname="Jansen")
    assert refused(api, dossier, {"person": {"firstname": None, "lastname": words}}) == {"lastname": ["too_many_words"]}
    assert refused(api, dossier, {"person": {"lastname": words}}) == {
        "firstname": ["too_many_words"],
        "lastname": ["too_many_words"],
    }


def test_words_that_both_names_have_count_once(api: Api) -> None:
    words = " ".join(str(number) for number in range(48))
    dossier = api.create_dossier(firstname=words, lastname="0")
    assert api.update_dossier(dossier, lastname=words).etag == '"2"'


def test_a_name_that_is_not_sent_is_no_reason_to_refuse_another_field(api: Api) -> None:
    dossier = api.create_dossier(firstname=" ".join(str(number) for number in range(48)), lastname=None)
    assert api.update_dossier(dossier, city="Ede").etag == '"2"'


# --- The rules of the fields ----------------------------------------------------------------------------------------

NOT_OBJECTS: list[Any] = [[], "x", 1, True, 0, "", False]
BROKEN: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"person": {"firstname": 1}}, {"firstname": ["invalid"]}),
    ({"person": {"city": ["x"]}}, {"city": ["invalid"]}),
    ({"person": {"street": {"x": 1}}}, {"street": ["invalid"]}),
    ({"person": {"gender": True}}, {"gender": ["invalid"]}),
    ({"dossier": {"external_identifier": 1.5}}, {"external_identifier": ["invalid"]}),
    ({"person": {"lastname": "a\x00b"}}, {"lastname": ["invalid"]}),
    ({"person": {"street": "a\x0bb"}}, {"street": ["invalid"]}),
    ({"person": {"city": "a\nb"}}, {"city": ["invalid"]}),
    ({"person": {"city": "\ud800"}}, {"city": ["invalid"]}),
    ({"dossier": {"external_identifier": "a\x7f"}}, {"external_identifier": ["invalid"]}),
    ({"dossier": {"external_identifier": "a\udc00"}}, {"external_identifier": ["invalid"]}),
    *(({"person": {field: "x" * 256}}, {field: ["too_long"]}) for field in FIELDS),
    ({"dossier": {"external_identifier": "😀" * 256}}, {"external_identifier": ["too_long"]}),
    ({"person": {"firstname": "字" * 161}}, {"firstname": ["too_long"]}),
    ({"person": {"lastname": "字" * 161}}, {"lastname": ["too_long"]}),
    ({"person": {"birthdate": "1980-02-30"}}, {"birthdate": ["invalid_date"]}),
    ({"person": {"birthdate": "1849-12-31"}}, {"birthdate": ["invalid_date"]}),
    ({"person": {"birthdate": "23-02-1980"}}, {"birthdate": ["invalid_date"]}),
    ({"person": {"birthdate": "2999-12-31"}}, {"birthdate": ["in_future"]}),
    ({"person": {"birthdate": "9999"}}, {"birthdate": ["in_future"]}),
    ({"person": {"gender": "m"}}, {"gender": ["inclusion"]}),
    ({"person": {"email": "x"}}, {"email": ["invalid_email"]}),
    ({"firstname": "x"}, {"firstname": ["unknown"]}),
    ({"id": "59abe42d-ad25-4273-95ef-86444705e8d3"}, {"id": ["unknown"]}),
    ({"created_at": "2026-11-24T04:05:21.123Z"}, {"created_at": ["unknown"]}),
    ({"person": {"Firstname": None}}, {"Firstname": ["unknown"]}),
    ({"person": {"external_identifier": None}}, {"external_identifier": ["unknown"]}),
    ({"dossier": {"id": None}}, {"id": ["unknown"]}),
    ({"": None}, {"": ["unknown"]}),
    *(({"person": value}, {"person": ["invalid"]}) for value in NOT_OBJECTS),
    *(({"dossier": value}, {"dossier": ["invalid"]}) for value in NOT_OBJECTS),
    ({"dossier": {"email": "x"}, "person": {"email": "bad"}}, {"email": ["invalid_email", "unknown"]}),
    ({"dossier": 1, "person": {"dossier": {}}}, {"dossier": ["invalid", "unknown"]}),
]


@pytest.mark.parametrize(("patch", "errors"), BROKEN, ids=lambda value: json.dumps(value)[:60])
def test_a_field_that_breaks_a_rule_is_refused_with_its_keyword(
    api: Api, patch: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    assert refused(api, api.create_dossier(), patch) == errors


def test_every_broken_field_is_named_at_once_with_the_parameters_and_the_version(api: Api) -> None:
    patch = {
        "dossier": {"external_identifier": 5, "x": 1},
        "person": {"firstname": "a" * 256, "email": "x", "birthdate": "x", "gender": "x", "y": None, "city": "Ede"},
        "z": {},
    }
    response = api.update(api.create_dossier(), patch, query="q=1&city=1&%ff=1", if_match="x")
    assert (response.status, response.errors) == (
        422,
        {
            "external_identifier": ["invalid"],
            "x": ["unknown"],
            "firstname": ["too_long"],
            "email": ["invalid_email"],
            "birthdate": ["invalid_date"],
            "gender": ["inclusion"],
            "y": ["unknown"],
            "z": ["unknown"],
            "q": ["unknown"],
            "city": ["unknown"],
            "base": ["invalid"],
            "if_match": ["invalid"],
        },
    )


def test_the_rules_that_need_the_dossier_wait_for_the_others(api: Api) -> None:
    identifier, words = a_word(), " ".join(str(number) for number in range(49))
    api.create_dossier(external_identifier=identifier)
    patch = {"dossier": {"external_identifier": identifier}, "person": {"firstname": words, "gender": "x"}}
    assert refused(api, api.create_dossier(), patch) == {"gender": ["inclusion"]}


@pytest.mark.parametrize("body", NOT_A_JSON_OBJECT.values(), ids=NOT_A_JSON_OBJECT.keys())
def test_a_body_that_is_not_one_json_object_is_invalid_json(api: Api, body: bytes) -> None:
    response = api.update(api.create_dossier(), body)
    assert (response.status, response.errors) == (400, INVALID_JSON)


def test_an_update_without_a_body_is_invalid_json(api: Api) -> None:
    response = api.update(api.create_dossier(), None)
    assert (response.status, response.errors) == (400, INVALID_JSON)


@pytest.mark.parametrize("key", LONE_SURROGATES)
def test_a_key_with_half_a_surrogate_pair_is_invalid_under_base(api: Api, key: str) -> None:
    body = f'{{"{key}": 1, "person": {{"gender": "x"}}}}'
    assert refused(api, api.create_dossier(), body) == {"base": ["invalid"], "gender": ["inclusion"]}


@pytest.mark.parametrize("name", ["name", "limit", "version", "city", "if_match"])
def test_an_update_takes_no_parameter(api: Api, name: str) -> None:
    assert refused(api, api.create_dossier(), {"person": {"city": "Ede"}}, query=f"{name}=1") == {name: ["unknown"]}


@pytest.mark.parametrize("patch", [{}, {"person": {"firstname": None}}, {"person": {"city": "Ede"}}], ids=json.dumps)
def test_a_dossier_that_is_not_there_is_not_found_whatever_the_patch(api: Api, patch: dict[str, Any]) -> None:
    response: Response = api.update(str(uuid4()), patch)
    assert (response.status, response.errors) == (404, NOT_FOUND)


def test_an_update_makes_no_dossier(api: Api) -> None:
    name, dossier = a_word(), str(uuid4())
    assert api.update(dossier, a_patch(lastname=name)).status == 404
    assert api.search(name=name).rows == []
    assert api.show(dossier).status == 404
