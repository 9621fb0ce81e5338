# Generated from generator/runtime/connections.py by `make generate`; do not edit.
"""The connections of a transport: which are idle, which are in use, and who waits for one."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from typing import Any, NamedTuple, Protocol

import httpcore
import httpx

Origin = tuple[bytes, bytes, int | None]


class _Event(Protocol):
    def set(self) -> object: ...
    def is_set(self) -> bool: ...


class _Idle(NamedTuple):
    connection: Any
    origin: Origin
    expires: float


class Connections:
    """The connections, idle and in use, and the requests that wait for one."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._lock = threading.Lock()
        self._most = sys.maxsize if limits.max_connections is None else limits.max_connections
        kept = limits.max_keepalive_connections
        self._most_idle = self._most if kept is None else min(kept, self._most)
        self._expiry = limits.keepalive_expiry
        self._idle: list[_Idle] = []  # the one that was used last is at the end, and used again first
        self._used: set[Any] = set()
        # A place is for a request and its connection. Giving one back wakes the first waiter.
        self._places = 0
        self._waiting: deque[_Event] = deque()

    def enter(self, place: _Event | None = None) -> bool:
        """Take a place if one is free; if not, wait in line with an event that is set once there is one."""
        with self._lock:
            is_free = self._places < self._most
            if is_free:
                self._places += 1
            elif place is not None:
                self._waiting.append(place)
            return is_free

    def leave_line(self, place: _Event) -> bool:
        """Stop waiting; return whether a place was given at that very moment."""
        with self._lock:
            if not place.is_set():
                self._waiting.remove(place)
            return place.is_set()

    def free(self) -> None:
        """Give a place to the first who waits."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._places -= 1

    def take(self, origin: Origin) -> tuple[Any, list[Any]]:
        """Return an idle connection to an origin, or None if a new one is needed, and those that are to be closed."""
        stale: list[Any] = []
        with self._lock:
            for index in reversed(range(len(self._idle))):
                if self._idle[index].origin != origin:
                    continue
                connection = self._idle.pop(index).connection
                if not any(layer.has_expired() for layer in _inner(connection)):
                    self._used.add(connection)
                    return connection, stale
                stale.append(connection)
            return None, stale + self._surplus(self._most - self._places)

    def use(self, connection: Any) -> None:
        """Count a new connection among those in use."""
        with self._lock:
            self._used.add(connection)

    def give_back(self, connection: Any, origin: Origin) -> list[Any]:
        """Keep a connection for the next request if it can be used again; return those that are to be closed."""
        inner = _inner(connection)
        with self._lock:
            self.free()
            is_idle = bool(inner) and all(layer.is_idle() and not layer.is_closed() for layer in inner)
            if connection not in self._used or not is_idle:
                self._used.discard(connection)
                return [connection]
            self._used.remove(connection)
            self._idle.append(_Idle(connection, origin, time.monotonic() + (self._expiry or 0)))
            return self._surplus(self._most_idle)

    def forget(self) -> list[Any]:
        """Forget all connections, and return them, to be closed."""
        with self._lock:
            connections = [*(idle.connection for idle in self._idle), *self._used]
            self._idle, self._used = [], set()
            return connections

    def _surplus(self, most: int) -> list[Any]:
        """Return the idle connections that are above a number, or expired."""
        number = max(0, len(self._idle) - most)
        if self._expiry is not None:
            now = time.monotonic()
            while number < len(self._idle) and self._idle[number].expires < now:
                number += 1
        surplus, self._idle = self._idle[:number], self._idle[number:] if number else self._idle
        return [idle.connection for idle in surplus]


def _inner(connection: Any) -> list[Any]:
    """Return what a connection consists of: through a proxy, it is a pool of one."""
    if isinstance(connection, httpcore.ConnectionPool | httpcore.AsyncConnectionPool):
        return connection.connections
    return [] if connection is None else [connection]
