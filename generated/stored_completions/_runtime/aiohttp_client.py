# Generated from generator/runtime/aiohttp_client.py by `make generate`; do not edit.
"""An httpx client that sends through aiohttp: where many calls are made at a time, it takes a fraction of the time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from .direct import AsyncDirectClient
from .document import NAME
from .pool import LIMITS

if TYPE_CHECKING:
    from .aiohttp_transport import AioHttpTransport


class DefaultAioHttpClient(AsyncDirectClient):
    """An `httpx.AsyncClient` that sends through aiohttp, which the extra `aiohttp` installs.

    It belongs to the event loop that it is first used in. Proxies are reached by httpx's own connections.

    Args:
        limits: How many connections there may be; 1,000 unless something else is said.
        options: What `httpx.AsyncClient` takes besides.

    Raises:
        RuntimeError: httpx-aiohttp is not installed.

    Example:
        async with DefaultAioHttpClient() as http_client:
            client = AsyncClient(http_client=http_client)
    """

    def __init__(self, *, limits: httpx.Limits = LIMITS, **options: Any) -> None:
        transport: AioHttpTransport | None = options.pop("transport", None)
        if transport is None:
            try:
                from .aiohttp_transport import AioHttpTransport  # noqa: PLC0415 - it is optional
            except ImportError as error:
                distribution = NAME.replace("_", "-")
                raise RuntimeError(
                    f"DefaultAioHttpClient needs httpx-aiohttp: pip install '{distribution}[aiohttp]' ({error})."
                ) from None
            tls = {name: options[name] for name in ("verify", "cert", "trust_env") if name in options}
            transport = AioHttpTransport(limits=limits, **tls)
        super().__init__(limits=limits, transport=transport, **options)
