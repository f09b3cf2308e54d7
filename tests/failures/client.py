"""A client of the API that sends a random mix of requests, retries a 503, and checks each response."""

import string
from collections.abc import Callable
from random import Random
from typing import Any

from tests.api import Api, Response
from tests.builders import a_patch
from tests.failures.model import DELETED, AnyState, Dossier, Listing, Model, State, Wrong, exists

_ATTEMPTS = 5
"""How often a request is sent if each response is 503."""

_FIRSTNAMES = ("Jan", "Piet", "Maria", "Jan Piet", "Anna Maria")
_PREFIXES = ("", "de ", "van der ")

_SOME_DOSSIER = "59abe42d-ad25-4273-95ef-86444705e8d3"

TRY_AGAIN = {"base": ["try_again"]}


class Client:
    """One user, who sends one request at a time."""

    def __init__(self, random: Random, own: Api, archive: Api, archived: Model, wide: Api) -> None:
        """`own`: the API for a user whom only this client uses.

        `archive`: the API for a user with a list of several pages, whose dossiers are `archived`. Its group is not
        granted to the user of `own`. `wide`: the API for a user with many groups, all empty.
        """
        self.model = Model()
        self._random = random
        self._own = own
        self._archive = archive
        self._archived = archived
        self._wide = wide
        self._foreign = archive.group
        self._actions: dict[Callable[[], None], int] = {
            self._create: 30,
            self._repeat_a_create: 4,
            self._create_with_taken_identifier: 4,
            self._reuse_a_key: 3,
            self._create_with_invalid_field: 2,
            self._update: 24,
            self._update_with_taken_identifier: 3,
            self._update_with_invalid_field: 2,
            self._delete: 7,
            self._show: 12,
            self._show_in_another_group: 2,
            self._list: 14,
            self._search_by_name: 18,
            self._search_by_identifier: 14,
            self._list_groups: 3,
            self._enter_a_foreign_group: 4,
            self._list_the_archive: 4,
            self._list_many_groups: 2,
        }

    def act(self) -> str:
        """Perform a random action of one request or more. Returns its name. Raises Wrong, with the name in its text."""
        [action] = self._random.choices(list(self._actions), list(self._actions.values()))
        name = action.__name__.strip("_").replace("_", " ")
        try:
            action()
        except Wrong as exc:
            raise Wrong(f"{name}: {exc}") from exc
        return name

    # --- Creates ------------------------------------------------------------------------------------------------------

    def _create(self) -> None:
        with_identifier, with_key = self._random.choice([(True, True), (True, False), (False, True), (False, False)])
        dossier = self._new_dossier(
            identifier=self._word() if with_identifier else None, key=self._word() if with_key else None
        )
        self.model.add(dossier)
        # A create with neither cannot be repeated safely: the API cannot recognize the second one.
        for _ in range(_ATTEMPTS if with_identifier or with_key else 1):
            if self._send_create(dossier):
                return

    def _repeat_a_create(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.was_created and dossier.key is not None)
        if dossier is not None:
            self._send_create(dossier)

    def _send_create(self, dossier: Dossier) -> bool:
        """Send a create, perhaps again. Returns whether the dossier is known to have been created."""
        dossier.attempts += 1
        response = self._own.create(dossier.body, group=dossier.group, key=dossier.key)
        match response.status, response.json:
            case 200, {"id": str(id_)} if len(response.json) == 1:
                is_replayed = response.headers.get("idempotent-replayed") == "true"
                if is_replayed and dossier.attempts == 1:
                    raise Wrong("the first create under a key is a replay")
                if dossier.was_created and not is_replayed:
                    raise Wrong("a create that is repeated under its key is no replay")
                if not response.headers["location"].endswith(f"/{dossier.group}/dossiers/{id_}"):
                    raise Wrong("the location of a create is not its dossier's")
                self.model.record_id(dossier, id_)
                dossier.record_create()
            # Without a key the API cannot know that an earlier attempt was of the same client.
            case 422, {"errors": {"external_identifier": ["taken"]}} if dossier.attempts > 1 and dossier.key is None:
                self.model.record_id(dossier, _dossier_id_at_location(response))
                dossier.record_create()
            case _:
                _expect_try_again(response)
                return False
        return True

    def _create_with_taken_identifier(self) -> None:
        holder = self._holder_of_an_identifier()
        if holder is not None:
            other = self._new_dossier(group=holder.group, identifier=holder.states[0].identifier)
            self._expect_refusal(other, {"external_identifier": ["taken"]})

    def _reuse_a_key(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.was_created and dossier.key is not None)
        if dossier is not None:
            self._expect_refusal(
                self._new_dossier(group=dossier.group, key=dossier.key), {"idempotency_key": ["reused"]}
            )

    def _create_with_invalid_field(self) -> None:
        self._expect_refusal(self._new_dossier(gender="x"), {"gender": ["inclusion"]})

    def _expect_refusal(self, dossier: Dossier, errors: dict[str, list[str]]) -> None:
        response = self._own.create(dossier.body, group=dossier.group, key=dossier.key)
        if (response.status, response.json) != (422, {"errors": errors}):
            _expect_try_again(response)

    # --- One dossier --------------------------------------------------------------------------------------------------

    def _update(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.id is not None)
        if dossier is None:
            return
        changes = self._changes(dossier)
        version = self._random.choice([None, None, *(state.version for state in dossier.states), 99])
        for _ in range(_ATTEMPTS):
            if self._send_update(dossier, changes, version):
                return

    def _send_update(self, dossier: Dossier, changes: dict[str, Any], version: int | None) -> bool:
        """Send an update, perhaps again. Returns whether the response said what became of it."""
        before = dossier.possible
        after = [state.update(changes) for state in dossier.states if version in (None, state.version)]
        dossier.possible = [*before, *(state for state in after if state not in before)]
        if_match = None if version is None else f'"{version}"'
        response = self._own.update(str(dossier.id), _patch(changes), group=dossier.group, if_match=if_match)
        if response.status == 200:
            returned = [state for state in after if state.is_shown_by(response)]
            if not returned:
                raise Wrong(f"an update returned another dossier: {response.body} {response.etag}")
            if returned[0] in before:  # perhaps nothing was written, so that an earlier update may still be
                dossier.observe(lambda state: state == returned[0], "not reached")
            else:
                dossier.possible = [returned[0]]
            return True
        return self._observe_refusal(dossier, before, version, response)

    def _update_with_taken_identifier(self) -> None:
        holder = self._holder_of_an_identifier()
        if holder is None:
            return
        other = self._random_dossier(
            lambda dossier: dossier.state is not None and dossier.id is not None and dossier.group == holder.group
        )
        if other is None or other is holder:
            return
        identifier = holder.states[0].identifier
        response = self._own.update(str(other.id), _patch({"identifier": identifier}), group=other.group)
        if (response.status, response.json) != (422, {"errors": {"external_identifier": ["taken"]}}):
            _expect_try_again(response)
        elif _dossier_id_at_location(response) != holder.id:
            raise Wrong("the location of a taken identifier is another dossier")

    def _update_with_invalid_field(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.id is not None)
        if dossier is not None:
            response = self._own.update(str(dossier.id), _patch({"gender": "x"}), group=dossier.group)
            if (response.status, response.json) != (422, {"errors": {"gender": ["inclusion"]}}):
                _expect_try_again(response)

    def _delete(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.id is not None)
        if dossier is None:
            return
        version = self._random.choice([None, None, *(state.version for state in dossier.states), 99])
        for _ in range(_ATTEMPTS):
            if self._send_delete(dossier, version):
                return

    def _send_delete(self, dossier: Dossier, version: int | None) -> bool:
        """Send a delete, perhaps again. Returns whether the response said what became of it."""
        before = dossier.possible
        if any(version in (None, state.version) for state in dossier.states) and DELETED not in before:
            dossier.possible = [*before, DELETED]
        if_match = None if version is None else f'"{version}"'
        response = self._own.delete(str(dossier.id), group=dossier.group, if_match=if_match)
        if response.status == 204:
            if DELETED not in dossier.possible or not dossier.states:
                raise Wrong("a delete of what does not exist returned 204")
            dossier.possible = [DELETED]
            return True
        return self._observe_refusal(dossier, before, version, response)

    def _observe_refusal(
        self, dossier: Dossier, before: list[AnyState], version: int | None, response: Response
    ) -> bool:
        """Observe what the refusal of a write says of the dossier. Returns whether the write was refused."""
        match response.status, response.json:
            case 404, {"errors": {"dossier_id": ["not_found"]}}:
                dossier.possible = before
                dossier.observe(lambda state: not exists(state), "a dossier that exists is not found")
            case 412, {"errors": {"base": ["stale"]}}:
                dossier.possible = before
                dossier.observe(
                    lambda state: exists(state) and version not in (None, state.version),
                    "a dossier of the expected version is stale",
                )
            case _:
                _expect_try_again(response)
                return False
        return True

    def _show(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.id is not None)
        if dossier is None:
            return
        for _ in range(_ATTEMPTS):
            response = self._own.show(str(dossier.id), group=dossier.group)
            match response.status, response.json:
                case 200, _:
                    dossier.observe(
                        lambda state: exists(state) and state.is_shown_by(response),  # noqa: B023 - called at once
                        f"a show returned another dossier: {response.body} {response.etag}",
                    )
                    return
                case 404, {"errors": {"dossier_id": ["not_found"]}}:
                    dossier.observe(lambda state: not exists(state), "a dossier that exists is not found")
                    return
                case _:
                    _expect_try_again(response)

    def _show_in_another_group(self) -> None:
        dossier = self._random_dossier(lambda dossier: dossier.id is not None)
        if dossier is not None:
            group = self._own.other if dossier.group == self._own.group else self._own.group
            response = self._own.show(str(dossier.id), group=group)
            if (response.status, response.json) != (404, {"errors": {"dossier_id": ["not_found"]}}):
                _expect_try_again(response)

    # --- Lists and searches -------------------------------------------------------------------------------------------

    def _list(self) -> None:
        self._follow(self._own, self.model, {})

    def _search_by_name(self) -> None:
        words = {self._random.choice(["jan", "piet", "maria", "anna", "de", "van", "der", "nobody"])}
        year = None
        if self.model.dossiers and self._random.random() < 0.7:
            dossier = self._random.choice(self.model.dossiers)
            state = self._random.choice(dossier.states or [dossier.created])
            its = sorted(state.words)
            words = set(self._random.sample(its, self._random.randint(1, min(3, len(its)))))
            year = self._random.choice([None, None, state.birth_year])
        query = self._random.sample(sorted(words), len(words))
        # A hyphen gives the query a second reading: one word, which no name has.
        filters = {"name": self._random.choice(["-", " ", " "]).join(query)}
        if year is not None:
            filters["birthdate"] = f"{year}{self._random.choice(['', '-02', '-02-23'])}"

        def matches(state: State) -> bool:
            return words <= state.words and year in (None, state.birth_year)

        self._follow(self._own, self.model, filters, matches)

    def _list_the_archive(self) -> None:
        self._follow(self._archive, self._archived, {}, limits=[None, None, 500])

    def _list_many_groups(self) -> None:
        self._page(self._wide.index, Listing(Model(), lambda *_: True))

    def _list_groups(self) -> None:
        response = self._own.groups()
        if response.status != 200:
            _expect_try_again(response)
        elif response.roles != dict.fromkeys(sorted([self._own.group, self._own.other]), "manager"):
            raise Wrong(f"the groups are {response.body}")

    def _follow(
        self,
        api: Api,
        model: Model,
        filters: dict[str, str],
        matches: Callable[[State], bool] = lambda _: True,
        limits: list[int | None] | None = None,
    ) -> None:
        """List one group or all, by GET or by POST, up to the last page or a page whose responses are all 503."""
        group = self._random.choice([None, api.group])
        limit = self._random.choice(limits or [None, None, 2, 5, 20])
        listing = Listing(model, lambda dossier, state: group in (None, dossier.group) and matches(state), limit)
        is_post = self._random.random() < 0.3
        body = filters if is_post else None
        parameters = ({} if is_post else filters) | ({} if limit is None else {"limit": str(limit)})

        def first() -> Response:
            if group is None:
                return api.index(**parameters) if body is None else api.post_index(body, **parameters)
            if body is None:
                return api.search(group, **parameters)
            return api.post_search(body, group=group, **parameters)

        page = self._page(first, listing)
        while page is not None and page.next is not None:
            last = page
            page = self._page(lambda: api.follow(last, body), listing)  # noqa: B023 - called at once

    def _page(self, get: Callable[[], Response], listing: Listing) -> Response | None:
        for _ in range(_ATTEMPTS):
            response = get()
            if response.status == 200:
                listing.add(response)
                return response
            _expect_try_again(response)
        return None

    def _search_by_identifier(self) -> None:
        group, identifier = self._own.group, self._word()
        dossier = self._random_dossier(
            lambda dossier: any(state.identifier for state in [dossier.created, *dossier.states])
        )
        if dossier is not None and self._random.random() < 0.8:
            had = [state.identifier for state in [dossier.created, *dossier.states] if state.identifier is not None]
            group, identifier = dossier.group, self._random.choice(had)
        filters = {"external_identifier": identifier}
        listing = Listing(self.model, lambda dossier, state: (dossier.group, state.identifier) == (group, identifier))
        is_post = self._random.random() < 0.3
        self._page(
            lambda: self._own.post_search(filters, group=group) if is_post else self._own.search(group, **filters),
            listing,
        )

    def _enter_a_foreign_group(self) -> None:
        requests: list[Callable[[], Response]] = [
            lambda: self._own.search(self._foreign),
            lambda: self._own.search(self._foreign, external_identifier="x"),
            lambda: self._own.post_search({"name": "jan"}, group=self._foreign),
            lambda: self._own.create(self._new_dossier().body, group=self._foreign),
            lambda: self._own.show(_SOME_DOSSIER, group=self._foreign),
            lambda: self._own.update(_SOME_DOSSIER, _patch({"gender": "F"}), group=self._foreign),
            lambda: self._own.delete(_SOME_DOSSIER, group=self._foreign),
        ]
        response = self._random.choice(requests)()
        if (response.status, response.json) != (404, {"errors": {"dossier_group_id": ["not_found"]}}):
            _expect_try_again(response)

    # --- Data of requests ------------------------------------------------------------------------------------------

    def _new_dossier(
        self, group: str | None = None, identifier: str | None = None, key: str | None = None, gender: str = "M"
    ) -> Dossier:
        return Dossier(
            group or self._random.choice([self._own.group, self._own.other]),
            State(
                firstname=self._random.choice(_FIRSTNAMES),
                lastname=self._lastname(),
                identifier=identifier,
                birth_year=self._random.randint(1900, 2020),
                gender=gender,
            ),
            key=key,
        )

    def _changes(self, dossier: Dossier) -> dict[str, Any]:
        """Some fields of a dossier with new values, perhaps those that it has. The identifier is nobody else's."""
        changes: dict[str, Any] = {
            "firstname": self._random.choice(_FIRSTNAMES),
            "lastname": self._lastname(),
            "birth_year": self._random.randint(1900, 2020),
            "gender": self._random.choice("MF"),
            "identifier": self._random.choice([None, self._word(), self._reusable_identifier(dossier)]),
        }
        return {name: changes[name] for name in self._random.sample(sorted(changes), self._random.randint(1, 3))}

    def _reusable_identifier(self, dossier: Dossier) -> str | None:
        """An identifier of the group that a dossier had, and that no other dossier can have now."""
        group = [other for other in self.model.dossiers if other.group == dossier.group]
        had = {other.created.identifier for other in group}
        held = {state.identifier for other in group if other is not dossier for state in other.states}
        reusable = sorted(identifier for identifier in had - held if identifier is not None)
        return self._random.choice(reusable) if reusable else None

    def _holder_of_an_identifier(self) -> Dossier | None:
        """A dossier whose only possible state has an identifier."""
        return self._random_dossier(
            lambda dossier: (
                dossier.id is not None and dossier.state is not None and dossier.state.identifier is not None
            )
        )

    def _random_dossier(self, matches: Callable[[Dossier], bool]) -> Dossier | None:
        found = [dossier for dossier in self.model.dossiers if matches(dossier)]
        return self._random.choice(found) if found else None

    def _lastname(self) -> str:
        return self._random.choice(_PREFIXES) + self._word()

    def _word(self) -> str:
        return "".join(self._random.choices(string.ascii_lowercase, k=12))


def _patch(changes: dict[str, Any]) -> str:
    """The body of an update of these fields of a State."""
    fields = dict(changes)
    if "identifier" in fields:
        fields["external_identifier"] = fields.pop("identifier")
    if "birth_year" in fields:
        fields["birthdate"] = f"{fields.pop('birth_year')}-02-23"
    return a_patch(**fields)


def _dossier_id_at_location(response: Response) -> str:
    """The id of the dossier at the Location of a response."""
    return response.headers["location"].rpartition("/")[2]


def _expect_try_again(response: Response) -> None:
    """Raise Wrong unless the response is the 503 that the API gives when DynamoDB fails."""
    if response.status != 503:
        raise Wrong(f"{response.status} {response.body[:200]}")
    if (response.json, response.headers.get("retry-after")) != ({"errors": TRY_AGAIN}, "1"):
        raise Wrong(f"a 503 that does not say try_again: {response.body[:200]}")
