# Generated from generator/runtime/pool.py by `make generate`; do not edit.
"""The httpx clients that a client and its copies share: one for all threads, and one for each event loop."""

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
from .cookies import AsyncClient, SyncClient
from .environment import check_environment, checked_proxy, proxies, tls_context
from .fork_lock import fork_lock
from .secrets import hides_arguments

# httpx's default keeps only 20 idle connections: 50 workers would connect again and again.
LIMITS = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
# With any of these arguments, httpx connects itself, without the transports of `transport`.
_LEFT_TO_HTTPX = frozenset({"app", "http1", "http2", "proxies", "transport"})


class SharedClient:
    """An httpx client, and the number of attempts that use it.

    Attributes:
        http: The httpx client.
        attempts: The number of attempts that use it now.
        is_dropped: Whether the last attempt is to close it; closing it earlier would break the others.
    """

    def __init__(self, http: Any) -> None:
        self.http, self.attempts, self.is_dropped = http, 0, False


class Pool:
    """The httpx clients of a client and its copies.

    Attributes:
        injected: The user's own httpx client, which is used instead, and never closed.
        injected_async: The user's own asynchronous httpx client.
        is_closed: Whether the pool was closed and not used since.
    """

    @hides_arguments
    def __init__(self, arguments: Mapping[str, Any], *, loads_certificates: bool) -> None:
        """Create a pool without clients.

        Args:
            arguments: The arguments of the httpx clients.
            loads_certificates: Whether to load the default certificates at once, or for the first https URL.
        """
        self._arguments, self._loads = arguments, loads_certificates
        self.injected: httpx.Client | None = None
        self.injected_async: httpx.AsyncClient | None = None
        self.is_closed = False
        self._reset()
        _POOLS.add(self)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        # The clients by their event loop; the synchronous one under None.
        self._by_loop: dict[Any, SharedClient] = {}

    def check(self) -> None:
        """Check the environment that httpx clients will be created in.

        Raises:
            ValueError: The environment names proxies or certificates that cannot be used.
        """
        check_environment(self._arguments, loads=self._loads)

    def http(self, *, is_async: bool) -> Any:
        """Return the httpx client of the running event loop, of all threads, or of the user."""
        with self._lock:
            return self._shared(is_async=is_async).http

    def acquire(self, *, is_async: bool) -> SharedClient:
        """Borrow the httpx client for one attempt; `close` waits until the attempt has released it.

        Raises:
            RuntimeError: The user's own client is closed, which no retry can change.
        """
        with self._lock:
            shared = self._shared(is_async=is_async)
            if shared.http.is_closed is True:  # the user's own: a closed client of the pool is replaced
                raise RuntimeError("Cannot send a request, as the client has been closed.")
            shared.attempts += 1
            return shared

    def release(self, shared: SharedClient) -> bool:
        """End the use of a client by an attempt; return whether the attempt must close it."""
        with self._lock:
            shared.attempts -= 1
            return shared.is_dropped and not shared.attempts

    async def close(self, *, is_async: bool) -> None:
        """Close the client of the running event loop or of all threads, once no attempt uses it."""
        with self._lock:
            shared, self.is_closed = self._by_loop.pop(_running_loop() if is_async else None, None), True
            if shared is None:
                return
            shared.is_dropped, is_used = True, shared.attempts
        if not is_used:
            await close(shared.http, is_async=is_async)

    def _shared(self, *, is_async: bool) -> SharedClient:
        if injected := self.injected_async if is_async else self.injected:
            return SharedClient(injected)
        loop = _running_loop() if is_async else None
        shared = self._by_loop.get(loop)
        if shared is None or shared.http.is_closed:
            # A client whose event loop has ended cannot be closed any more; deleting it closes its sockets.
            self._by_loop = {other: value for other, value in self._by_loop.items() if not _is_finished(other)}
            shared = self._by_loop[loop] = SharedClient(self._new_client(is_async=is_async))
        return shared

    @hides_arguments
    def _new_client(self, *, is_async: bool) -> httpx.Client | httpx.AsyncClient:
        self.is_closed = False
        arguments = with_transports(self._arguments, is_async=is_async, loads_certificates=self._loads)
        return AsyncClient(**arguments) if is_async else SyncClient(**arguments)


@hides_arguments
def with_transports(
    arguments: Mapping[str, Any],
    *,
    is_async: bool,
    transport: Callable[..., Any] | None = None,
    loads_certificates: bool = True,
) -> dict[str, Any]:
    """Add limits and transports to the arguments of an httpx client, unless these make httpx connect differently.

    Args:
        arguments: The arguments of the httpx client.
        is_async: Whether the client is asynchronous.
        transport: Creates a transport from `certificates`, `limits` and `proxy`; by default this package's.
        loads_certificates: Whether to load the default certificates at once, or for the first https URL.

    Raises:
        ValueError: Proxies or certificates, given or from the environment, cannot be used.
    """
    given = {"limits": LIMITS, **arguments}
    trust_env = given.get("trust_env", True)
    verify, cert = given.pop("verify", True), given.pop("cert", None)
    certificates = cache(partial(tls_context, verify, cert, trust_env=trust_env))
    if loads_certificates or verify is not True or cert is not None:
        certificates()
    if given.get("proxy") is not None:
        given["proxy"] = checked_proxy("proxy", given["proxy"])
    if _LEFT_TO_HTTPX & given.keys():
        return {**given, "verify": certificates()}
    if transport is None:
        with fork_lock:
            from .transport import AsyncTransport, Transport  # noqa: PLC0415 - httpcore is slow to import

        transport = AsyncTransport if is_async else Transport
    own, proxy = {"certificates": certificates, "limits": given["limits"]}, given.pop("proxy", None)
    found: Mapping[str, httpx.Proxy | None] = {}
    if proxy is not None:
        found = {"all://": proxy}
    elif trust_env:
        found = proxies()
    mounts = {pattern: via and transport(**own, proxy=via) for pattern, via in found.items()}
    return {**given, "transport": transport(**own), "mounts": {**mounts, **(given.get("mounts") or {})}}


def _running_loop() -> Any:
    """Return the running event loop of asyncio, or trio's token for its run."""
    with fork_lock:
        import asyncio  # noqa: PLC0415 - only asynchronous calls need it

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        trio = sys.modules.get("trio")
        if trio is None:
            raise
        return trio.lowlevel.current_trio_token()


def _is_finished(loop: Any) -> bool:
    if loop is None:
        return False
    if hasattr(loop, "is_closed"):
        return bool(loop.is_closed())
    try:
        loop.run_sync_soon(bool)
    except sys.modules["trio"].RunFinishedError:
        return True
    return False


# A forked process must not use its parent's connections, nor wait for a lock that a thread of its parent holds.
_POOLS: weakref.WeakSet[Pool] = weakref.WeakSet()


def _reset_all() -> None:
    for pool in _POOLS:
        pool._reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_all)
