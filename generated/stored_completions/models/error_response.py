# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .error_details import ErrorDetails


@define(repr=False)
class ErrorResponse(Model):
    """The body of an answer that is not a success, in the shapes that servers send.

    Attributes:
        error: What went wrong.
        detail: What went wrong, as some servers put it.
        message: What went wrong, as some gateways put it.
    """

    error: ErrorDetails | str | Unset = UNSET
    detail: Any | Unset = UNSET
    message: str | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            error=ErrorDetails.from_dict(value) if isinstance(value := pop("error", UNSET), dict) else value,
            detail=pop("detail", UNSET),
            message=pop("message", UNSET),
            additional_properties=rest,
        )
