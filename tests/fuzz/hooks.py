"""What schemathesis calls: the checks of tests/fuzz/life.py, and the exclusions."""

from collections import Counter
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext
from schemathesis.cli import EventHandler, ExecutionContext, handler
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import events

from dossiers.domain.text import is_dossier_id, is_group_id
from tests.fuzz import exclusions
from tests.fuzz.life import Life
from tests.fuzz.sent import Sent
from tests.fuzz.steering import Steering

_REPLAYED = "idempotent-replayed"
_CHANGES = ("updateDossier", "deleteDossier")


class Statistics:
    """What a run has done. `cases`: requests that schemathesis made. `responses`: by operation and status."""

    def __init__(self) -> None:
        self.cases = 0
        self.responses: Counter[tuple[str, int]] = Counter()


def register(life: Life, steering: Steering) -> Statistics:
    """Register everything with schemathesis, once in a process. Returns what a run counts."""
    statistics = Statistics()

    @schemathesis.hook
    def before_call(_: HookContext, case: Case[Any], __: dict[str, Any]) -> None:
        steering.steer(case)
        group, dossier_id = (str(case.path_parameters.get(name)) for name in ("dossier_group_id", "dossier_id"))
        if _id(case) in _CHANGES and is_group_id(group) and is_dossier_id(dossier_id):
            life.remember(case.id, dossier_id, group)

    @schemathesis.hook
    def after_call(_: HookContext, case: Case[Any], response: Response) -> None:
        statistics.responses[_id(case), response.status_code] += 1
        if _REPLAYED in response.headers:
            exclusions.replayed.add(response.json()["id"])

    @schemathesis.hook
    def filter_failure(_: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        return not exclusions.is_right(failure, _id(case), response)

    @schemathesis.check
    def a_dossier_is_found_until_it_is_deleted(_: CheckContext, response: Response, case: Case[Any]) -> None:
        operation = _id(case)
        if operation == "createDossier" and response.status_code == 200 and _REPLAYED not in response.headers:
            life.check_create(Sent.of(response, operation), response.json()["id"])
        elif operation == "updateDossier" and response.status_code == 200:
            life.check_update(case.id, Sent.of(response, operation), response.json())
        elif operation == "deleteDossier" and response.status_code == 204:
            life.check_delete(case.id, Sent.of(response, operation))

    @handler()
    class Count(EventHandler[ExecutionContext]):
        def handle_event(self, ctx: ExecutionContext, event: events.EngineEvent) -> None:
            if isinstance(event, events.EngineFinished):
                statistics.cases += ctx.statistic.total_cases

    return statistics


def _id(case: Case[Any]) -> str:
    """The operationId of the operation for which a request was generated."""
    return str(case.operation.definition.raw["operationId"])
