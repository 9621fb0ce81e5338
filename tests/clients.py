"""The sync and the async client behind one face, so that a test says once what both must do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import islice
from typing import Any

from stored_completions import AsyncOpenAI, OpenAI


class Sync:
    """Does things with `OpenAI`."""

    def __init__(self, **options: Any) -> None:
        """Take what the client takes."""
        self._options = options

    def do(self, call: Callable[[Any], Any]) -> Any:
        """What a call on the client gives."""
        with OpenAI(**self._options) as client:
            return call(client)

    def walk(self, call: Callable[[Any], Any], most: int | None = None) -> list[Any]:
        """The items of the list that a call on the client gives, from all its pages, or as many as asked for."""
        walked: list[Any] = self.do(lambda client: list(islice(call(client), most)))
        return walked


class Async(Sync):
    """Does the same with `AsyncOpenAI`, in an event loop of its own."""

    def do(self, call: Callable[[Any], Any]) -> Any:
        """What a call on the client gives, awaited."""

        async def main() -> Any:
            async with AsyncOpenAI(**self._options) as client:
                return await call(client)

        return asyncio.run(main())

    def walk(self, call: Callable[[Any], Any], most: int | None = None) -> list[Any]:
        """The items of the list that a call on the client gives, by `async for`."""

        async def collected(client: Any) -> list[Any]:
            items: list[Any] = []
            async for item in call(client):
                items.append(item)
                if len(items) == most:
                    break
            return items

        walked: list[Any] = self.do(collected)
        return walked
