# Generated from openapi.yaml by `make generate`; do not edit.
"""The types that the models, the endpoints and the clients share."""

from typing import TYPE_CHECKING

from .._runtime.compat import Model
from .._runtime.lazy import lazy_names
from .._runtime.pages import AsyncPage, AsyncPager, Page
from .._runtime.raw import AsyncStreamedResponse, StreamedResponse
from .._runtime.response import Response
from .._runtime.unset import UNSET, Unset

if TYPE_CHECKING:
    from ..models import CompletionUsage as CompletionUsage
    from . import chat as chat, completion_usage as completion_usage

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

__getattr__ = lazy_names(__name__, globals(), {"": "chat completion_usage", "..models": "CompletionUsage"})


def __dir__() -> list[str]:
    return [*__all__]
