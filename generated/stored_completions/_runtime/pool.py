# Generated from generator/runtime/pool.py by `make generate`; do not edit.
"""The httpx clients that a client shares with its copies: one for all threads, and one for each event loop."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any

import httpx

from .awaiting import close
from .environment import check_environment, proxies, tls_context
from .fork_lock import fork_lock
from .secrets import concealed

# The vendor's. httpx keeps no more than 20 alive, so that 50 workers would connect again and again.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
# What says how httpx connects, in ways that `transport` does not.
_LEFT_TO_HTTPX = frozenset({"app", "http1", "http2", "proxies", "transport"})


class Shared:
    """An httpx client, and how many attempts are being made through it.

    Attributes:
        http: The client.
        attempts: Their number.
        is_dropped: Whether the last of them is to close it: httpx would break them, or leave them hanging.
    """

    def __init__(self, http: Any) -> None:
        self.http, self.attempts, self.is_dropped = http, 0, False


class Pool:
    """The httpx clients of a client and its copies.

    Attributes:
        injected: A client of the user's own, which is used instead, and neither changed nor closed.
        injected_async: The same, asynchronous.
        is_closed: Whether they were closed, and none was made since.
    """

    @concealed
    def __init__(self, arguments: Mapping[str, Any], *, loads_certificates: bool) -> None:
        """Prepare for making httpx clients.

        Args:
            arguments: What they are made with.
            loads_certificates: Whether the default certificates are loaded at once, or for the first URL of https.
        """
        self._arguments, self._loads = arguments, loads_certificates
        self.injected: httpx.Client | None = None
        self.injected_async: httpx.AsyncClient | None = None
        self.is_closed = False
        self._forget()
        _POOLS.add(self)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        # By the event loop; that of all threads by None.
        self._by_loop: dict[Any, Shared] = {}

    def check(self) -> None:
        """Refuse an environment that clients cannot be made in.

        Raises:
            ValueError: it has proxies or certificates that cannot be used.
        """
        if self._arguments.get("trust_env", True) and not _LEFT_TO_HTTPX & self._arguments.keys():
            check_environment(self._arguments.get("verify", True), loads=self._loads)

    def http(self, *, is_async: bool) -> Any:
        """Return the client of the running event loop, or of all threads, or the user's own."""
        with self._lock:
            return self._shared(is_async=is_async).http

    def enter(self, *, is_async: bool) -> Shared:
        """Return what `http` does, for an attempt: it is not closed before the attempt leaves it."""
        with self._lock:
            shared = self._shared(is_async=is_async)
            shared.attempts += 1
            return shared

    def leave(self, shared: Shared) -> bool:
        """End an attempt, and return whether it is to close the client."""
        with self._lock:
            shared.attempts -= 1
            return shared.is_dropped and not shared.attempts

    async def close(self, *, is_async: bool) -> None:
        """Close the connections of the running event loop, or of threads; those of attempts, when these end."""
        with self._lock:
            shared, self.is_closed = self._by_loop.pop(_running_loop() if is_async else None, None), True
            if shared is None:
                return
            shared.is_dropped, is_used = True, shared.attempts
        if not is_used:
            await close(shared.http, is_async=is_async)

    def _shared(self, *, is_async: bool) -> Shared:
        if injected := self.injected_async if is_async else self.injected:
            return Shared(injected)
        loop = _running_loop() if is_async else None
        shared = self._by_loop.get(loop)
        if shared is None or shared.http.is_closed:
            # A client of a loop that has ended cannot be closed any more; dropping it closes its sockets.
            self._by_loop = {other: value for other, value in self._by_loop.items() if not _has_ended(other)}
            shared = self._by_loop[loop] = Shared(self._made(is_async=is_async))
        return shared

    @concealed
    def _made(self, *, is_async: bool) -> httpx.Client | httpx.AsyncClient:
        with fork_lock:
            from .transport import AsyncTransport, Transport  # noqa: PLC0415 - httpcore takes long to import

            self.is_closed = False
            given = {"limits": LIMITS, **self._arguments}
            if is_async:
                return httpx.AsyncClient(**with_transports(given, AsyncTransport, loads_certificates=self._loads))
            return httpx.Client(**with_transports(given, Transport, loads_certificates=self._loads))


@concealed
def with_transports(
    arguments: Mapping[str, Any], transport: Callable[..., Any], *, loads_certificates: bool = True
) -> dict[str, Any]:
    """Return the arguments of an httpx client that connects through transports of this package, also to proxies.

    Args:
        arguments: The arguments of the httpx client. Where one of them changes how to connect, httpx connects.
        transport: Returns a transport for `certificates`, `limits` and `proxy`.
        loads_certificates: Whether the default certificates are loaded at once, or for the first URL of https.

    Raises:
        ValueError: the proxies or certificates, also those of the environment, cannot be used.
    """
    given = {**arguments}
    trust_env = given.get("trust_env", True)
    verify, cert = given.pop("verify", True), given.pop("cert", None)
    certificates = cache(partial(tls_context, verify, cert, trust_env=trust_env))
    if loads_certificates or verify is not True or cert is not None:
        certificates()
    if _LEFT_TO_HTTPX & given.keys():
        return {**given, "verify": certificates()}
    own, proxy = {"certificates": certificates, "limits": given["limits"]}, given.pop("proxy", None)
    found: Mapping[str, httpx.Proxy | None] = {}
    if proxy is not None:
        found = {"all://": proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)}
    elif trust_env:
        found = proxies()
    mounts = {pattern: via and transport(**own, proxy=via) for pattern, via in found.items()}
    return {**given, "transport": transport(**own), "mounts": {**mounts, **(given.get("mounts") or {})}}


def _running_loop() -> Any:
    """Return an object that belongs to this run of the event loop alone."""
    with fork_lock:
        import asyncio  # noqa: PLC0415 - only asynchronous calls need it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        trio = sys.modules.get("trio")
        if trio is None:
            raise
        return trio.lowlevel.current_trio_token()


def _has_ended(loop: Any) -> bool:
    if loop is None:
        return False
    if hasattr(loop, "is_closed"):
        return bool(loop.is_closed())
    try:
        loop.run_sync_soon(bool)
    except sys.modules["trio"].RunFinishedError:
        return True
    return False


# A process that was forked must not talk over the connections of its parent, nor wait for a lock of its threads.
_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


def _forget_all() -> None:
    for pool in _POOLS:
        pool._forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
