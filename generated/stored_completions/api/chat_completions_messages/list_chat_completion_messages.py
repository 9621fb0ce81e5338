# Generated from openapi.yaml by `make generate`; do not edit.
"""`GET /chat/completions/{completion_id}/messages`: List the messages that a stored chat completion was created
from."""

from __future__ import annotations

from typing import Any, Unpack

from ...client import AuthenticatedClient, RequestOptions, path_segment, query
from ...models import ChatCompletionMessageList, ErrorResponse, Order
from ...types import UNSET, Response, Unset, read_json


def _get_kwargs(
    completion_id: str, *, after: str | Unset = UNSET, limit: int | Unset = UNSET, order: Order | Unset = UNSET
) -> dict[str, Any]:
    return {
        "method": "GET",
        "url": f"/chat/completions/{path_segment('completion_id', completion_id)}/messages",
        "params": [*query("after", after), *query("limit", limit), *query("order", order)],
    }


def _parse(status_code: int, content: bytes) -> ChatCompletionMessageList:
    return ChatCompletionMessageList.from_dict(read_json(content, dict))


def _parse_error(status_code: int, content: bytes) -> ErrorResponse:
    return ErrorResponse.from_dict(read_json(content, dict))


def sync_detailed(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> Response[ChatCompletionMessageList, ErrorResponse]:
    """`GET /chat/completions/{completion_id}/messages`, with its status and headers; no status raises."""
    return client.send(
        _get_kwargs(completion_id, after=after, limit=limit, order=order), _parse, _parse_error, **options
    )


def sync(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> ChatCompletionMessageList:
    """`GET /chat/completions/{completion_id}/messages`. Raises `errors.APIError`."""
    response = sync_detailed(completion_id, after=after, limit=limit, order=order, client=client, **options)
    return response.parse()


async def asyncio_detailed(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> Response[ChatCompletionMessageList, ErrorResponse]:
    """`GET /chat/completions/{completion_id}/messages`, awaited, with its status and headers; no status raises."""
    return await client.asend(
        _get_kwargs(completion_id, after=after, limit=limit, order=order), _parse, _parse_error, **options
    )


async def asyncio(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> ChatCompletionMessageList:
    """`GET /chat/completions/{completion_id}/messages`, awaited. Raises `errors.APIError`."""
    response = await asyncio_detailed(completion_id, after=after, limit=limit, order=order, client=client, **options)
    return response.parse()
