# Generated from openapi.yaml by `make generate`; do not edit.
"""Lists, a page at a time."""

from ._runtime.pages import AsyncPage, AsyncPager, Page

__all__ = ("AsyncPage", "AsyncPager", "Page")
