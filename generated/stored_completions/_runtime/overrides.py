# Generated from generator/runtime/overrides.py by `make generate`; do not edit.
"""Let subclasses of a client override its properties, such as `default_headers`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .options import merged_headers
from .settings import with_key

# The properties, and the options of `AuthenticatedClient` that they replace.
_OPTIONS = {
    "api_key": "token",
    "base_url": "base_url",
    "timeout": "timeout",
    "max_retries": "max_retries",
    "default_headers": "headers",
    "default_query": "query",
}


def overrides(facade: Any, base: type) -> Callable[[], dict[str, Any]] | None:
    """Return a function that reads the properties that a subclass overrides, for each call; None if there are none.

    Args:
        facade: The client, whose class may be a subclass with other properties.
        base: The class that defines the properties.
    """
    names = [name for name in _OPTIONS if getattr(type(facade), name) is not getattr(base, name)]
    # Without a function that refers to it, a client that is not closed is freed with its last reference.
    return partial(_options, facade, names) if names else None


def _options(facade: Any, names: list[str]) -> dict[str, Any]:
    """Return the options of `AuthenticatedClient` for these properties."""
    changes = {_OPTIONS[name]: getattr(facade, name) for name in names}
    if "token" in changes:
        changes["schemes"] = with_key(facade.client.schemes, facade.client.token, changes["token"])
    if "base_url" in changes:
        changes |= {"base_url": str(changes["base_url"]), "paths": {}}
    if "headers" in changes:
        changes["headers"] = merged_headers(changes["headers"])
    return changes
