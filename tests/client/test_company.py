"""Tools that patch or wrap httpx see our calls as they see the vendor's SDK's: `make company`.

Each tool is tried in a separate process, since most of them patch httpx for good.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any, NamedTuple

import pytest

from stored_completions_testing.faults import always, answer, failure, in_turn
from stored_completions_testing.server import Server
from tests import ROOT

pytestmark = pytest.mark.skipif(find_spec("openai") is None, reason="`make company` has a separate environment")

ID = "chatcmpl-abc123"
# Our clients, and the one of the vendor's SDK that each is compared with.
CLIENTS = {
    "OpenAI": "sync",
    "AuthenticatedClient, sync": "sync",
    "AsyncOpenAI": "async",
    "AuthenticatedClient, asyncio": "async",
    "the command": "async",
    "DefaultAioHttpClient": "aiohttp",
}
PRELUDE = """
import asyncio, contextlib, io, json, os, sys
from unittest import mock
import httpx
name, base_url = sys.argv[1:3]
key = os.environ["KEY"]
ID = "chatcmpl-abc123"
CHOICE = {"index": 0, "message": {"role": "assistant", "content": "Hi."}, "finish_reason": "stop"}
FAKE = {"id": ID, "object": "chat.completion", "created": 1, "model": "fake", "choices": [CHOICE]}
is_sync = name in ("sync", "OpenAI", "AuthenticatedClient, sync")

def of_vendor(http_client=None, **options):
    import openai
    if http_client is None:  # its own defaults are httpx2's
        if name == "aiohttp":
            import httpx_aiohttp
            http_client = httpx_aiohttp.HttpxAiohttpClient()
        else:
            http_client = httpx.Client() if is_sync else httpx.AsyncClient()
    kind = openai.OpenAI if is_sync else openai.AsyncOpenAI
    return kind(base_url=base_url, api_key=key, max_retries=0, http_client=http_client, **options)

def of_ours(http_client=None, **options):
    import stored_completions
    if name == "DefaultAioHttpClient" and http_client is None:
        http_client = stored_completions.DefaultAioHttpClient()
    kind = stored_completions.OpenAI if is_sync else stored_completions.AsyncOpenAI
    return kind(base_url=base_url, api_key=key, max_retries=0, http_client=http_client, **options)

def by_function(http_client=None, **options):
    from stored_completions import AuthenticatedClient
    from stored_completions.api.chat_completions import retrieve_chat_completion as endpoint
    client = AuthenticatedClient(base_url=base_url, token=key, max_retries=0, **options)
    if is_sync:
        with client.set_httpx_client(http_client) if http_client else client:
            return endpoint.sync(ID, client=client).model
    async def main():
        async with client.set_async_httpx_client(http_client) if http_client else client:
            return (await endpoint.asyncio(ID, client=client)).model
    return asyncio.run(main())

def by_command():
    from stored_completions_cli.app import app
    os.environ |= {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": key}
    with contextlib.redirect_stdout(io.StringIO()) as written, contextlib.redirect_stderr(io.StringIO()) as said:
        app(["get", ID, "--max-retries", "0"], standalone_mode=False)
    if not written.getvalue():
        raise RuntimeError(said.getvalue())
    return json.loads(written.getvalue())["model"]

def called(**options):
    if name.startswith("AuthenticatedClient"):
        return by_function(**options)
    if name == "the command":
        return by_command()
    made = of_vendor if name in ("sync", "async", "aiohttp") else of_ours
    if is_sync:
        with made(**options) as client:
            return client.chat.completions.retrieve(ID).model
    async def main():
        async with made(**options) as client:
            return (await client.chat.completions.retrieve(ID)).model
    return asyncio.run(main())

def said(value):
    print("RESULT" + json.dumps(value), flush=True)
"""


class Tool(NamedTuple):
    """A tool that traces, mocks or records httpx.

    Attributes:
        program: What says what the tool saw.
        header: The header that it sends with each request.
        aiohttp: Whether it sees what httpx sends through aiohttp.
        injected: Whether it is an httpx client already, which the command does not take.
        fails: How many of the first requests fail.
        is_alike: Whether what it sees of the vendor's SDK is the same.
    """

    program: str
    header: str = ""
    aiohttp: bool = True
    injected: bool = False
    fails: int = 0
    is_alike: bool = True


TOOLS = {
    "a mock of send": Tool("""
async def awaited(self, request, **options):
    return httpx.Response(200, json=FAKE, request=request)
def sent(self, request, **options):
    return httpx.Response(200, json=FAKE, request=request)
with mock.patch("httpx.Client.send", sent), mock.patch("httpx.AsyncClient.send", awaited):
    said(called())
"""),
    "a MagicMock of send": Tool("""
answer = httpx.Response(200, json=FAKE, request=httpx.Request("GET", base_url))
with mock.patch("httpx.Client.send", return_value=answer), mock.patch("httpx.AsyncClient.send", return_value=answer):
    said(called())
"""),
    "an autospec of the transport": Tool(
        """
answer = lambda: httpx.Response(200, json=FAKE)
with (mock.patch("httpx.HTTPTransport.handle_request", autospec=True, return_value=answer()),
      mock.patch("httpx.AsyncHTTPTransport.handle_async_request", autospec=True, return_value=answer())):
    said(called())
""",
        aiohttp=False,
    ),
    "respx": Tool(
        """
import respx
with respx.mock(assert_all_called=False) as router:
    router.get(url__startswith=base_url).mock(return_value=httpx.Response(200, json=FAKE))
    said(called())
""",
        aiohttp=False,
    ),
    "respx, of httpx": Tool(
        """
import respx
with respx.mock(using="httpx", assert_all_called=False) as router:
    router.get(url__startswith=base_url).mock(return_value=httpx.Response(200, json=FAKE))
    said(called())
""",
        aiohttp=False,
    ),
    "pook": Tool("""
import pook
pook.on()
pook.get(f"{base_url}/chat/completions/{ID}").reply(200).json(FAKE)
said(called())
"""),
    "vcrpy": Tool("""
import tempfile, vcr
with tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        with vcr.use_cassette(f"{folder}/calls.yaml") as cassette:
            found = called()
    said([found, cassette.play_count])
"""),
    "mocket": Tool("""
from mocket import Mocketizer
from mocket.mocks.mockhttp import Entry
Entry.single_register(Entry.GET, f"{base_url}/chat/completions/{ID}", json.dumps(FAKE),
                      headers={"content-type": "application/json"})
with Mocketizer():
    said(called())
"""),
    "aioresponses": Tool("""
import re
from aioresponses import aioresponses
with aioresponses(passthrough_unmatched=True) as mocked:
    mocked.get(re.compile(".*"), payload=FAKE)
    said(called())
"""),
    "pytest-socket": Tool(
        """
import pytest_socket
if is_sync:
    pytest_socket.disable_socket()
else:
    pytest_socket.socket_allow_hosts(["10.0.0.1"])
try:
    found = called()
except BaseException as error:
    found = []
    while error is not None:
        found.append(f"{error}")
        error = error.__cause__ or error.__context__
said([any("A test tried to use" in text for text in found) or found])
""",
        is_alike=False,  # the vendor's asynchronous error does not say what is blocked
    ),
    "httpx-retries": Tool(
        """
from httpx_retries import RetryTransport
own = (httpx.Client if is_sync else httpx.AsyncClient)(transport=RetryTransport())
said(called(http_client=own))
""",
        injected=True,
        fails=1,
    ),
    "hishel": Tool(
        """
import tempfile, hishel, hishel.httpx
with tempfile.TemporaryDirectory() as folder:
    for _ in range(2):
        if is_sync:
            storage = hishel.SqliteStorage(database_path=f"{folder}/calls")
            own = hishel.httpx.CacheClient(storage=storage)
        else:
            storage = hishel.AsyncSqliteStorage(database_path=f"{folder}/calls")
            own = hishel.httpx.AsyncCacheClient(storage=storage)
        found = called(http_client=own)
    said(found)
""",
        injected=True,
    ),
    "sentry-sdk": Tool(
        """
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
said(sorted({span["op"] for span in transaction["spans"] if span["op"] == "http.client"}))
""",
        "sentry-trace",
    ),
    "ddtrace": Tool(
        """
os.environ |= {"DD_TRACE_AGENT_URL": "http://127.0.0.1:1", "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
               "DD_REMOTE_CONFIGURATION_ENABLED": "false"}
from ddtrace import patch
patch(httpx=True)
said(called())
os._exit(0)
""",
        "x-datadog-trace-id",
    ),
    "elastic-apm": Tool(
        """
import elasticapm
apm = elasticapm.Client({"SERVICE_NAME": "a", "DISABLE_SEND": True, "CENTRAL_CONFIG": False, "CLOUD_PROVIDER": False})
elasticapm.instrument()
apm.begin_transaction("test")
said(called())
apm.end_transaction("a", "ok")
os._exit(0)
""",
        "traceparent",
    ),
    "newrelic": Tool(
        """
os.environ |= {"NEW_RELIC_DEVELOPER_MODE": "true", "NEW_RELIC_LICENSE_KEY": "0" * 40, "NEW_RELIC_APP_NAME": "a",
               "NEW_RELIC_LOG": "/dev/null"}
import newrelic.agent
newrelic.agent.initialize()
application = newrelic.agent.register_application(timeout=10)
with newrelic.agent.BackgroundTask(application, name="test"):
    said(called())
os._exit(0)
""",
        "traceparent",
    ),
    "opentelemetry": Tool(
        """
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
        "traceparent",
        aiohttp=False,
    ),
    "opentelemetry, of aiohttp": Tool("""
from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
spans, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
AioHttpClientInstrumentor().instrument(tracer_provider=provider)
found = called()
said([found, *(span.name for span in spans.get_finished_spans())])
"""),
    "logfire": Tool(
        """
import logfire
logfire.configure(send_to_logfire=False, console=False)
logfire.instrument_httpx()
said(called())
""",
        "traceparent",
        aiohttp=False,
    ),
    "uvloop": Tool("""
import uvloop
if not is_sync:
    asyncio.run = uvloop.run
said(called())
"""),
}
# Tools that fail with the vendor's SDK, for other reasons.
BROKEN = {("pook", "aiohttp"), ("mocket", "aiohttp")}


def told(client: str, program: str, server: Server) -> Any:
    """Return the output of a program for one client, or the error it ended with."""
    command = [sys.executable, "-c", PRELUDE + program, client, server.base_url]
    environment = {
        "KEY": server.key,
        "PYTHONPATH": f"{ROOT / 'generated'}:{ROOT / 'cli'}",
        "PATH": "/usr/bin:/bin",
        "NO_PROXY": "127.0.0.1",
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    found = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    return json.loads(found[-1].removeprefix("RESULT")) if found else {"failed": done.stderr[-3000:]}


def seen(tool: Tool, client: str, server: Server) -> tuple[Any, int, list[bool]]:
    """Return what a tool saw of a client's calls, the number of requests, and how many have the tool's header."""
    server.received.clear()
    server.plan = in_turn(*[failure(503)] * tool.fails)
    found = told(client, tool.program, server)
    return found, len(server.received), [tool.header in request.headers for request in server.received if tool.header]


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("name", TOOLS)
def test_tools_see_our_calls_as_they_see_those_of_openai(name: str, client: str, server: Server) -> None:
    tool, vendors = TOOLS[name], CLIENTS[client]
    if tool.injected and client in ("the command", "DefaultAioHttpClient"):
        pytest.skip("the tool is an httpx client, and this client makes its own")
    ours, control = seen(tool, client, server), seen(tool, vendors, server)
    found, _, headers = ours
    assert "failed" not in found
    assert ours == control or not tool.is_alike or ("failed" in control[0] and (name, vendors) in BROKEN)
    if vendors != "aiohttp" or tool.aiohttp:
        assert found not in ([], None) and (tool.is_alike or found == [True])
        assert all(headers)


@pytest.mark.parametrize("client", ["OpenAI", "AsyncOpenAI"])
@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.header])
def test_tools_that_trace_see_the_calls_after_they_start(name: str, client: str, server: Server) -> None:
    found, _, headers = seen(TOOLS[name]._replace(program=f"called()\n{TOOLS[name].program}"), client, server)
    assert "failed" not in found
    assert headers == [False, True]


@pytest.mark.parametrize("client", ["OpenAI", "AsyncOpenAI", "DefaultAioHttpClient"])
def test_sentry_is_given_no_credentials(client: str, server: Server) -> None:
    """Neither the variables of captured frames nor the breadcrumbs of requests hold credentials."""
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
said([len(told), [text[max(text.index(key) - 300, 0):][:600] for text in told if key in text]])
"""
    number, shown = told(client, program, server)
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
