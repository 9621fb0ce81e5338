# Generated from generator/runtime/types.py by `make generate`; do not edit.
"""Types of the clients' arguments: keys, and the clients and timeouts of httpx and of httpx2, its successor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import httpx

# Protocols stand for httpx2's classes, so that type checkers need no httpx2.


class _Httpx2Timeout(Protocol):
    connect: float | None
    read: float | None
    write: float | None
    pool: float | None


class _Httpx2Client(Protocol):
    @property
    def is_closed(self) -> bool: ...
    @property
    def trust_env(self) -> bool: ...
    def build_request(self, method: str, url: Any) -> Any: ...


class _SyncHttpx2Client(_Httpx2Client, Protocol):
    def close(self) -> None: ...


class _AsyncHttpx2Client(_Httpx2Client, Protocol):
    async def aclose(self) -> None: ...


SyncHttpClient = httpx.Client | _SyncHttpx2Client
AsyncHttpClient = httpx.AsyncClient | _AsyncHttpx2Client
Timeout = float | httpx.Timeout | _Httpx2Timeout | None
Token = str | Callable[[], str] | Callable[[], Awaitable[str]]
