"""The client gives what recorded servers sent; `make record` records these tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from vcr.cassette import Cassette

from stored_completions.errors import APIStatusError
from stored_completions.models import ChatCompletion
from tests.programs.record.ogx import Server
from tests.support.callers import Sync

pytestmark = [pytest.mark.vcr, pytest.mark.block_network]

# More than the scenario has, so that its listing ends; of another server's, the first completions are enough.
MOST = 16
PAGE = 4

NO_SUCH_ID = "chatcmpl-no-such-completion"


def outcome(caller: Sync, request: Callable[[], Any]) -> int:
    """Return the status of the error that a request raises, or 200."""
    try:
        caller.run(request())
    except APIStatusError as error:
        assert error.message
        return error.status_code
    return 200


def test_list(caller: Sync, client: Any, stored: list[str]) -> None:
    """Iterating a page continues with the following pages; the server filters and sorts."""
    iterated = caller.iterate(client.chat.completions.list(limit=PAGE, order="asc"), MOST)
    assert [completion.id for completion in iterated] == stored
    assert all(isinstance(completion, ChatCompletion) for completion in iterated)
    metadata = {"topic": "greeting", "a b": "ü&="}
    filtered = client.chat.completions.list(model=iterated[0].model, metadata=metadata, limit=1, order="desc")
    assert len(caller.run(filtered).data) <= 1


def test_retrieve(caller: Sync, client: Any, stored: list[str]) -> None:
    """Each stored completion can be retrieved by its id."""
    for completion_id in stored:
        completion = caller.run(client.chat.completions.retrieve(completion_id))
        assert completion.id == completion_id
        assert all(choice.message.role == "assistant" for choice in completion.choices)


def test_messages(caller: Sync, client: Any, stored: list[str]) -> None:
    """The messages of a completion can be listed, page by page."""
    for completion_id in stored:
        messages = caller.iterate(client.chat.completions.messages.list(completion_id, limit=1, order="asc"), MOST)
        assert all(message.role for message in messages)
        assert len({message.id for message in messages}) == len(messages) > 0


def test_errors(caller: Sync, client: Any, server: Server, vcr: Cassette) -> None:
    """What a server refuses raises an error with its status and a message."""
    completions = client.chat.completions
    stranger = caller.client(api_key="a-wrong-key").chat.completions
    requests: list[Callable[[], Any]] = [
        lambda: completions.retrieve(NO_SUCH_ID),
        lambda: completions.messages.list(NO_SUCH_ID),
        lambda: completions.list(limit=-1),
        lambda: completions.list(after=NO_SUCH_ID, limit=PAGE),
        lambda: completions.list(model="no-such-model", limit=PAGE),
        lambda: stranger.list(limit=1),
    ]
    statuses = [outcome(caller, request) for request in requests]
    # The client sends nothing without a key.
    statuses.append(httpx.get(f"{server.base_url}/chat/completions", timeout=60).status_code)
    assert statuses == [response["status"]["code"] for response in vcr.responses]
    assert statuses[0] in (400, 404)


def test_changes(caller: Sync, client: Any, changeable: str) -> None:
    """Metadata is replaced and a completion deleted, or the server says that it cannot do either."""
    completions = client.chat.completions
    metadata = {"topic": "recording"}
    try:
        updated = caller.run(completions.update(changeable, metadata=metadata))
    except APIStatusError as error:
        assert error.status_code in (404, 405, 501)
        assert outcome(caller, lambda: completions.delete(changeable)) == error.status_code
    else:
        assert updated.metadata == metadata
        deleted = caller.run(completions.delete(changeable))
        assert (deleted.id, deleted.deleted) == (changeable, True)
