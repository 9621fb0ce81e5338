"""Types of arguments: clients and timeouts of httpx, and of httpx2, its successor, and keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    import httpx2

    SyncHttpClient = httpx.Client | httpx2.Client
    AsyncHttpClient = httpx.AsyncClient | httpx2.AsyncClient
    Timeout = float | httpx.Timeout | httpx2.Timeout | None
else:
    # Whoever has no httpx2 has none of its objects either.
    SyncHttpClient, AsyncHttpClient = httpx.Client, httpx.AsyncClient
    Timeout = float | httpx.Timeout | None

Token = str | Callable[[], str] | Callable[[], Awaitable[str]]
