"""The client gives what the servers said; each test is also what `make record` records."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from stored_completions.errors import APIStatusError, AuthenticationError
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


def test_list(client: Sync, stored: list[str]) -> None:
    """Iterating a page walks the pages that follow; filters and orders are the server's to apply."""
    walked = client.walk(lambda openai: openai.chat.completions.list(limit=PAGE, order="asc"), MOST)
    assert [completion.id for completion in walked] == stored
    assert all(isinstance(completion, ChatCompletion) for completion in walked)
    options = {"model": walked[0].model, "metadata": {"topic": "greeting", "a b": "ü&="}, "limit": 1, "order": "desc"}
    filtered = client.do(lambda openai: openai.chat.completions.list(**options))
    assert len(filtered.data) <= 1
    nothing = client.do(lambda openai: openai.chat.completions.list(model="no-such-model", limit=PAGE))
    assert (nothing.data, nothing.has_more) == ([], False)


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


def test_errors(client: Sync, server: Server) -> None:
    """What a server refuses is raised, with its status and its message."""
    for refused, statuses in (
        (lambda openai: openai.chat.completions.retrieve(NO_SUCH_ID), (400, 404)),
        (lambda openai: openai.chat.completions.messages.list(NO_SUCH_ID), (400, 404)),
        (lambda openai: openai.chat.completions.list(limit=-1), (400, 422)),
        (lambda openai: openai.chat.completions.list(after=NO_SUCH_ID, limit=PAGE), (400, 404)),
    ):
        with pytest.raises(APIStatusError) as error:
            client.do(refused)
        assert error.value.status_code in statuses
        assert error.value.message
    stranger = type(client)(api_key="a-wrong-key", base_url=server.base_url)
    with pytest.raises(AuthenticationError):
        stranger.do(lambda openai: openai.chat.completions.list(limit=1))
    # The client sends nothing without a key.
    assert httpx.get(f"{server.base_url}/chat/completions", timeout=60).status_code == 401


def test_changes(client: Sync, changeable: str) -> None:
    """Metadata can be replaced and a completion deleted, or the server says that it does no such thing."""
    metadata = {"topic": "recording"}
    try:
        updated = client.do(lambda openai: openai.chat.completions.update(changeable, metadata=metadata))
    except APIStatusError as error:
        assert error.status_code == 405
        with pytest.raises(APIStatusError, match="405"):
            client.do(lambda openai: openai.chat.completions.delete(changeable))
    else:
        assert updated.metadata == metadata
        deleted = client.do(lambda openai: openai.chat.completions.delete(changeable))
        assert (deleted.id, deleted.deleted) == (changeable, True)
