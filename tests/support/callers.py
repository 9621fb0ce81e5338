"""Sync and async clients behind one interface, so that one test covers both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import isawaitable
from itertools import islice
from types import ModuleType
from typing import Any

import httpx

from stored_completions import AsyncOpenAI, DefaultAioHttpClient, DefaultAsyncHttpxClient, DefaultHttpxClient, OpenAI


class Sync:
    """Make `OpenAI` clients, and close them at the end."""

    httpx: type[Any] = httpx.Client
    # The transports of `http_client` with which an attempt as a whole is bounded.
    default: type[Any] = DefaultHttpxClient

    def __init__(self, defaults: dict[str, Any], transport: str = "httpx") -> None:
        """Prepare for making clients.

        Args:
            defaults: The arguments of a client that are not given.
            transport: What they send through where they are given no `http_client`: `httpx`, `httpx2` or `aiohttp`.
        """
        self._defaults, self.transport = defaults, transport
        self._made: list[Any] = []

    def client(self, **options: Any) -> Any:
        if "http_client" not in options and self.transport != "httpx":
            options["http_client"] = self._http_client()
        made = self._new({**self._defaults, **options})
        self._made.append(made)
        return made

    def run(self, result: Any) -> Any:
        """Return the result of a call, awaited if needed."""
        return result

    def iterate(self, pages: Any, most: int | None = None) -> list[Any]:
        """Return the items of all pages of a list, or the first few."""
        return list(islice(pages, most))

    def function(self, endpoint: ModuleType, detailed: bool = False) -> Any:
        """Return the function of an endpoint module for this kind of client."""
        return endpoint.sync_detailed if detailed else endpoint.sync

    def use(self, client: Any) -> Any:
        """Enter a client's context manager."""
        return client

    def end(self, opened: Any) -> None:
        """Close what clients do not close: a client of the endpoint functions, an httpx client, a response."""
        opened.close()

    def close(self) -> None:
        for client in self._made:
            self.run(client.close())
            if self.transport != "httpx":
                self.end(self.http_client_of(client))

    def http_client_of(self, client: Any) -> Any:
        """Return the client of httpx, or of a similar package, that a client sends through."""
        return client.client.get_httpx_client()

    def _http_client(self) -> Any:
        return import_module("httpx2").Client()

    def _new(self, options: dict[str, Any]) -> Any:
        return OpenAI(**options)


class Async(Sync):
    """Make `AsyncOpenAI` clients, and run their calls in one event loop."""

    httpx = httpx.AsyncClient
    default = DefaultAsyncHttpxClient

    def __init__(self, defaults: dict[str, Any], transport: str = "httpx") -> None:
        super().__init__(defaults, transport)
        self._runner = asyncio.Runner()

    def run(self, result: Any) -> Any:
        return self._runner.run(_awaited(result)) if isawaitable(result) else result

    def iterate(self, pages: Any, most: int | None = None) -> list[Any]:
        return self._runner.run(_collected(pages, most))

    def function(self, endpoint: ModuleType, detailed: bool = False) -> Any:
        return endpoint.asyncio_detailed if detailed else endpoint.asyncio

    @contextmanager
    def use(self, client: Any) -> Iterator[Any]:
        entered = self.run(client.__aenter__())
        try:
            yield entered
        finally:
            self.run(client.__aexit__(None, None, None))

    def end(self, opened: Any) -> None:
        self.run(opened.aclose())

    def close(self) -> None:
        for client in self._made:
            self.run(client.close())
            if self.transport != "httpx":
                self.end(self.http_client_of(client))
        self._runner.close()

    def http_client_of(self, client: Any) -> Any:
        return self.run(_http_client_of(client))

    def _http_client(self) -> Any:
        return DefaultAioHttpClient() if self.transport == "aiohttp" else import_module("httpx2").AsyncClient()

    def _new(self, options: dict[str, Any]) -> Any:
        return AsyncOpenAI(**options)


async def _http_client_of(client: Any) -> Any:
    return client.client.get_async_httpx_client()


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _collected(pages: Any, most: int | None) -> list[Any]:
    items: list[Any] = []
    async for item in pages:
        items.append(item)
        if len(items) == most:
            break
    if isinstance(pages, AsyncGenerator):
        await pages.aclose()
    return items
