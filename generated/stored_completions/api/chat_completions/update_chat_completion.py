# Generated from openapi.yaml by `make generate`; do not edit.
"""`POST /chat/completions/{completion_id}`: Replace the metadata of a stored chat completion."""

from __future__ import annotations

from typing import Unpack as _Unpack

from ... import models as _models
from ..._runtime.client import AuthenticatedClient as _AuthenticatedClient, RequestOptions as _RequestOptions
from ..._runtime.decoding import read_json as _read_json
from ..._runtime.model import adopted as _adopted
from ..._runtime.request import Request as _Request, json_body as _json_body, path_segment as _path_segment
from ..._runtime.response import Operation as _Operation, Response as _Response


def _get_kwargs(completion_id: str, *, body: _models.ChatCompletionUpdate) -> _Request:
    return _Request(
        "POST",
        "/chat/completions/" + _path_segment("completion_id", completion_id),
        body=_json_body(body, "application/json"),
        has_id=True,
    )


def _success(status_code: int, content: bytes) -> _models.ChatCompletion:
    return _adopted(_models.ChatCompletion, _read_json(content, dict))


def _failure(status_code: int, content: bytes) -> _models.ErrorResponse:
    return _adopted(_models.ErrorResponse, _read_json(content, dict))


_OPERATION = _Operation("update_chat_completion", "/chat/completions/{completion_id}", _success, _failure)


def sync_detailed(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    body: _models.ChatCompletionUpdate,
    **options: _Unpack[_RequestOptions],
) -> _Response[_models.ChatCompletion, _models.ErrorResponse]:
    """`POST /chat/completions/{completion_id}`, with its status and headers; no status raises."""
    return client.send(_get_kwargs(completion_id, body=body), _OPERATION, **options)


def sync(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    body: _models.ChatCompletionUpdate,
    **options: _Unpack[_RequestOptions],
) -> _models.ChatCompletion:
    """`POST /chat/completions/{completion_id}`. Raises `errors.APIError`."""
    _response = sync_detailed(completion_id, body=body, client=client, **options)
    return _response.parse()


async def asyncio_detailed(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    body: _models.ChatCompletionUpdate,
    **options: _Unpack[_RequestOptions],
) -> _Response[_models.ChatCompletion, _models.ErrorResponse]:
    """`POST /chat/completions/{completion_id}`, awaited, with its status and headers; no status raises."""
    return await client.asend(_get_kwargs(completion_id, body=body), _OPERATION, **options)


async def asyncio(
    completion_id: str,
    *,
    client: _AuthenticatedClient,
    body: _models.ChatCompletionUpdate,
    **options: _Unpack[_RequestOptions],
) -> _models.ChatCompletion:
    """`POST /chat/completions/{completion_id}`, awaited. Raises `errors.APIError`."""
    _response = await asyncio_detailed(completion_id, body=body, client=client, **options)
    return _response.parse()
