"""The client gives what the servers said; each test is also what `make record` records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import TypeVar

import httpx
import pytest
from stored_completions import AsyncOpenAI, OpenAI
from stored_completions.errors import APIStatusError, AuthenticationError
from stored_completions.models import ChatCompletion

from tests.record.ogx import Server

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

# The async client asks the same as the sync client, whose recording it is given even while that is made.
replayed = pytest.mark.vcr(record_mode="none")

T = TypeVar("T")

# More than the scenario has, so that a walk over it ends by itself; of another server's store it takes the beginning.
MOST = 16
PAGE = 4


def client(server: Server) -> OpenAI:
    """A client with the server's key."""
    return OpenAI(api_key=server.api_key, base_url=server.base_url)


def run(server: Server, use: Callable[[AsyncOpenAI], Awaitable[T]]) -> T:
    """What a coroutine gives that uses an async client."""

    async def main() -> T:
        async with AsyncOpenAI(api_key=server.api_key, base_url=server.base_url) as openai:
            return await use(openai)

    return asyncio.run(main())


def status(error: pytest.ExceptionInfo[APIStatusError]) -> int:
    """The status of an error that says what went wrong."""
    assert error.value.message
    return error.value.status_code


def test_list(server: Server, stored: list[str]) -> None:
    """Iterating a page walks the pages that follow, and filters and orders are the server's."""
    completions = client(server).chat.completions
    walked = list(islice(completions.list(limit=PAGE, order="asc"), MOST))
    assert [completion.id for completion in walked] == stored
    assert all(isinstance(completion, ChatCompletion) for completion in walked)
    filtered = completions.list(model=walked[0].model, limit=1, order="desc", metadata={"topic": "greeting"})
    assert len(filtered.data) <= 1
    assert not completions.list(model="no-such-model", limit=PAGE).data


@replayed
def test_async_list(server: Server, stored: list[str]) -> None:
    """`async for` walks the same items."""

    async def walk(openai: AsyncOpenAI) -> list[str]:
        ids: list[str] = []
        async for completion in openai.chat.completions.list(limit=PAGE, order="asc"):
            ids.append(completion.id)
            if len(ids) == MOST:
                break
        return ids

    assert run(server, walk) == stored


def test_retrieve(server: Server, stored: list[str]) -> None:
    """Each stored completion can be had by its id."""
    completions = client(server).chat.completions
    for completion_id in stored:
        completion = completions.retrieve(completion_id)
        assert (completion.id, completion.object_) == (completion_id, "chat.completion")
        assert completion.choices[0].index == 0
        assert completion.choices[0].message.role == "assistant"


@replayed
def test_async_retrieve(server: Server, stored: list[str]) -> None:
    """The async client gets the same."""

    async def retrieve(openai: AsyncOpenAI) -> list[str]:
        return [(await openai.chat.completions.retrieve(completion_id)).id for completion_id in stored]

    assert run(server, retrieve) == stored


def test_messages(server: Server, stored: list[str]) -> None:
    """The messages that a completion was created from can be had, page by page."""
    messages = client(server).chat.completions.messages
    for completion_id in stored:
        first = messages.list(completion_id, limit=1, order="asc")
        assert first[0].role
        everything = list(islice(first, MOST))
        assert [message.id for message in everything][:1] == [first[0].id]


def test_errors(server: Server) -> None:
    """What a server refuses is raised, with its status and its message."""
    completions = client(server).chat.completions
    with pytest.raises(APIStatusError) as missing:
        completions.retrieve("chatcmpl-no-such-completion")
    assert status(missing) in (400, 404)
    with pytest.raises(APIStatusError) as no_messages:
        completions.messages.list("chatcmpl-no-such-completion")
    assert status(no_messages) in (400, 404)
    with pytest.raises(APIStatusError) as bad_limit:
        completions.list(limit=-1)
    assert status(bad_limit) in (400, 422)
    with pytest.raises(APIStatusError) as bad_cursor:
        completions.list(after="chatcmpl-no-such-completion", limit=PAGE)
    assert status(bad_cursor) in (400, 404)
    # The client sends nothing without a key.
    assert httpx.get(f"{server.base_url}/chat/completions", timeout=60).status_code == 401
    with pytest.raises(AuthenticationError) as wrong_key:
        OpenAI(api_key="a-wrong-key", base_url=server.base_url).chat.completions.list(limit=1)
    assert status(wrong_key) == 401


def test_changes(server: Server, changeable: str) -> None:
    """Metadata can be replaced and a completion deleted, where the server does such things at all."""
    completions = client(server).chat.completions
    metadata = {"topic": "recording"}
    try:
        updated = completions.update(changeable, metadata=metadata)
        deleted = completions.delete(changeable)
    except APIStatusError as error:
        assert error.status_code == 405
        with pytest.raises(APIStatusError) as no_deletion:
            completions.delete(changeable)
        assert status(no_deletion) == 405
    else:
        assert updated.metadata == metadata
        assert (deleted.id, deleted.deleted) == (changeable, True)
