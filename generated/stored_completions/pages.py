# Generated from openapi.yaml by `make generate`; do not edit.
"""Lists in pages."""

from ._runtime.pages import AsyncPage, AsyncPager, Page

__all__ = ("AsyncPage", "AsyncPager", "Page")
