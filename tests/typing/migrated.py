"""Typed programs for openai-python with the import changed: checked by mypy and pyright, never run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import httpx

import stored_completions as openai
from stored_completions import (
    DEFAULT_MAX_RETRIES,
    DEFAULT_TIMEOUT,
    NOT_GIVEN,
    APIConnectionError,
    APIError,
    APIResponse,
    APIStatusError,
    APITimeoutError,
    AsyncAPIResponse,
    AsyncAzureOpenAI,
    AsyncOpenAI,
    AzureOpenAI,
    BaseModel,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    NotFoundError,
    NotGiven,
    Omit,
    OpenAI,
    OpenAIError,
    RateLimitError,
    Timeout,
    omit,
)
from stored_completions.pagination import AsyncCursorPage, SyncCursorPage
from stored_completions.types import CompletionUsage
from stored_completions.types.chat import (
    ChatCompletion,
    ChatCompletionDeleted,
    ChatCompletionMessage,
    ChatCompletionMessageToolCallUnion,
    ChatCompletionStoreMessage,
)
from stored_completions.types.chat.chat_completion import Choice


def make(key: str | None = None) -> OpenAI:
    return OpenAI(
        api_key=key,
        organization="org",
        project=None,
        base_url="https://api.openai.com/v1",
        timeout=Timeout(60.0, connect=5.0),
        max_retries=3,
        default_headers={"x-team": "a"},
        default_query={"tag": "b"},
        http_client=DefaultHttpxClient(timeout=60, proxy="http://localhost:8080"),
    )


client: OpenAI = make()
azure: OpenAI = AzureOpenAI(
    azure_endpoint="https://example.openai.azure.com",
    azure_deployment="gpt-4o",
    api_version="2024-10-21",
    azure_ad_token_provider=lambda: "token",
)
fast: OpenAI = client.with_options(timeout=5, max_retries=0).copy(organization="other", default_query={"a": "b"})
client.base_url = "https://example.com/v1"
client.timeout, client.max_retries, client.api_key, client.organization = 30.0, 1, "sk-2", None
host: str = client.base_url.host
closed: bool = client.is_closed()


def texts(limit: int | NotGiven = NOT_GIVEN, after: str | Omit = omit) -> list[str]:
    page: SyncCursorPage[ChatCompletion] = client.chat.completions.list(limit=limit, after=after, order="desc")
    found: list[str] = []
    for completion in page:
        choice: Choice = completion.choices[0]
        message: ChatCompletionMessage = choice.message
        if message.content is not None:
            found.append(message.content.strip())
        usage: CompletionUsage | None = completion.usage
        if usage:
            found.append(str(usage.total_tokens + usage.prompt_tokens))
    while page.has_next_page():
        page = page.get_next_page()
        info = page.next_page_info()
        found.extend(item.id for item in page.data)
        if info is not None:
            found.append(str(info.params))
    return found


def calls(completion: ChatCompletion) -> dict[str, str]:
    found: dict[str, str] = {}
    tools: list[ChatCompletionMessageToolCallUnion] = completion.choices[0].message.tool_calls or []
    for tool in tools:
        if tool.type == "function":
            found[tool.function.name] = tool.function.arguments or ""
    return found


def export(completion_id: str) -> str | None:
    try:
        completion: ChatCompletion = client.chat.completions.retrieve(
            completion_id, timeout=5, extra_headers={"x-a": "b"}, extra_query={"c": 1}
        )
    except NotFoundError as error:
        status: int = error.status_code
        request_id: str | None = error.request_id
        response: httpx.Response = error.response
        return f"{status} {request_id} {response.headers['date']} {error.request.url} {error.message} {error.body}"
    except (RateLimitError, APITimeoutError) as error:
        return error.message + (error.code or "") + (error.param or "") + (error.type or "")
    except APIConnectionError as error:
        return str(error.__cause__) + str(error.request.url)
    except APIStatusError as error:
        return error.response.text
    except OpenAIError:
        return None
    values: dict[str, Any] = completion.model_dump(exclude_unset=True, exclude_none=True, mode="json")
    copied: ChatCompletion = completion.model_copy(update={"model": "other"}, deep=True)
    fields: set[str] = copied.model_fields_set
    return completion.model_dump_json(indent=2) + copied.to_json() + str(values) + str(fields) + str(copied.model_extra)


def whole(completion_id: str) -> ChatCompletion:
    raw = client.chat.completions.with_raw_response.retrieve(completion_id, timeout=3)
    headers: httpx.Headers = raw.headers
    request: httpx.Request = raw.http_request
    print(headers.get("x-request-id"), request.method, raw.text, raw.http_response.json(), raw.request_id)
    pages: SyncCursorPage[ChatCompletion] = client.chat.completions.with_raw_response.list(limit=1).parse()
    print(pages.data[0].id, client.with_raw_response.chat.completions.delete(completion_id).parse().deleted)
    with client.chat.completions.with_streaming_response.retrieve(completion_id) as streamed:
        for line in streamed.iter_lines():
            print(line.upper())
        print(streamed.parse().id)
    return raw.parse()


def change(completion_id: str) -> ChatCompletionDeleted:
    metadata: dict[str, str] = {"a": "b"}
    client.chat.completions.update(completion_id, metadata=metadata)
    messages: SyncCursorPage[ChatCompletionStoreMessage] = client.chat.completions.messages.list(completion_id)
    print(messages.data[0].id)
    return client.chat.completions.delete(completion_id)


async def main(order: Literal["asc", "desc"]) -> None:
    async with AsyncOpenAI(http_client=DefaultAsyncHttpxClient()) as asynchronous:
        async for completion in asynchronous.chat.completions.list(order=order):
            print(completion.id)
        page: AsyncCursorPage[ChatCompletion] = await asynchronous.chat.completions.list()
        page = await page.get_next_page()
        raw = await asynchronous.chat.completions.with_raw_response.retrieve("chatcmpl-1")
        print(raw.parse().id, page.data[0].model)
        async with asynchronous.chat.completions.with_streaming_response.list() as streamed:
            print((await streamed.parse()).data[0].id, await streamed.json())


async def token() -> str:
    return "token"


other = AsyncAzureOpenAI(base_url="https://example.openai.azure.com/openai/v1", azure_ad_token_provider=token)
provider: Callable[[], str] = lambda: "sk-1"  # noqa: E731 - as in many a program
keyed = OpenAI(api_key=provider)

# Errors that tests construct.
REQUEST = httpx.Request("GET", "https://api.openai.com/v1")
fakes: list[APIError] = [
    NotFoundError("gone", response=httpx.Response(404, request=REQUEST), body=None),
    APIConnectionError(message="no", request=REQUEST),
    APITimeoutError(REQUEST),
    openai.APIResponseValidationError(httpx.Response(200, request=REQUEST), None),
]
made = ChatCompletion(
    id="1",
    object="chat.completion",
    created=1,
    model="m",
    choices=[
        Choice(
            index=0, finish_reason="stop", message=ChatCompletionMessage(role="assistant", content="a"), logprobs=None
        )
    ],
)


# Annotations with attributes of the package.
Row = dict[str, str | int | None]


def row(completion: openai.types.chat.ChatCompletion, tags: dict[str, str] | openai.NotGiven = openai.NOT_GIVEN) -> Row:
    choice: openai.types.chat.chat_completion.Choice = completion.choices[0]
    reason: str | None = choice.finish_reason
    usage: openai.types.CompletionUsage | None = completion.usage
    page = client.chat.completions.list(metadata=tags)
    found: list[openai.types.chat.ChatCompletion] = page.data
    return {"text": choice.message.content, "reason": reason, "tokens": usage.total_tokens if usage else len(found)}


def dumped(model: BaseModel) -> dict[str, object]:
    return model.model_dump(mode="json", include={"id"}, exclude={"usage"}, by_alias=True)


def read(response: APIResponse[ChatCompletion], seconds: float | httpx.Timeout | NotGiven | None = NOT_GIVEN) -> str:
    chunks: bytes = b"".join(response.iter_bytes(1024))
    client.with_options(timeout=seconds, max_retries=DEFAULT_MAX_RETRIES)
    client.chat.completions.delete("chatcmpl-1", timeout=DEFAULT_TIMEOUT)
    return response.parse().id + chunks.decode() + response.http_request.method + (response.request_id or "")


async def read_async(response: AsyncAPIResponse[AsyncCursorPage[ChatCompletion]]) -> str | None:
    async for text in response.iter_text():
        print(text)
    page: AsyncCursorPage[ChatCompletion] = await response.parse()
    return page.data[0].choices[0].message.content


async def gathered(ids: list[str], limit: asyncio.Semaphore) -> list[ChatCompletion]:
    async with AsyncOpenAI(http_client=DefaultAioHttpClient()) as asynchronous:

        async def one(completion_id: str) -> ChatCompletion:
            async with limit:
                return await asynchronous.chat.completions.retrieve(completion_id)

        found: list[ChatCompletion | BaseException] = await asyncio.gather(*map(one, ids), return_exceptions=True)
        return [item for item in found if not isinstance(item, BaseException)]


class Store:
    """A class that holds a client of either kind."""

    def __init__(self, held: OpenAI | AzureOpenAI | None = None) -> None:
        self.held: OpenAI = held or OpenAI()

    def pages(self) -> Iterator[SyncCursorPage[ChatCompletion]]:
        yield from self.held.chat.completions.list(model="gpt-4o").iter_pages()

    def messages(self, completion_id: str) -> Iterable[ChatCompletionStoreMessage]:
        return self.held.chat.completions.messages.list(completion_id, limit=100)
