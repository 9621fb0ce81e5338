"""The client gives what the servers said; each test is also what `make record` records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from vcr.cassette import Cassette

from stored_completions.errors import APIStatusError
from stored_completions.models import ChatCompletion
from tests.clients import Async, Sync
from tests.record.ogx import Server

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

# More than the scenario has, so that a walk over it ends by itself; of another server's store it takes the beginning.
MOST = 16
PAGE = 4

NO_SUCH_ID = "chatcmpl-no-such-completion"


# The async client asks the same as the sync client, whose recording it is given even while that is being made.
@pytest.fixture(params=[Sync, pytest.param(Async, marks=pytest.mark.vcr(record_mode="none"))])
def client(request: pytest.FixtureRequest, server: Server) -> Sync:
    """A client with the server's key."""
    user: Sync = request.param(api_key=server.api_key, base_url=server.base_url)
    return user


def retrieved(client: Sync, completion_id: str) -> Any:
    """A stored completion."""
    return client.do(lambda openai: openai.chat.completions.retrieve(completion_id))


def walked_messages(client: Sync, completion_id: str) -> list[Any]:
    """The messages of a stored completion, one a page."""
    return client.walk(lambda openai: openai.chat.completions.messages.list(completion_id, limit=1, order="asc"), MOST)


def outcome(client: Sync, request: Callable[[Any], Any]) -> int:
    """The status of what a request raises, or 200."""
    try:
        client.do(request)
    except APIStatusError as error:
        assert error.message
        return error.status_code
    return 200


def test_list(client: Sync, stored: list[str]) -> None:
    """Iterating a page walks the pages that follow; filters and orders are the server's to apply."""
    walked = client.walk(lambda openai: openai.chat.completions.list(limit=PAGE, order="asc"), MOST)
    assert [completion.id for completion in walked] == stored
    assert all(isinstance(completion, ChatCompletion) for completion in walked)
    options = {"model": walked[0].model, "metadata": {"topic": "greeting", "a b": "ü&="}, "limit": 1, "order": "desc"}
    filtered = client.do(lambda openai: openai.chat.completions.list(**options))
    assert len(filtered.data) <= 1


def test_retrieve(client: Sync, stored: list[str]) -> None:
    """Each stored completion can be had by its id."""
    for completion_id in stored:
        completion = retrieved(client, completion_id)
        assert completion.id == completion_id
        assert completion.choices[0].index == 0
        assert completion.choices[0].message.role == "assistant"


def test_messages(client: Sync, stored: list[str]) -> None:
    """The messages that a completion was created from can be had, page by page."""
    for completion_id in stored:
        messages = walked_messages(client, completion_id)
        assert all(message.role for message in messages)
        assert len({message.id for message in messages}) == len(messages) > 0


def test_errors(client: Sync, server: Server, vcr: Cassette) -> None:
    """What a server refuses is raised, with the status that it sent and a message; what it lets pass is not."""
    requests: list[Callable[[Any], Any]] = [
        lambda openai: openai.chat.completions.retrieve(NO_SUCH_ID),
        lambda openai: openai.chat.completions.messages.list(NO_SUCH_ID),
        lambda openai: openai.chat.completions.list(limit=-1),
        lambda openai: openai.chat.completions.list(after=NO_SUCH_ID, limit=PAGE),
        lambda openai: openai.chat.completions.list(model="no-such-model", limit=PAGE),
    ]
    statuses = [outcome(client, request) for request in requests]
    stranger = type(client)(api_key="a-wrong-key", base_url=server.base_url)
    statuses.append(outcome(stranger, lambda openai: openai.chat.completions.list(limit=1)))
    # The client sends nothing without a key.
    statuses.append(httpx.get(f"{server.base_url}/chat/completions", timeout=60).status_code)
    assert statuses == [response["status"]["code"] for response in vcr.responses]
    assert statuses[0] in (400, 404)


def test_changes(client: Sync, changeable: str) -> None:
    """Metadata can be replaced and a completion deleted, or the server says of both that it does no such thing."""
    metadata = {"topic": "recording"}
    try:
        updated = client.do(lambda openai: openai.chat.completions.update(changeable, metadata=metadata))
    except APIStatusError as error:
        assert error.status_code in (404, 405, 501)
        assert outcome(client, lambda openai: openai.chat.completions.delete(changeable)) == error.status_code
    else:
        assert updated.metadata == metadata
        deleted = client.do(lambda openai: openai.chat.completions.delete(changeable))
        assert (deleted.id, deleted.deleted) == (changeable, True)
