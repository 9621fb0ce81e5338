# Generated from openapi.yaml by `make generate`; do not edit.
"""The types that the models, the endpoints and the clients share."""

from __future__ import annotations

from ..model import Model
from ..models import CompletionUsage
from ..pages import AsyncPage, AsyncPager, Page
from ..response import Response
from ..unset import UNSET, Unset
from . import chat, completion_usage

__all__ = (
    "UNSET",
    "AsyncPage",
    "AsyncPager",
    "CompletionUsage",
    "Model",
    "Page",
    "Response",
    "Unset",
    "chat",
    "completion_usage",
)
