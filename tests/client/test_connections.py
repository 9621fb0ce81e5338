"""The connections of the default clients: how they are shared, kept and closed, and what is left to httpx."""

from __future__ import annotations

import asyncio
import functools
import gzip
import importlib
import json
import logging
import random
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from http.cookiejar import CookieJar
from importlib.metadata import version
from importlib.util import find_spec
from operator import methodcaller
from pathlib import Path
from typing import Any

import anyio
import httpcore
import httpx
import pytest
import trio
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from stored_completions import AsyncOpenAI, AuthenticatedClient, DefaultAioHttpClient, OpenAI
from stored_completions._runtime.connections import Connections
from stored_completions._runtime.pool import with_transports
from stored_completions._runtime.transport import AsyncTransport
from stored_completions.api.chat_completions import retrieve_chat_completion
from stored_completions.errors import APIConnectionError, APITimeoutError
from stored_completions_testing.faults import Raw, always, answer, head, in_turn
from stored_completions_testing.server import Server
from tests.support.callers import Async, Sync

ID = "chatcmpl-abc123"
BODY = {"id": ID, "choices": []}


class Together:
    """A server that answers once enough requests wait, so that each needs a connection."""

    def __init__(self, number: int) -> None:
        self._number, self._waiting, self._open = number, 0, asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._waiting += 1
        if self._waiting == self._number:
            self._open.set()
        await asyncio.wait_for(self._open.wait(), 5)
        await answer(BODY)(scope, receive, send)


NEEDS_ITS_ANYIO = pytest.mark.skipif(
    tuple(map(int, version("anyio").split(".")[:2])) < (4, 16),
    reason="anyio before 4.16 leaves a connection open whose caller is cancelled in the moment that it is made",
)


def authorized(server: Server) -> dict[str, str]:
    return {"authorization": f"Bearer {server.key}"}


def limited(server: Server, **limits: Any) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=server.base_url, token=server.key, httpx_args={"limits": httpx.Limits(**limits)}, max_retries=0
    )


async def retrieve(client: AuthenticatedClient, **options: Any) -> str:
    return (await retrieve_chat_completion.asyncio(ID, client=client, **options)).id


async def at_a_time(number: int, client: AuthenticatedClient) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(number):
            tasks.start_soon(retrieve, client)


def run(main: Callable[[], Awaitable[None]], library: str = "asyncio") -> None:
    anyio.run(main, backend=library)


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_max_connections_is_obeyed(library: str, server: Server) -> None:
    async def main() -> None:
        async with limited(server, max_connections=3) as client:
            await at_a_time(20, client)

    run(main, library)
    assert len(server.received) == 20
    assert len({request.port for request in server.received}) <= 3


@NEEDS_ITS_ANYIO
@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_calls_cancelled_at_any_moment_free_their_connections(library: str, server: Server) -> None:
    """None of 500 calls, cancelled at any step, keeps a place: five calls at a time still run."""
    moments = random.Random(7)

    async def main() -> None:
        async with limited(server, max_connections=5) as client:

            async def cancelled(seconds: float) -> None:
                with anyio.move_on_after(seconds):
                    await retrieve(client)

            async with anyio.create_task_group() as tasks:
                for _ in range(500):
                    tasks.start_soon(cancelled, moments.random() * 0.5)
            assert server.connections(0, seconds=0) <= 5
            server.plan = always(Together(5))
            await at_a_time(5, client)
            assert server.connections(5) == 5

    run(main, library)
    assert server.connections(0) == 0


def test_a_request_cancelled_before_it_connects_frees_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The request is cancelled while expired connections are being closed."""
    closed: list[list[object]] = []

    async def close(connections: list[object], *, is_async: bool) -> None:
        closed.append(connections)
        if len(closed) == 1:
            raise asyncio.CancelledError

    monkeypatch.setattr("stored_completions._runtime.transport._close", close)

    async def main() -> None:
        transport = AsyncTransport(certificates=ssl.create_default_context, limits=httpx.Limits(max_connections=1))
        with pytest.raises(asyncio.CancelledError):
            await transport.handle_async_request(httpx.Request("GET", "http://127.0.0.1/"))
        assert [len(item) for item in closed] == [0, 1]
        assert transport.connections._places == 0

    asyncio.run(main())


@NEEDS_ITS_ANYIO
def test_tasks_that_asyncio_cancels_free_their_connections(server: Server) -> None:
    moments = random.Random(7)

    async def main() -> None:
        async with limited(server, max_connections=5) as client:
            tasks = [asyncio.create_task(retrieve(client)) for _ in range(200)]
            for task in tasks:
                asyncio.get_running_loop().call_later(moments.random() * 0.3, task.cancel)
            await asyncio.gather(*tasks, return_exceptions=True)
            server.plan = always(Together(5))
            await at_a_time(5, client)

    run(main)
    assert server.connections(0) == 0


def test_a_pool_timeout_takes_no_connection(server: Server) -> None:
    async def main() -> None:
        async with limited(server, max_connections=1) as client, anyio.create_task_group() as tasks:
            server.plan = in_turn(slowly)
            tasks.start_soon(retrieve, client)
            while not server.received:
                await anyio.sleep(0.001)
            with pytest.raises(APITimeoutError, match="no connection became free in time"):
                await retrieve(client, timeout=httpx.Timeout(60, pool=0.05))
            tasks.start_soon(retrieve, client)
            released.set()

    released = threading.Event()

    async def slowly(scope: Scope, receive: Receive, send: Send) -> None:
        while not released.is_set():
            await asyncio.sleep(0.001)
        await answer(BODY)(scope, receive, send)

    run(main)
    assert len(server.received) == 2


def test_max_keepalive_connections_is_obeyed(server: Server) -> None:
    async def main() -> None:
        async with limited(server, max_keepalive_connections=2) as client:
            server.plan = always(Together(6))
            await at_a_time(6, client)
            assert server.connections(2) == 2

    run(main)


def test_idle_connections_are_closed_after_keepalive_expiry(server: Server) -> None:
    async def main() -> None:
        async with limited(server, keepalive_expiry=0.0) as client:
            server.plan = in_turn(*[Together(3)] * 3)
            await at_a_time(3, client)
            await retrieve(client)
            assert server.connections(0, seconds=1) <= 1  # the last one may have expired too

    run(main)
    assert len({request.port for request in server.received}) == 4


def test_a_connection_that_the_server_closed_is_not_used_again(server: Server) -> None:
    """The call uses a new connection, and needs no retry."""
    content = b'{"id": "chatcmpl-1", "choices": []}'

    async def main() -> None:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key, max_retries=0) as client:
            server.plan = in_turn(Raw(head(len(content)) + content))
            assert (await client.chat.completions.retrieve(ID)).id == "chatcmpl-1"
            assert server.connections(0) == 0
            assert (await client.chat.completions.retrieve(ID)).id == ID

    run(main)
    assert len({request.port for request in server.received}) == 2


def test_an_idle_connection_to_another_origin_can_be_replaced(server: Server, other: Server) -> None:
    async def main() -> None:
        async with limited(server, max_connections=1) as client:
            other.plan = always(answer(BODY))
            client.follow_redirects = True
            server.plan = in_turn(answer(status=307, location=f"{other.base_url}/elsewhere"))
            assert await retrieve(client) == ID
            assert (server.connections(0), other.connections(1)) == (0, 1)
            assert await retrieve(client) == ID
            assert (server.connections(1), other.connections(0)) == (1, 0)

    run(main)


def test_proxies_of_the_environment_are_used(
    caller: Sync, server: Server, other: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections through a proxy use httpx's own transport, and `NO_PROXY` is respected."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, other.origin)
    other.plan = always(answer(BODY))
    monkeypatch.setenv("NO_PROXY", "elsewhere.test")
    assert caller.run(caller.client().chat.completions.retrieve(ID)).id == ID
    assert (len(server.received), len(other.received)) == (0, 1)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert caller.run(caller.client().chat.completions.retrieve(ID)).id == ID
    assert (len(server.received), len(other.received)) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "is_own"),
    [
        ({}, True),
        ({"headers": {"x-one": "1"}, "limits": httpx.Limits()}, True),
        ({"mounts": {}}, True),
        ({"http1": True}, False),
        ({"transport": httpx.AsyncHTTPTransport(retries=1)}, False),
    ],
)
def test_httpx_decides_how_to_connect(arguments: dict[str, Any], is_own: bool) -> None:
    made = with_transports(arguments, is_async=True)
    assert isinstance(made.get("transport"), AsyncTransport) is is_own
    assert "verify" in made or is_own


def test_hooks_auth_and_logs_of_httpx_still_work(
    caller: Sync, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Hooks, `auth` and logs of httpx work as they do without this package."""
    seen = []

    def hook(request: httpx.Request) -> None:
        seen.append(request.url.path)

    async def async_hook(request: httpx.Request) -> None:
        hook(request)

    is_async = type(caller) is Async
    arguments = {
        "event_hooks": {"request": [async_hook if is_async else hook]},
        "auth": lambda request: request.headers.update({"x-signed": "yes"}) or request,
    }
    client = AuthenticatedClient(base_url=server.base_url, token=server.key, httpx_args=arguments)
    function = caller.function(retrieve_chat_completion)
    assert caller.run(function(ID, client=client)).id == ID
    caller.end(client)
    assert seen == [f"/v1/chat/completions/{ID}"]
    assert server.received[0].headers["x-signed"] == "yes"

    with caplog.at_level(logging.INFO, logger="httpx"):
        assert caller.run(caller.client().chat.completions.retrieve(ID)).id == ID
    assert [record.name for record in caplog.records] == ["httpx"]


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_hooks_of_an_injected_client_may_read_or_close_responses(library: str, caller: Sync, server: Server) -> None:
    """A body that a hook has read is used; a response that a hook has closed is an error that says so."""
    is_async, kinds = type(caller) is Async, pytest.importorskip(library)
    server.plan = in_turn(answer(gzip.compress(json.dumps(BODY).encode()), content_encoding="gzip"), answer(BODY))

    def own(name: str) -> Any:
        async def async_hook(response: Any) -> None:
            await getattr(response, f"a{name}")()

        hook = async_hook if is_async else methodcaller(name)
        return (kinds.AsyncClient if is_async else kinds.Client)(event_hooks={"response": [hook]})

    reading, closing = own("read"), own("close")
    client = caller.client(http_client=reading)
    raw = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert (raw.parse().to_dict(), raw.headers["content-encoding"]) == (BODY, "gzip")
    with pytest.raises(APIConnectionError, match="closed"):
        caller.run(caller.client(http_client=closing, max_retries=0).chat.completions.retrieve(ID))
    caller.end(reading)
    caller.end(closing)


def test_an_httpx2_client_can_be_used_as_httpx_s(caller: Sync, server: Server) -> None:
    """`client.http_client` is the user's own httpx2 client, and closing one closes the other."""
    httpx2 = pytest.importorskip("httpx2")
    own = httpx2.Client() if type(caller) is Sync else httpx2.AsyncClient()
    http = caller.http_client_of(caller.client(http_client=own))
    response = caller.run(http.get(f"{server.base_url}/chat/completions/{ID}", headers=authorized(server)))
    assert (response.json()["id"], type(response)) == (ID, httpx.Response)
    with pytest.raises(httpx.InvalidURL):
        http.build_request("GET", "http://a/\x01")
    with pytest.raises(RuntimeError, match="sends requests through the user's client only"):
        caller.run(caller.httpx.send(http, http.build_request("GET", server.base_url)))
    again = caller.client(http_client=own)  # its adapter exists already
    assert caller.run(again.chat.completions.retrieve(ID)).id == ID
    assert not http.is_closed
    caller.end(http)
    assert own.is_closed and http.is_closed


def test_aiohttp_sends_a_body_in_pieces_as_it_is_made(caller: Sync, server: Server) -> None:
    aiohttp = pytest.importorskip("aiohttp")
    transport = importlib.import_module("stored_completions._runtime.aiohttp_transport")
    for error, expected in ((aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout), (TimeoutError, httpx.ReadTimeout)):
        assert type(transport._as_httpx(error())) is expected

    async def main() -> httpx.Response:
        async def pieces() -> AsyncIterator[bytes]:
            yield b'{"metadata": '
            yield b'{"a": "b"}}'

        async with DefaultAioHttpClient() as http:
            headers = {**authorized(server), "content-type": "application/json"}
            return await http.post(f"{server.base_url}/chat/completions/{ID}", headers=headers, content=pieces())

    assert asyncio.run(main()).json()["metadata"] == {"a": "b"}
    assert server.received[0].headers["transfer-encoding"] == "chunked"


def test_a_users_transport_replaces_aiohttp(server: Server) -> None:
    async def main() -> str:
        transport = httpx.MockTransport(lambda _: httpx.Response(200, json=BODY))
        async with DefaultAioHttpClient(transport=transport) as http_client:
            completion = await AsyncOpenAI(api_key="k", http_client=http_client).chat.completions.retrieve(ID)
            return completion.id

    assert asyncio.run(main()) == ID
    assert server.received == []


def test_cookies_that_a_server_sets_are_sent_again(caller: Sync, client: Any, server: Server) -> None:
    server.plan = in_turn(answer(BODY, set_cookie="c=1; Path=/"))
    for _ in range(3):
        caller.run(client.chat.completions.retrieve(ID))
    assert [request.headers.get("cookie") for request in server.received] == [None, "c=1", "c=1"]


def defaults(caller: Sync) -> list[type[Any]]:
    """Return the default httpx clients of a kind; aiohttp is an extra, not installed by `make lowest`."""
    has_aiohttp = type(caller) is Async and find_spec("httpx_aiohttp")
    return [caller.default, *([DefaultAioHttpClient] if has_aiohttp else [])]


class Jar(CookieJar):
    """A jar of a user's that counts the responses that it reads."""

    read = 0

    def extract_cookies(self, response: Any, request: Any) -> None:
        self.read += 1


def test_a_users_cookie_jar_reads_every_response(caller: Sync, server: Server) -> None:
    for kind in defaults(caller):
        given, assigned = Jar(), Jar()
        jar: Any = assigned
        http = kind(cookies=given)
        caller.run(http.get(server.base_url))
        http.cookies = jar
        caller.run(http.get(server.base_url))
        http.cookies.jar = given
        caller.run(http.get(server.base_url))
        caller.end(http)
        assert (given.read, assigned.read) == (2, 1)


def test_a_reason_phrase_may_be_any_bytes(caller: Sync, server: Server) -> None:
    server.plan = always(Raw(b"HTTP/1.1 200 \xff\xc3\r\ncontent-length: 2\r\n\r\n{}"))
    for kind in defaults(caller):
        http = kind()
        response = caller.run(http.get(server.base_url))
        assert (response.status_code, response.extensions["reason_phrase"]) == (200, b"\xff\xc3")
        caller.end(http)


@pytest.mark.parametrize("given", [{"own": "1"}, [("own", "1")], httpx.Cookies({"own": "1"}), None], ids=str)
def test_default_clients_keep_the_cookies_that_httpx_keeps(given: Any, caller: Sync, server: Server) -> None:
    set_cookies = ("c=1; Path=/", "c=2; Path=/v1", "d=3; Max-Age=0", "", "e=4; Domain=example.com", "c=; Max-Age=0")

    def sent(http: Any) -> list[str | None]:
        server.received.clear()
        server.plan = in_turn(*(answer(BODY, set_cookie=text) if text else answer(BODY) for text in set_cookies))
        for _ in set_cookies:
            caller.run(http.get(f"{server.base_url}/x"))
        http.cookies = httpx.Cookies({"assigned": "1"})
        caller.run(http.get(f"{server.base_url}/x"))
        http.cookies.set("added", "2")
        caller.run(http.get(f"{server.base_url}/x"))
        caller.end(http)
        return [request.headers.get("cookie") for request in server.received]

    expected = sent(caller.httpx(cookies=given))
    for kind in defaults(caller):
        assert sent(kind(cookies=given)) == expected
    assert expected[-1] == "assigned=1; added=2"


@pytest.mark.parametrize("path", ["/", "/v1", "/other"])
@pytest.mark.parametrize("given", [{}, {"own": "1", "a": "before"}], ids=["no cookies", "cookies"])
def test_cookies_of_a_redirect_are_sent_to_its_target(
    given: dict[str, str], path: str, caller: Sync, server: Server, other: Server
) -> None:
    """To the paths that they are for, and not to another origin, although cookies are for all ports of a host."""
    server.plan = in_turn(
        redirect("/v1/next", f"a=1; Path={path}", "b=2"),  # b is for the folder of the first path
        redirect("/v1/last", "a=3; Path=/"),
        redirect(f"{other.origin}/v1/x"),
    )
    other.plan = in_turn(redirect("/v1/y"), answer(BODY))
    headers = {"cookie": "; ".join(f"{name}={value}" for name, value in given.items())} if given else {}
    caller.run(caller.client(follow_redirects=True, default_headers=headers).chat.completions.retrieve(ID))
    first = {} if path == "/other" else {"a": "1"}
    assert cookies_sent(server) == [given, {**given, **first}, {**given, **first, "a": "3"}]
    assert cookies_sent(other) == [{}, {}]


def redirect(target: str, *cookies: str) -> Response:
    """Make a redirect that sets cookies."""
    made = answer(status=307, location=target)
    for cookie in cookies:
        made.headers.append("set-cookie", cookie)
    return made


def cookies_sent(server: Server) -> list[dict[str, str]]:
    """Return the cookies of each request, by their names."""
    headers = [request.headers.get("cookie", "") for request in server.received]
    return [dict(pair.split("=") for pair in header.split("; ") if pair) for header in headers]


def test_requests_of_users_go_through_httpx(caller: Sync, server: Server) -> None:
    """httpx follows redirects of the user's own requests."""
    server.plan = in_turn(answer(status=307, location="/v1/elsewhere"), answer(BODY))
    client = caller.client()

    async def get() -> httpx.Response:
        found: httpx.Response = await client.http_client.get(f"{server.base_url}/x", follow_redirects=True)
        return found

    if type(caller) is Async:
        response = caller.run(get())
    else:
        response = client.http_client.get(f"{server.base_url}/x", follow_redirects=True)
    assert ([redirect.status_code for redirect in response.history], response.json()) == ([307], BODY)
    assert response.elapsed.total_seconds() > 0


def test_closing_the_client_ends_open_reads(server: Server) -> None:
    """The user may close the httpx client, and so its connections."""
    server.plan = always(Raw(head(100) + b"{", then="stall"))

    async def main() -> None:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:
            http = client.http_client
            response = await http.send(http.build_request("GET", server.base_url), stream=True)
            await http.aclose()
            assert server.connections(0) == 0
            with pytest.raises(httpx.TransportError):
                await response.aread()

    run(main)


def test_another_scheme_is_refused() -> None:
    async def main() -> None:
        transport = AsyncTransport(certificates=ssl.create_default_context, limits=httpx.Limits())
        with pytest.raises(httpx.UnsupportedProtocol, match="'ftp://'"):
            await transport.handle_async_request(httpx.Request("GET", "ftp://127.0.0.1/"))

    run(main)
    trio.run(main)


@pytest.mark.parametrize("kind", [httpx.AsyncHTTPTransport, httpcore.AsyncConnectionPool])
def test_patched_methods_of_httpx_see_the_requests(kind: Any, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mocks, recorders and tracers of httpx find the requests, whether they start before or after the first call."""
    seen: list[object] = []
    own = kind.handle_async_request

    @functools.wraps(own)
    async def recorded(self: Any, request: Any) -> Any:
        seen.append(request)
        return await own(self, request)

    async def main() -> None:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:
            await client.chat.completions.retrieve("chatcmpl-abc123")
            assert not seen
            with monkeypatch.context() as replaced:
                replaced.setattr(kind, "handle_async_request", recorded)
                await client.chat.completions.retrieve("chatcmpl-abc123")
                await client.chat.completions.retrieve("chatcmpl-abc123")
            assert len(seen) == 2
            await client.chat.completions.retrieve("chatcmpl-abc123")
        assert len(seen) == 2

    asyncio.run(main())


@pytest.mark.parametrize("kind", [Sync, Async])
def test_an_injected_client_may_connect_to_a_unix_socket(kind: type[Sync], tmp_path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(tmp_path / "api"))
    listener.listen()

    def serve() -> None:
        with listener, listener.accept()[0] as connection:
            connection.recv(65536)
            content = b'{"id": "chatcmpl-1"}'
            connection.sendall(head(len(content)) + content)

    thread = threading.Thread(target=serve)
    thread.start()
    transport = httpx.HTTPTransport if kind is Sync else httpx.AsyncHTTPTransport
    own = kind.httpx(transport=transport(uds=str(tmp_path / "api")))
    caller = kind({"base_url": "http://localhost", "api_key": "sk-x", "http_client": own})
    client = caller.client()
    assert caller.run(client.chat.completions.retrieve(ID)).id == "chatcmpl-1"
    caller.end(own)
    caller.close()
    thread.join()


@pytest.mark.parametrize("kind", [Sync, Async])
def test_an_injected_client_connects_again_as_its_transport_says(kind: type[Sync]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        base_url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    transport = httpx.HTTPTransport if kind is Sync else httpx.AsyncHTTPTransport
    own = kind.httpx(transport=transport(retries=1))
    caller = kind({"base_url": base_url, "api_key": "sk-x", "http_client": own, "max_retries": 0})
    client = caller.client()
    with pytest.raises(APIConnectionError):
        caller.run(client.chat.completions.retrieve(ID))
    caller.end(own)
    caller.close()


def test_two_injected_clients_share_a_transport(server: Server) -> None:
    transport = httpx.HTTPTransport()
    for own in (httpx.Client(transport=transport), httpx.Client(transport=transport)):
        client = OpenAI(base_url=server.base_url, api_key=server.key, http_client=own)
        assert client.chat.completions.retrieve(ID).id == ID
    transport.close()
    assert len({request.port for request in server.received}) == 1


def test_a_host_without_an_address_is_a_connection_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    client = OpenAI(base_url="https://nowhere.invalid", api_key="sk-x", max_retries=0)
    with client, pytest.raises(APIConnectionError, match="Name or service not known"):
        client.chat.completions.retrieve(ID)


def test_an_injected_clients_connections_to_a_proxy_are_kept(server: Server) -> None:
    server.plan = always(answer(BODY))  # one for each request to a proxy
    proxy = httpx.HTTPTransport(proxy=httpx.Proxy(server.base_url.removesuffix("/v1")))
    with httpx.Client(mounts={"all://": proxy}, trust_env=False) as own:
        own.get("http://elsewhere.invalid/before")
        client = OpenAI(base_url=server.base_url, api_key=server.key, http_client=own)
        assert client.chat.completions.retrieve(ID).id == ID


def test_a_place_is_freed_under_the_lock_though_its_waiter_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other threads change the number of places at the same time."""
    connections, place = Connections(httpx.Limits(max_connections=1)), threading.Event()
    held: list[bool] = []
    free = connections._free_place

    def freed() -> None:
        held.append(connections._lock.locked())
        free()

    monkeypatch.setattr(connections, "_free_place", freed)
    assert connections.take_place()
    assert not connections.take_place(place)
    connections.give_back(None, (b"http", b"localhost", 80))
    connections.stop_waiting(place)
    assert held == [True, True]
    assert connections._places == 0


class Wrapper:
    """A wrapper that is equal to the function it wraps, as those of the package wrapt are."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped
        self.calls = 0

    def __eq__(self, other: object) -> bool:
        return bool(self.wrapped == other)

    def __hash__(self) -> int:
        return hash(self.wrapped)

    def __get__(self, instance: Any, owner: type) -> Any:
        return self if instance is None else partial(self, instance)

    def __call__(self, *args: Any) -> Any:
        self.calls += 1
        return self.wrapped(*args)


@pytest.mark.parametrize("kind", [Sync, Async])
def test_a_wrapper_of_httpxs_transport_sees_the_calls_after_a_first_one(
    kind: type[Sync], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = httpx.HTTPTransport if kind is Sync else httpx.AsyncHTTPTransport
    name = "handle_request" if kind is Sync else "handle_async_request"
    wrapper = Wrapper(getattr(transport, name))
    caller = kind({"base_url": server.base_url, "api_key": server.key})
    client = caller.client()
    caller.run(client.chat.completions.retrieve(ID))
    monkeypatch.setattr(transport, name, wrapper)
    caller.run(client.chat.completions.retrieve(ID))
    assert wrapper.calls == 1
    caller.end(client)
    caller.close()


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_connections_without_an_expiry_are_kept(library: str, server: Server) -> None:
    async def main() -> None:
        async with limited(server, keepalive_expiry=None) as client:
            assert [await retrieve(client) for _ in range(3)] == [ID] * 3

    run(main, library)
    assert len({request.port for request in server.received}) == 1


@pytest.mark.parametrize("library", ["asyncio", "trio"])
def test_a_body_closed_twice_frees_its_connection_once(library: str, server: Server) -> None:
    async def main() -> None:
        transport = AsyncTransport(certificates=ssl.create_default_context, limits=httpx.Limits(max_connections=1))
        for _ in range(2):
            response = await transport.handle_async_request(httpx.Request("GET", server.base_url))
            stream = response.stream
            assert isinstance(stream, httpx.AsyncByteStream)
            await stream.aclose()
            await stream.aclose()
        assert transport.connections._places == 0
        await transport.aclose()

    run(main, library)
