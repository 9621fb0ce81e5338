"""OpenTelemetry: a span and a duration for each call and each attempt, and no secrets."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import ANY

import httpx
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import HistogramDataPoint, InMemoryMetricReader, MetricsData
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes, url_attributes
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics
from opentelemetry.semconv.attributes import error_attributes, http_attributes, server_attributes
from opentelemetry.semconv.metrics import http_metrics
from opentelemetry.trace import StatusCode

from stored_completions import AzureOpenAI, OpenAI
from stored_completions._runtime.sending import Sender
from stored_completions.errors import APITimeoutError, InternalServerError
from stored_completions.otel import instrument
from stored_completions_testing.faults import BROKEN, STALLS, failure, in_turn
from stored_completions_testing.server import Server
from tests.conftest import Clock
from tests.support import python
from tests.support.callers import Sync

ID = "chatcmpl-abc123"
PATH = "/chat/completions/{completion_id}"


class Told:
    """The spans and metrics that were exported."""

    def __init__(self) -> None:
        self._exporter, self._reader = InMemorySpanExporter(), InMemoryMetricReader()
        self.tracer_provider = TracerProvider()
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.meter_provider = MeterProvider([self._reader])

    @property
    def spans(self) -> list[ReadableSpan]:
        """Return the spans, in the order in which they began."""
        return sorted(self._exporter.get_finished_spans(), key=lambda span: span.start_time or 0)

    def durations(self, name: str) -> list[HistogramDataPoint]:
        data = self._reader.get_metrics_data()
        assert isinstance(data, MetricsData)
        scopes = (scope for resource in data.resource_metrics for scope in resource.scope_metrics)
        points = (
            point
            for scope in scopes
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        )
        return [point for point in points if isinstance(point, HistogramDataPoint)]


@pytest.fixture
def told() -> Iterator[Told]:
    made = Told()
    yield made
    made.tracer_provider.shutdown()
    made.meter_provider.shutdown()


@pytest.fixture
def client(caller: Sync, told: Told) -> Any:
    """Return a client with telemetry."""
    return instrument(caller.client(), tracer_provider=told.tracer_provider, meter_provider=told.meter_provider)


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


def test_a_call_is_a_span_with_one_for_its_attempt(caller: Sync, client: Any, server: Server, told: Told) -> None:
    """Names are those of the current semantic conventions."""
    caller.run(client.chat.completions.retrieve(ID))
    call, attempt = told.spans
    where = {
        server_attributes.SERVER_ADDRESS: "127.0.0.1",
        server_attributes.SERVER_PORT: httpx.URL(server.base_url).port,
    }
    assert call.name == "retrieve_chat_completion"
    assert attributes(call) == {
        gen_ai_attributes.GEN_AI_PROVIDER_NAME: gen_ai_attributes.GenAiProviderNameValues.OPENAI.value,
        gen_ai_attributes.GEN_AI_OPERATION_NAME: "retrieve_chat_completion",
        **where,
    }
    assert attempt.name == f"GET {PATH}"
    assert attempt.parent == call.get_span_context()
    assert attributes(attempt) == {
        http_attributes.HTTP_REQUEST_METHOD: "GET",
        http_attributes.HTTP_RESPONSE_STATUS_CODE: 200,
        f"{http_attributes.HTTP_RESPONSE_HEADER_TEMPLATE}.x-request-id": ANY,
        url_attributes.URL_FULL: f"{server.base_url}/chat/completions/{ID}",
        url_attributes.URL_TEMPLATE: f"/v1{PATH}",
        **where,
    }
    assert {span.status.status_code for span in told.spans} == {StatusCode.UNSET}


def test_the_request_carries_the_trace_context(caller: Sync, client: Any, server: Server, told: Told) -> None:
    caller.run(client.chat.completions.retrieve(ID))
    context = told.spans[1].get_span_context()
    assert context is not None
    trace = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
    assert server.received[-1].headers["traceparent"] == trace


def test_each_attempt_is_a_span(caller: Sync, client: Any, server: Server, told: Told, clock: Clock) -> None:
    server.plan = in_turn(failure(500), BROKEN["reset"], None)
    caller.run(client.chat.completions.retrieve(ID))
    call, *attempts = told.spans
    assert call.status.status_code is StatusCode.UNSET
    assert [attributes(span).get(error_attributes.ERROR_TYPE) for span in attempts] == [
        "500",
        "APIConnectionError",
        None,
    ]
    assert [attributes(span).get(http_attributes.HTTP_REQUEST_RESEND_COUNT) for span in attempts] == [None, 1, 2]
    assert [span.status.status_code for span in attempts] == [StatusCode.ERROR, StatusCode.ERROR, StatusCode.UNSET]


@pytest.mark.parametrize(
    ("fault", "error", "how"),
    [(failure(500), InternalServerError, "500"), (STALLS, APITimeoutError, "APITimeoutError")],
)
def test_the_span_of_a_failed_call_has_its_error(
    fault: Any, error: type[Exception], how: str, caller: Sync, client: Any, server: Server, told: Told
) -> None:
    server.plan = in_turn(fault)
    with pytest.raises(error):
        caller.run(client.with_options(max_retries=0, timeout=0.2).chat.completions.retrieve(ID))
    call, attempt = told.spans
    assert attributes(call)[error_attributes.ERROR_TYPE] == error.__name__
    assert attributes(attempt)[error_attributes.ERROR_TYPE] == how
    assert {span.status.status_code for span in told.spans} == {StatusCode.ERROR}
    assert {span.status.description for span in told.spans} == {None}
    assert not any(span.events for span in told.spans)


def test_durations_are_measured(caller: Sync, client: Any, server: Server, told: Told, clock: Clock) -> None:
    server.plan = in_turn(failure(500), None)
    caller.run(client.chat.completions.retrieve(ID))
    attempts = told.durations(http_metrics.HTTP_CLIENT_REQUEST_DURATION)
    counted = {dict(span.attributes or {})[http_attributes.HTTP_RESPONSE_STATUS_CODE]: span.count for span in attempts}
    assert counted == {500: 1, 200: 1}
    (call,) = told.durations(gen_ai_metrics.GEN_AI_CLIENT_OPERATION_DURATION)
    assert (call.count, call.sum) == (1, sum(clock.waits))


def test_spans_have_neither_content_nor_secrets(caller: Sync, server: Server, told: Told) -> None:
    """Only the names of query parameters and the types of errors are exported."""
    url = server.base_url.replace("://", "://user:password@")
    client = caller.client(base_url=url, default_query={"key": "sk-query"})
    instrument(client, tracer_provider=told.tracer_provider, meter_provider=told.meter_provider)
    server.plan = in_turn(None, failure(400))
    caller.iterate(client.chat.completions.list(metadata={"user": "lovelace"}))
    with pytest.raises(Exception, match="400"):
        caller.run(client.chat.completions.update(ID, metadata={"user": "lovelace"}))
    shown = repr([span.to_json() for span in told.spans]) + repr(
        told.durations(http_metrics.HTTP_CLIENT_REQUEST_DURATION)
    )
    assert "key=REDACTED&metadata[user]=REDACTED" in shown
    for secret in (server.key, "password", "sk-query", "lovelace"):
        assert secret not in shown


def test_calls_of_a_batch_belong_to_the_surrounding_span(caller: Sync, client: Any, told: Told) -> None:
    """Though the calls run in threads or tasks."""
    tracer = told.tracer_provider.get_tracer("test")
    with tracer.start_as_current_span("around") as around:
        outcomes = caller.iterate(client.chat.completions.retrieve_many([ID, "chatcmpl-plain"], concurrency=2))
    assert [outcome.error for outcome in outcomes] == [None, None]
    calls = [span for span in told.spans if span.name == "retrieve_chat_completion"]
    assert [span.parent for span in calls] == [around.get_span_context()] * 2


def test_copies_of_a_client_report_and_pickles_do_not(told: Told, server: Server) -> None:
    with OpenAI(base_url=server.base_url, api_key=server.key) as client:
        instrument(client, tracer_provider=told.tracer_provider, meter_provider=told.meter_provider)
        copy.copy(client.client).with_options(max_retries=1)
        client.with_options(max_retries=1).chat.completions.retrieve(ID)
        assert len(told.spans) == 2
        with pickle.loads(pickle.dumps(client.client)) as unpickled:
            assert unpickled._sender is Sender


def test_azure_is_another_provider(told: Told, server: Server) -> None:
    with AzureOpenAI(base_url=server.base_url, api_key=server.key, api_version="1") as client:
        instrument(client, tracer_provider=told.tracer_provider, meter_provider=told.meter_provider)
        client.with_options(default_headers={"Authorization": f"Bearer {server.key}"}).chat.completions.retrieve(ID)
    provider = gen_ai_attributes.GenAiProviderNameValues.AZURE_AI_OPENAI.value
    assert attributes(told.spans[0])[gen_ai_attributes.GEN_AI_PROVIDER_NAME] == provider


def test_nothing_is_imported_before_a_client_is_instrumented() -> None:
    program = (
        "import sys, stored_completions; stored_completions.OpenAI(api_key='k'); print('opentelemetry' in sys.modules)"
    )
    assert python.run([sys.executable, "-c", program], check=True).stdout == "False\n"


def test_without_opentelemetry_the_module_says_what_to_install() -> None:
    program = "import sys; sys.modules['opentelemetry'] = None; import stored_completions.otel"
    ended = python.run([sys.executable, "-c", program])
    assert "stored_completions.otel needs OpenTelemetry's API: pip install 'stored-completions[otel]'" in ended.stderr
