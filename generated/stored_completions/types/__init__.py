# Generated from openapi.yaml by `make generate`; do not edit.
"""The types that the models, the endpoints and the clients share."""

from __future__ import annotations

from .._runtime.compat import Model
from .._runtime.pages import AsyncPage, AsyncPager, Page
from .._runtime.raw import AsyncStreamedResponse, StreamedResponse
from .._runtime.response import Response
from .._runtime.unset import UNSET, Unset
from ..models import CompletionUsage
from . import chat, completion_usage

__all__ = (
    "UNSET",
    "AsyncPage",
    "AsyncPager",
    "AsyncStreamedResponse",
    "CompletionUsage",
    "Model",
    "Page",
    "Response",
    "StreamedResponse",
    "Unset",
    "chat",
    "completion_usage",
)
