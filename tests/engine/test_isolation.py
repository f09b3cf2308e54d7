"""Users see the groups that are granted to them and nothing else, whatever they and other users request."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers.storage.table import Table
from dossiers.usecases import access
from tests.api import Api, Handlers
from tests.builders import a_body, a_word
from tests.contents import a_user
from tests.threads import at_once

WORDS = ["jan", "piet", "de", "vries", "jansen"]
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=20)
@given(
    grants=st.lists(st.sets(st.integers(0, 3)), min_size=1, max_size=3),
    dossiers=st.lists(st.tuples(st.integers(0, 3), names, names), max_size=12),
    query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True),
    limit=st.integers(1, 5),
)
def check_that_lists_are_what_the_grants_say(
    table: Table, grants: list[set[int]], dossiers: list[tuple[int, str, str]], query: list[str], limit: int
) -> None:
    groups = sorted(a_word("group-") for _ in range(4))
    user = a_word("user-")
    owner = Api(Handlers(user), groups[0], groups[1])
    access.grant(table, user, groups, by="tests")
    created = [
        (
            group,
            owner.create_dossier(group=groups[group], firstname=first, lastname=last),
            set(f"{first} {last}".split()),
        )
        for group, first, last in dossiers
    ]
    created.sort()
    for granted in grants:
        user = a_word("user-")
        access.grant(table, user, [groups[group] for group in granted], by="tests")
        api = Api(Handlers(user), groups[0], groups[1])
        visible = [dossier for group, dossier, _ in created if group in granted]
        found = [dossier for group, dossier, words in created if group in granted and set(query) <= words]
        assert api.index().ids == visible
        assert api.all_ids(api.index(limit=str(limit))) == visible
        assert api.index(name=" ".join(query)).ids == found
        assert api.all_ids(api.index(name=" ".join(query), limit=str(limit))) == found
        for number, group in enumerate(groups):
            response = api.search(group)
            if number in granted:
                assert response.ids == [dossier for at, dossier, _ in created if at == number]
            else:
                assert response.status == 404


def test_lists_are_what_the_grants_say(dynamodb_local: Table) -> None:
    check_that_lists_are_what_the_grants_say(dynamodb_local)


def test_a_revocation_takes_effect_at_the_next_request(dynamodb_local: Table) -> None:
    user = a_word("user-")
    api = a_user(dynamodb_local, groups=2, user=user)
    own, other = api.create_dossier(external_identifier="x"), api.create_dossier(group=api.other)
    page = api.index(limit="1")
    assert page.ids == [own]
    access.revoke(dynamodb_local, user, [api.group])
    assert api.index().ids == [other]
    assert api.index(name="johanna").ids == [other]
    assert api.follow(page).ids == [other]
    for response in (api.search(), api.search(external_identifier="x"), api.create(a_body())):
        assert response.status == 404


def test_a_link_of_one_user_gives_another_user_no_access(dynamodb_local: Table) -> None:
    one, two = a_user(dynamodb_local), a_user(dynamodb_local)
    for _ in range(2):
        one.create_dossier()
    mine = [two.create_dossier() for _ in range(2)]
    link = one.index(limit="1").next
    assert link is not None
    response = two.transport.request("GET", link.removeprefix(one.transport.base))
    assert set(response.ids) <= set(mine)


def test_16_concurrent_users_each_receive_their_own_lists(dynamodb_local: Table) -> None:
    """The handlers run in threads of one process here, and no user may get the response to another's request."""
    users = [a_user(dynamodb_local) for _ in range(16)]
    own = [[api.create_dossier(firstname="Jan") for _ in range(2)] for api in users]

    def send_requests(number: int) -> None:
        api, dossiers = users[number], sorted(own[number])
        for _ in range(8):
            query = random.choice([{}, {"name": "jan"}])
            assert random.choice([api.index, api.search])(**query).ids == dossiers
            assert api.search(users[number - 1].group).status == 404

    at_once(16, send_requests)


def test_users_whose_names_look_like_keys_are_kept_apart(dynamodb_local: Table) -> None:
    table = dynamodb_local

    def groups_of(user: str) -> list[str]:
        return [grant.group for grant in access.grants(table, user)]

    access.grant(table, "a", ["one"], by="tests")
    access.grant(table, "a#GROUP#two", ["two"], by="tests")
    assert groups_of("a") == ["one"]
    assert groups_of("a#GROUP#two") == ["two"]
    assert groups_of("A") == groups_of("a#GROUP") == []
