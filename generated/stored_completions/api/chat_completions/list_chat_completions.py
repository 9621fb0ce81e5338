# Generated from openapi.yaml by `make generate`; do not edit.
"""List the stored chat completions, oldest first unless `order` says otherwise: `GET /chat/completions`."""

from __future__ import annotations

from typing import Unpack

from ..._runtime.decoding import read_json, read_page
from ..._runtime.model import decode
from ..._runtime.parameters import query_pairs
from ..._runtime.request import Request
from ..._runtime.response import Operation, Response
from ..._runtime.unset import UNSET, Unset
from ...client import AuthenticatedClient, RequestOptions
from ...models import ChatCompletionList, ErrorResponse, Order


def _get_kwargs(
    *,
    model: str | Unset = UNSET,
    metadata: dict[str, str] | Unset = UNSET,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
) -> Request:
    return Request(
        "GET",
        "/chat/completions",
        query=[
            *query_pairs("model", model),
            *query_pairs("metadata", metadata, "deepObject"),
            *query_pairs("after", after),
            *query_pairs("limit", limit),
            *query_pairs("order", order),
        ],
    )


def _success(status_code: int, content: bytes) -> ChatCompletionList:
    return decode(ChatCompletionList, read_page(content, "data"))


def _failure(status_code: int, content: bytes) -> ErrorResponse:
    return decode(ErrorResponse, read_json(content, dict))


_OPERATION = Operation("list_chat_completions", "/chat/completions", _success, _failure)


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
    """List the stored chat completions, oldest first unless `order` says otherwise.

    Args:
        client: The client to send through.
        model: List only completions of this model.
        metadata: List only completions whose metadata has all of these keys and values.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The response, of any status; its `parsed` is ChatCompletionList, or ErrorResponse if the call failed.

    Raises:
        ValueError: An argument cannot be sent.
        APIConnectionError: No HTTP response came; see `errors`.
    """
    return client.send(
        _get_kwargs(model=model, metadata=metadata, after=after, limit=limit, order=order), _OPERATION, **options
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
    """List the stored chat completions, oldest first unless `order` says otherwise.

    Args:
        client: The client to send through.
        model: List only completions of this model.
        metadata: List only completions whose metadata has all of these keys and values.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The body of the response: ChatCompletionList.

    Raises:
        ValueError: An argument cannot be sent.
        APIError: The call failed in another way; see `errors`.
    """
    return sync_detailed(
        model=model, metadata=metadata, after=after, limit=limit, order=order, client=client, **options
    ).parse()


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
    """List the stored chat completions, oldest first unless `order` says otherwise.

    Args:
        client: The client to send through.
        model: List only completions of this model.
        metadata: List only completions whose metadata has all of these keys and values.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The response, of any status; its `parsed` is ChatCompletionList, or ErrorResponse if the call failed.

    Raises:
        ValueError: An argument cannot be sent.
        APIConnectionError: No HTTP response came; see `errors`.
    """
    return await client.asend(
        _get_kwargs(model=model, metadata=metadata, after=after, limit=limit, order=order), _OPERATION, **options
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
    """List the stored chat completions, oldest first unless `order` says otherwise.

    Args:
        client: The client to send through.
        model: List only completions of this model.
        metadata: List only completions whose metadata has all of these keys and values.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The body of the response: ChatCompletionList.

    Raises:
        ValueError: An argument cannot be sent.
        APIError: The call failed in another way; see `errors`.
    """
    response = await asyncio_detailed(
        model=model, metadata=metadata, after=after, limit=limit, order=order, client=client, **options
    )
    return response.parse()
