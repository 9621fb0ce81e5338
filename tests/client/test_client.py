"""The five operations over real HTTP, through `OpenAI`, `AsyncOpenAI` and the endpoint modules."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import pytest

from stored_completions import AsyncOpenAI, AuthenticatedClient, OpenAI, Response, __version__, models
from stored_completions.api.chat_completions import (
    delete_chat_completion,
    list_chat_completions,
    retrieve_chat_completion,
    update_chat_completion,
)
from stored_completions.api.chat_completions_messages import list_chat_completion_messages
from stored_completions.errors import NotFoundError
from stored_completions.models import (
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionList,
    ChatCompletionMessageList,
    ChatCompletionStoreMessage,
    ChatCompletionUpdate,
    ErrorResponse,
)
from stored_completions_testing.server import Server
from tests import ROOT
from tests.support import python
from tests.support.callers import Sync
from tests.support.server import FIXTURES, recorded

REFERENCE = json.loads((FIXTURES / "reference" / "chat_completion.json").read_bytes())
ID = REFERENCE["id"]


@pytest.fixture
def seven(server: Server) -> Server:
    """Return the server with seven completions of two models, with metadata."""
    server.store.completions = {
        f"chatcmpl-{n}": {
            **REFERENCE,
            "id": f"chatcmpl-{n}",
            "model": f"model-{n % 2}",
            "metadata": {"parity": str(n % 2), "a key": f"{n} & more"},
        }
        for n in range(7)
    }
    return server


def ids(items: list[Any]) -> list[str]:
    return [item.id for item in items]


@pytest.mark.parametrize("example", ["get_chat_completion.py", "async_get_chat_completion.py"])
def test_the_examples_print_the_reference_pages_completion(example: str, server: Server) -> None:
    """The program prints a model that is equal to the fixture."""
    environment = {**os.environ, **server.environment, "PYTHONPATH": str(ROOT / "generated")}
    program = [sys.executable, str(ROOT / "examples" / example)]
    run = python.run(program, env=environment)
    assert (run.returncode, run.stderr) == (0, "")
    printed = eval(run.stdout.splitlines()[0], dict(vars(models)))
    assert printed.to_dict() == REFERENCE


def test_the_reference_example_differs_in_its_import_line_alone() -> None:
    program = (ROOT / "examples" / "get_chat_completion.py").read_text().splitlines()
    assert program == [
        "from stored_completions import OpenAI",
        "client = OpenAI()",
        "completions = client.chat.completions.list()",
        "first_id = completions[0].id",
        "first_completion = client.chat.completions.retrieve(completion_id=first_id)",
        "print(first_completion)",
    ]


def test_retrieve_gives_the_stored_completion_typed_and_whole(caller: Sync, client: Any) -> None:
    completion = caller.run(client.chat.completions.retrieve(ID))
    assert type(completion) is ChatCompletion
    assert completion.to_dict() == REFERENCE
    assert completion.seed == 4944116822809979520
    assert completion.choices[0].message.content == REFERENCE["choices"][0]["message"]["content"]


def test_every_recorded_body_comes_back_equal(caller: Sync, client: Any, server: Server) -> None:
    """All fixtures are listed, and then retrieved one by one with their messages."""
    stored = list(server.store.completions.values())
    assert len(stored) > 5
    assert [completion.to_dict() for completion in caller.iterate(client.chat.completions.list(limit=3))] == stored
    for completion in stored:
        assert caller.run(client.chat.completions.retrieve(completion["id"])).to_dict() == completion
    messages = caller.iterate(client.chat.completions.messages.list("chatcmpl-plain", limit=2))
    assert [message.to_dict() for message in messages] == recorded()[1]["chatcmpl-plain"]


def test_retrieve_of_an_unknown_id_raises(caller: Sync, client: Any, server: Server) -> None:
    with pytest.raises(NotFoundError, match="chatcmpl-other"):
        caller.run(client.chat.completions.retrieve("chatcmpl-other"))
    assert [request.path for request in server.received] == ["/v1/chat/completions/chatcmpl-other"]


def test_update_replaces_the_metadata(caller: Sync, client: Any, server: Server) -> None:
    updated = caller.run(client.chat.completions.update(ID, metadata={"topic": "haiku"}))
    assert type(updated) is ChatCompletion
    assert updated.metadata == {"topic": "haiku"}
    assert caller.run(client.chat.completions.retrieve(ID)).metadata == {"topic": "haiku"}
    assert json.loads(server.received[0].body) == {"metadata": {"topic": "haiku"}}
    assert server.received[0].headers["content-type"] == "application/json"


def test_update_with_null_removes_the_metadata(caller: Sync, client: Any, server: Server) -> None:
    caller.run(client.chat.completions.update(ID, metadata={"topic": "haiku"}))
    assert caller.run(client.chat.completions.update(ID, metadata=None)).metadata == {}
    assert json.loads(server.received[1].body) == {"metadata": None}


def test_delete_deletes(caller: Sync, client: Any) -> None:
    deleted = caller.run(client.chat.completions.delete(ID))
    assert deleted == ChatCompletionDeleted(object="chat.completion.deleted", id=ID, deleted=True)
    with pytest.raises(NotFoundError):
        caller.run(client.chat.completions.retrieve(ID))


def test_messages_are_listed(caller: Sync, client: Any) -> None:
    page = caller.run(client.chat.completions.messages.list(ID))
    assert [type(message) for message in page.data] == [ChatCompletionStoreMessage] * 2
    assert [(message.id, message.role) for message in page.data] == [(f"{ID}-0", "system"), (f"{ID}-1", "user")]
    assert ids(caller.iterate(client.chat.completions.messages.list(ID, limit=1))) == [f"{ID}-0", f"{ID}-1"]
    assert ids(caller.run(client.chat.completions.messages.list(ID, order="desc", limit=1)).data) == [f"{ID}-1"]
    assert ids(caller.run(client.chat.completions.messages.list(ID, after=f"{ID}-0")).data) == [f"{ID}-1"]


def test_a_page_is_indexed_counted_and_iterated(caller: Sync, client: Any, seven: Server) -> None:
    page = caller.run(client.chat.completions.list(limit=3))
    assert (len(page), page[0].id, page[-1].id) == (3, "chatcmpl-0", "chatcmpl-2")
    assert ids(page[1:]) == ["chatcmpl-1", "chatcmpl-2"]
    assert page.has_more
    assert page.has_next_page()
    second = caller.run(page.next_page())
    assert ids(second.data) == ["chatcmpl-3", "chatcmpl-4", "chatcmpl-5"]
    assert ids(caller.iterate(page)) == [f"chatcmpl-{n}" for n in range(7)]
    assert not caller.run(second.next_page()).has_next_page()


def test_a_list_that_is_not_awaited_is_iterated_over_all_pages(caller: Sync, client: Any, seven: Server) -> None:
    assert ids(caller.iterate(client.chat.completions.list(limit=3))) == [f"chatcmpl-{n}" for n in range(7)]
    assert [dict(request.query).get("after") for request in seven.received] == [None, "chatcmpl-2", "chatcmpl-5"]
    assert all(dict(request.query)["limit"] == "3" for request in seven.received)


def test_list_sends_its_filters(caller: Sync, client: Any, seven: Server) -> None:
    page = caller.run(
        client.chat.completions.list(
            model="model-1", metadata={"parity": "1", "a key": "3 & more"}, after="chatcmpl-1", limit=10, order="asc"
        )
    )
    assert ids(page.data) == ["chatcmpl-3"]
    assert seven.received[0].query == [
        ("model", "model-1"),
        ("metadata[parity]", "1"),
        ("metadata[a key]", "3 & more"),
        ("after", "chatcmpl-1"),
        ("limit", "10"),
        ("order", "asc"),
    ]
    assert ids(caller.run(client.chat.completions.list(model="model-0", order="desc")).data) == [
        f"chatcmpl-{n}" for n in (6, 4, 2, 0)
    ]


def test_arguments_that_are_not_given_are_not_sent(caller: Sync, client: Any, server: Server) -> None:
    caller.run(client.chat.completions.list())
    assert server.received[0].query == []


def test_the_endpoint_functions_give_models(caller: Sync, server: Server) -> None:
    client = AuthenticatedClient(base_url=server.base_url, token=server.key)

    def call(endpoint: Any, *arguments: Any, **named: Any) -> Any:
        return caller.run(caller.function(endpoint)(*arguments, client=client, **named))

    assert call(retrieve_chat_completion, ID).to_dict() == REFERENCE
    assert type(call(list_chat_completions, limit=1)) is ChatCompletionList
    assert type(call(list_chat_completion_messages, ID)) is ChatCompletionMessageList
    body = ChatCompletionUpdate(metadata={"topic": "haiku"})
    assert call(update_chat_completion, ID, body=body).metadata == {"topic": "haiku"}
    assert call(delete_chat_completion, ID).deleted is True
    with pytest.raises(NotFoundError):
        call(retrieve_chat_completion, ID)
    caller.end(client)


def test_detailed_functions_return_responses_and_never_raise(caller: Sync, server: Server) -> None:
    client = AuthenticatedClient(base_url=server.base_url, token=server.key)

    def call(endpoint: Any, *arguments: Any, **named: Any) -> Response[Any, Any]:
        result = caller.run(caller.function(endpoint, detailed=True)(*arguments, client=client, **named))
        assert type(result) is Response
        return result

    found = call(retrieve_chat_completion, ID)
    assert (found.status_code, json.loads(found.content), found.error) == (200, REFERENCE, None)
    assert found.parsed == found.parse() == ChatCompletion.from_dict(REFERENCE)
    assert found.headers["content-type"] == "application/json"
    assert found.request_id is not None
    assert found.request_id.startswith("req_")
    lost = call(retrieve_chat_completion, "chatcmpl-other")
    assert lost.status_code == 404
    assert type(lost.parsed) is ErrorResponse
    assert lost.parsed.to_dict() == json.loads(lost.content)
    assert call(list_chat_completions, metadata={"k": "v"}).parse().data == []
    assert call(list_chat_completion_messages, ID).parse().has_more is False
    assert call(update_chat_completion, ID, body=ChatCompletionUpdate(metadata=None)).status_code == 200
    assert call(delete_chat_completion, ID).status_code == 200
    caller.end(client)


def test_every_request_names_the_package_and_its_version(caller: Sync, client: Any, server: Server) -> None:
    caller.run(client.chat.completions.retrieve(ID))
    assert server.received[0].headers["user-agent"] == f"stored-completions/{__version__}"


def test_a_client_is_a_context_manager(caller: Sync, server: Server) -> None:
    with caller.use(caller.client()) as client:
        assert caller.run(client.chat.completions.retrieve(ID)).id == ID


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
def test_arguments_that_are_not_given_come_from_the_environment(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-environment")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-environment")
    client = kind()
    assert (client.api_key, client.client.base_url) == ("sk-environment", "http://127.0.0.1:1/v1")
    assert client.client.headers == {"OpenAI-Organization": "org-environment", "OpenAI-Project": "proj-environment"}
    given = kind(api_key="sk-given", base_url="http://127.0.0.1:2/v1", organization="org-given", project="proj-given")
    assert (given.api_key, given.client.base_url) == ("sk-given", "http://127.0.0.1:2/v1")
    assert given.client.headers == {"OpenAI-Organization": "org-given", "OpenAI-Project": "proj-given"}


def test_an_extra_body_is_an_object(caller: Sync, client: Any, server: Server) -> None:
    options: Any = {"extra_body": ["a", "b"]}
    with pytest.raises(TypeError, match="extra_body adds properties to a JSON object"):
        caller.run(client.chat.completions.update("chatcmpl-abc123", metadata={}, **options))
    assert not server.received


@pytest.mark.parametrize("kind", [OpenAI, AsyncOpenAI])
@pytest.mark.parametrize("wrong", [5, ["a"], {"a": "b"}, b"x"], ids=repr)
@pytest.mark.parametrize("name", ["organization", "project"])
def test_a_setting_that_is_no_str_is_refused(name: str, wrong: Any, kind: Any) -> None:
    with pytest.raises(TypeError, match=f"{name} must be a str"):
        kind(api_key="sk-x", **{name: wrong})
    client = kind(api_key="sk-x")
    with pytest.raises(TypeError, match=f"{name} must be a str"):
        client.with_options(**{name: wrong})
    with pytest.raises(TypeError, match=f"{name} must be a str"):
        setattr(client, name, wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"httpx_args": 5}, {"httpx_args": "x"}, {"auth_header_name": 5}, {"prefix": None}, {"auth_location": "body"}],
    ids=str,
)
def test_a_wrong_argument_of_a_client_is_refused_when_it_is_made(wrong: dict[str, Any]) -> None:
    """An unknown `auth_location` would send no key."""
    with pytest.raises((TypeError, ValueError)):
        AuthenticatedClient(base_url="https://a.test", token="x", **wrong)
