# Generated from openapi.yaml by `make generate`; do not edit.
"""`GET /chat/completions/{completion_id}`: Get a stored chat completion."""

from __future__ import annotations

from typing import Any, Unpack

from ...client import AuthenticatedClient, RequestOptions, path_segment
from ...models import ChatCompletion, ErrorResponse
from ...types import Response, read_json


def _get_kwargs(completion_id: str) -> dict[str, Any]:
    return {"method": "GET", "url": f"/chat/completions/{path_segment('completion_id', completion_id)}"}


def _parse(status_code: int, content: bytes) -> ChatCompletion:
    return ChatCompletion.from_dict(read_json(content, dict))


def _parse_error(status_code: int, content: bytes) -> ErrorResponse:
    return ErrorResponse.from_dict(read_json(content, dict))


def sync_detailed(
    completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]
) -> Response[ChatCompletion, ErrorResponse]:
    """`GET /chat/completions/{completion_id}`, with its status and headers; no status raises."""
    return client.send(_get_kwargs(completion_id), _parse, _parse_error, **options)


def sync(completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]) -> ChatCompletion:
    """`GET /chat/completions/{completion_id}`. Raises `errors.APIError`."""
    response = sync_detailed(completion_id, client=client, **options)
    return response.parse()


async def asyncio_detailed(
    completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]
) -> Response[ChatCompletion, ErrorResponse]:
    """`GET /chat/completions/{completion_id}`, awaited, with its status and headers; no status raises."""
    return await client.asend(_get_kwargs(completion_id), _parse, _parse_error, **options)


async def asyncio(
    completion_id: str, *, client: AuthenticatedClient, **options: Unpack[RequestOptions]
) -> ChatCompletion:
    """`GET /chat/completions/{completion_id}`, awaited. Raises `errors.APIError`."""
    response = await asyncio_detailed(completion_id, client=client, **options)
    return response.parse()
