# Generated from generator/runtime/cookies.py by `make generate`; do not edit.
"""httpx clients that look for cookies only in responses that set one.

httpx converts each request for urllib to find cookies in its response: a tenth of the processor time of a call.
"""

from __future__ import annotations

from typing import Any

import httpx


class _Cookies(httpx.Cookies):
    def __init__(self, cookies: Any = None) -> None:
        super().__init__(cookies)
        self._made = None if self.jar is cookies else self.jar

    def extract_cookies(self, response: httpx.Response) -> None:
        """Store the cookies that a response sets; a jar of the user's reads every response."""
        if self.jar is not self._made or "set-cookie" in response.headers:
            super().extract_cookies(response)


class _Client:
    """The mixin of both clients."""

    def __init__(self, *, cookies: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self._stored = _Cookies(cookies)

    @property
    def cookies(self) -> httpx.Cookies:
        """The cookies of every request, with those that responses have set."""
        return self._stored

    @cookies.setter
    def cookies(self, cookies: Any) -> None:
        self._stored = _Cookies(cookies)


class SyncClient(_Client, httpx.Client):
    """An httpx client that looks for cookies only in responses that set one."""


class AsyncClient(_Client, httpx.AsyncClient):
    """An asynchronous httpx client that looks for cookies only in responses that set one."""
