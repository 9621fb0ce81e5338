"""The client against a running ogx: what was created comes back, page by page, and errors are raised."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from stored_completions import errors
from stored_completions.models import ChatCompletion
from tests import ROOT
from tests.programs.record.ogx import Server
from tests.programs.record.upstream import SCENARIO
from tests.support.callers import Sync

IDS = [f"chatcmpl-{entry['name']}" for entry in SCENARIO["completions"]]


@pytest.mark.parametrize("entry", SCENARIO["completions"], ids=lambda entry: entry["name"])
def test_a_created_completion_can_be_retrieved(caller: Sync, client: Any, entry: dict[str, Any]) -> None:
    """A completion has what the model answered, typed."""
    completion_id = f"chatcmpl-{entry['name']}"
    completion = caller.run(client.chat.completions.retrieve(completion_id))
    assert isinstance(completion, ChatCompletion)
    assert completion.id == completion_id
    assert len(completion.choices) == len(entry["choices"])
    for choice, created in zip(completion.to_dict()["choices"], entry["choices"], strict=True):
        assert choice["finish_reason"] == created["finish_reason"]
        for name, value in created["message"].items():
            assert shown(choice["message"][name]) == value
        if "logprobs" in created:
            assert json.dumps(created["logprobs"], sort_keys=True) == json.dumps(choice["logprobs"], sort_keys=True)


def shown(value: Any) -> Any:
    """Return a value without the null index that ogx adds to function calls."""
    if isinstance(value, list):
        return [{name: part for name, part in item.items() if (name, part) != ("index", None)} for item in value]
    return value


@pytest.mark.parametrize(("order", "ids"), [("asc", IDS), ("desc", IDS[::-1])])
def test_all_pages_are_walked(caller: Sync, client: Any, order: str, ids: list[str]) -> None:
    """Iterating pages of four gives each completion once, in the requested order."""
    iterated = [completion.id for completion in caller.iterate(client.chat.completions.list(limit=4, order=order))]
    assert [completion_id for completion_id in iterated if completion_id in IDS] == ids


def test_a_page_has_its_cursor_and_its_filter(caller: Sync, client: Any) -> None:
    """A page starts after the named completion, and has only completions of the model."""
    page = caller.run(client.chat.completions.list(after=IDS[2], limit=2, order="asc"))
    assert [completion.id for completion in page.data] == IDS[3:5]
    assert page[0].id == IDS[3]
    assert page.has_more
    assert not caller.iterate(client.chat.completions.list(model="no-such-model"))


@pytest.mark.parametrize("entry", SCENARIO["completions"], ids=lambda entry: entry["name"])
def test_messages_are_read(caller: Sync, client: Any, entry: dict[str, Any]) -> None:
    """The messages of the request come first, then the answer's, over several pages."""
    completion_id = f"chatcmpl-{entry['name']}"
    messages = caller.iterate(client.chat.completions.messages.list(completion_id, limit=1))
    roles = [*(message["role"] for message in entry["messages"]), *("assistant" for _ in entry["choices"])]
    assert [message.role for message in messages] == roles
    for message, sent in zip(messages, entry["messages"], strict=False):
        held = message.to_dict()
        assert sent["content"] in (held["content"], held["content_parts"])


@pytest.mark.parametrize(
    ("refused", "error", "says"),
    [
        (lambda client: client.chat.completions.retrieve("no-such-id"), errors.BadRequestError, "no-such-id not found"),
        (lambda client: client.chat.completions.messages.list("no-such-id"), errors.BadRequestError, "not found"),
        (lambda client: client.chat.completions.list(limit=0), errors.BadRequestError, "greater than or equal to 1"),
        (lambda client: client.chat.completions.list(order="sideways"), errors.BadRequestError, "'asc' or 'desc'"),
        (lambda client: client.chat.completions.list(after="no-such-id"), errors.BadRequestError, "not found"),
        (lambda client: client.chat.completions.update(IDS[0], metadata={}), errors.APIStatusError, "405"),
        (lambda client: client.chat.completions.delete(IDS[0]), errors.APIStatusError, "405"),
    ],
    ids=["missing", "messages of missing", "limit", "order", "cursor", "update", "delete"],
)
def test_refused_requests_raise(caller: Sync, client: Any, refused: Any, error: type[Exception], says: str) -> None:
    """Each error has the class of its status and the server's message, and the client can be used on."""
    with pytest.raises(error, match=says):
        caller.run(refused(client))
    assert caller.run(client.chat.completions.retrieve(IDS[0])).id == IDS[0]


def test_a_wrong_address_or_key_is_raised(caller: Sync, server: Server) -> None:
    """A wrong key, an unknown path and a port without a server: each has its error."""
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"api_key": "a-wrong-key"}, errors.AuthenticationError),
        ({"base_url": f"{server.base_url}/no/such/path"}, errors.NotFoundError),
        ({"base_url": "http://127.0.0.1:9/v1", "max_retries": 0}, errors.APIConnectionError),
        ({"timeout": 1e-9, "max_retries": 0}, errors.APITimeoutError),
    ]
    for options, error in wrong:
        client = caller.client(**options)
        with pytest.raises(error):
            caller.run(client.chat.completions.retrieve(IDS[0]))


def test_a_completion_created_now_is_there(caller: Sync, client: Any, server: Server) -> None:
    """A completion that is created between two calls is found once ogx has stored it."""
    user = type(caller).__name__
    with pytest.raises(errors.BadRequestError):
        caller.run(client.chat.completions.retrieve(f"{IDS[0]}-{user}"))
    messages = SCENARIO["completions"][0]["messages"]
    body = {"model": "upstream/stub-1", "messages": messages, "store": True, "user": user}
    headers = {"Authorization": f"Bearer {server.key}"}
    created = httpx.post(f"{server.base_url}/chat/completions", json=body, headers=headers, timeout=60)
    assert created.raise_for_status().json()["id"] == f"{IDS[0]}-{user}"
    in_a_moment = Retrying(
        retry=retry_if_exception_type(errors.BadRequestError),
        wait=wait_fixed(0.05),
        stop=stop_after_delay(5),
        reraise=True,
    )
    stored = in_a_moment(lambda: caller.run(client.chat.completions.retrieve(f"{IDS[0]}-{user}")))
    assert stored.choices[0].message.content == SCENARIO["completions"][0]["choices"][0]["message"]["content"]


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.name)
def test_an_example_runs(server: Server, example: Path) -> None:
    """The programs that users start from work with another server."""
    environment = {**os.environ, "OPENAI_BASE_URL": server.base_url, "OPENAI_API_KEY": server.key}
    done = subprocess.run(
        [sys.executable, example], env=environment, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert IDS[-1] in done.stdout or IDS[0] in done.stdout
