"""How long an attempt may take, and the error when it takes longer."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, cast

import httpx
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

import stored_completions
import stored_completions._runtime.clock
from stored_completions import OpenAI
from stored_completions._runtime import streams
from stored_completions._runtime.deadlines import limited
from stored_completions.errors import APIConnectionError, APITimeoutError
from stored_completions_testing.faults import (
    DRIPS,
    STALLS,
    STALLS_IN_BODY,
    STALLS_IN_HEADERS,
    Raw,
    always,
    answer,
    head,
    in_turn,
    unreachable,
)
from stored_completions_testing.server import Server
from tests.conftest import Clock
from tests.support.callers import Async, Sync

ID = "chatcmpl-abc123"
SECONDS = 0.15
# A bounded attempt ends by then even on a busy machine; an unbounded one takes at least 30 seconds.
LATEST = SECONDS + 25
STALLING: dict[str, ASGIApp] = {
    "no answer": STALLS,
    "in the headers": STALLS_IN_HEADERS,
    "in the body": STALLS_IN_BODY,
}


def timed_out(caller: Sync, client: Any, **options: Any) -> tuple[APITimeoutError, float]:
    """Return the error that retrieving raises, and the seconds it took."""
    started = time.monotonic()
    with pytest.raises(APITimeoutError) as caught:
        caller.run(client.chat.completions.retrieve(ID, **options))
    return caught.value, time.monotonic() - started


@pytest.mark.parametrize("fault", STALLING.values(), ids=STALLING)
@pytest.mark.parametrize("timeout", [SECONDS, httpx.Timeout(SECONDS), httpx.Timeout(60, read=SECONDS)], ids=str)
def test_a_server_that_stops_gives_an_error_in_time(timeout: Any, fault: ASGIApp, caller: Sync, server: Server) -> None:
    client = caller.client(max_retries=0, timeout=timeout)
    caller.run(client.chat.completions.retrieve(ID, timeout=60))  # connecting takes no time
    server.plan = always(fault)
    error, seconds = timed_out(caller, client)
    assert SECONDS <= seconds < LATEST
    assert isinstance(error, APIConnectionError)
    assert isinstance(error.__cause__, httpx.ReadTimeout)
    assert f"GET /chat/completions/{ID} at {server.origin}: no complete response came in time" in str(error)
    assert str(SECONDS) in str(error)


@pytest.mark.parametrize("retries", [0, 1])
def test_a_timeout_can_be_set_per_call(retries: int, caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = always(STALLS)
    client = caller.client(max_retries=retries)
    error, seconds = timed_out(caller, client, timeout=SECONDS)
    assert seconds < LATEST * (retries + 1)
    assert error.retries_taken == retries and len(server.received) <= retries + 1
    timed_out(caller, client.with_options(timeout=SECONDS))
    assert client.client.timeout == stored_completions.DEFAULT_TIMEOUT


@pytest.mark.parametrize("timeout", [30, None, httpx.Timeout(50)], ids=str)
def test_a_refused_connection_gives_an_error_at_once(timeout: Any, caller: Sync) -> None:
    started = time.monotonic()
    with unreachable() as origin, pytest.raises(APIConnectionError) as caught:
        caller.run(caller.client(base_url=origin, max_retries=0, timeout=timeout).chat.completions.retrieve(ID))
    assert type(caught.value) is APIConnectionError
    assert time.monotonic() - started < 10


def test_a_slow_body_ends_with_the_attempts_time(
    caller: Sync, server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look at the clock is a second later, and the client looks at least once for each of the sixteen chunks."""

    def ticking() -> float:
        clock.now += 1
        return clock.now

    monkeypatch.setattr(stored_completions._runtime.clock, "monotonic", ticking)
    server.plan = always(answer({"id": "a" * 2**20}))
    client = caller.client(max_retries=0, timeout=10)
    error, _ = timed_out(caller, client)
    assert "timeout=10" in str(error)
    assert len(caller.run(client.chat.completions.retrieve(ID, timeout=1000)).id) == 2**20
    assert len(caller.run(client.chat.completions.retrieve(ID, timeout=None)).id) == 2**20


def test_headers_and_body_share_the_attempts_time(caller: Sync, server: Server, clock: Clock) -> None:
    """On the real clock: the server sends the headers late, and then stops at once."""
    if caller.transport == "aiohttp":
        pytest.skip("aiohttp goes by the clock of the event loop, and what bounds the attempt does too")

    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        clock.now += 30 - SECONDS
        await STALLS_IN_BODY(scope, receive, send)

    server.plan = always(late)
    _, seconds = timed_out(caller, caller.client(max_retries=0, timeout=30))
    assert seconds < LATEST


@pytest.mark.parametrize(
    ("options", "per_call", "expected"),
    [
        ({}, {}, {"connect": 5, "read": 600, "write": 600, "pool": 600}),
        ({"timeout": 7}, {}, {"connect": 7, "read": 7, "write": 7, "pool": 7}),
        ({"timeout": 7}, {"timeout": httpx.Timeout(9, connect=1)}, {"connect": 1, "read": 9, "write": 9, "pool": 9}),
        ({"timeout": None}, {}, {"connect": None, "read": None, "write": None, "pool": None}),
        ({}, {"timeout": None}, {"connect": None, "read": None, "write": None, "pool": None}),
    ],
    ids=str,
)
def test_httpx_gets_the_timeouts(options: Any, per_call: Any, expected: Any, caller: Sync) -> None:
    """By default 600 s, and 5 s to connect; never httpx's own defaults."""
    seen: list[dict[str, float | None]] = []

    def note(request: httpx.Request) -> httpx.Response:
        seen.append(dict(request.extensions["timeout"]))
        return httpx.Response(200, json={"id": "chatcmpl-1"})

    client = caller.client(http_client=caller.httpx(transport=httpx.MockTransport(note)), **options)
    assert caller.run(client.chat.completions.retrieve(ID, **per_call)).id == "chatcmpl-1"
    assert seen == [expected]


def test_connecting_has_its_own_timeout(caller: Sync) -> None:
    """The port's queue is full, so that connecting gets no answer."""
    with socket.socket() as listener, ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            connecting = waiting.enter_context(socket.socket())
            connecting.setblocking(False)
            connecting.connect_ex(listener.getsockname())
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        client = caller.client(base_url=origin, max_retries=0, timeout=httpx.Timeout(60, connect=SECONDS))
        error, seconds = timed_out(caller, client)
    assert seconds < LATEST
    assert isinstance(error.__cause__, httpx.ConnectTimeout)
    assert f"at {origin}: no connection could be made in time" in str(error)


def test_the_pool_has_its_own_timeout(caller: Sync, server: Server) -> None:
    pool = caller.httpx(limits=httpx.Limits(max_connections=1))
    client = caller.client(http_client=pool, max_retries=0, timeout=httpx.Timeout(60, pool=SECONDS))
    busy = caller.run(pool.send(pool.build_request("GET", server.base_url), stream=True))
    error, seconds = timed_out(caller, client)
    caller.end(busy)
    caller.end(pool)
    assert seconds < LATEST
    assert "no connection became free in time" in str(error)


def skip_unless_bounded(caller: Sync) -> None:
    """Skip a test of this package's connections: those of a user's own client cannot be bounded."""
    if caller.transport == "httpx2" and not isinstance(caller, Async):
        pytest.skip("a user's own synchronous client has only httpx's timeouts")


@pytest.mark.parametrize("own", [True, False], ids=["own", "injected"])
@pytest.mark.parametrize("drip", DRIPS.values(), ids=DRIPS)
def test_a_dripping_response_does_not_lengthen_an_attempt(
    drip: ASGIApp, own: bool, caller: Sync, server: Server
) -> None:
    """Each read ends in time but there are many; also on a reused connection."""
    if own:
        skip_unless_bounded(caller)
    server.plan = in_turn(None, drip)
    injected = caller.default()
    client = caller.client(max_retries=0, **({} if own else {"http_client": injected}))
    if not own:
        caller.run(injected.get(server.base_url))
    else:
        caller.run(client.chat.completions.retrieve(ID))
    _, seconds = timed_out(caller, client, timeout=SECONDS)
    caller.end(injected)
    assert seconds < LATEST


_1XX = b"HTTP/1.1 103 Early Hints\r\n\r\n"


class _Once:
    """A network stream of httpcore that returns a lot in one read."""

    def __init__(self, data: bytes) -> None:
        self._left = [data]

    def read(self, max_bytes: int, timeout: float | None) -> bytes:
        return self._left.pop() if self._left else b""


class _AsyncOnce(_Once):
    async def read(self, max_bytes: int, timeout: float | None) -> bytes:  # type: ignore[override]  # it is awaited
        return super().read(max_bytes, timeout)


@pytest.mark.parametrize(
    ("data", "most"), [(_1XX * 2000, 4096), (b"x" * 100 + b"\n" + _1XX + b"y" * 60_000, 60_000), (b"z" * 65536, 65536)]
)
def test_bytes_of_many_1xx_responses_are_parsed_in_pieces(data: bytes, most: int) -> None:
    """The clock and the cancellation of a task are only checked between reads."""

    async def read_all() -> list[bytes]:
        stream, found = streams.AsyncStream(cast(Any, _AsyncOnce(data))), list[bytes]()
        while piece := await stream.read(65536):
            found.append(piece)
        return found

    stream = streams.Stream(cast(Any, _Once(data)))
    pieces = [*iter(lambda: stream.read(65536), b"")]
    assert pieces == asyncio.run(read_all())
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= most


def test_many_1xx_responses_at_once_do_not_lengthen_an_attempt(caller: Sync, server: Server) -> None:
    skip_unless_bounded(caller)
    server.plan = always(Raw(_1XX * 400_000 + head(2) + b"{}"))
    _, seconds = timed_out(caller, caller.client(max_retries=0, timeout=SECONDS))
    assert seconds < LATEST


@pytest.mark.filterwarnings("ignore:The API key is sent to slow unencrypted")
def test_looking_up_a_host_has_the_time_to_connect(caller: Sync, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's lookup cannot be interrupted."""
    skip_unless_bounded(caller)
    done, find = threading.Event(), socket.getaddrinfo

    def slowly(host: Any, *more: Any, **rest: Any) -> Any:
        return done.wait(30) and [] if host in ("slow", b"slow") else find(host, *more, **rest)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    client = caller.client(base_url="http://slow", max_retries=0)
    # aiohttp includes it in the wait for a free connection.
    own = httpx.Timeout(60, pool=SECONDS) if caller.transport == "aiohttp" else httpx.Timeout(60, connect=SECONDS)
    for timeout in (SECONDS, own):
        error, seconds = timed_out(caller, client, timeout=timeout)
        assert seconds < LATEST
        assert isinstance(error.__cause__, httpx.TimeoutException)
    done.set()


def test_a_chunk_shortly_before_the_end_adds_nothing(caller: Sync, server: Server) -> None:
    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(SECONDS * 0.8)
        await STALLS_IN_BODY(scope, receive, send)

    server.plan = always(late)
    _, seconds = timed_out(caller, caller.client(max_retries=0, timeout=SECONDS))
    assert seconds < LATEST


@pytest.mark.parametrize(
    ("timeout", "kind"),
    [
        ("5", TypeError),
        (True, TypeError),
        ((5, 5), TypeError),
        (-1, ValueError),
        (0, ValueError),
        (float("nan"), ValueError),
        (float("inf"), ValueError),
        (1e10, ValueError),
        (httpx.Timeout(-1), ValueError),
        (httpx.Timeout(5, pool=float("nan")), ValueError),
    ],
    ids=str,
)
def test_an_invalid_timeout_is_refused_before_anything_is_sent(
    timeout: Any, kind: type[Exception], caller: Sync, client: Any, server: Server
) -> None:
    uses: list[Callable[[], Any]] = [
        lambda: caller.client(timeout=timeout),
        lambda: client.with_options(timeout=timeout),
        lambda: caller.run(client.chat.completions.retrieve(ID, timeout=timeout)),
    ]
    for use in uses:
        with pytest.raises(kind, match="timeout must be"):
            use()
    assert server.received == []


def test_a_blocked_write_ends_with_the_attempts_time(caller: Sync) -> None:
    """The server reads a little now and then, so that each part of the write ends in time."""
    done = threading.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def read_slowly() -> None:
            with listener.accept()[0] as connection:
                while not done.wait(0.02):
                    connection.recv(4096)

        reader = threading.Thread(target=read_slowly)
        reader.start()
        client = caller.client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", max_retries=0, timeout=SECONDS)
        started = time.monotonic()
        with pytest.raises(APITimeoutError):
            caller.run(client.chat.completions.update(ID, metadata={"a": "x" * 10**7}))
        seconds = time.monotonic() - started
        done.set()
        reader.join()
    assert seconds < LATEST


def test_the_addresses_of_a_host_share_the_time_to_connect(monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    with socket.socket() as listener, ExitStack() as waiting:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            connecting = waiting.enter_context(socket.socket())
            connecting.setblocking(False)
            connecting.connect_ex(listener.getsockname())
        address = (socket.AF_INET, socket.SOCK_STREAM, 6, "", listener.getsockname())
        find = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *more, **rest: [address] * 20 if host == "many" else find(host, *more, **rest),
        )
        with pytest.warns(UserWarning, match="unencrypted"):
            client = OpenAI(base_url=f"http://many:{address[4][1]}", api_key="sk-1234567", max_retries=0)
        started = time.monotonic()
        with pytest.raises(APITimeoutError, match="no connection could be made in time"):
            client.chat.completions.retrieve(ID, timeout=httpx.Timeout(60, connect=SECONDS))
        assert time.monotonic() - started < LATEST


def test_a_task_cancelled_when_its_time_is_over_stays_cancelled() -> None:
    async def main() -> None:
        async def wait() -> None:
            async with limited(time.monotonic(), 0, is_async=True):
                await asyncio.sleep(60)

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
