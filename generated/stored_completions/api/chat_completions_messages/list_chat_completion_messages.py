# Generated from openapi.yaml by `make generate`; do not edit.
"""`GET /chat/completions/{completion_id}/messages`: List the messages that a stored chat completion was created
from."""

from __future__ import annotations

from typing import Unpack as _Unpack

from ... import models as _models
from ..._runtime.client import AuthenticatedClient as _AuthenticatedClient, RequestOptions as _RequestOptions
from ..._runtime.decoding import read_json as _read_json, read_page as _read_page
from ..._runtime.model import adopted as _adopted
from ..._runtime.request import Request as _Request, path_segment as _path_segment, query_pairs as _query_pairs
from ..._runtime.response import Operation as _Operation, Response as _Response
from ..._runtime.unset import UNSET as _UNSET, Unset as _Unset


def _get_kwargs(
    completion_id: str,
    *,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
) -> _Request:
    return _Request(
        "GET",
        "/chat/completions/" + _path_segment("completion_id", completion_id) + "/messages",
        query=[*_query_pairs("after", after), *_query_pairs("limit", limit), *_query_pairs("order", order)],
        has_id=True,
    )


def _success(status_code: int, content: bytes) -> _models.ChatCompletionMessageList:
    return _adopted(_models.ChatCompletionMessageList, _read_page(content, "data"))


def _failure(status_code: int, content: bytes) -> _models.ErrorResponse:
    return _adopted(_models.ErrorResponse, _read_json(content, dict))


_OPERATION = _Operation(
    "list_chat_completion_messages", "/chat/completions/{completion_id}/messages", _success, _failure
)


def sync_detailed(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _Response[_models.ChatCompletionMessageList, _models.ErrorResponse]:
    """`GET /chat/completions/{completion_id}/messages`, with its status and headers; no status raises."""
    return client.send(_get_kwargs(completion_id, after=after, limit=limit, order=order), _OPERATION, **options)


def sync(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _models.ChatCompletionMessageList:
    """`GET /chat/completions/{completion_id}/messages`. Raises `errors.APIError`."""
    _response = sync_detailed(completion_id, after=after, limit=limit, order=order, client=client, **options)
    return _response.parse()


async def asyncio_detailed(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _Response[_models.ChatCompletionMessageList, _models.ErrorResponse]:
    """`GET /chat/completions/{completion_id}/messages`, awaited, with its status and headers; no status raises."""
    return await client.asend(_get_kwargs(completion_id, after=after, limit=limit, order=order), _OPERATION, **options)


async def asyncio(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _models.ChatCompletionMessageList:
    """`GET /chat/completions/{completion_id}/messages`, awaited. Raises `errors.APIError`."""
    _response = await asyncio_detailed(completion_id, after=after, limit=limit, order=order, client=client, **options)
    return _response.parse()
