# Generated from openapi.yaml by `make generate`; do not edit.
"""`GET /chat/completions`: List the stored chat completions, oldest first unless `order` says otherwise."""

from __future__ import annotations

from typing import Any, Unpack

from ...client import AuthenticatedClient, RequestOptions, query
from ...models import ChatCompletionList, ErrorResponse, Order
from ...types import UNSET, Response, Unset, read_json


def _get_kwargs(
    *,
    model: str | Unset = UNSET,
    metadata: dict[str, str] | Unset = UNSET,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
) -> dict[str, Any]:
    return {
        "method": "GET",
        "url": "/chat/completions",
        "params": [
            *query("model", model),
            *query("metadata", metadata, style="deepObject"),
            *query("after", after),
            *query("limit", limit),
            *query("order", order),
        ],
    }


def _parse(status_code: int, content: bytes) -> ChatCompletionList:
    return ChatCompletionList.from_dict(read_json(content, dict))


def _parse_error(status_code: int, content: bytes) -> ErrorResponse:
    return ErrorResponse.from_dict(read_json(content, dict))


def sync_detailed(
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    metadata: dict[str, str] | Unset = UNSET,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> Response[ChatCompletionList, ErrorResponse]:
    """`GET /chat/completions`, with its status and headers; no status raises."""
    return client.send(
        _get_kwargs(model=model, metadata=metadata, after=after, limit=limit, order=order),
        _parse,
        _parse_error,
        **options,
    )


def sync(
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    metadata: dict[str, str] | Unset = UNSET,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> ChatCompletionList:
    """`GET /chat/completions`. Raises `errors.APIError`."""
    response = sync_detailed(
        model=model, metadata=metadata, after=after, limit=limit, order=order, client=client, **options
    )
    return response.parse()


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    metadata: dict[str, str] | Unset = UNSET,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> Response[ChatCompletionList, ErrorResponse]:
    """`GET /chat/completions`, awaited, with its status and headers; no status raises."""
    return await client.asend(
        _get_kwargs(model=model, metadata=metadata, after=after, limit=limit, order=order),
        _parse,
        _parse_error,
        **options,
    )


async def asyncio(
    *,
    client: AuthenticatedClient,
    model: str | Unset = UNSET,
    metadata: dict[str, str] | Unset = UNSET,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> ChatCompletionList:
    """`GET /chat/completions`, awaited. Raises `errors.APIError`."""
    response = await asyncio_detailed(
        model=model, metadata=metadata, after=after, limit=limit, order=order, client=client, **options
    )
    return response.parse()
