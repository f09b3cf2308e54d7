"""The contract suite is written once and runs against everything that serves the API.

By default against the handlers on moto and against `dossiers serve` on DynamoDB Local; with API_URL and TOKEN in the
environment against that deployment alone.

One user runs it. Tests of roles use a group in which that user has another role.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from dossiers.domain.roles import Role
from dossiers.storage import items
from tests import tables
from tests.api import Api, Handlers, Http
from tests.conftest import DEPLOYED, MOTO, SERVED
from tests.serving import Serving, serve

GROUPS = ("contract-a", "contract-b")
EDITORS = "contract-editor"
READERS = "contract-reader"
ROLES = {**dict.fromkeys(GROUPS, Role.MANAGER), EDITORS: Role.EDITOR, READERS: Role.READER}
"""The groups that are granted to the suite's user, and the role in each."""
USER = "contract-suite"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "api" in metafunc.fixturenames:
        engines = [DEPLOYED] if "API_URL" in os.environ else [MOTO, SERVED]
        if metafunc.definition.get_closest_marker("over_http"):
            engines = [engine for engine in engines if engine != MOTO]
        parameters = [pytest.param(engine, marks=pytest.mark.engine(engine), id=engine) for engine in engines]
        metafunc.parametrize("api", parameters, indirect=True)


@pytest.fixture
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    match request.param:
        case str() as engine if engine == MOTO:
            with tables.on_moto() as table:
                now = datetime.now(UTC)
                table.write([items.grant(USER, group, role, now, "tests") for group, role in ROLES.items()])
                yield Api(Handlers(USER), *GROUPS)
        case str() as engine if engine == SERVED:
            served: Serving = request.getfixturevalue("served")
            yield Api(Http(served.url, served.token(USER)), *GROUPS)
        case _:
            yield request.getfixturevalue("deployed")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """`dossiers serve`, with the suite's groups granted to its user."""
    with serve(tmp_path_factory.mktemp("served")) as serving:
        for group, role in ROLES.items():
            serving.grant(USER, group, role=role)
        yield serving


@pytest.fixture(scope="session")
def deployed() -> Api:
    """The deployment at API_URL, as the user of TOKEN, who must have been granted the suite's groups."""
    api = Api(Http(os.environ["API_URL"], os.environ["TOKEN"]), *GROUPS)
    response = api.groups()
    assert response.status == 200, f"the token's user cannot list groups: {response.status} {response.body}"
    assert response.roles == ROLES, f"the token's user has other groups or roles: {response.roles}"
    return api
