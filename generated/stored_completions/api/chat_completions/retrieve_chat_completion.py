# Generated from openapi.yaml by `make generate`; do not edit.
"""Get a stored chat completion: `GET /chat/completions/{completion_id}`."""

from __future__ import annotations

from typing import Unpack

from ..._runtime.decoding import read_json
from ..._runtime.model import decode
from ..._runtime.parameters import path_segment
from ..._runtime.request import Request
from ..._runtime.response import Operation, Response
from ...client import AuthenticatedClient, RequestOptions
from ...models import ChatCompletion, ErrorResponse


def _get_kwargs(completion_id: str) -> Request:
    return Request("GET", "/chat/completions/" + path_segment("completion_id", completion_id), has_id=True)


def _success(status_code: int, content: bytes) -> ChatCompletion:
    return decode(ChatCompletion, read_json(content, dict))


def _failure(status_code: int, content: bytes) -> ErrorResponse:
    return decode(ErrorResponse, read_json(content, dict))


_OPERATION = Operation("retrieve_chat_completion", "/chat/completions/{completion_id}", _success, _failure)


def sync_detailed(
    completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]
) -> Response[ChatCompletion, ErrorResponse]:
    """Get a stored chat completion.

    Args:
        completion_id: The id of the stored chat completion.
        client: The client to send through.

    Returns:
        The response, of any status; its `parsed` is ChatCompletion, or ErrorResponse if the call failed.

    Raises:
        ValueError: An argument cannot be sent.
        APIConnectionError: No HTTP response came; see `errors`.
    """
    return client.send(_get_kwargs(completion_id), _OPERATION, **options)


def sync(completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]) -> ChatCompletion:
    """Get a stored chat completion.

    Args:
        completion_id: The id of the stored chat completion.
        client: The client to send through.

    Returns:
        The body of the response: ChatCompletion.

    Raises:
        ValueError: An argument cannot be sent.
        NotFoundError: Only completions that were created with `store=true` can be retrieved, and they may take
            a moment to appear.
        APIError: The call failed in another way; see `errors`.
    """
    return sync_detailed(completion_id, client=client, **options).parse()


async def asyncio_detailed(
    completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]
) -> Response[ChatCompletion, ErrorResponse]:
    """Get a stored chat completion.

    Args:
        completion_id: The id of the stored chat completion.
        client: The client to send through.

    Returns:
        The response, of any status; its `parsed` is ChatCompletion, or ErrorResponse if the call failed.

    Raises:
        ValueError: An argument cannot be sent.
        APIConnectionError: No HTTP response came; see `errors`.
    """
    return await client.asend(_get_kwargs(completion_id), _OPERATION, **options)


async def asyncio(
    completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]
) -> ChatCompletion:
    """Get a stored chat completion.

    Args:
        completion_id: The id of the stored chat completion.
        client: The client to send through.

    Returns:
        The body of the response: ChatCompletion.

    Raises:
        ValueError: An argument cannot be sent.
        NotFoundError: Only completions that were created with `store=true` can be retrieved, and they may take
            a moment to appear.
        APIError: The call failed in another way; see `errors`.
    """
    response = await asyncio_detailed(completion_id, client=client, **options)
    return response.parse()
