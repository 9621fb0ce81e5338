# Generated from openapi.yaml by `make generate`; do not edit.
"""`GET /chat/completions`: List the stored chat completions, oldest first unless `order` says otherwise."""

from __future__ import annotations

from typing import Unpack as _Unpack

from ... import models as _models
from ..._runtime.client import AuthenticatedClient as _AuthenticatedClient, RequestOptions as _RequestOptions
from ..._runtime.decoding import read_json as _read_json, read_page as _read_page
from ..._runtime.model import adopted as _adopted
from ..._runtime.request import Request as _Request, query_pairs as _query_pairs
from ..._runtime.response import Operation as _Operation, Response as _Response
from ..._runtime.unset import UNSET as _UNSET, Unset as _Unset


def _get_kwargs(
    *,
    model: str | _Unset = _UNSET,
    metadata: dict[str, str] | _Unset = _UNSET,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
) -> _Request:
    return _Request(
        "GET",
        "/chat/completions",
        query=[
            *_query_pairs("model", model),
            *_query_pairs("metadata", metadata, style="deepObject"),
            *_query_pairs("after", after),
            *_query_pairs("limit", limit),
            *_query_pairs("order", order),
        ],
    )


def _success(status_code: int, content: bytes) -> _models.ChatCompletionList:
    return _adopted(_models.ChatCompletionList, _read_page(content, "data"))


def _failure(status_code: int, content: bytes) -> _models.ErrorResponse:
    return _adopted(_models.ErrorResponse, _read_json(content, dict))


_OPERATION = _Operation("list_chat_completions", "/chat/completions", _success, _failure)


def sync_detailed(
    *,
    client: _AuthenticatedClient,
    model: str | _Unset = _UNSET,
    metadata: dict[str, str] | _Unset = _UNSET,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _Response[_models.ChatCompletionList, _models.ErrorResponse]:
    """`GET /chat/completions`, with its status and headers; no status raises."""
    return client.send(
        _get_kwargs(model=model, metadata=metadata, after=after, limit=limit, order=order), _OPERATION, **options
    )


def sync(
    *,
    client: _AuthenticatedClient,
    model: str | _Unset = _UNSET,
    metadata: dict[str, str] | _Unset = _UNSET,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _models.ChatCompletionList:
    """`GET /chat/completions`. Raises `errors.APIError`."""
    _response = sync_detailed(
        model=model, metadata=metadata, after=after, limit=limit, order=order, client=client, **options
    )
    return _response.parse()


async def asyncio_detailed(
    *,
    client: _AuthenticatedClient,
    model: str | _Unset = _UNSET,
    metadata: dict[str, str] | _Unset = _UNSET,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _Response[_models.ChatCompletionList, _models.ErrorResponse]:
    """`GET /chat/completions`, awaited, with its status and headers; no status raises."""
    return await client.asend(
        _get_kwargs(model=model, metadata=metadata, after=after, limit=limit, order=order), _OPERATION, **options
    )


async def asyncio(
    *,
    client: _AuthenticatedClient,
    model: str | _Unset = _UNSET,
    metadata: dict[str, str] | _Unset = _UNSET,
    after: str | _Unset = _UNSET,
    limit: int | _Unset = _UNSET,
    order: _models.Order | _Unset = _UNSET,
    **options: _Unpack[_RequestOptions],
) -> _models.ChatCompletionList:
    """`GET /chat/completions`, awaited. Raises `errors.APIError`."""
    _response = await asyncio_detailed(
        model=model, metadata=metadata, after=after, limit=limit, order=order, client=client, **options
    )
    return _response.parse()
