"""The log and the metrics of a function: one line and a few counts for each request.

They hold no query string, no path, no body and no text of an exception, which may quote a person's data.
"""

import traceback
from collections.abc import Iterable

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from dossiers.api import library_logs
from dossiers.api.request import Request
from dossiers.domain.errors import DatabaseError

library_logs.quieten()  # after the import of Powertools, which may set its own logger to DEBUG

NAMESPACE = "Dossiers"


class Telemetry:
    """The log and the metrics of one function."""

    def __init__(self, function: str) -> None:
        self._function = function
        self._logger = Logger(service=function, location=None)
        self._cold = True

    def request(self, request: Request, status: int) -> None:
        """Log and count a request whose response has this status."""
        cold, self._cold = self._cold, False
        self._logger.info(
            "answered",
            route=request.route,
            status=status,
            request_id=request.id,
            cold_start=cold,
            user=request.user_if_any,
            dossier_group_id=request.group_if_any,
            dossier_id=request.dossier_if_any,
            cause=request.cause,
        )
        # EphemeralMetrics: other kinds share their state, which would mix the metrics of two requests in one process.
        metrics = EphemeralMetrics(namespace=NAMESPACE, service=self._function)
        metrics.add_metric("Answered", MetricUnit.Count, 1)
        if cold:
            metrics.add_metric("ColdStart", MetricUnit.Count, 1)
        if 400 <= status < 500:  # noqa: PLR2004 - the classes of HTTP statuses
            metrics.add_metric("Refused", MetricUnit.Count, 1)
        elif status == 503:  # noqa: PLR2004
            metrics.add_metric("TryAgain", MetricUnit.Count, 1)
        elif status >= 500:  # noqa: PLR2004
            metrics.add_metric("Fault", MetricUnit.Count, 1)
        metrics.flush_metrics()

    def internal_error(self, error: BaseException, request_id: str) -> None:
        """Log a defect: where it happened, the kinds of the exceptions, and DynamoDB's error code; not their texts."""
        chain = list(_causes(error))
        database_error = next((exc for exc in chain if isinstance(exc, DatabaseError)), None)
        self._logger.error(
            "internal_error",
            request_id=request_id,
            kinds=[f"{type(exc).__module__}.{type(exc).__qualname__}" for exc in chain],
            error_code=getattr(database_error, "code", None),
            operation=getattr(database_error, "operation", None),
            frames=[f"{at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__)],
        )


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
