# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `pagination`."""

from .pages import AsyncPage as AsyncCursorPage, Page as SyncCursorPage

__all__ = ("AsyncCursorPage", "SyncCursorPage")
