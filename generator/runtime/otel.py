"""Report calls to OpenTelemetry as spans and metrics; the extra `otel` installs its API.

Each call is a span, in which each attempt, an HTTP request, is a span too. Spans hold the operation, the server, the
status and the duration, but no content. Attempts are named by OpenTelemetry's conventions for HTTP, and calls by
`x-generator-client` in the spec.
"""

# Type checkers also read this module where the extra is not installed.
# mypy: disable-error-code=import-not-found

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, field, frozen

from . import clock
from .client import Client
from .document import CALL_DURATION, CALL_NAME, NAME, USER_AGENT
from .errors import APIStatusError
from .facade import Facade
from .request import Request
from .response import Operation, Outcome, Response, failure_of
from .secrets import without_userinfo
from .sending import Sender

try:
    from opentelemetry import metrics, propagate, trace
except ImportError as error:
    raise ImportError(
        f"{NAME}.otel needs OpenTelemetry's API: pip install '{NAME.replace('_', '-')}[otel]' ({error})."
    ) from None

T = TypeVar("T")
E = TypeVar("E")
AnyClient = TypeVar("AnyClient", bound=Client | Facade[Any])
Attributes = dict[str, str | int | list[str]]

# Boundaries of histograms in seconds, as OpenTelemetry's conventions advise.
_HTTP_BOUNDARIES: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_CALL_BOUNDARIES: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)


def instrument(
    client: AnyClient,
    *,
    tracer_provider: trace.TracerProvider | None = None,
    meter_provider: metrics.MeterProvider | None = None,
) -> AnyClient:
    """Report the calls of a client, and of its future copies, to OpenTelemetry, and return the client.

    Args:
        client: Any client of this package.
        tracer_provider: Receives the spans; by default OpenTelemetry's global provider.
        meter_provider: Receives the metrics; by default OpenTelemetry's global provider.

    Example:
        client = instrument(Client())
    """
    called = client.client if isinstance(client, Facade) else client
    common = client._call_attributes if isinstance(client, Facade) else Facade._call_attributes
    telemetry = Telemetry(common, tracer_provider, meter_provider)
    called._sender = partial(ReportingSender, telemetry=telemetry)
    return client


class Telemetry:
    """Reports the calls of a client.

    Args:
        attributes: The attributes of every call.
        tracer_provider: Receives the spans.
        meter_provider: Receives the metrics.

    Attributes:
        attributes: The attributes of every call.
        attempts: The histogram of the durations of attempts.
        calls: The histogram of the durations of calls; None if the spec does not name it.
    """

    def __init__(
        self,
        attributes: Mapping[str, str],
        tracer_provider: trace.TracerProvider | None,
        meter_provider: metrics.MeterProvider | None,
    ) -> None:
        version = USER_AGENT.rpartition("/")[2]
        self.attributes = attributes
        self._tracer = trace.get_tracer(NAME, version, tracer_provider)
        meter = metrics.get_meter(NAME, version, meter_provider)
        self.attempts = _durations(meter, "http.client.request.duration", _HTTP_BOUNDARIES)
        self.calls = _durations(meter, CALL_DURATION, _CALL_BOUNDARIES) if CALL_DURATION else None

    @contextmanager
    def reported(
        self, name: str, attributes: Attributes, own: Attributes, durations: metrics.Histogram | None
    ) -> Iterator[Report]:
        """Report the block as a span, and its duration in a histogram.

        Args:
            attributes: Attributes of the span and the metric.
            own: Attributes of the span only.
        """
        started, report = clock.monotonic(), Report()
        with self._tracer.start_as_current_span(
            name,
            kind=trace.SpanKind.CLIENT,
            attributes={**attributes, **own},
            # Messages of errors may hold content.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield report
            except BaseException as error:
                report.attributes = {"error.type": type(error).__qualname__}
                raise
            finally:
                span.set_attributes({**report.attributes, **report.own})
                if "error.type" in report.attributes:
                    span.set_status(trace.StatusCode.ERROR)
                if durations is not None:
                    durations.record(clock.monotonic() - started, {**attributes, **report.attributes})


class Report:
    """The attributes that are known at the end of a span.

    Attributes:
        attributes: Attributes of the span and the metric.
        own: Attributes of the span only.
    """

    def __init__(self) -> None:
        self.attributes: Attributes = {}
        self.own: Attributes = {}


@frozen(eq=False)
class ReportingSender(Sender):
    """Sends the requests of one call, and reports the call and each attempt.

    Attributes:
        telemetry: Reports the calls of the client.
    """

    telemetry: Telemetry
    _sent: Iterator[int] = field(factory=count, init=False)

    async def send(self, request: Request, operation: Operation[T, E]) -> Response[T, E]:
        """Send a request as `Sender` does, and report the call."""
        named = {CALL_NAME: operation.name} if CALL_NAME else {}
        attributes = {**self.telemetry.attributes, **named, **self._server()}
        with self.telemetry.reported(operation.name, attributes, {}, self.telemetry.calls) as report:
            response = await super().send(request, operation)
            if response.error is not None:
                report.attributes = {"error.type": type(response.error).__qualname__}
            return response

    async def attempt(self, request: Request, operation: Operation[T, E]) -> Outcome[T, E]:
        """Send a request once, with the headers of its trace, and report the attempt."""
        url = without_userinfo(self.settings.base_url)
        attributes: Attributes = {
            "http.request.method": request.method,
            "url.template": urlsplit(url).path + operation.path,
            **self._server(),
        }
        # Values of query parameters may be content, or a key.
        names = [*self.settings.query, *(name for name, _ in request.query)]
        query = "?" + "&".join(f"{name}=REDACTED" for name in names) if names else ""
        own: Attributes = {"url.full": f"{url}{request.path}{query}"}
        if number := next(self._sent):
            own["http.request.resend_count"] = number
        name = f"{request.method} {operation.path}"
        with self.telemetry.reported(name, attributes, own, self.telemetry.attempts) as report:
            trace_headers: dict[str, str] = {}
            propagate.inject(trace_headers)
            sent = evolve(request, headers={**trace_headers, **request.headers})
            outcome = await super().attempt(sent, operation)
            if isinstance(outcome, Response):
                report.attributes["http.response.status_code"] = outcome.status_code
                if outcome.request_id:
                    report.own["http.response.header.x-request-id"] = [outcome.request_id]
            failure = failure_of(outcome)
            if isinstance(failure, APIStatusError):
                report.attributes["error.type"] = str(failure.status_code)
            elif failure is not None:
                report.attributes["error.type"] = type(failure).__qualname__
            return outcome

    def _server(self) -> Attributes:
        url = urlsplit(self.settings.base_url)
        return {"server.address": url.hostname or "", "server.port": url.port or (443 if url.scheme == "https" else 80)}


def _durations(meter: metrics.Meter, name: str, boundaries: Sequence[float]) -> metrics.Histogram:
    return meter.create_histogram(
        name, unit="s", description="The duration of calls.", explicit_bucket_boundaries_advisory=boundaries
    )
