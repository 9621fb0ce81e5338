"""Many retrievals at a time from a server that fails a fifth of the requests, in all possible ways."""

from __future__ import annotations

import asyncio
import gc
import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import pytest
from starlette.types import ASGIApp

import stored_completions._runtime.clock
from stored_completions import AsyncOpenAI, OpenAI
from stored_completions.errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    RateLimitError,
)
from stored_completions.models import ChatCompletion
from stored_completions_testing.faults import (
    BROKEN,
    STALLS,
    STALLS_IN_BODY,
    STALLS_IN_HEADERS,
    answer,
    failure,
    gzip_bomb,
)
from stored_completions_testing.server import Received, Server
from tests.support.amount import WHOLE

REQUESTS, CONCURRENCY, FAILING, RETRIES = 1200 if WHOLE else 400, 50, 0.2, 2
# The ids that threads retrieve, and those that tasks retrieve.
IDS = [[f"chatcmpl-{kind}-{number}" for number in range(REQUESTS)] for kind in ("thread", "task")]
QUOTA = {"error": {"message": "No more.", "type": "insufficient_quota", "code": "insufficient_quota"}}


class Way(NamedTuple):
    """A way to fail, the error that the client raises for it, and whether the request is retried."""

    fault: ASGIApp
    error: type[APIError]
    again: bool


WAYS = [
    *(Way(fault, APIConnectionError, True) for fault in BROKEN.values()),
    *(Way(fault, APITimeoutError, True) for fault in (STALLS, STALLS_IN_HEADERS, STALLS_IN_BODY)),
    *(Way(failure(status), InternalServerError, True) for status in (500, 502, 520, 529, 530)),
    *(Way(failure(429, None, retry_after=text), RateLimitError, True) for text in ("1", "0.5", "soon")),
    Way(failure(429, None, retry_after="Thu, 01 Jan 1970 00:00:00 GMT"), RateLimitError, True),
    Way(failure(429, None, retry_after_ms="20"), RateLimitError, True),
    Way(failure(429, None, retry_after="3600"), RateLimitError, False),
    Way(failure(429, QUOTA), RateLimitError, False),
    Way(failure(400), BadRequestError, False),
    Way(failure(404), NotFoundError, False),
    Way(failure(302, b"", location="http://127.0.0.1:1/elsewhere"), APIStatusError, False),
    Way(answer(b"<html>A gateway's page</html>", content_type="text/html"), APIResponseValidationError, False),
    Way(answer(b""), APIResponseValidationError, False),
    Way(answer(b'{"id": "chatcmpl'), APIResponseValidationError, False),
    Way(answer(["chatcmpl"]), APIResponseValidationError, False),
    Way(answer({"error": "overloaded"}), APIResponseValidationError, False),
    Way(answer({}, content_encoding="gzip"), APIResponseValidationError, False),
    Way(gzip_bomb(2), APIResponseValidationError, False),
]


def fate(completion_id: str, attempt: int) -> Way | None:
    """Return how an attempt fails, if it does: always in the same way. Only first attempts stall, to save time."""
    chance = random.Random(f"{completion_id}/{attempt}")
    ways = [way for way in WAYS if not attempt or way.error is not APITimeoutError]
    return chance.choice(ways) if chance.random() < FAILING else None


def fates(completion_id: str) -> list[Way | None]:
    """Return how each attempt of a call ends."""
    ends: list[Way | None] = []
    for attempt in range(RETRIES + 1):
        ends.append(fate(completion_id, attempt))
        last = ends[-1]
        if last is None or not last.again:
            break
    return ends


def seconds(completion_id: str) -> float:
    """Return the timeout of a call: short where the server stalls, and otherwise long enough for a busy machine."""
    return 8 if any(way and way.error is APITimeoutError for way in fates(completion_id)) else 30


def in_threads(ids: list[str], server: Server, **options: Any) -> list[ChatCompletion | APIError]:
    def retrieve(completion_id: str) -> ChatCompletion | APIError:
        try:
            return client.chat.completions.retrieve(completion_id, timeout=seconds(completion_id))
        except APIError as error:
            return error

    with (
        OpenAI(base_url=server.base_url, api_key=server.key, **options) as client,
        ThreadPoolExecutor(CONCURRENCY) as pool,
    ):
        return list(pool.map(retrieve, ids))


def in_tasks(ids: list[str], server: Server, **options: Any) -> list[ChatCompletion | APIError]:
    async def main() -> list[ChatCompletion | APIError]:
        free = asyncio.Semaphore(CONCURRENCY)

        async def retrieve(completion_id: str) -> ChatCompletion | APIError:
            async with free:
                try:
                    return await client.chat.completions.retrieve(completion_id, timeout=seconds(completion_id))
                except APIError as error:
                    return error

        async with AsyncOpenAI(base_url=server.base_url, api_key=server.key, **options) as client:
            return await asyncio.gather(*map(retrieve, ids))

    return asyncio.run(main())


def test_each_of_many_calls_gets_its_completion_or_its_error(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """In threads and in tasks at once."""

    async def no_wait(seconds: float) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(stored_completions._runtime.clock, "sleep", lambda seconds: None)
    monkeypatch.setattr(stored_completions._runtime.clock, "async_sleep", no_wait)
    reference = server.store.completions["chatcmpl-abc123"]
    ids = [*IDS[0], *IDS[1]]
    server.store.completions = {name: {**reference, "id": name} for name in ids}
    attempts: Counter[str] = Counter()

    def plan(received: Received) -> ASGIApp | None:
        completion_id = received.path.rpartition("/")[2]
        way = fate(completion_id, attempts[completion_id])
        attempts[completion_id] += 1
        return way.fault if way else None

    server.plan = plan
    options = {"max_retries": RETRIES, "max_response_bytes": 2**20}
    with ThreadPoolExecutor(1) as other:
        threads = other.submit(in_threads, IDS[0], server, **options)
        tasks = in_tasks(IDS[1], server, **options)
    for completion_id, result in zip(ids, [*threads.result(), *tasks], strict=True):
        ends = fates(completion_id)
        assert attempts[completion_id] == len(ends)
        if ends[-1] is None:
            assert isinstance(result, ChatCompletion)
            assert result.to_dict() == server.store.completions[completion_id]
        else:
            assert isinstance(result, APIError)
            assert type(result) is ends[-1].error
            assert result.retries_taken == len(ends) - 1
            assert re.search(rf"GET /chat/completions/{completion_id}\b", str(result))
    # Each way occurred. Collecting garbage would warn of sockets that were not closed.
    assert {id(fate(name, attempt)) for name in ids for attempt in range(attempts[name])} > {id(way) for way in WAYS}
    gc.collect()
    assert server.connections(0) == 0
