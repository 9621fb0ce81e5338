# Generated from openapi.yaml by `make generate`; do not edit.
"""What this package has, under the names of `pagination`."""

from __future__ import annotations

from .pages import AsyncPage as AsyncCursorPage, Page as SyncCursorPage

__all__ = ("AsyncCursorPage", "SyncCursorPage")
