# Generated from openapi.yaml by `make generate`; do not edit.
"""List the messages that a stored chat completion was created from: `GET
/chat/completions/{completion_id}/messages`."""

from __future__ import annotations

from typing import Unpack

from ..._runtime.decoding import read_json, read_page
from ..._runtime.model import decode
from ..._runtime.parameters import path_segment, query_pairs
from ..._runtime.request import Request
from ..._runtime.response import Operation, Response
from ..._runtime.unset import UNSET, Unset
from ...client import AuthenticatedClient, RequestOptions
from ...models import ChatCompletionMessageList, ErrorResponse, Order


def _get_kwargs(
    completion_id: str, *, after: str | Unset = UNSET, limit: int | Unset = UNSET, order: Order | Unset = UNSET
) -> Request:
    return Request(
        "GET",
        "/chat/completions/" + path_segment("completion_id", completion_id) + "/messages",
        query=[*query_pairs("after", after), *query_pairs("limit", limit), *query_pairs("order", order)],
        has_id=True,
    )


def _success(status_code: int, content: bytes) -> ChatCompletionMessageList:
    return decode(ChatCompletionMessageList, read_page(content, "data"))


def _failure(status_code: int, content: bytes) -> ErrorResponse:
    return decode(ErrorResponse, read_json(content, dict))


_OPERATION = Operation(
    "list_chat_completion_messages", "/chat/completions/{completion_id}/messages", _success, _failure
)


def sync_detailed(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> Response[ChatCompletionMessageList, ErrorResponse]:
    """List the messages that a stored chat completion was created from.

    Args:
        completion_id: The id of the stored chat completion whose messages are listed.
        client: The client to send through.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The response, of any status; its `parsed` is ChatCompletionMessageList, or ErrorResponse if the call
        failed.

    Raises:
        ValueError: An argument cannot be sent.
        APIConnectionError: No HTTP response came; see `errors`.
    """
    return client.send(_get_kwargs(completion_id, after=after, limit=limit, order=order), _OPERATION, **options)


def sync(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> ChatCompletionMessageList:
    """List the messages that a stored chat completion was created from.

    Args:
        completion_id: The id of the stored chat completion whose messages are listed.
        client: The client to send through.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The body of the response: ChatCompletionMessageList.

    Raises:
        ValueError: An argument cannot be sent.
        NotFoundError: Only completions that were created with `store=true` can be retrieved, and they may take
            a moment to appear.
        APIError: The call failed in another way; see `errors`.
    """
    return sync_detailed(completion_id, after=after, limit=limit, order=order, client=client, **options).parse()


async def asyncio_detailed(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> Response[ChatCompletionMessageList, ErrorResponse]:
    """List the messages that a stored chat completion was created from.

    Args:
        completion_id: The id of the stored chat completion whose messages are listed.
        client: The client to send through.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The response, of any status; its `parsed` is ChatCompletionMessageList, or ErrorResponse if the call
        failed.

    Raises:
        ValueError: An argument cannot be sent.
        APIConnectionError: No HTTP response came; see `errors`.
    """
    return await client.asend(_get_kwargs(completion_id, after=after, limit=limit, order=order), _OPERATION, **options)


async def asyncio(
    completion_id: str,
    *,
    client: AuthenticatedClient,
    after: str | Unset = UNSET,
    limit: int | Unset = UNSET,
    order: Order | Unset = UNSET,
    **options: Unpack[RequestOptions],
) -> ChatCompletionMessageList:
    """List the messages that a stored chat completion was created from.

    Args:
        completion_id: The id of the stored chat completion whose messages are listed.
        client: The client to send through.
        after: The id of the last item of the previous page.
        limit: The maximum number of items of a page. Default: 20.
        order: The order by time, oldest (`asc`) or newest (`desc`) first.

    Returns:
        The body of the response: ChatCompletionMessageList.

    Raises:
        ValueError: An argument cannot be sent.
        NotFoundError: Only completions that were created with `store=true` can be retrieved, and they may take
            a moment to appear.
        APIError: The call failed in another way; see `errors`.
    """
    response = await asyncio_detailed(completion_id, after=after, limit=limit, order=order, client=client, **options)
    return response.parse()
