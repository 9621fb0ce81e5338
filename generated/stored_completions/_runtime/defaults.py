# Generated from generator/runtime/defaults.py by `make generate`; do not edit.
"""httpx clients with this package's defaults, to be changed as needed and passed as `http_client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from .cookies import AsyncClient, SyncClient
from .options import TIMEOUT
from .pool import with_transports
from .secrets import hides_arguments

if TYPE_CHECKING:
    DefaultHttpxClient = httpx.Client
    DefaultAsyncHttpxClient = httpx.AsyncClient
else:

    class DefaultHttpxClient(SyncClient):
        """`httpx.Client` with this package's defaults: 600 seconds for a whole attempt, and 5 to connect."""

        @hides_arguments
        def __init__(self, **options: Any) -> None:
            super().__init__(**with_transports({"timeout": TIMEOUT, **options}, is_async=False))

    class DefaultAsyncHttpxClient(AsyncClient):
        """`httpx.AsyncClient` with this package's defaults: 600 seconds for a whole attempt, and 5 to connect."""

        @hides_arguments
        def __init__(self, **options: Any) -> None:
            super().__init__(**with_transports({"timeout": TIMEOUT, **options}, is_async=True))
