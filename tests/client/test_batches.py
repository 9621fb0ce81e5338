"""`retrieve_many` and the other functions that make many calls at a time."""

from __future__ import annotations

import asyncio
import threading
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import trio
from starlette.types import ASGIApp

from generator.runtime import batches, clock as the_clock
from generator.runtime.client import Client
from stored_completions import AsyncOpenAI, OpenAI
from stored_completions._runtime.batches import abatch, batch
from stored_completions.api.chat_completions import retrieve_chat_completion
from stored_completions.errors import NotFoundError, RateLimitError
from stored_completions_testing.faults import STALLS, always, answer, failure, in_turn
from stored_completions_testing.server import Received, Server
from tests.conftest import Clock
from tests.support.callers import Sync


def last(received: Received) -> str:
    return received.path.rpartition("/")[2]


def echo(received: Received) -> ASGIApp:
    """Return a plan that answers each id with a completion of that id, and ids that begin with `gone` with 404."""
    found = last(received)
    return failure(404) if found.startswith("gone") else answer({"id": found, "choices": []})


def names(number: int) -> list[str]:
    return [f"chatcmpl-{index}" for index in range(number)]


def test_outcomes_keep_their_order_and_an_error_loses_none(caller: Sync, client: Any, server: Server) -> None:
    server.plan = echo
    ids: list[Any] = [*names(7), "gone", None, "chatcmpl-8", ".."]
    outcomes = caller.iterate(client.chat.completions.retrieve_many(ids, concurrency=3))
    assert [outcome.id for outcome in outcomes] == [str(id_) for id_ in ids]
    assert [outcome.result().id for outcome in outcomes if outcome.error is None] == [*names(7), "chatcmpl-8"]
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [NotFoundError, ValueError, ValueError]
    with pytest.raises(NotFoundError):
        outcomes[7].result()


def test_outcomes_are_yielded_as_calls_end_if_unordered(caller: Sync, client: Any, server: Server) -> None:
    """The first call is answered after the third."""
    released = threading.Event()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        while not released.is_set():
            await asyncio.sleep(0.001)
        await answer({"id": "chatcmpl-0"})(scope, receive, send)

    def plan(received: Received) -> ASGIApp:
        if last(received) == "chatcmpl-0":
            return late
        if last(received) == "chatcmpl-2":
            released.set()
        return echo(received)

    server.plan = plan
    outcomes = caller.iterate(client.chat.completions.retrieve_many(names(3), concurrency=2, in_order=False))
    assert {outcome.id for outcome in outcomes} == set(names(3))
    assert outcomes[0].id == "chatcmpl-1"


def test_a_slow_call_does_not_stop_the_others(caller: Sync, client: Any, server: Server) -> None:
    """The first call is answered last, and at most two calls run at a time."""
    released = threading.Event()
    under_way, most = 0, 0

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        while scope["path"].endswith("-0") and not released.is_set():
            await asyncio.sleep(0.001)
        if scope["path"].endswith("-5"):
            released.set()
        await answer({"id": "any"})(scope, receive, send)
        under_way -= 1

    server.plan = always(counted)
    is_sync = isinstance(client, OpenAI)
    call: Any = retrieve_chat_completion.sync if is_sync else retrieve_chat_completion.asyncio
    helper: Any = batch if is_sync else abatch
    outcomes = caller.iterate(helper(call, client.client, names(6), concurrency=2, most_waiting=6))
    assert [outcome.id for outcome in outcomes] == names(6)
    assert all(outcome.error is None for outcome in outcomes)
    assert most == 2


@pytest.mark.parametrize("in_order", [True, False])
def test_ids_are_read_only_as_calls_start(in_order: bool, caller: Sync, client: Any, server: Server) -> None:
    server.plan = echo
    taken: list[str] = []

    def source() -> Iterator[str]:
        for name in names(1000):
            taken.append(name)
            yield name

    outcomes = caller.iterate(client.chat.completions.retrieve_many(source(), concurrency=4, in_order=in_order), 10)
    assert len(outcomes) == 10
    assert len(taken) <= 10 + 4
    assert len(server.received) <= 10 + 4


def test_a_pause_that_the_server_asks_for_holds_for_all_calls(
    caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    """The first answer is 429: all calls wait until its time is over, and none fails."""
    server.plan = lambda received: failure(429, retry_after="20") if clock.now < 20 else echo(received)
    outcomes = caller.iterate(client.chat.completions.retrieve_many(names(6), concurrency=3))
    assert [outcome.result().id for outcome in outcomes] == names(6)
    assert len(server.received) <= 6 + 3
    assert sum(clock.waits) <= 3 * 20.5


def test_a_pause_holds_for_all_calls_during_a_retry(client: Any, caller: Sync, server: Server) -> None:
    """The pause is read from the error that a call raises; the call itself does not wait."""
    server.plan = in_turn(failure(500, retry_after_ms="1"), failure(429, retry_after="50"))
    with pytest.raises(RateLimitError) as caught:
        caller.run(caller.function(retrieve_chat_completion)("a", client=client.client.sharing_pauses()))
    assert (caught.value.retries_taken, len(server.received)) == (1, 2)


def test_a_429_without_retries_is_an_outcome(caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = always(failure(429, retry_after="20"))
    client = caller.client(max_retries=0)
    outcomes = caller.iterate(client.chat.completions.retrieve_many(names(2), concurrency=2))
    assert [type(outcome.error) for outcome in outcomes] == [RateLimitError] * 2
    assert (len(server.received), clock.waits) == (2, [])


def test_a_server_that_always_answers_429_gives_errors(caller: Sync, client: Any, server: Server, clock: Clock) -> None:
    server.plan = always(failure(429, retry_after="1"))
    outcomes = caller.iterate(client.chat.completions.retrieve_many(names(1), concurrency=1))
    assert isinstance(outcomes[0].error, RateLimitError)
    assert len(server.received) == batches.MOST_PAUSES + 1


@pytest.mark.parametrize(
    ("ids", "concurrency", "reason"),
    [("abc", 1, "ids must"), (b"abc", 1, "not a bytes"), (["a"], 0, "concurrency must")],
)
def test_invalid_arguments_are_refused_at_once(ids: Any, concurrency: int, reason: str, client: Any) -> None:
    with pytest.raises(ValueError, match=reason):
        client.chat.completions.retrieve_many(ids, concurrency=concurrency)


def test_a_batch_under_trio_says_what_it_needs(server: Server) -> None:
    async def main() -> None:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:
            with pytest.raises(RuntimeError, match="need asyncio"):
                await anext(client.chat.completions.retrieve_many(names(1), concurrency=1))

    trio.run(main)
    assert not server.received


def test_cancelling_cancels_the_calls(server: Server) -> None:
    """No task and no connection is left when the iterating task is cancelled."""
    server.plan = always(STALLS)

    async def main() -> None:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:

            async def iterate() -> None:
                async for _ in client.chat.completions.retrieve_many(names(100), concurrency=5):
                    pass

            task = asyncio.create_task(iterate())
            while len(server.received) < 5:
                await asyncio.sleep(0.001)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(main())
    assert len(server.received) == 5


def test_ids_may_come_from_an_asynchronous_iterator(server: Server) -> None:
    server.plan = echo

    async def source() -> AsyncIterator[str]:
        for name in names(5):
            yield name

    async def main() -> list[str]:
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key) as client:
            found = client.chat.completions.retrieve_many(source(), concurrency=2)
            return [outcome.result().id async for outcome in found]

    assert asyncio.run(main()) == names(5)


def test_memory_does_not_grow_with_the_number_of_ids() -> None:
    """Of 20,000 results of a kilobyte, no more are held than calls may run."""

    def call(name: str, *, client: Client) -> bytes:
        return name.encode() * 200

    peaks = []
    for number in (2_000, 20_000):
        ids = (f"{index:06}" for index in range(number))
        tracemalloc.start()
        try:
            assert sum(1 for _ in batches.batch(call, Client(base_url="https://a"), ids, concurrency=8)) == number
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 1_000_000  # all would take 24 MB more; the rest of the process takes some


def test_leaving_the_iteration_does_not_wait_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving the iteration returns before the pause is over."""
    naps: list[float] = []
    ended = threading.Event()

    def leave(seconds: float) -> None:
        naps.append(seconds)
        ended.set()

    monkeypatch.setattr(the_clock, "sleep", leave)
    pause = batches._Pause(Client(base_url="https://a"))
    pause._end = the_clock.monotonic() + 1000
    outcome = batches._outcome(lambda name: name, "a", pause, ended)
    assert (outcome.value, naps) == ("a", [0.1])
