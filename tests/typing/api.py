"""Typed programs that use the package: checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import Literal, assert_type

import attrs
import httpx

from stored_completions import AsyncOpenAI, AuthenticatedClient, OpenAI, Response
from stored_completions.api.chat_completions import retrieve_chat_completion, update_chat_completion
from stored_completions.errors import APIStatusError, NotFoundError, RateLimitError
from stored_completions.models import (
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionStoreMessage,
    ChatCompletionUpdate,
    Choice,
    CustomToolCall,
    ErrorResponse,
    FinishReason,
    FunctionToolCall,
)
from stored_completions.types import AsyncPage, Page

client = OpenAI(api_key="key", timeout=5, max_retries=0, default_headers={"x-team": "a"})

# The result of retrieve is used without a cast.
completion = client.chat.completions.retrieve(completion_id="chatcmpl-1")
assert_type(completion, ChatCompletion)
assert_type(completion.id, str)
assert_type(completion.created, int)
assert_type(completion.choices, list[Choice])
assert_type(completion.object, Literal["chat.completion"])

# Optional values are narrowed by `if`.
if completion.usage:
    assert_type(completion.usage.total_tokens, int)
    if completion.usage.prompt_tokens_details and completion.usage.prompt_tokens_details.cached_tokens:
        assert_type(completion.usage.prompt_tokens_details.cached_tokens, int)
if completion.metadata:
    assert_type(completion.metadata["topic"], str)
for choice in completion.choices:
    if choice.message.content:
        assert_type(choice.message.content, str)
    for call in choice.message.tool_calls or []:
        if isinstance(call, FunctionToolCall):
            assert_type(call.function.name, str)
        else:
            assert_type(call, CustomToolCall)
    if choice.logprobs and choice.logprobs.content:
        assert_type(choice.logprobs.content[0].logprob, float)

# Open enums are compared with listed and other strings.
if completion.choices[0].finish_reason == "stop" or completion.choices[0].finish_reason == "eos":
    reason: FinishReason | str = completion.choices[0].finish_reason

# Lists are pages.
page = client.chat.completions.list(model="gpt-4o", metadata={"topic": "tests"}, limit=10, order="desc")
assert_type(page, Page[ChatCompletion])
assert_type(page[0], ChatCompletion)
assert_type(page[1:], list[ChatCompletion])
assert_type(page.data, list[ChatCompletion])
assert_type(page.has_more, bool)
assert_type(page.next_page(), Page[ChatCompletion])
for item in page:
    assert_type(item, ChatCompletion)
for message in client.chat.completions.messages.list("chatcmpl-1"):
    assert_type(message, ChatCompletionStoreMessage)

assert_type(client.chat.completions.update("chatcmpl-1", metadata={"topic": "tests"}), ChatCompletion)
assert_type(client.chat.completions.update("chatcmpl-1", metadata=None), ChatCompletion)
assert_type(client.chat.completions.delete("chatcmpl-1"), ChatCompletionDeleted)
assert_type(client.with_options(timeout=httpx.Timeout(5)).chat.completions.retrieve("chatcmpl-1"), ChatCompletion)

# Whole responses, and errors.
raw = client.chat.completions.with_raw_response.retrieve("chatcmpl-1", timeout=1.5, max_retries=1)
assert_type(raw, Response[ChatCompletion, None])
assert_type(raw.status_code, int)
assert_type(raw.request_id, str | None)
assert_type(raw.parse(), ChatCompletion)
try:
    client.chat.completions.retrieve("chatcmpl-1")
except NotFoundError as error:
    assert_type(error.message, str)
except RateLimitError as error:
    assert_type(error.headers, httpx.Headers)
except APIStatusError as error:
    assert_type(error.status_code, int)
    assert_type(error.body, object | None)

with client.chat.completions.with_streaming_response.retrieve("chatcmpl-1") as streamed:
    assert_type(streamed.parse(), ChatCompletion)

# Models are attrs classes, and are read like dicts by names on the wire.
update = ChatCompletionUpdate(metadata={"topic": "tests"})
changed: ChatCompletionUpdate = attrs.evolve(update, metadata=None)
names = [field.name for field in attrs.fields(ChatCompletion)]
usage = attrs.fields(ChatCompletion).usage
as_dict = attrs.asdict(changed)
print(names, usage.default, as_dict["metadata"], changed.to_dict(), "metadata" in changed, changed["metadata"])
match completion:
    case ChatCompletion(id=str(text), choices=[Choice(message=first), *_]):
        print(text, first.content)
    case _:
        pass

# The convention of openapi-python-client.
authenticated = AuthenticatedClient(token="key")
assert_type(retrieve_chat_completion.sync("chatcmpl-1", client=authenticated), ChatCompletion)
detailed = retrieve_chat_completion.sync_detailed("chatcmpl-1", client=authenticated)
assert_type(detailed.parsed, ChatCompletion | ErrorResponse | None)
body = ChatCompletionUpdate(metadata={"topic": "tests"})
assert_type(update_chat_completion.sync("chatcmpl-1", client=authenticated, body=body), ChatCompletion)


async def asynchronous() -> None:
    async with AsyncOpenAI(api_key=lambda: "key") as client:
        assert_type(await client.chat.completions.retrieve("chatcmpl-1"), ChatCompletion)
        page = await client.chat.completions.list()
        assert_type(page, AsyncPage[ChatCompletion])
        assert_type(page[0], ChatCompletion)
        assert_type(await page.next_page(), AsyncPage[ChatCompletion])
        async for item in client.chat.completions.list():
            assert_type(item, ChatCompletion)
        async for message in client.chat.completions.messages.list("chatcmpl-1"):
            assert_type(message, ChatCompletionStoreMessage)
        raw = await client.chat.completions.with_raw_response.retrieve("chatcmpl-1")
        assert_type(raw.parse(), ChatCompletion)
