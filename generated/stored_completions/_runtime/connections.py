# Generated from generator/runtime/connections.py by `make generate`; do not edit.
"""The connections of a transport: idle, in use, and requests that wait for one."""

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
    """The idle and used connections of a transport.

    Each request takes a place before it gets a connection. There are as many places as connections are allowed.
    """

    def __init__(self, limits: httpx.Limits) -> None:
        self._lock = threading.Lock()
        self._most = sys.maxsize if limits.max_connections is None else limits.max_connections
        kept = limits.max_keepalive_connections
        self._most_idle = self._most if kept is None else min(kept, self._most)
        self._expiry = limits.keepalive_expiry
        self._idle: list[_Idle] = []  # the last one was used most recently, and is reused first
        self._used: set[Any] = set()
        self._places = 0  # taken places
        self._waiting: deque[_Event] = deque()

    def take_place(self, place: _Event | None = None) -> bool:
        """Take a place and return True if one is free; otherwise add an event to the line, set once a place is free."""
        with self._lock:
            is_free = self._places < self._most
            if is_free:
                self._places += 1
            elif place is not None:
                self._waiting.append(place)
            return is_free

    def stop_waiting(self, place: _Event) -> None:
        """Remove an event from the line; if it was set before, free the place that it stands for."""
        with self._lock:
            if place.is_set():
                self._free_place()
            else:
                self._waiting.remove(place)

    def _free_place(self) -> None:
        """Pass a place to the first waiter, or free it."""
        if self._waiting:
            self._waiting.popleft().set()
        else:
            self._places -= 1

    def take_idle(self, origin: Origin) -> tuple[Any, list[Any]]:
        """Return an idle connection to an origin, or None, and connections that the caller must close."""
        stale: list[Any] = []
        with self._lock:
            for index in reversed(range(len(self._idle))):
                if self._idle[index].origin != origin:
                    continue
                connection = self._idle.pop(index).connection
                if not any(layer.has_expired() for layer in _layers(connection)):
                    self._used.add(connection)
                    return connection, stale
                stale.append(connection)
            return None, stale + self._surplus(self._most - self._places)

    def add(self, connection: Any) -> None:
        """Add a new connection to those in use."""
        with self._lock:
            self._used.add(connection)

    def give_back(self, connection: Any, origin: Origin) -> list[Any]:
        """Return a connection and its place to the pool; return connections that the caller must close."""
        inner = _layers(connection)
        with self._lock:
            self._free_place()
            is_idle = bool(inner) and all(layer.is_idle() and not layer.is_closed() for layer in inner)
            if connection not in self._used or not is_idle:
                self._used.discard(connection)
                return [connection]
            self._used.remove(connection)
            self._idle.append(_Idle(connection, origin, time.monotonic() + (self._expiry or 0)))
            return self._surplus(self._most_idle)

    def forget(self) -> list[Any]:
        """Remove all connections, and return them for the caller to close."""
        with self._lock:
            connections = [*(idle.connection for idle in self._idle), *self._used]
            self._idle, self._used = [], set()
            return connections

    def _surplus(self, most: int) -> list[Any]:
        """Remove and return idle connections: expired ones, and the oldest above the number `most`."""
        number = max(0, len(self._idle) - most)
        if self._expiry is not None:
            now = time.monotonic()
            while number < len(self._idle) and self._idle[number].expires < now:
                number += 1
        surplus, self._idle = self._idle[:number], self._idle[number:] if number else self._idle
        return [idle.connection for idle in surplus]


def _layers(connection: Any) -> list[Any]:
    """Return the httpcore connections in a connection: httpcore's proxy classes are pools of one."""
    if isinstance(connection, httpcore.ConnectionPool | httpcore.AsyncConnectionPool):
        return connection.connections
    return [] if connection is None else [connection]
