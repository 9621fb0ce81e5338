"""What a package has only if generator-config.yml asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The module of the runtime that each feature is.
FEATURES: Final[Mapping[str, str]] = {
    "aiohttp": "aiohttp_client",
    "batches": "batches",
    "compat": "compat",
    "httpx2": "httpx2_client",
    "otel": "otel",
    "raw": "raw",
}
