"""Many calls, in a separate process: `python -m tests.programs.benchmarks.calls CALLER URL CONCURRENCY CALLS`.

The callers are imported by name, since no environment has all of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from importlib import import_module
from typing import Any

ID = "chatcmpl-abc123"
PATH = f"/chat/completions/{ID}"
LIMITS = {"max_connections": 1000, "max_keepalive_connections": 100}
KEY = "sk-benchmark"

Call = Callable[[], Any]
AsyncCall = Callable[[], Awaitable[Any]]


@contextmanager
def httpx(url: str) -> Iterator[Call]:
    """Bare httpx: the JSON, without a model."""
    with import_module("httpx").Client() as client:
        yield lambda: client.get(url + PATH, headers={"authorization": f"Bearer {KEY}"}).json()


@contextmanager
def openai(url: str) -> Iterator[Call]:
    with import_module("openai").OpenAI(base_url=url, api_key=KEY) as client:
        yield lambda: client.chat.completions.retrieve(ID)


@contextmanager
def ours(url: str) -> Iterator[Call]:
    with import_module("stored_completions").OpenAI(base_url=url, api_key=KEY) as client:
        yield lambda: client.chat.completions.retrieve(ID)


@contextmanager
def ours_without_msgspec(url: str) -> Iterator[Call]:
    sys.modules["msgspec"] = None  # type: ignore[assignment]  # so that importing it fails
    with ours(url) as call:
        yield call


@asynccontextmanager
async def async_httpx(url: str) -> AsyncIterator[AsyncCall]:
    """Bare httpx with the SDK's limits: with its own, 50 workers would connect again and again."""
    library = import_module("httpx")
    async with _bare(url, library.AsyncClient(limits=library.Limits(**LIMITS))) as call:
        yield call


@asynccontextmanager
async def async_httpx_aiohttp(url: str) -> AsyncIterator[AsyncCall]:
    """Bare httpx through httpx-aiohttp: what the way through both libraries costs by itself."""
    library = import_module("httpx_aiohttp")
    async with _bare(url, library.HttpxAiohttpClient()) as call:
        yield call


@asynccontextmanager
async def async_httpx2(url: str) -> AsyncIterator[AsyncCall]:
    library = import_module("httpx2")
    async with _bare(url, library.AsyncClient(limits=library.Limits(**LIMITS))) as call:
        yield call


@asynccontextmanager
async def aiohttp(url: str) -> AsyncIterator[AsyncCall]:
    """Raw aiohttp with `json()`: the floor."""
    async with import_module("aiohttp").ClientSession(headers={"authorization": f"Bearer {KEY}"}) as session:

        async def call() -> Any:
            async with session.get(url + PATH) as response:
                return await response.json()

        yield call


@asynccontextmanager
async def async_openai(url: str, http_client: Any = None) -> AsyncIterator[AsyncCall]:
    async with import_module("openai").AsyncOpenAI(base_url=url, api_key=KEY, http_client=http_client) as client:
        yield lambda: client.chat.completions.retrieve(ID)


@asynccontextmanager
async def async_openai_aiohttp(url: str) -> AsyncIterator[AsyncCall]:
    async with async_openai(url, import_module("openai").DefaultAioHttpClient()) as call:
        yield call


@asynccontextmanager
async def async_ours(url: str, http_client: Any = None) -> AsyncIterator[AsyncCall]:
    library = import_module("stored_completions")
    async with library.AsyncOpenAI(base_url=url, api_key=KEY, http_client=http_client) as client:
        yield lambda: client.chat.completions.retrieve(ID)


@asynccontextmanager
async def async_ours_without_msgspec(url: str) -> AsyncIterator[AsyncCall]:
    sys.modules["msgspec"] = None  # type: ignore[assignment]  # so that importing it fails
    async with async_ours(url) as call:
        yield call


@asynccontextmanager
async def async_ours_aiohttp(url: str) -> AsyncIterator[AsyncCall]:
    async with (
        import_module("stored_completions").DefaultAioHttpClient() as http_client,
        async_ours(url, http_client) as call,
    ):
        yield call


@asynccontextmanager
async def async_ours_httpx2(url: str) -> AsyncIterator[AsyncCall]:
    library = import_module("httpx2")
    async with (
        library.AsyncClient(limits=library.Limits(**LIMITS)) as http_client,
        async_ours(url, http_client) as call,
    ):
        yield call


@asynccontextmanager
async def async_ours_pyreqwest(url: str) -> AsyncIterator[AsyncCall]:
    """Make our calls through pyreqwest's transport, which is compiled."""
    transport = import_module("pyreqwest.compatibility.httpx").HttpxTransport()
    async with (
        import_module("httpx").AsyncClient(transport=transport) as http_client,
        async_ours(url, http_client) as call,
    ):
        yield call


@asynccontextmanager
async def _bare(url: str, client: Any) -> AsyncIterator[AsyncCall]:
    async with client:

        async def call() -> Any:
            return (await client.get(url + PATH, headers={"authorization": f"Bearer {KEY}"})).json()

        yield call


SYNC: dict[str, Callable[[str], AbstractContextManager[Call]]] = {
    "httpx": httpx,
    "openai": openai,
    "stored_completions": ours,
    "stored_completions without [fast]": ours_without_msgspec,
}
ASYNC: dict[str, Callable[[str], AbstractAsyncContextManager[AsyncCall]]] = {
    "aiohttp": aiohttp,
    "httpx": async_httpx,
    "httpx, httpx-aiohttp": async_httpx_aiohttp,
    "httpx2": async_httpx2,
    "openai": async_openai,
    "openai, DefaultAioHttpClient": async_openai_aiohttp,
    "stored_completions": async_ours,
    "stored_completions without [fast]": async_ours_without_msgspec,
    "stored_completions, DefaultAioHttpClient": async_ours_aiohttp,
    "stored_completions, httpx2.AsyncClient": async_ours_httpx2,
    "stored_completions, pyreqwest": async_ours_pyreqwest,
}


def measure(caller: str, url: str, calls: int) -> float:
    """Return the processor's seconds for a call of a synchronous caller, one after the other."""
    with SYNC[caller](url) as call:
        _check(call())
        for _ in range(calls // 10):
            call()
        started = time.process_time()
        for _ in range(calls):
            call()
        return (time.process_time() - started) / calls


async def measure_async(caller: str, url: str, concurrency: int, calls: int) -> float:
    """Return the processor's seconds for a call of an asynchronous caller, so many at a time."""
    async with ASYNC[caller](url) as call:
        _check(await call())

        async def work(number: int) -> None:
            for _ in range(number):
                await call()

        await asyncio.gather(*(work(3) for _ in range(concurrency)))  # connect
        started = time.process_time()
        each = -(-calls // concurrency)
        await asyncio.gather(*(work(each) for _ in range(concurrency)))
        return (time.process_time() - started) / (each * concurrency)


def _check(result: Any) -> None:
    """Check a result: a time means nothing if it is wrong."""
    found = result["id"] if isinstance(result, dict) else result.id
    if found != "chatcmpl-abc123":
        raise ValueError(f"the completion {ID} was retrieved, and what came is {found}")


def main() -> None:
    caller, url, concurrency, calls = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if concurrency:
        print(json.dumps(asyncio.run(measure_async(caller, url, concurrency, calls))), flush=True)
    else:
        print(json.dumps(measure(caller, url, calls)), flush=True)
    os._exit(0)  # the threads of pyreqwest crash an interpreter that ends


if __name__ == "__main__":
    main()
