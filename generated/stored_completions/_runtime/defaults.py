# Generated from generator/runtime/defaults.py by `make generate`; do not edit.
"""httpx clients with this package's defaults: change what you need, and pass them as `http_client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from .client import TIMEOUT

if TYPE_CHECKING:
    DefaultHttpxClient = httpx.Client
    DefaultAsyncHttpxClient = httpx.AsyncClient
else:

    class DefaultHttpxClient(httpx.Client):
        """`httpx.Client`, with 600 seconds for each attempt and 5 to connect unless told otherwise."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**{"timeout": TIMEOUT, **options})

    class DefaultAsyncHttpxClient(httpx.AsyncClient):
        """`httpx.AsyncClient`, with 600 seconds for each attempt and 5 to connect unless told otherwise."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**{"timeout": TIMEOUT, **options})
