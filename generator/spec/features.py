"""The optional features of a package, which generator-config.yml names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# The module of the runtime that implements each feature.
FEATURES: Final[Mapping[str, str]] = {
    "aiohttp": "aiohttp_client",
    "batches": "batches",
    "compat": "compat",
    "httpx2": "httpx2_client",
    "otel": "otel",
    "raw": "raw",
}
