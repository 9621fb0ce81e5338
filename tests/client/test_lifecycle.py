"""The life of clients: making, copying, sharing by threads and event loops, pickling, closing, using again."""

from __future__ import annotations

import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import random
import signal
import socket
import ssl
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import anyio
import httpx
import pytest
import trio
from starlette.types import Receive, Scope, Send

import stored_completions
import stored_completions._runtime.environment
from stored_completions import (
    AsyncOpenAI,
    AuthenticatedClient,
    Client,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    OpenAI,
)
from stored_completions._runtime import transport
from stored_completions.api.chat_completions import retrieve_chat_completion
from stored_completions.errors import APIConnectionError, APITimeoutError, AuthenticationError, InternalServerError
from stored_completions_testing.faults import (
    STALLS,
    STALLS_IN_BODY,
    STALLS_IN_HEADERS,
    Raw,
    always,
    failure,
    head,
    in_turn,
)
from stored_completions_testing.server import Received, Server
from tests import ROOT
from tests.conftest import Clock
from tests.support import python
from tests.support.callers import Async, Sync

ID = "chatcmpl-abc123"

_PACKAGES = ("stored_completions", "httpx", "httpcore", "httpx2", "httpcore2", "aiohttp")

NEEDS_ITS_POOL = pytest.mark.skipif(
    tuple(map(int, version("httpcore").split(".")[:3])) < (1, 0, 5),
    reason="httpcore before 1.0.5 keeps the connections of calls that ended while it assigned them",
)


def retrieved(caller: Sync, client: Any) -> str:
    """Return the id of the retrieved completion."""
    return str(caller.run(client.chat.completions.retrieve(ID)).id)


def state(client: Any) -> dict[str, Any]:
    """Return all options of a client."""
    return {name: getattr(client.client, name) for name in ("base_url", "headers", "query", "timeout", "max_retries")}


@pytest.fixture
def own_connections(caller: Sync) -> None:
    """Skip a test where clients have an injected `http_client`, which they never close and cannot pickle."""
    if caller.transport != "httpx":
        pytest.skip("it is about the connections that a client makes itself")


def test_with_options_gives_a_copy_and_changes_nothing(caller: Sync, server: Server) -> None:
    client = caller.client(default_headers={"x-one": "1"}, default_query={"q": "1"})
    before = copy.deepcopy(state(client))
    other = client.with_options(timeout=7, max_retries=5, default_headers={"x-two": "2"}, default_query={"r": "2"})
    assert (type(other), other is client) == (type(client), False)
    assert (other.client.timeout, other.client.max_retries) == (7, 5)
    retrieved(caller, other)
    retrieved(caller, client)
    assert state(client) == before
    first, second = server.received
    assert {"x-one": "1", "x-two": "2"}.items() <= dict(first.headers).items()
    assert first.query == [("q", "1"), ("r", "2")]
    assert "x-two" not in second.headers
    assert second.query == [("q", "1")]


def test_a_copy_has_what_a_subclass_has_added() -> None:
    class Tenant(OpenAI):
        def __init__(self, tenant: str, **options: Any) -> None:
            super().__init__(**options)
            self.tenant = tenant

    client = Tenant("acme", api_key="sk-key")
    first = client.chat.completions
    for other in (client.with_options(timeout=7), client.copy(), copy.copy(client)):
        assert other.tenant == "acme"
        assert other.chat.completions is not first
    assert client.chat.completions is first


PATH = f"/chat/completions/{ID}"
# Properties of a subclass that overrides them, and what its requests have then.
OVERRIDDEN: dict[str, tuple[Callable[[Any], Any], Callable[[Received], bool]]] = {
    "api_key": (lambda _: "sk-other-1", lambda sent: sent.headers["authorization"] == "Bearer sk-other-1"),
    "base_url": (lambda self: httpx.URL(f"{self.origin}/other"), lambda sent: sent.path == f"/other{PATH}"),
    "default_headers": (
        lambda self: {**super(self.plain, self).default_headers, "X-One": "2", b"x-two": b"2"},
        lambda sent: [sent.headers[name] for name in ("x-zero", "x-one", "x-two")] == ["0", "2", "2"],
    ),
    "default_query": (
        lambda self: {**super(self.plain, self).default_query, "q": "2"},
        lambda sent: sent.query == [("p", "1"), ("q", "2")],
    ),
    "max_retries": (lambda _: 0, lambda _: True),
    "timeout": (lambda _: 9, lambda _: True),
}


@pytest.mark.parametrize("is_copy", [False, True], ids=["made", "copied"])
@pytest.mark.parametrize("name", OVERRIDDEN)
def test_calls_use_the_properties_that_a_subclass_overrides(
    name: str, is_copy: bool, caller: Sync, server: Server, clock: Clock
) -> None:
    """As in openai-python, where gateways are subclasses; each call reads the properties again."""
    getter, is_right = OVERRIDDEN[name]
    plain, read = type(caller.client()), []

    def reading(self: Any) -> Any:
        read.append(getter(self))
        return read[-1]

    members = {name: property(reading), "plain": plain, "origin": server.base_url.removesuffix("/v1")}
    client: Any = type("Gateway", (plain,), members)(
        base_url=server.base_url,
        api_key=server.key,
        default_headers={"x-zero": "0", "x-one": "1"},
        default_query={"p": "1", "q": "1"},
    )
    if is_copy:
        client = client.with_options(default_headers={"x-three": "3"})
    server.plan = always(failure(503))
    for number in range(1, 3):
        with pytest.raises(InternalServerError) as raised:
            caller.run(client.chat.completions.retrieve(ID))
        assert len(read) == number
        assert raised.value.retries_taken == len(clock.waits) / number == (0 if name == "max_retries" else 2)
    assert all(is_right(sent) and ("x-three" in sent.headers) is is_copy for sent in server.received)
    caller.run(client.close())


def test_copies_share_their_connections(caller: Sync, client: Any, server: Server) -> None:
    for subject in (client, client.with_options(timeout=7), client.with_options().with_options(max_retries=0)):
        assert retrieved(caller, subject) == ID
    for subject in (copy.copy(client), copy.deepcopy(client)):
        assert retrieved(caller, subject) == ID
    assert server.connections(1) == 1


def test_options_of_a_call_apply_to_that_call_only(caller: Sync, client: Any, server: Server) -> None:
    call = client.chat.completions.retrieve
    caller.run(call(ID, extra_headers={"x-extra": "yes", "user-agent": "mine"}, extra_query={"q": "1"}, timeout=7))
    retrieved(caller, client)
    first, second = server.received
    assert (first.headers["x-extra"], first.headers["user-agent"], first.query) == ("yes", "mine", [("q", "1")])
    assert ("x-extra" in second.headers, second.query) == (False, [])


def test_the_callers_dicts_are_never_changed(caller: Sync, server: Server) -> None:
    headers, query, cookies, arguments = {"x-one": "1"}, {"q": "1"}, {"c": "1"}, {"timeout": 5}
    client = caller.client(default_headers=headers, default_query=query)
    retrieved(caller, client)
    caller.run(client.chat.completions.retrieve(ID, extra_headers=headers, extra_query=query))
    plain = AuthenticatedClient(
        base_url=server.base_url, token=server.key, headers=headers, query=query, cookies=cookies, httpx_args=arguments
    )
    caller.run(caller.function(retrieve_chat_completion)(ID, client=plain.with_headers(headers)))
    caller.end(plain)
    assert (headers, query, cookies, arguments) == ({"x-one": "1"}, {"q": "1"}, {"c": "1"}, {"timeout": 5})
    assert server.received[2].headers["cookie"] == "c=1"


def test_the_generators_methods_give_copies_too(server: Server) -> None:
    client = AuthenticatedClient(base_url=server.base_url, token=server.key).set_httpx_client(own := httpx.Client())
    changed = client.with_headers({"x-one": "1"}).with_cookies({"c": "1"}).with_timeout(7)
    assert (client.headers, client.cookies, client.timeout) == ({}, {}, stored_completions.DEFAULT_TIMEOUT)
    assert (changed.headers, changed.cookies, changed.timeout) == ({"x-one": "1"}, {"c": "1"}, 7)
    assert changed.get_httpx_client() is client.get_httpx_client() is own
    assert retrieve_chat_completion.sync(ID, client=changed).id == ID
    own.close()


@pytest.mark.parametrize("change", ["with_cookies", "with_headers", "with_timeout", "sharing_pauses", "__copy__"])
def test_changes_of_a_copy_leave_the_client_unchanged(change: str, server: Server) -> None:
    client = AuthenticatedClient(
        base_url=server.base_url, token=server.key, headers={"a": "1"}, cookies={"b": "1"}, query={"c": "1"}
    )
    argument: dict[str, list[Any]] = {"with_cookies": [{}], "with_headers": [{}], "with_timeout": [7]}
    copied: Any = getattr(client, change)(*argument.get(change, []))
    for name in ("headers", "cookies", "query"):
        getattr(copied, name)["x"] = "2"
    assert (client.headers, client.cookies, client.query) == ({"a": "1"}, {"b": "1"}, {"c": "1"})


def test_an_unknown_option_of_a_client_cannot_be_assigned() -> None:
    client: Any = AuthenticatedClient(token="sk-1")
    with pytest.raises(AttributeError, match="colour"):
        client.colour = 5


def test_a_new_key_is_used_from_the_next_request_on(caller: Sync, client: Any, server: Server) -> None:
    retrieved(caller, client)
    client.api_key = "sk-new"
    with pytest.raises(AuthenticationError):
        retrieved(caller, client)
    assert [request.headers["authorization"] for request in server.received] == [
        f"Bearer {server.key}",
        "Bearer sk-new",
    ]
    client.client.token = server.key
    assert retrieved(caller, client) == ID


def test_httpx_args_are_passed_to_httpx(caller: Sync, server: Server) -> None:
    client = AuthenticatedClient(
        base_url=server.base_url, token=server.key, httpx_args={"timeout": 5, "headers": {"x-own": "yes"}}
    )
    assert client.timeout == 5
    assert caller.run(caller.function(retrieve_chat_completion)(ID, client=client)).id == ID
    assert server.received[0].headers["x-own"] == "yes"
    caller.end(client)


def test_an_injected_client_keeps_key_headers_url_and_stays_open(caller: Sync, server: Server) -> None:
    own = caller.httpx(headers={"x-own": "yes", "authorization": "Bearer theirs"}, base_url="http://127.0.0.1:1")
    with caller.use(
        caller.client(http_client=own, default_headers={"x-ours": "yes"}, default_query={"q": "1"})
    ) as client:
        for subject in (client, client.with_options(timeout=7)):
            assert retrieved(caller, subject) == ID
    received = server.received[0]
    assert received.headers["authorization"] == f"Bearer {server.key}"
    assert (received.headers["x-own"], received.headers["x-ours"], received.query) == ("yes", "yes", [("q", "1")])
    assert not own.is_closed
    assert retrieved(caller, client) == ID
    caller.end(own)


def test_an_injected_client_of_the_other_kind_is_refused(caller: Sync) -> None:
    wrong = httpx.AsyncClient if type(caller) is Sync else httpx.Client
    with pytest.raises(TypeError, match=f"must be an httpx.{caller.httpx.__name__}, not an httpx.{wrong.__name__}"):
        caller.client(http_client=wrong())


def test_a_client_can_be_entered_after_a_request_and_twice(caller: Sync, client: Any) -> None:
    assert retrieved(caller, client) == ID
    with caller.use(client) as entered:
        assert entered is client
        with caller.use(client):
            assert retrieved(caller, client) == ID
        assert retrieved(caller, client) == ID


@pytest.mark.usefixtures("own_connections")
def test_closing_repeats_and_a_closed_client_connects_again(caller: Sync, client: Any, server: Server) -> None:
    caller.run(client.close())
    for _ in range(2):
        assert retrieved(caller, client) == ID
        assert server.connections(1) == 1
        caller.run(client.close())
        caller.run(client.close())
        assert server.connections(0) == 0


def test_threads_that_start_together_make_one_pool(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Creating the pool is slowed down, so that a second thread would create another one."""
    together, second, kind = threading.Barrier(16), threading.Barrier(2), httpx.Client

    def slowly(**arguments: Any) -> httpx.Client:
        with suppress(threading.BrokenBarrierError):
            second.wait(timeout=0.2)
        return kind(**arguments)

    with OpenAI(base_url=server.base_url, api_key=server.key) as client:
        monkeypatch.setattr("stored_completions._runtime.pool.httpx.Client", slowly)

        def work(_: int) -> tuple[httpx.Client, str]:
            together.wait()
            return client.client.get_httpx_client(), client.chat.completions.retrieve(ID).id

        with ThreadPoolExecutor(16) as threads:
            results = list(threads.map(work, range(16)))
    assert {found for _, found in results} == {ID}
    assert len({pool for pool, _ in results}) == 1


def test_tasks_that_start_together_make_one_pool(server: Server) -> None:
    async def main() -> int:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:
            await asyncio.gather(*(client.chat.completions.retrieve(ID) for _ in range(16)))
            return len(client.client._pool._by_loop)

    assert asyncio.run(main()) == 1


def test_default_clients_load_the_certificates_once(caller: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading certificates takes longer than a request."""
    loaded = []
    load = ssl.SSLContext.load_verify_locations

    def noted(context: ssl.SSLContext, *places: Any, **named: Any) -> None:
        loaded.append(context)
        load(context, *places, **named)

    async def make() -> None:
        for client in (AuthenticatedClient(token="sk-1"), AuthenticatedClient(token="sk-2"), Client()):
            client.get_async_httpx_client() if type(caller) is Async else client.get_httpx_client()

    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", noted)
    stored_completions._runtime.environment._default_context.cache_clear()
    asyncio.run(make())
    assert len(loaded) == 1


def test_a_client_works_in_a_second_event_loop(server: Server) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.key)

    async def main() -> str:
        async with client:
            return (await client.chat.completions.retrieve(ID)).id

    assert [asyncio.run(main()), asyncio.run(main())] == [ID, ID]


def test_clients_that_are_not_closed_close_their_connections(server: Server) -> None:
    """As in openai-python, without a warning. A response that outlives its httpx client is read to its end."""
    client = OpenAI(base_url=server.base_url, api_key=server.key)
    assert client.chat.completions.retrieve(ID).id == ID
    http = DefaultHttpxClient()
    response = http.send(http.build_request("GET", f"{server.base_url}/chat/completions/{ID}"), stream=True)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del client, http
        gc.collect()
        assert server.connections(1, seconds=1) == 1
        assert b"API key" in response.read()
        del response
        gc.collect()
    assert server.connections(0, seconds=1) == 0
    assert not warned


@pytest.mark.parametrize("fails", [0, 1], ids=["at once", "retried"])
def test_calls_leave_nothing_for_the_garbage_collector(
    fails: int, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    """Otherwise requests, with the key in them, stay in memory until it runs, and it runs often."""
    retrieved(caller, client)
    gc.collect()
    gc.disable()
    try:
        for _ in range(5):
            server.plan = in_turn(*[failure(503)] * fails)
            retrieved(caller, client)
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        assert not [type(found) for found in gc.garbage if type(found).__module__.partition(".")[0] in _PACKAGES]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("run", [trio.run, asyncio.run], ids=["trio", "asyncio"])
def test_event_loops_that_end_without_closing_leave_no_sockets(run: Any, server: Server) -> None:
    """Python collects the sockets, with a warning each, when the client is used in another loop."""
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.key)

    async def main(closing: bool = False) -> str:
        completion = await client.chat.completions.retrieve(ID)
        if closing:
            await client.close()
        return completion.id

    async def last() -> str:
        return await main(closing=True)

    for _ in range(5):
        assert run(main if run is trio.run else main()) == ID
    assert run(last if run is trio.run else last()) == ID
    gc.collect()
    assert server.connections(0, seconds=1) == 0


def test_loops_of_two_libraries_use_a_client_at_the_same_time(server: Server) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.key)

    async def main() -> str:
        found = (await client.chat.completions.retrieve(ID)).id
        await client.close()
        return found

    async def outer() -> list[str]:
        first = (await client.chat.completions.retrieve(ID)).id
        return [first, await trio.to_thread.run_sync(asyncio.run, main()), await main()]

    assert trio.run(outer) == [ID] * 3
    assert len({request.port for request in server.received}) == 2


def test_an_asynchronous_call_without_a_loop_is_explained(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "trio")
    call = AsyncOpenAI(base_url=server.base_url, api_key=server.key).chat.completions.retrieve(ID)
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)


@pytest.mark.parametrize(
    ("client", "said"),
    [(httpx.Client, "the class httpx.Client: make one of it"), ("http://proxy", "a str"), (object(), "an object")],
    ids=["a class", "a str", "an object"],
)
@pytest.mark.parametrize("has_httpx2", [True, False])
def test_an_object_that_is_not_a_client_is_named(
    client: Any, said: str, has_httpx2: bool, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    if has_httpx2:
        pytest.importorskip("httpx2")  # the message names its clients too
    else:
        monkeypatch.delitem(sys.modules, "httpx2", raising=False)
    with pytest.raises(TypeError, match=f"must be a client of httpx or httpx2, not {said}"):
        OpenAI(base_url=server.base_url, api_key=server.key, http_client=client)


def test_one_client_serves_event_loops_of_several_threads(server: Server) -> None:
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.key)

    async def main() -> list[str]:
        async with client:
            completions = await asyncio.gather(*(client.chat.completions.retrieve(ID) for _ in range(5)))
        return [completion.id for completion in completions]

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(lambda _: asyncio.run(main()), range(4)))
    assert results == [[ID] * 5] * 4


@pytest.mark.usefixtures("own_connections")
def test_a_pickle_of_a_used_client_has_no_key(caller: Sync, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {"api-key": "secret-1", "cookie": "secret-2"}
    client = caller.client(default_headers=secrets, organization="org-1", project="proj-1", timeout=7, max_retries=5)
    retrieved(caller, client)
    pickled = pickle.dumps(client)
    for secret in (server.key, *secrets.values()):
        assert secret.encode() not in pickled
    client = pickle.loads(pickled)
    assert (client.client.timeout, client.client.max_retries) == (7, 5)
    with pytest.raises(ValueError, match=r"The API key is empty. \(A pickled client leaves its key behind"):
        retrieved(caller, client)
    client.api_key = server.key
    assert retrieved(caller, client) == ID
    caller.run(client.close())
    assert server.received[-1].headers["openai-organization"] == "org-1"
    assert server.received[-1].headers["openai-project"] == "proj-1"
    monkeypatch.setenv("OPENAI_API_KEY", server.key)
    client = pickle.loads(pickled)
    assert retrieved(caller, client) == ID
    caller.run(client.close())


@pytest.mark.usefixtures("own_connections")
def test_pickle_api_key_keeps_the_key(caller: Sync, server: Server) -> None:
    client = caller.client(pickle_api_key=True, default_headers={"x-one": "1"})
    client = pickle.loads(pickle.dumps(client.with_options(timeout=7)))
    assert retrieved(caller, client) == ID
    assert server.received[0].headers["x-one"] == "1"
    caller.run(client.close())


def test_a_client_of_the_endpoint_functions_can_be_pickled(caller: Sync, server: Server) -> None:
    client = AuthenticatedClient(base_url=server.base_url, token=server.key, headers={"x-one": "1"})
    retrieve = caller.function(retrieve_chat_completion)
    assert caller.run(retrieve(ID, client=client)).id == ID
    pickled = pickle.dumps(client)
    caller.end(client)
    assert server.key.encode() not in pickled
    copied = pickle.loads(pickled)
    copied.token = server.key
    assert caller.run(retrieve(ID, client=copied)).id == ID
    caller.end(copied)
    assert pickle.loads(pickle.dumps(Client(base_url=server.base_url))).base_url == server.base_url


def test_a_client_with_an_injected_one_refuses_to_be_pickled(caller: Sync) -> None:
    own = caller.httpx()
    with pytest.raises(TypeError, match="make it where it is used"):
        pickle.dumps(caller.client(http_client=own))
    caller.end(own)


def retrieve_elsewhere(client: OpenAI) -> str:
    with client:
        return client.chat.completions.retrieve(ID).id


def test_a_used_client_can_be_shipped_to_another_process(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", server.key)
    with OpenAI(base_url=server.base_url) as client:
        client.chat.completions.retrieve(ID)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
            assert processes.submit(retrieve_elsewhere, client).result() == ID


def test_a_forked_process_makes_its_own_connections(server: Server) -> None:
    """If they shared one, either process could read the other's answers."""
    program = f"""
import os
from stored_completions import OpenAI
client = OpenAI()
assert client.chat.completions.retrieve("{ID}").id == "{ID}"
child = os.fork()
assert client.chat.completions.retrieve("{ID}").id == "{ID}"
client.close()
if child:
    os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
os._exit(0)
"""
    environment = {**os.environ, **server.environment, "PYTHONPATH": str(ROOT / "generated")}
    python.run([sys.executable, "-c", program], env=environment, check=True)
    ports = [request.port for request in server.received]
    assert (len(ports), len(set(ports))) == (3, 2)


def test_a_forked_process_leaves_an_injected_client_open(server: Server) -> None:
    """The parent uses the same connection again."""
    program = f"""
import os
import httpx
from stored_completions import OpenAI
own = httpx.Client()
client = OpenAI(http_client=own)
assert client.chat.completions.retrieve("{ID}").id == "{ID}"
child = os.fork()
if not child:
    own.close()
    os._exit(0)
os.waitpid(child, 0)
assert client.chat.completions.retrieve("{ID}").id == "{ID}"
own.close()
"""
    environment = {**os.environ, **server.environment, "PYTHONPATH": str(ROOT / "generated")}
    python.run([sys.executable, "-c", program], env=environment, check=True)
    assert len({request.port for request in server.received}) == 1


@pytest.mark.parametrize("surplus", [1, 500])
@pytest.mark.parametrize("own", [True, False], ids=["own", "injected"])
def test_bytes_beyond_a_response_answer_no_other_request(own: bool, surplus: int, caller: Sync, clock: Clock) -> None:
    """httpcore would parse them as the response of the next request."""
    if own and caller.transport == "httpx2":
        pytest.skip("the connections of a user's own client are never changed")
    bodies = b'{"id": "first"}', b'{"id": "surplus"}', b'{"id": "second"}'
    first, beyond, second = (head(len(body)) + body for body in bodies)

    def serve() -> None:
        for content in (first + beyond * surplus, second):
            with listener.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(content)
                while connection.recv(65536):
                    pass

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as threads:
        serving = threads.submit(serve)
        injected, base_url = caller.default(), f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = caller.client(base_url=base_url, **({} if own else {"http_client": injected}))
        assert [retrieved(caller, client), retrieved(caller, client)] == ["first", "second"]
        caller.run(client.close())
        caller.end(injected)
        if own and caller.transport != "httpx":  # this client was injected too, so it is still open
            caller.end(caller.http_client_of(client))
        serving.result()


def test_no_process_is_forked_while_a_thread_imports(server: Server) -> None:
    """Otherwise the module's lock would stay locked in the child, and its first call would never end."""
    program = f"""
import os, sys, threading
from importlib.util import spec_from_loader
from stored_completions import OpenAI
importing, forked = threading.Event(), threading.Event()

class Slow:
    find_spec = staticmethod(lambda name, *_: spec_from_loader(name, Slow) if name == "msgspec" else None)
    create_module = staticmethod(lambda spec: None)

    def exec_module(module):
        importing.set()
        forked.wait(0.3)
        raise ImportError

sys.meta_path.insert(0, Slow)
client = OpenAI()
thread = threading.Thread(target=client.chat.completions.retrieve, args=("{ID}",))
thread.start()
importing.wait()
child = os.fork()
if not child:
    os._exit(client.chat.completions.retrieve("{ID}").id != "{ID}")
forked.set()
thread.join()
client.close()
os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    environment = {**os.environ, **server.environment, "PYTHONPATH": str(ROOT / "generated")}
    python.run([sys.executable, "-c", program], env=environment, check=True)


def test_closing_lets_calls_in_progress_finish(caller: Sync, client: Any, server: Server) -> None:
    """A copy in another thread or task closes the shared connections; closing a socket at once would hang the call."""
    halfway, closed = threading.Event(), threading.Event()

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        content = b'{"id": "chatcmpl-1"}'
        scope["transport"].write(head(len(content)) + content[:5])
        halfway.set()
        await asyncio.to_thread(closed.wait)
        await Raw(content[5:])(scope, receive, send)

    async def close_meanwhile() -> str:
        call = asyncio.create_task(client.chat.completions.retrieve(ID))
        await asyncio.to_thread(halfway.wait)
        await client.with_options(timeout=7).close()
        closed.set()
        return str((await call).id)

    server.plan = in_turn(slowly)
    if type(caller) is Async:
        assert caller.run(close_meanwhile()) == "chatcmpl-1"
    else:
        with ThreadPoolExecutor(1) as threads:
            call = threads.submit(retrieved, caller, client)
            halfway.wait()
            client.with_options(timeout=7).close()
            closed.set()
            assert call.result() == "chatcmpl-1"
    assert server.connections(0) == 0
    assert retrieved(caller, client) == ID


def test_closing_an_injected_client_ends_its_calls_at_once(server: Server) -> None:
    """Closing a socket does not wake a thread that reads from it."""
    server.plan = always(STALLS)
    with ThreadPoolExecutor(1) as threads, DefaultHttpxClient() as own:
        client = OpenAI(base_url=server.base_url, api_key=server.key, http_client=own, max_retries=0)
        call = threads.submit(client.chat.completions.retrieve, ID, timeout=50)
        while not server.received:
            time.sleep(0.001)
        own.close()
        with pytest.raises(APIConnectionError):
            call.result(timeout=10)


def test_trio_runs_calls_retries_and_time_outs(server: Server, clock: Clock) -> None:
    """Each run has a pool, whose connections are closed when the run ends."""
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.key)

    async def main() -> list[str]:
        server.plan = in_turn(failure(500), None, STALLS_IN_HEADERS)
        async with client:
            found = [(await client.chat.completions.retrieve(ID)).id]
            with pytest.raises(APITimeoutError):
                await client.with_options(max_retries=0).chat.completions.retrieve(ID, timeout=0.1)
            return found + [completion.id async for completion in client.chat.completions.list(limit=1)][:1]

    assert [trio.run(main)[0], trio.run(main)[0], asyncio.run(main())[0]] == [ID] * 3
    assert len(clock.waits) == 3


@NEEDS_ITS_POOL
@pytest.mark.parametrize("run", [trio.run, asyncio.run], ids=["trio", "asyncio"])
def test_calls_that_are_cancelled_at_any_moment_leave_nothing(run: Any, server: Server) -> None:
    """No connection and no place in the pool is left, at whichever step a call is cancelled."""
    moments = random.Random(7)

    async def main() -> int:
        limits = httpx.Limits(max_connections=5)
        async with DefaultAsyncHttpxClient(limits=limits) as own:
            client = AsyncOpenAI(base_url=server.base_url, api_key=server.key, http_client=own)

            async def cancelled(seconds: float) -> None:
                with anyio.move_on_after(seconds):
                    await client.chat.completions.retrieve(ID)

            async with anyio.create_task_group() as tasks:
                for _ in range(100):
                    tasks.start_soon(cancelled, moments.random() * 0.3)
            for _ in range(5):
                assert (await client.chat.completions.retrieve(ID, timeout=5)).id == ID
            return server.connections(5, seconds=1)

    assert (run(main) if run is trio.run else run(main())) <= 5
    assert server.connections(0) == 0


@pytest.fixture
def interrupts() -> Iterator[None]:
    """Let SIGINT raise KeyboardInterrupt, which shells ignore in background processes."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interrupts")
def test_an_interrupt_within_a_body_leaves_no_connection(server: Server) -> None:
    """No frame of the traceback shows the key."""
    server.plan = in_turn(STALLS_IN_BODY)
    client = OpenAI(base_url=server.base_url, api_key=server.key)

    def interrupt() -> None:
        while not server.received:
            time.sleep(0.001)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt) as caught:
        client.chat.completions.retrieve(ID)
    thread.join()
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame for frame in frames.stack if "stored_completions" in frame.filename]
    shown = [value for frame in ours for value in (frame.locals or {}).values()]
    assert shown
    assert not [line for line in shown if server.key in line]
    assert server.connections(0) == 0
    assert client.chat.completions.retrieve(ID).id == ID
    client.close()


@NEEDS_ITS_POOL
def test_an_interrupt_before_a_body_is_read_leaves_no_connection(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection's place is free again."""
    server.plan = in_turn(None, STALLS_IN_BODY)

    def interrupted(*_: Any) -> Any:
        raise KeyboardInterrupt

    with OpenAI(base_url=server.base_url, api_key=server.key, max_retries=0) as client:
        client.chat.completions.retrieve(ID)
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(transport, "hide_location", interrupted)
            client.chat.completions.retrieve(ID)
        assert server.connections(0) == 0
        assert retrieved(Sync({}), client) == ID


@pytest.mark.usefixtures("own_connections")
def test_a_pickle_leaves_out_what_may_be_secret(caller: Sync, server: Server) -> None:
    url = server.base_url.replace("http://", "http://user:secret-1@")
    parts: dict[str, Any] = {
        "base_url": f"{url}?key=secret-2",
        "headers": {"x": "secret-4"},
        "cookies": {"c": "secret-6"},
    }
    for client in (
        caller.client(base_url=parts["base_url"], default_query={"sig": "secret-3"}, default_headers=parts["headers"]),
        AuthenticatedClient(**parts, token="secret-5", httpx_args={"auth": ("a", "secret-7")}),
        Client(**parts),
    ):
        assert b"secret" not in pickle.dumps(client)
    kept = AuthenticatedClient(base_url=f"{url}?key=secret-2", token="secret-5", pickle_token=True)
    assert pickle.loads(pickle.dumps(kept)).query == {"key": "secret-2"}


@pytest.mark.parametrize("name", ["read", "close"])
def test_a_response_of_the_other_kind_of_client_is_refused(
    caller: Sync, client: Any, name: str, server: Server
) -> None:
    """As httpx refuses to read it; a response of the right kind is read whole."""
    http, is_async = caller.http_client_of(client), type(caller) is Async
    request = http.build_request(
        "GET", f"{server.base_url}/chat/completions/{ID}", headers={"Authorization": f"Bearer {server.key}"}
    )
    response = caller.run(http.send(request, stream=True))
    with pytest.raises(RuntimeError, match="Attempted to call a"):
        getattr(response, name)() if is_async else asyncio.run(getattr(response, f"a{name}")())
    body = caller.run(response.aread() if is_async else response.read())
    assert ID in body.decode()
    caller.run(response.aclose() if is_async else response.close())
