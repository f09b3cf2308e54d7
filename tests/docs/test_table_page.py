"""docs/table.md: its table of items agrees with the code."""

import re
from datetime import UTC, datetime

from dossiers.domain.content import Content
from dossiers.domain.names import MAX_PAIRED_WORDS, MAX_WORDS, Lookup
from dossiers.domain.roles import Role
from dossiers.storage import items, stored_dossier
from dossiers.storage.stored_dossier import StoredDossier
from dossiers.usecases import creating, listing
from tests.docs.markdown import code, read, section, table
from tests.engine import operations
from tests.routes import API_ROUTES

PAGE = read("docs/table.md")


def test_the_table_of_items_agrees_with_the_code() -> None:
    now = datetime.now(UTC)
    person = {"firstname": "a b", "lastname": "c", "birthdate": "1980-02-23"}
    content = Content("x", person)
    names = items.names_of("<group>", content, "<id>", "")
    made: dict[str, items.Item] = {
        "dossier": items.dossier("<group>", "<id>", "", "x", created_at=now, created_by=""),
        "name": next(item for item in names if "words" in item),
        "identifier": items.identifier("<group>", "<identifier>", "").item,
        "idempotency": items.idempotency(items.idempotency_key("<group>", "", ""), "", "", now=0, expires_at=0).item,
        "person": items.person("<id>", content, items.FIRST_VERSION),
        "grant": items.grant("<user>", "<group>", Role.READER, now, "").item,
    }
    made["name"] |= items.name_range("<group>", Lookup("<a>", "<b>")).at("<id>")._asdict()

    documented = {name: (code(pk), code(sk), attributes) for name, pk, sk, attributes in table(section(PAGE, "Items"))}
    assert documented.keys() == made.keys()
    for name, (pk, sk, attributes) in documented.items():
        pattern = re.escape(pk).replace("<hash>", "[0-9a-f]{64}")
        assert re.fullmatch(pattern, str(made[name]["pk"])), name
        assert sk == made[name]["sk"]
        assert set(re.findall(r"`(\w+)`", attributes)) == made[name].keys() - {"pk", "sk"}


def test_the_index_is_the_one_that_is_queried() -> None:
    assert f"`{items.INDEX_BY_EXTERNAL_IDENTIFIER}`" in section(PAGE, "Index")


def test_an_update_writes_the_attributes_of_the_chart_and_no_other() -> None:
    content = Content("x", {"lastname": "Doe"})
    puts, _ = stored_dossier.create("g", "id", content, created_at=datetime.now(UTC), created_by="")
    written = {put.key: put.item for put in puts}
    stored = StoredDossier(written[items.dossier_key("g", "id")], written[items.person_key("id")])
    changed = Content("y", {"lastname": "Jansen"})
    _, writes = stored_dossier.update(stored, changed, updated_at=datetime.now(UTC), updated_by="")
    chart = {code(sk): attributes for _, _, sk, attributes in table(section(PAGE, "Items"))}
    for kind, item in (("DOSSIER#<id>", writes[0]), ("PERSON", writes[1])):
        assert isinstance(item, items.Put)
        assert item.item.keys() - {"pk", "sk"} == set(re.findall(r"`(\w+)`", chart[kind]))


def test_the_roles_of_a_grant_are_those_of_the_code() -> None:
    (sentence,) = re.findall(r"^- `role` is (.+?)\.", PAGE, re.MULTILINE)
    assert re.findall(r"`(\w+)`", sentence) == list(Role)


def test_every_route_has_an_access_pattern() -> None:
    """The chart abbreviates the start of the paths in a group."""
    cells = "; ".join(request for request, *_ in table(section(PAGE, "Access patterns")))
    written = {
        (method, re.sub(r"^…(/\{dossier_group_id\})?", "/dossier_groups/{dossier_group_id}", path.split("?")[0]))
        for method, path in re.findall(r"`([A-Z]+) ([^`]+)`", cells)
    }
    assert written == {(route.method, route.path.removeprefix("/api/v1")) for route in API_ROUTES}


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"at most {MAX_WORDS} name items" in " ".join(PAGE.split())
    assert f"absent {int(creating.KEY_LIFETIME.total_seconds() / 3600)} hours after" in " ".join(PAGE.split())
    words = {8: "eight"}
    assert f"more than {MAX_PAIRED_WORDS} different words" in " ".join(PAGE.split())
    assert f"{words[listing.GROUPS_AHEAD]} groups in parallel" in " ".join(PAGE.split())


def test_the_cost_of_each_operation_is_the_one_that_is_counted() -> None:
    assert table(section(PAGE, "Cost of each operation")) == table(operations.markdown().replace(" --- ", "---"))
