# Generated from generator/runtime/twins.py by `make generate`; do not edit.
"""Clients, timeouts and errors of httpx2, httpx's successor, which are accepted wherever httpx's are."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast, overload

import httpx

from .forks import no_fork

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
    """Return an httpx client that sends through the user's own client.

    Raises:
        TypeError: it is neither httpx's nor httpx2's.
    """
    if client is None or isinstance(client, httpx.Client | httpx.AsyncClient):
        return client
    if "httpx2" in sys.modules:
        with no_fork:
            from .httpx2_client import as_httpx  # noqa: PLC0415 - only who has httpx2 can import it

        made = as_httpx(client)
        if made is not None:
            return made
    raise TypeError(f"Invalid `http_client` argument: it must be a client of httpx or httpx2, not {described(client)}.")


def described(client: object) -> str:
    """Return what was given as a client, as people write it: `a str`, `an httpx2.Client`, `the class httpx.Client`."""
    own = getattr(client, "own", client)
    kind = own if isinstance(own, type) else type(own)
    package = kind.__module__.partition(".")[0]
    name = (
        kind.__qualname__ if package in ("builtins", __name__.partition(".")[0]) else f"{package}.{kind.__qualname__}"
    )
    if own is kind:
        return f"the class {name}: make one of it"
    return f"an {name}" if name.startswith(("a", "e", "i", "o", "u", "httpx", "A")) else f"a {name}"


def timeout_as_httpx(timeout: Timeout) -> float | httpx.Timeout | None:
    """Return a timeout as httpx takes it."""
    if "httpx2" in sys.modules:
        with no_fork:
            from .httpx2_client import timeout_of_httpx  # noqa: PLC0415 - only who has httpx2 can import it

        return timeout_of_httpx(timeout)
    return cast("float | httpx.Timeout | None", timeout)


def error_as_httpx(error: Exception) -> Exception:
    """Return the error of httpx that has the name of one of httpcore or httpx2."""
    kind: type[Exception] = getattr(httpx, type(error).__name__, httpx.TransportError)
    return kind(str(error))
