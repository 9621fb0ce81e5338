"""What is taken of httpx2, the successor of httpx, as httpx's is: clients and time-outs of the user's, and errors."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast, overload

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


@overload
def client_as_httpx(client: SyncHttpClient) -> httpx.Client: ...
@overload
def client_as_httpx(client: AsyncHttpClient) -> httpx.AsyncClient: ...
@overload
def client_as_httpx(client: SyncHttpClient | AsyncHttpClient | None) -> httpx.Client | httpx.AsyncClient | None: ...
def client_as_httpx(client: SyncHttpClient | AsyncHttpClient | None) -> httpx.Client | httpx.AsyncClient | None:
    """Return a client that sends through the user's.

    Raises:
        TypeError: it is neither httpx's nor httpx2's.
    """
    if client is None or isinstance(client, httpx.Client | httpx.AsyncClient):
        return client
    if "httpx2" in sys.modules:
        from .httpx2_client import as_httpx  # noqa: PLC0415 - only who has httpx2 can import it

        made = as_httpx(client)
        if made is not None:
            return made
    kind = type(client)
    name = f"{kind.__module__.partition('.')[0]}.{kind.__qualname__}"
    raise TypeError(f"Invalid `http_client` argument: it must be a client of httpx or httpx2, not an {name}.")


def timeout_as_httpx(timeout: Timeout) -> float | httpx.Timeout | None:
    """Return a time-out as httpx has it."""
    if "httpx2" in sys.modules:
        from .httpx2_client import timeout_of_httpx  # noqa: PLC0415 - only who has httpx2 can import it

        return timeout_of_httpx(timeout)
    return cast("float | httpx.Timeout | None", timeout)


def error_as_httpx(error: Exception) -> Exception:
    """Return the error of httpx that has the name of one of httpcore or httpx2."""
    kind: type[Exception] = getattr(httpx, type(error).__name__, httpx.TransportError)
    return kind(str(error))
