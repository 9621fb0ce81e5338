"""What others hang on httpx sees our calls as it sees those of the vendor's SDK: `make company`.

Each tool is tried in a process of its own, since most of them patch httpx for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from stored_completions_testing.faults import always, answer, failure, in_turn
from stored_completions_testing.server import Server
from tests import ROOT

pytestmark = pytest.mark.skipif(find_spec("openai") is None, reason="`make company` has an environment of its own")

ID = "chatcmpl-abc123"
KINDS = ("sync", "async", "aiohttp")
PRELUDE = """
import asyncio, json, os, sys
import httpx
library, kind, base_url = sys.argv[1:4]
key = os.environ["KEY"]
package = __import__(library)

def made(**options):
    if library == "openai" and kind != "aiohttp":  # its own default is httpx2
        options = {"http_client": (httpx.Client if kind == "sync" else httpx.AsyncClient)(), **options}
    if kind == "sync":
        return package.OpenAI(base_url=base_url, api_key=key, max_retries=0, **options)
    if kind == "aiohttp" and "http_client" not in options:
        options["http_client"] = package.DefaultAioHttpClient()
    return package.AsyncOpenAI(base_url=base_url, api_key=key, max_retries=0, **options)

def called(**options):
    if kind == "sync":
        with made(**options) as client:
            return client.chat.completions.retrieve("chatcmpl-abc123").id
    async def main():
        async with made(**options) as client:
            return (await client.chat.completions.retrieve("chatcmpl-abc123")).id
    return asyncio.run(main())

def said(value):
    print("RESULT" + json.dumps(value))
"""
FAKE = """
import httpx
FAKE = {"id": "fake", "object": "chat.completion", "created": 1, "model": "m", "choices": []}
"""
# What each tool sees, as JSON; the headers that it adds are found by the server.
TOOLS: dict[str, str] = {
    "a mock of send": FAKE
    + """
from unittest import mock
async def awaited(self, request, **options):
    return httpx.Response(200, json=FAKE, request=request)
def sent(self, request, **options):
    return httpx.Response(200, json=FAKE, request=request)
name, function = ("httpx.Client.send", sent) if kind == "sync" else ("httpx.AsyncClient.send", awaited)
with mock.patch(name, function):
    said(called())
""",
    "respx": FAKE
    + """
import respx
with respx.mock(assert_all_called=False) as router:
    router.get(url__startswith=base_url).mock(return_value=httpx.Response(200, json=FAKE))
    try:
        said(called())
    except Exception as error:
        said(type(error).__name__)
""",
    "pook": FAKE
    + """
import pook
pook.on()
pook.get(f"{base_url}/chat/completions/chatcmpl-abc123").reply(200).json(FAKE)
said(called())
""",
    "vcrpy": """
import tempfile, vcr
with tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        with vcr.use_cassette(f"{folder}/calls.yaml") as cassette:
            found = called()
    said([found, cassette.play_count])
""",
    "mocket": FAKE
    + """
from mocket import Mocketizer
from mocket.mocks.mockhttp import Entry
Entry.single_register(Entry.GET, f"{base_url}/chat/completions/chatcmpl-abc123", json.dumps(FAKE),
                      headers={"content-type": "application/json"})
with Mocketizer():
    said(called())
""",
    "httpx-retries": """
from httpx_retries import RetryTransport
import httpx
own = (httpx.Client if kind == "sync" else httpx.AsyncClient)(transport=RetryTransport())
said(called(http_client=own))
""",
    "hishel": """
import hishel.httpx
own = (hishel.httpx.SyncCacheClient if kind == "sync" else hishel.httpx.AsyncCacheClient)()
said(called(http_client=own))
""",
    "sentry-sdk": """
import sentry_sdk
from sentry_sdk.transport import Transport
told = []
class Kept(Transport):
    def capture_envelope(self, envelope):
        told.append(envelope)
sentry_sdk.init(dsn="http://k@localhost/1", transport=Kept, traces_sample_rate=1)
with sentry_sdk.start_transaction(name="calling", op="test"):
    called()
sentry_sdk.flush()
[transaction] = [item.payload.json for envelope in told for item in envelope.items if item.type == "transaction"]
said([span["op"] for span in transaction["spans"] if span["op"] == "http.client"])
""",
    "ddtrace": """
import os
os.environ |= {"DD_TRACE_AGENT_URL": "http://127.0.0.1:1", "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
               "DD_REMOTE_CONFIGURATION_ENABLED": "false"}
from ddtrace import patch
patch(httpx=True)
said(called())
os._exit(0)
""",
    "elastic-apm": """
import elasticapm
apm = elasticapm.Client({"SERVICE_NAME": "a", "DISABLE_SEND": True, "CENTRAL_CONFIG": False, "CLOUD_PROVIDER": False})
elasticapm.instrument()
apm.begin_transaction("test")
said(called())
apm.end_transaction("a", "ok")
""",
    "opentelemetry": """
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
HTTPXClientInstrumentor().instrument(tracer_provider=provider)
called()
said([span.name for span in spans.get_finished_spans()])
""",
    "logfire": """
import logfire
logfire.configure(send_to_logfire=False, console=False)
logfire.instrument_httpx()
said(called())
""",
    "uvloop": """
import uvloop
if kind != "sync":
    asyncio.run = uvloop.run
said(called())
""",
}
# Where the server finds what a tool sends with each request.
HEADERS = {
    "sentry-sdk": "sentry-trace",
    "ddtrace": "x-datadog-trace-id",
    "elastic-apm": "traceparent",
    "opentelemetry": "traceparent",
    "logfire": "traceparent",
}


def told(library: str, kind: str, program: str, server: Server) -> Any:
    command = [sys.executable, "-c", PRELUDE + program, library, kind, server.base_url]
    environment = {
        "KEY": server.key,
        "PYTHONPATH": str(ROOT / "generated"),
        "PATH": "/usr/bin:/bin",
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    found = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    assert found, done.stderr[-3000:]
    return json.loads(found[-1].removeprefix("RESULT"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_sees_our_calls_as_it_sees_the_vendors(tool: str, kind: str, server: Server) -> None:
    seen = []
    for library in ("openai", "stored_completions"):
        server.received.clear()
        server.plan = in_turn(*[failure(503)] * (tool == "httpx-retries"))
        found = told(library, kind, TOOLS[tool], server)
        header = HEADERS.get(tool, "")
        seen.append((found, len(server.received), [header in request.headers for request in server.received]))
    assert seen[1] == seen[0]
    if kind != "aiohttp":
        found, _, headers = seen[1]
        assert found not in ([], None)
        assert all(headers) or not header


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_sentry_is_given_no_credentials(kind: str, server: Server) -> None:
    """Neither with the variables of the frames of what it captures, nor with the requests before it."""
    server.plan = always(answer({"error": {"message": "no"}}, status=401))
    program = """
import sentry_sdk
from sentry_sdk.transport import Transport
told = []
class Kept(Transport):
    def capture_envelope(self, envelope):
        for item in envelope.items:
            event = item.payload.json or {}
            for error in event.get("exception", {}).get("values", ()):
                frames = error.get("stacktrace", {}).get("frames", ())
                for frame in frames:
                    if frame["filename"] == "<string>":
                        del frame["vars"]  # of this program, which has the key
            told.append(json.dumps(event))
sentry_sdk.init(dsn="http://k@localhost/1", transport=Kept, traces_sample_rate=1)
for options in ({}, {"base_url": base_url.replace("http://", "http://user:" + key + "@")}, {"base_url": "http://127.0.0.1:1"},
                {"default_headers": {"x": "\\n"}}):
    base_url = options.pop("base_url", base_url)
    try:
        called(**options)
    except Exception as error:
        sentry_sdk.capture_exception(error)
sentry_sdk.flush()
said([len(told), [each[max(each.index(key) - 300, 0):][:600] for each in told if key in each]])
"""
    number, shown = told("stored_completions", kind, program, server)
    assert number >= 4
    assert not shown


@pytest.mark.skipif(find_spec("pytest_httpx") is None, reason="it is in the environment of `make company`")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_pytest_httpx_answers_our_calls(kind: str, tmp_path: Any) -> None:
    test = f"""
import asyncio
from stored_completions import AsyncOpenAI, OpenAI

def test_it(httpx_mock):
    httpx_mock.add_response(json={{"id": "fake", "choices": []}})
    if {kind!r} == "sync":
        found = OpenAI(api_key="sk-x").chat.completions.retrieve("{ID}")
    else:
        found = asyncio.run(AsyncOpenAI(api_key="sk-x").chat.completions.retrieve("{ID}"))
    assert found.id == "fake"
"""
    (tmp_path / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "generated")}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
