# Generated from openapi.yaml by `make generate`; do not edit.
"""`DELETE /chat/completions/{completion_id}`: Delete a stored chat completion."""

from __future__ import annotations

from typing import Unpack as _Unpack

from ... import models as _models
from ..._runtime.client import AuthenticatedClient as _AuthenticatedClient, RequestOptions as _RequestOptions
from ..._runtime.decoding import read_json as _read_json
from ..._runtime.model import adopted as _adopted
from ..._runtime.request import Request as _Request, path_segment as _path_segment
from ..._runtime.response import Operation as _Operation, Response as _Response


def _get_kwargs(completion_id: str) -> _Request:
    return _Request("DELETE", "/chat/completions/" + _path_segment("completion_id", completion_id), has_id=True)


def _success(status_code: int, content: bytes) -> _models.ChatCompletionDeleted:
    return _adopted(_models.ChatCompletionDeleted, _read_json(content, dict))


def _failure(status_code: int, content: bytes) -> _models.ErrorResponse:
    return _adopted(_models.ErrorResponse, _read_json(content, dict))


_OPERATION = _Operation("delete_chat_completion", "/chat/completions/{completion_id}", _success, _failure)


def sync_detailed(
    completion_id: str, *, client: _AuthenticatedClient, **options: _Unpack[_RequestOptions]
) -> _Response[_models.ChatCompletionDeleted, _models.ErrorResponse]:
    """`DELETE /chat/completions/{completion_id}`, with its status and headers; no status raises."""
    return client.send(_get_kwargs(completion_id), _OPERATION, **options)


def sync(
    completion_id: str, *, client: _AuthenticatedClient, **options: _Unpack[_RequestOptions]
) -> _models.ChatCompletionDeleted:
    """`DELETE /chat/completions/{completion_id}`. Raises `errors.APIError`."""
    _response = sync_detailed(completion_id, client=client, **options)
    return _response.parse()


async def asyncio_detailed(
    completion_id: str, *, client: _AuthenticatedClient, **options: _Unpack[_RequestOptions]
) -> _Response[_models.ChatCompletionDeleted, _models.ErrorResponse]:
    """`DELETE /chat/completions/{completion_id}`, awaited, with its status and headers; no status raises."""
    return await client.asend(_get_kwargs(completion_id), _OPERATION, **options)


async def asyncio(
    completion_id: str, *, client: _AuthenticatedClient, **options: _Unpack[_RequestOptions]
) -> _models.ChatCompletionDeleted:
    """`DELETE /chat/completions/{completion_id}`, awaited. Raises `errors.APIError`."""
    _response = await asyncio_detailed(completion_id, client=client, **options)
    return _response.parse()
