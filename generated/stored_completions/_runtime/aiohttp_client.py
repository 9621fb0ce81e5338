# Generated from generator/runtime/aiohttp_client.py by `make generate`; do not edit.
"""An httpx client that sends through aiohttp: where many calls are made at a time, it takes a fraction of the time."""

from __future__ import annotations

from typing import Any

import httpx

from .document import NAME
from .environment import check_environment
from .fork_lock import fork_lock
from .pool import LIMITS, with_transports


class DefaultAioHttpClient(httpx.AsyncClient):
    """An `httpx.AsyncClient` that sends through aiohttp, which the extra `aiohttp` installs.

    It belongs to the event loop that it is first used in. Proxies, those of the environment too, are reached by
    httpcore.

    Args:
        limits: How many connections there may be; 1,000 unless something else is said.
        options: What `httpx.AsyncClient` takes besides.

    Raises:
        RuntimeError: httpx-aiohttp is not installed.
        ValueError: the environment has proxies or certificates that cannot be used.

    Example:
        async with DefaultAioHttpClient() as http_client:
            client = AsyncClient(http_client=http_client)
    """

    def __init__(self, *, limits: httpx.Limits = LIMITS, **options: Any) -> None:
        if options.get("transport") is None:
            options.pop("transport", None)
            if options.get("trust_env", True):
                check_environment(options.get("verify", True))  # aiohttp loads certificates when it is imported
            try:
                with fork_lock:
                    from .aiohttp_transport import transport  # noqa: PLC0415 - it is optional
            except ImportError as error:
                distribution = NAME.replace("_", "-")
                raise RuntimeError(
                    f"DefaultAioHttpClient needs httpx-aiohttp: pip install '{distribution}[aiohttp]' ({error})."
                ) from None
            options = with_transports({"limits": limits, **options}, transport)
        super().__init__(**{"limits": limits, **options})
