"""Make many calls in a separate process: `python -m tests.programs.benchmarks.calls CALLER URL`.

A line asks for a batch, and says how many calls are made at a time. The callers are imported by name, since no
environment has all of them. Their clients are never closed: the process ends.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

from tests.programs.benchmarks.turns import answer

ID = "chatcmpl-abc123"
PATH = f"/chat/completions/{ID}"
LIMITS = {"max_connections": 1000, "max_keepalive_connections": 100}
KEY = "sk-benchmark"
HEADERS = {"authorization": f"Bearer {KEY}"}
CALLS = 400  # calls of a batch, after as many warm-up calls as twice the concurrency

Call = Callable[[], Any]
AsyncCall = Callable[[], Awaitable[Any]]


def httpx(url: str) -> Call:
    """Call with bare httpx: JSON without a model."""
    client = import_module("httpx").Client()
    return lambda: client.get(url + PATH, headers=HEADERS).json()


def retrieving(client: Any) -> Call:
    return lambda: client.chat.completions.retrieve(ID)


def bare(url: str, client: Any) -> AsyncCall:
    async def call() -> Any:
        return (await client.get(url + PATH, headers=HEADERS)).json()

    return call


def async_bare(url: str, library: Any) -> AsyncCall:
    """Call with bare httpx and the SDK's limits: with its own, 50 workers would connect again and again."""
    return bare(url, library.AsyncClient(limits=library.Limits(**LIMITS)))


def aiohttp(url: str) -> AsyncCall:
    """Call with raw aiohttp and `json()`: the lower bound."""
    session = import_module("aiohttp").ClientSession(headers=HEADERS)

    async def call() -> Any:
        async with session.get(url + PATH) as response:
            return await response.json()

    return call


def async_of(package: str, url: str, http_client: Any = None) -> AsyncCall:
    return retrieving(import_module(package).AsyncOpenAI(base_url=url, api_key=KEY, http_client=http_client))


def httpx2_client() -> Any:
    library = import_module("httpx2")
    return library.AsyncClient(limits=library.Limits(**LIMITS))


def pyreqwest_client() -> Any:
    """Return an httpx client with pyreqwest's transport, which is compiled."""
    transport = import_module("pyreqwest.compatibility.httpx").HttpxTransport()
    return import_module("httpx").AsyncClient(transport=transport)


OURS, AIOHTTP, SDK, WITHOUT_FAST = (
    "stored_completions",
    "stored_completions, DefaultAioHttpClient",
    "openai",
    "stored_completions without [fast]",
)
SYNC: dict[str, Callable[[str], Call]] = {
    "httpx": httpx,
    SDK: lambda url: retrieving(import_module(SDK).OpenAI(base_url=url, api_key=KEY)),
    OURS: lambda url: retrieving(import_module(OURS).OpenAI(base_url=url, api_key=KEY)),
    WITHOUT_FAST: lambda url: SYNC[OURS](url),
}
ASYNC: dict[str, Callable[[str], AsyncCall]] = {
    "aiohttp": aiohttp,
    "httpx": lambda url: async_bare(url, import_module("httpx")),
    # The cost of the way through both libraries.
    "httpx, httpx-aiohttp": lambda url: bare(url, import_module("httpx_aiohttp").HttpxAiohttpClient()),
    "httpx2": lambda url: async_bare(url, import_module("httpx2")),
    SDK: lambda url: async_of(SDK, url),
    "openai, DefaultAioHttpClient": lambda url: async_of(SDK, url, import_module(SDK).DefaultAioHttpClient()),
    OURS: lambda url: async_of(OURS, url),
    WITHOUT_FAST: lambda url: async_of(OURS, url),
    AIOHTTP: lambda url: async_of(OURS, url, import_module(OURS).DefaultAioHttpClient()),
    "stored_completions, httpx2.AsyncClient": lambda url: async_of(OURS, url, httpx2_client()),
    "stored_completions, pyreqwest": lambda url: async_of(OURS, url, pyreqwest_client()),
}


class Batches:
    """The batches of one caller, with a client for each concurrency; 0 is the synchronous client."""

    def __init__(self, caller: str, url: str, runner: asyncio.Runner) -> None:
        if caller == WITHOUT_FAST:
            sys.modules["msgspec"] = None  # type: ignore[assignment]  # so that importing it fails
        self._caller, self._url, self._runner = caller, url, runner
        self._calls: dict[int, Any] = {}

    def seconds(self, concurrency: int) -> float:
        """Return the processor's seconds for a call, without the calls before, which connect."""
        if concurrency:
            return self._runner.run(self._async_seconds(concurrency))
        if 0 not in self._calls:
            self._calls[0] = SYNC[self._caller](self._url)
        call = self._calls[0]
        check(call())
        started = time.process_time()
        for _ in range(CALLS):
            check(call())
        return (time.process_time() - started) / CALLS

    async def _async_seconds(self, concurrency: int) -> float:
        if concurrency not in self._calls:
            self._calls[concurrency] = ASYNC[self._caller](self._url)
        call, before, ended, times = self._calls[concurrency], 2 * concurrency, 0, list[float]()
        # The same number of calls runs until the end: a pausing worker's connection would be closed.
        numbers = iter(range(before + CALLS + concurrency))

        async def work() -> None:
            nonlocal ended
            for _ in numbers:
                check(await call())
                ended += 1
                if ended in (before, before + CALLS):
                    times.append(time.process_time())

        await asyncio.gather(*(work() for _ in range(concurrency)))
        return (times[1] - times[0]) / CALLS


def check(result: Any) -> None:
    """Check a result: the time of a wrong result would be misleading."""
    found = result["id"] if isinstance(result, dict) else result.id
    if found != ID:
        raise ValueError(f"retrieved {found} instead of the completion {ID}")


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        batches = Batches(sys.argv[1], sys.argv[2], runner)
        answer(lambda line: batches.seconds(int(line)))
