# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class ModerationError(Model):
    """Why moderation could not look.

    Attributes:
        type_: The kind of outcome.
        code: The code of the error.
        message: What went wrong.
    """

    type_: Literal["error"]
    code: str
    message: str

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            type_=pop("type", UNSET), code=pop("code", UNSET), message=pop("message", UNSET), additional_properties=rest
        )
