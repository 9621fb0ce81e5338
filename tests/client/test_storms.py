"""At whichever step calls are cancelled, no socket stays open after `aclose()`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import anyio
import httpx
import pytest
import trio

from stored_completions import AsyncOpenAI, DefaultAsyncHttpxClient
from stored_completions_testing.faults import Drip, always, answer, head, in_turn
from stored_completions_testing.server import Server
from tests.support.amount import some
from tests.support.server import recorded

ID = "chatcmpl-abc123"
BODY = recorded()[0][0]
NUMBER = 50
Cancelled = Callable[[Callable[[], Any], float], Any]


async def by_task_cancel(call: Callable[[], Any], seconds: float) -> None:
    task = asyncio.ensure_future(call())
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def by_cancelling_twice(call: Callable[[], Any], seconds: float) -> None:
    task = asyncio.ensure_future(call())
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def by_wait_for(call: Callable[[], Any], seconds: float) -> None:
    await asyncio.gather(asyncio.wait_for(call(), seconds), return_exceptions=True)


async def by_scope(call: Callable[[], Any], seconds: float) -> None:
    with anyio.move_on_after(seconds):
        await call()


async def by_trio(call: Callable[[], Any], seconds: float) -> None:
    with trio.move_on_after(seconds):
        await call()


async def by_shutdown(call: Callable[[], Any], seconds: float) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(call)
        await anyio.sleep(seconds)
        tasks.cancel_scope.cancel()


WAYS = [
    *((asyncio.run, way) for way in (by_task_cancel, by_cancelling_twice, by_wait_for, by_scope, by_shutdown)),
    *((trio.run, way) for way in (by_scope, by_trio, by_shutdown)),
]
each_way = pytest.mark.parametrize(
    ("run", "cancelled"), some(WAYS, 3), ids=lambda way: f"{way.__module__}.{way.__name__}"
)
needs_its_anyio = pytest.mark.skipif(
    tuple(map(int, version("anyio").split(".")[:2])) < (4, 16),
    reason="anyio before 4.16 leaves a connection open whose caller is cancelled in the moment that it is made",
)


def ended(run: Any, main: Callable[[], Any]) -> Any:
    return run(main) if run is trio.run else run(main())


def client_of(server: Server, **limits: Any) -> AsyncOpenAI:
    own = DefaultAsyncHttpxClient(limits=httpx.Limits(**limits))
    return AsyncOpenAI(base_url=server.base_url, api_key=server.key, http_client=own, max_retries=0)


async def at_a_time(number: int, call: Callable[[], Any]) -> None:
    async with anyio.create_task_group() as tasks:
        for _ in range(number):
            tasks.start_soon(call)


class Together:
    """A server that answers once enough requests have come, so that each has a connection."""

    def __init__(self, number: int) -> None:
        self._number, self._open = number, asyncio.Event()

    async def __call__(self, *arguments: Any) -> None:
        self._number -= 1
        if self._number <= 0:
            self._open.set()
        await asyncio.wait_for(self._open.wait(), 10)
        await answer(BODY)(*arguments)


@each_way
@pytest.mark.parametrize("moment", [0, 0.001])
def test_a_call_cancelled_over_stale_connections(run: Any, cancelled: Cancelled, moment: float, server: Server) -> None:
    async def main() -> None:
        client = client_of(server, max_connections=100, max_keepalive_connections=100, keepalive_expiry=0.1)

        async def call() -> None:
            await client.chat.completions.retrieve(ID)

        server.plan = always(Together(NUMBER))
        await at_a_time(NUMBER, call)
        assert server.connections(NUMBER) > 1
        await anyio.sleep(0.11)
        await cancelled(call, moment)
        await client.http_client.aclose()

    ended(run, main)
    assert server.connections(0) == 0


@needs_its_anyio
@each_way
def test_storms_of_cancelled_calls(run: Any, cancelled: Cancelled, server: Server) -> None:
    """Ten calls at a time still run after calls were cancelled while waiting, connecting, sending or reading."""
    moments = random.Random(7)
    server.plan = in_turn(*[None, Drip(head(10**6), b" "), None] * 100)

    async def main() -> None:
        client = client_of(server, max_connections=10)

        async def call() -> None:
            await client.chat.completions.retrieve(ID)

        async with anyio.create_task_group() as tasks:
            for _ in range(300):
                tasks.start_soon(cancelled, call, moments.random() * 0.4)
        server.plan = always(Together(10))
        await at_a_time(10, call)
        assert server.connections(10) <= 10
        await client.http_client.aclose()

    ended(run, main)
    assert server.connections(0) == 0
