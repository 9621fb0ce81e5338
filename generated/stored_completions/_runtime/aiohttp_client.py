# Generated from generator/runtime/aiohttp_client.py by `make generate`; do not edit.
"""An httpx client that sends through aiohttp, which is several times faster for many concurrent calls."""

from __future__ import annotations

from typing import Any

import httpx

from .cookies import AsyncClient
from .document import NAME
from .environment import check_environment
from .fork_lock import fork_lock
from .pool import LIMITS, with_transports
from .secrets import hides_arguments


class DefaultAioHttpClient(AsyncClient):
    """An `httpx.AsyncClient` that sends through aiohttp, which the extra `aiohttp` installs.

    A client can be used in one event loop only, the one of its first request. Connections through proxies use httpcore.

    Args:
        limits: The limits of connections, by default 1,000.
        options: Further arguments of `httpx.AsyncClient`.

    Raises:
        RuntimeError: httpx-aiohttp is not installed.
        ValueError: The environment names proxies or certificates that cannot be used.

    Example:
        async with DefaultAioHttpClient() as http_client:
            client = AsyncClient(http_client=http_client)
    """

    @hides_arguments
    def __init__(self, *, limits: httpx.Limits = LIMITS, **options: Any) -> None:
        if options.get("transport") is None:
            options.pop("transport", None)
            check_environment(options)  # before importing aiohttp loads certificates
            try:
                with fork_lock:
                    from .aiohttp_transport import transport  # noqa: PLC0415 - it is optional
            except ImportError as error:
                distribution = NAME.replace("_", "-")
                raise RuntimeError(
                    f"DefaultAioHttpClient needs httpx-aiohttp: pip install '{distribution}[aiohttp]' ({error})."
                ) from None
            options = with_transports({"limits": limits, **options}, is_async=True, transport=transport)
        super().__init__(**{"limits": limits, **options})
