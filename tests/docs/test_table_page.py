"""docs/table.md: its table of items agrees with the code."""

import re
from datetime import UTC, datetime

from dossiers.domain.names import MAX_PAIRED_WORDS, Lookup
from dossiers.storage import items
from dossiers.usecases import listing
from tests.docs.markdown import code, read, section, table

PAGE = read("docs/table.md")


def test_the_table_of_items_agrees_with_the_code() -> None:
    now = datetime.now(UTC)
    fresh = {
        "dossier": items.dossier("<group>", "<id>", "", "x", created_at=now, created_by=""),
        "name": next(put for put in items.names_of("<group>", {"a", "b", "c"}, "<id>", "") if "words" in put.item),
        "identifier": items.identifier("<group>", "<identifier>", ""),
        "idempotency": items.idempotency(items.idempotency_key("<group>", "", ""), "", "", now=0, expires_at=0),
        "person": items.person("<id>", {}, {"a"}),
    }
    made = {name: put.item for name, put in fresh.items()}
    made["name"] |= items.name_range("<group>", Lookup("<a>", "<b>")).at("<id>")._asdict()
    made["grant"] = items.grant("<user>", "<group>", now, "").item

    documented = {name: (code(pk), code(sk), attributes) for name, pk, sk, attributes in table(section(PAGE, "Items"))}
    assert documented.keys() == made.keys()
    for name, (pk, sk, attributes) in documented.items():
        pattern = re.escape(pk).replace("<hash>", "[0-9a-f]{64}")
        assert re.fullmatch(pattern, str(made[name]["pk"])), name
        assert sk == made[name]["sk"]
        assert set(re.findall(r"`(\w+)`", attributes)) == made[name].keys() - {"pk", "sk"}


def test_the_index_is_the_one_that_is_queried() -> None:
    assert f"`{items.INDEX_BY_EXTERNAL_IDENTIFIER}`" in section(PAGE, "Index")


def test_the_numbers_are_those_of_the_code() -> None:
    words = {8: "eight"}
    assert f"more than {MAX_PAIRED_WORDS} different words" in " ".join(PAGE.split())
    assert f"{words[listing.GROUPS_AHEAD]} groups in parallel" in " ".join(PAGE.split())
