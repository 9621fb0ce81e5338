"""The httpx clients that a client shares with its copies: one for all threads, and one for each event loop."""

from __future__ import annotations

import os
import ssl
import threading
import weakref
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.request import getproxies

import httpx

from .direct import AsyncDirectClient, DirectClient
from .forks import no_fork
from .redirects import ahide_location, attempt_of, hide_location
from .streams import bound, pools

# The vendor's. httpx keeps no more than 20 alive, so that 50 workers would connect again and again.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)

if TYPE_CHECKING:
    from .loops import LoopClients

H = TypeVar("H", bound=httpx.Client | httpx.AsyncClient)


class Shared(Generic[H]):
    """An httpx client, and how many attempts are being made through it.

    Attributes:
        http: The client.
        attempts: Their number.
        is_dropped: Whether the last of them is to close it: httpx would break them, or leave them hanging.
    """

    def __init__(self, http: H) -> None:
        self.http, self.attempts, self.is_dropped = http, 0, False


class Pool:
    """The httpx clients of a client and its copies.

    Attributes:
        injected: A client of the user's own, which is used instead and never closed.
        injected_async: The same, asynchronous.
        is_closed: Whether they were closed, and none was made since.
    """

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        """Prepare for making httpx clients with these arguments."""
        self._arguments = arguments
        self.injected: httpx.Client | None = None
        self.injected_async: httpx.AsyncClient | None = None
        self.is_closed = False
        self._forget()
        _POOLS.add(self)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._shared: Shared[httpx.Client] | None = None
        self._loops: LoopClients | None = None

    def client(self) -> httpx.Client:
        """Return the client of all threads."""
        with self._lock:
            return self._client().http

    def async_client(self) -> httpx.AsyncClient:
        """Return the client of the running event loop."""
        with self._lock:
            return self._async_client().http

    @contextmanager
    def using(self) -> Iterator[httpx.Client]:
        """Make an attempt through the client of all threads, or the user's own; it is not closed meanwhile."""
        if self.injected:
            prepare(self.injected)
            yield self.injected
            return
        with self._lock:
            shared = self._client()
            shared.attempts += 1
        try:
            yield shared.http
        finally:
            with self._lock:
                shared.attempts -= 1
                is_last = shared.is_dropped and not shared.attempts
            if is_last:
                shared.http.close()

    @asynccontextmanager
    async def using_async(self) -> AsyncIterator[httpx.AsyncClient]:
        """Make an attempt through the client of the running event loop, or the user's own."""
        if self.injected_async:
            prepare_async(self.injected_async)
            yield self.injected_async
            return
        with self._lock:
            shared = self._async_client()
            shared.attempts += 1
        try:
            yield shared.http
        finally:
            with self._lock:
                shared.attempts -= 1
                is_last = shared.is_dropped and not shared.attempts
            if is_last:
                await shared.http.aclose()

    def close(self) -> None:
        """Close the connections of threads; those of attempts that are being made, when these end."""
        with self._lock:
            shared, self._shared, self.is_closed = self._shared, None, True
            is_last = _drop(shared)
        if shared and is_last:
            shared.http.close()

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of attempts that are being made, when these end."""
        with self._lock:
            shared, self.is_closed = self._loops.forget() if self._loops else None, True
            is_last = _drop(shared)
        if shared and is_last:
            await shared.http.aclose()

    def _client(self) -> Shared[httpx.Client]:
        if self._shared is None or self._shared.http.is_closed:
            with no_fork:
                http = self._new_client()
            prepare(http)
            self._shared = Shared(http)
        return self._shared

    def _async_client(self) -> Shared[httpx.AsyncClient]:
        if self._loops is None:
            with no_fork:
                from .loops import LoopClients  # noqa: PLC0415 - asyncio takes long to import

            self._loops = LoopClients()
        return self._loops.client(self._new_async_client)

    def _new_client(self) -> httpx.Client:
        arguments = self._with_tls()
        if not _are_plain(arguments):
            return httpx.Client(**arguments)
        return DirectClient(transport=httpx.HTTPTransport(**_of_connections(arguments)), **arguments)

    def _new_async_client(self) -> Shared[httpx.AsyncClient]:
        with no_fork:
            arguments = self._with_tls()
            if _are_plain(arguments):
                from .connections import Connections  # noqa: PLC0415 - anyio takes long to import

                transport = Connections(**_of_connections(arguments))
                http: httpx.AsyncClient = AsyncDirectClient(transport=transport, **arguments)
            else:
                http = httpx.AsyncClient(**arguments)
        prepare_async(http)
        return Shared(http)

    def _with_tls(self) -> dict[str, Any]:
        self.is_closed = False
        verify = self._arguments["verify"]
        return {"limits": LIMITS, **self._arguments, "verify": _tls_context() if verify is True else verify}


# What says how httpx connects, or through what.
_CONNECTING = frozenset({"app", "cert", "http1", "http2", "mounts", "proxies", "proxy", "transport"})


def _are_plain(arguments: Mapping[str, Any]) -> bool:
    """Return whether connections go to the server itself, and speak HTTP/1.1."""
    return not (_CONNECTING & arguments.keys() or (arguments.get("trust_env", True) and _has_proxies()))


def _has_proxies() -> bool:
    """Return whether the environment, or the system, has proxies that httpx would use."""
    return not getproxies().keys().isdisjoint(("all", "http", "https"))


def _of_connections(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in ("limits", "trust_env", "verify")}


def prepare(http: httpx.Client) -> None:
    """Let the rules of this package hold for what it sends through an httpx client; they change nothing for others."""
    if hide_location not in http.event_hooks["response"]:
        http.event_hooks["response"].append(hide_location)
        bound(http)


def prepare_async(http: httpx.AsyncClient) -> None:
    """Prepare an asynchronous client as `prepare` does: its attempts are cancelled when their time is over."""
    if ahide_location not in http.event_hooks["response"]:
        http.event_hooks["response"].append(ahide_location)
        bound(http)


def reassign(http: httpx.Client, failed: httpx.Request) -> None:
    """Give the places of connections that nobody uses to those who wait for one.

    httpcore 1.0.9 keeps the place of a connection for ever that it gave to a request whose wait was just over, or that
    was interrupted between two of its lines.

    Args:
        failed: The request of the attempt that has failed.
    """
    for pool in _assigning(http):
        with pool._optional_thread_lock:
            closing = _reassigned(pool, attempt_of(failed))
        pool._close_connections(closing)


async def areassign(http: httpx.AsyncClient, failed: httpx.Request) -> None:
    """Do what `reassign` does, for an asynchronous client."""
    for pool in _assigning(http):
        with pool._optional_thread_lock:
            closing = _reassigned(pool, attempt_of(failed))
        await pool._close_connections(closing)


def _assigning(http: httpx.Client | httpx.AsyncClient) -> list[Any]:
    # Pools of before httpcore 1.0.5 are other than these.
    return [pool for pool in pools(http) if hasattr(pool, "_optional_thread_lock")]


def _reassigned(pool: Any, failed: object | None) -> list[Any]:
    """Forget the requests of an attempt, and the connections that nobody uses; return what is to be closed."""
    for each in [each for each in pool._requests if failed and attempt_of(each.request) is failed]:
        pool._requests.remove(each)
    used = {id(request.connection) for request in pool._requests}
    unused = [each for each in pool._connections if id(each) not in used and not (each.is_idle() or each.is_closed())]
    for each in unused:
        pool._connections.remove(each)
    closing: list[Any] = pool._assign_requests_to_connections() if unused else []
    return closing + unused


def _drop(shared: Shared[Any] | None) -> bool:
    """Let a client be closed by the last attempt that is being made through it; return whether there is none."""
    if shared is None:
        return False
    shared.is_dropped = True
    return not shared.attempts


# A process that was forked must not talk over the connections of its parent, nor wait for a lock of its threads.
_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


def _forget_all() -> None:
    for pool in _POOLS:
        pool._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


@cache
def _tls_context() -> ssl.SSLContext:
    """Return the default's certificates: loading them takes longer than most requests, so a process does it once."""
    return httpx.create_ssl_context()
