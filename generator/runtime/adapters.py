"""Adapt clients and timeouts of other packages, such as httpx2, to httpx's."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, cast, overload

import httpx

from .document import ADAPTERS
from .fork_lock import fork_lock
from .types import AsyncHttpClient, SyncHttpClient, Timeout


@overload
def client_as_httpx(client: SyncHttpClient) -> httpx.Client: ...
@overload
def client_as_httpx(client: AsyncHttpClient) -> httpx.AsyncClient: ...
@overload
def client_as_httpx(client: SyncHttpClient | AsyncHttpClient | None) -> httpx.Client | httpx.AsyncClient | None: ...
def client_as_httpx(client: SyncHttpClient | AsyncHttpClient | None) -> httpx.Client | httpx.AsyncClient | None:
    """Return an httpx client that sends through the user's own client.

    Raises:
        TypeError: The client is of a package that is not supported.
    """
    if client is None or isinstance(client, httpx.Client | httpx.AsyncClient):
        return client
    for package in ADAPTERS.keys() & sys.modules.keys():
        with fork_lock:
            adapter = import_module(f".{ADAPTERS[package]}", __package__)
        if (made := adapter.as_httpx(client)) is not None:
            return cast("httpx.Client | httpx.AsyncClient", made)
    taken = " or ".join(["httpx", *ADAPTERS])
    raise TypeError(f"Invalid `http_client` argument: it must be a client of {taken}, not {described(client)}.")


def described(client: object) -> str:
    """Describe a wrong `http_client` argument: `a str`, `an httpx2.Client`, `the class httpx.Client`."""
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
    """Convert a timeout of httpx2 to httpx's, and return others unchanged."""
    httpx2 = sys.modules.get("httpx2")
    if httpx2 is not None and isinstance(timeout, httpx2.Timeout):
        return httpx.Timeout(**cast(Any, timeout).as_dict())
    return cast("float | httpx.Timeout | None", timeout)
