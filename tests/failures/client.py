"""A client of the API that sends a random mix of requests, retries a 503, and checks each response."""

import string
from collections.abc import Callable
from random import Random

from tests.api import Api, Response
from tests.failures.model import Dossier, Listing, Model, Wrong

_ATTEMPTS = 5
"""How often a request is sent if each response is 503."""

_FIRSTNAMES = ("Jan", "Piet", "Maria", "Jan Piet", "Anna Maria")
_PREFIXES = ("", "de ", "van der ")

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
            self._create_what_is_taken: 4,
            self._reuse_a_key: 3,
            self._create_what_is_invalid: 2,
            self._list: 16,
            self._search_by_name: 18,
            self._search_by_identifier: 14,
            self._enter_a_foreign_group: 4,
            self._list_the_archive: 5,
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
        dossier = self._new(
            identifier=self._word() if with_identifier else None, key=self._word() if with_key else None
        )
        self.model.add(dossier)
        # A create with neither cannot be repeated safely: the API cannot recognize the second one.
        for _ in range(_ATTEMPTS if with_identifier or with_key else 1):
            if self._send_create(dossier):
                return

    def _repeat_a_create(self) -> None:
        dossier = self._one_that_exists(lambda dossier: dossier.key is not None)
        if dossier is not None:
            self._send_create(dossier)

    def _send_create(self, dossier: Dossier) -> bool:
        """Send a create, perhaps again. Returns whether the dossier is known to exist now."""
        dossier.attempts += 1
        response = self._own.create(dossier.body, group=dossier.group, key=dossier.key)
        match response.status, response.json:
            case 200, {"id": str(id_)} if len(response.json) == 1:
                is_replayed = response.headers.get("idempotent-replayed") == "true"
                if is_replayed and dossier.attempts == 1:
                    raise Wrong("the first create under a key is a replay")
                if dossier.exists and not is_replayed:
                    raise Wrong("a create that is repeated under its key is no replay")
                dossier.record_id(id_)
            # Without a key the API cannot know that an earlier attempt was of the same client.
            case 422, {"errors": {"external_identifier": ["taken"]}} if dossier.attempts > 1 and dossier.key is None:
                dossier.exists = True
            case _:
                _expect_try_again(response)
                return False
        return True

    def _create_what_is_taken(self) -> None:
        dossier = self._one_that_exists(lambda dossier: dossier.identifier is not None)
        if dossier is not None:
            other = self._new(group=dossier.group, identifier=dossier.identifier)
            self._expect_refusal(other, {"external_identifier": ["taken"]})

    def _reuse_a_key(self) -> None:
        dossier = self._one_that_exists(lambda dossier: dossier.key is not None)
        if dossier is not None:
            self._expect_refusal(self._new(group=dossier.group, key=dossier.key), {"idempotency_key": ["reused"]})

    def _create_what_is_invalid(self) -> None:
        self._expect_refusal(self._new(gender="x"), {"gender": ["inclusion"]})

    def _expect_refusal(self, dossier: Dossier, errors: dict[str, list[str]]) -> None:
        response = self._own.create(dossier.body, group=dossier.group, key=dossier.key)
        if (response.status, response.json) != (422, {"errors": errors}):
            _expect_try_again(response)

    # --- Lists and searches -------------------------------------------------------------------------------------------

    def _list(self) -> None:
        self._follow(self._own, self.model, {})

    def _search_by_name(self) -> None:
        words = {self._random.choice(["jan", "piet", "maria", "anna", "de", "van", "der", "nobody"])}
        if self.model.dossiers and self._random.random() < 0.7:
            its = sorted(self._random.choice(self.model.dossiers).words)
            words = set(self._random.sample(its, self._random.randint(1, min(3, len(its)))))
        query = self._random.sample(sorted(words), len(words))
        self._follow(self._own, self.model, {"name": " ".join(query)}, lambda dossier: words <= dossier.words)

    def _list_the_archive(self) -> None:
        self._follow(self._archive, self._archived, {}, limits=[None, None, 500])

    def _list_many_groups(self) -> None:
        self._page(self._wide.index, Listing(Model(), lambda _: True))

    def _follow(
        self,
        api: Api,
        model: Model,
        parameters: dict[str, str],
        matches: Callable[[Dossier], bool] = lambda _: True,
        limits: list[int | None] | None = None,
    ) -> None:
        """List one group or all, up to the last page or up to a page whose responses are all 503."""
        group = self._random.choice([None, api.group])
        limit = self._random.choice(limits or [None, None, 2, 5, 20])
        if limit is not None:
            parameters = parameters | {"limit": str(limit)}
        listing = Listing(model, lambda dossier: group in (None, dossier.group) and matches(dossier), limit)
        page = self._page(
            lambda: api.index(**parameters) if group is None else api.search(group, **parameters), listing
        )
        while page is not None and page.next is not None:
            last = page
            page = self._page(lambda: api.follow(last), listing)  # noqa: B023 - called at once

    def _page(self, get: Callable[[], Response], listing: Listing) -> Response | None:
        for _ in range(_ATTEMPTS):
            response = get()
            if response.status == 200:
                listing.add(response)
                return response
            _expect_try_again(response)
        return None

    def _search_by_identifier(self) -> None:
        having = [dossier for dossier in self.model.dossiers if dossier.identifier is not None]
        if having and self._random.random() < 0.8:
            dossier = self._random.choice(having)
            group, identifier = dossier.group, str(dossier.identifier)
        else:
            group, identifier = self._own.group, self._word()
        listing = Listing(self.model, lambda dossier: (dossier.group, dossier.identifier) == (group, identifier))
        self._page(lambda: self._own.search(group, external_identifier=identifier), listing)

    def _enter_a_foreign_group(self) -> None:
        requests: list[Callable[[], Response]] = [
            lambda: self._own.search(self._foreign),
            lambda: self._own.search(self._foreign, external_identifier="x"),
            lambda: self._own.create(self._new().body, group=self._foreign),
        ]
        response = self._random.choice(requests)()
        if (response.status, response.json) != (404, {"errors": {"dossier_group_id": ["not_found"]}}):
            _expect_try_again(response)

    # --- Data of requests ------------------------------------------------------------------------------------------

    def _new(
        self, group: str | None = None, identifier: str | None = None, key: str | None = None, gender: str = "M"
    ) -> Dossier:
        return Dossier(
            group=group or self._random.choice([self._own.group, self._own.other]),
            firstname=self._random.choice(_FIRSTNAMES),
            lastname=self._random.choice(_PREFIXES) + self._word(),
            identifier=identifier,
            key=key,
            birth_year=self._random.randint(1900, 2020),
            gender=gender,
        )

    def _one_that_exists(self, matches: Callable[[Dossier], bool]) -> Dossier | None:
        found = [dossier for dossier in self.model.dossiers if dossier.exists and matches(dossier)]
        return self._random.choice(found) if found else None

    def _word(self) -> str:
        return "".join(self._random.choices(string.ascii_lowercase, k=12))


def _expect_try_again(response: Response) -> None:
    """Raise Wrong unless the response is the 503 that the API gives when DynamoDB fails."""
    if response.status != 503:
        raise Wrong(f"{response.status} {response.body[:200]}")
    if (response.json, response.headers.get("retry-after")) != ({"errors": TRY_AGAIN}, "1"):
        raise Wrong(f"a 503 that does not say try_again: {response.body[:200]}")
