"""When a request is retried, and how long the client waits before."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from stored_completions import AsyncOpenAI
from stored_completions._runtime import clock as the_clock
from stored_completions.errors import (
    APIConnectionError,
    APIError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
)
from stored_completions_testing.faults import BROKEN, STALLS, always, failure, in_turn, unreachable
from stored_completions_testing.server import Server
from tests.conftest import Clock
from tests.support.callers import Sync

ID = "chatcmpl-abc123"
QUOTA = {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "param": None}}


def failed(caller: Sync, client: Any, **options: Any) -> Any:
    """Return the error that retrieving a completion raises; it says itself whether it was worth another attempt."""
    with pytest.raises(APIError) as caught:
        caller.run(client.chat.completions.retrieve(ID, **options))
    error = caught.value
    has_retries_left = error.retries_taken < options.get("max_retries", client.max_retries)
    assert not (error.is_transient and has_retries_left)
    return error


def back_off(waits: list[float]) -> bool:
    """Check that waits follow the back-off: 0.5 s doubled up to 7.5 s, plus up to half a second."""
    return all(least <= wait <= least + 0.5 for wait, least in zip(waits, (0.5, 1, 2, 4, 7.5, 7.5, 7.5), strict=False))


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 520, 529, 599])
def test_a_status_that_may_pass_is_tried_again(
    status: int, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(failure(status), failure(status), None)
    response = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert (response.parse().id, response.retries_taken, len(server.received)) == (ID, 2, 3)
    assert len(clock.waits) == 2
    assert back_off(clock.waits)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 405, 413, 422, 499])
def test_a_status_that_will_not_pass_is_not_tried_again(
    status: int, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(failure(status))
    assert failed(caller, client).retries_taken == 0
    assert (len(server.received), clock.waits) == (1, [])


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN)
def test_a_broken_connection_is_tried_again(
    fault: ASGIApp, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(fault, fault)
    response = caller.run(client.chat.completions.with_raw_response.retrieve(ID))
    assert (response.parse().id, response.retries_taken, len(server.received)) == (ID, 2, 3)
    assert back_off(clock.waits)


def test_a_refused_connection_is_tried_again(caller: Sync, clock: Clock) -> None:
    with unreachable() as origin:
        error = failed(caller, caller.client(base_url=origin))
    assert (type(error), error.retries_taken, len(clock.waits)) == (APIConnectionError, 2, 2)
    assert error.is_transient


def test_a_time_out_is_tried_again(caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = in_turn(STALLS)
    response = caller.run(caller.client(timeout=0.5).chat.completions.with_raw_response.retrieve(ID))
    assert (response.parse().id, response.retries_taken) == (ID, 1)


def test_the_last_error_is_raised_with_the_number_of_retries(
    caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(failure(500), BROKEN["reset"], failure(409), None)
    error = failed(caller, client)
    assert (type(error), error.retries_taken, len(server.received)) == (ConflictError, 2, 3)


@pytest.mark.parametrize("retries", [0, 1, 7])
def test_max_retries_is_set_per_client_and_per_call(retries: int, caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = always(failure(503))
    error = failed(caller, caller.client(max_retries=retries))
    assert (error.retries_taken, len(server.received), error.is_transient) == (retries, retries + 1, True)
    assert back_off(clock.waits)
    client = caller.client(max_retries=3)
    assert failed(caller, client, max_retries=retries).retries_taken == retries
    assert failed(caller, client.with_options(max_retries=retries)).retries_taken == retries
    assert failed(caller, client).retries_taken == 3


@pytest.mark.parametrize("retries", [-1, None, 1.5, "2"])
def test_an_invalid_max_retries_is_refused(retries: Any, caller: Sync, server: Server) -> None:
    with pytest.raises((ValueError, TypeError), match="max_retries"):
        caller.client(max_retries=retries)
    with pytest.raises((ValueError, TypeError), match="max_retries"):
        caller.run(caller.client().chat.completions.retrieve(ID, max_retries=retries))
    assert server.received == []


def test_waits_have_jitter(caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = always(failure(503))
    for _ in range(5):
        failed(caller, caller.client(max_retries=1))
    assert len(set(clock.waits)) > 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "1"}, 1),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "120"}, 120),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9),
        ({"retry-after-ms": "nan", "retry-after": "9"}, 9),
    ],
    ids=str,
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_obeyed(
    status: int, headers: dict[str, str], seconds: float, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(failure(status, None, **headers))
    assert caller.run(client.chat.completions.retrieve(ID)).id == ID
    assert clock.waits == [pytest.approx(seconds)]


@pytest.mark.parametrize("zone", ["GMT", "-0000", "+0000"])
def test_retry_after_may_be_a_date(
    zone: str, caller: Sync, client: Any, server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The three dates are the same time in different zones."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    date = formatdate(time.time() + 30, usegmt=True).replace("GMT", zone)
    server.plan = in_turn(failure(429, None, retry_after=date))
    caller.run(client.chat.completions.retrieve(ID))
    monkeypatch.undo()
    time.tzset()
    assert clock.waits == [pytest.approx(29, abs=2)]


@pytest.mark.parametrize(
    "text",
    [
        *("soon", "", "nan", "1 s", "0", "-5", "-inf", "0.0"),
        *("Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 2026", "Fri, 31 Dec 99999 23:59:59 GMT"),
        *("Fri, 31 Dec 99999999999999999999 23:59:59 GMT", "Thu, 01 Jan 2030 00:00:00 +9999999999999999999999"),
    ],
)
def test_an_invalid_retry_after_is_ignored(text: str, caller: Sync, client: Any, server: Server, clock: Clock) -> None:
    server.plan = in_turn(failure(429, None, retry_after=text))
    caller.run(client.chat.completions.retrieve(ID))
    assert back_off(clock.waits)


@pytest.mark.parametrize(
    "headers",
    [
        {"retry-after": "121"},
        {"retry-after": "1e400"},
        {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"retry-after-ms": "120001"},
    ],
    ids=str,
)
def test_a_pause_of_more_than_two_minutes_is_not_waited_for(
    headers: dict[str, str], caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(failure(429, None, **headers))
    error = failed(caller, client)
    assert (type(error), error.retries_taken, clock.waits) == (RateLimitError, 0, [])


def test_x_should_retry_is_obeyed(caller: Sync, client: Any, server: Server, clock: Clock) -> None:
    server.plan = in_turn(failure(503, None, x_should_retry="false"))
    assert type(failed(caller, client)) is InternalServerError
    server.plan = in_turn(failure(400, None, x_should_retry="true"))
    assert caller.run(client.chat.completions.retrieve(ID)).id == ID
    assert len(server.received) == 3


@pytest.mark.parametrize("where", ["code", "type"])
def test_a_used_up_quota_is_not_tried_again(
    where: str, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    error = {"message": "You exceeded your current quota.", "type": "a", "code": "b", where: "insufficient_quota"}
    server.plan = in_turn(failure(429, {"error": error}, x_should_retry="true", retry_after="1"))
    raised = failed(caller, client)
    assert (type(raised), raised.retries_taken, clock.waits) == (RateLimitError, 0, [])
    assert "billing" in str(raised)


def test_changes_are_tried_again_like_reads(caller: Sync, client: Any, server: Server, clock: Clock) -> None:
    """The body of a POST is sent again."""
    server.plan = in_turn(failure(500), None, BROKEN["closed"], None)
    caller.run(client.chat.completions.update(ID, metadata={"k": "v"}))
    caller.run(client.chat.completions.delete(ID))
    assert [request.method for request in server.received] == ["POST", "POST", "DELETE", "DELETE"]
    assert {request.body for request in server.received[:2]} == {b'{"metadata": {"k": "v"}}'}
    assert len({str(request.headers) for request in server.received[:2]}) == 1


@pytest.mark.parametrize("lost", [BROKEN["closed"], failure(502)], ids=["closed", "502"])
def test_a_delete_whose_answer_was_lost_explains_its_404(
    lost: ASGIApp, caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    server.plan = in_turn(lost, failure(404), failure(429), failure(404), failure(404))
    explanation = "An attempt before this one, whose answer was lost, may have deleted it."
    for explained in (True, False, False):
        with pytest.raises(NotFoundError) as caught:
            caller.run(client.chat.completions.delete(ID))
        assert (explanation in str(caught.value)) is explained


def test_a_request_that_cannot_be_sent_is_not_tried_again(
    caller: Sync, client: Any, server: Server, clock: Clock
) -> None:
    for name, value in (("x", "a\nb"), ("x", "\xe9"), ("x", " a"), ("a b", "c"), ("", "c"), ("x", None)):
        with pytest.raises(ValueError, match="header"):
            caller.run(client.chat.completions.retrieve(ID, extra_headers={name: value}))
    assert (server.received, clock.waits) == ([], [])


def test_redirect_loops_are_not_retried(caller: Sync, server: Server, clock: Clock) -> None:
    server.plan = always(failure(302, b"", location=f"/v1/chat/completions/{ID}"))
    error = failed(caller, caller.client(follow_redirects=True))
    assert type(error) is APIConnectionError
    assert "more than 20 redirects" in str(error)
    assert (error.retries_taken, len(server.received)) == (0, 21)


def test_cancelling_a_call_cancels_its_wait(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the real clock: the server asks for two minutes."""
    server.plan = always(failure(429, None, retry_after="120"))
    waits, wait = asyncio.Event(), the_clock.async_sleep

    async def noted(seconds: float) -> None:
        waits.set()
        await wait(seconds)

    async def main() -> None:
        async with AsyncOpenAI(api_key=server.key, base_url=server.base_url) as client:
            call = asyncio.create_task(client.chat.completions.retrieve(ID))
            await waits.wait()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    monkeypatch.setattr(the_clock, "async_sleep", noted)
    started = time.monotonic()
    asyncio.run(main())
    assert time.monotonic() - started < 10
    assert len(server.received) == 1


def test_cancelling_a_call_ends_its_request(server: Server) -> None:
    """Its connection is closed, and the client can still be used."""
    server.plan = in_turn(STALLS)

    async def main() -> None:
        async with AsyncOpenAI(api_key=server.key, base_url=server.base_url) as client:
            call = asyncio.create_task(client.chat.completions.retrieve(ID))
            while not server.received:
                await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert (await client.chat.completions.retrieve(ID)).id == ID
            assert await asyncio.to_thread(server.connections, 1) == 1

    asyncio.run(main())


def test_a_base_exception_in_a_retry_is_raised_unchanged(caller: Sync, server: Server, clock: Clock) -> None:
    """Although the failure before it was transient."""
    calls: list[object] = []

    class Stop(BaseException):
        pass

    def hook(request: Any) -> None:
        calls.append(request)
        if len(calls) == 2:
            raise Stop

    async def async_hook(request: Any) -> None:
        hook(request)

    server.plan = always(failure(500))
    own = (
        httpx.Client(event_hooks={"request": [hook]})
        if type(caller) is Sync
        else httpx.AsyncClient(event_hooks={"request": [async_hook]})
    )
    client = caller.client(http_client=own)
    with pytest.raises(Stop):
        caller.run(client.chat.completions.retrieve("chatcmpl-abc123"))
    assert (len(server.received), len(clock.waits)) == (1, 1)
    caller.end(own)
