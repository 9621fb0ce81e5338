# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model


@define(repr=False)
class ChatCompletionDeleted(Model):
    """The answer to a deletion.

    Attributes:
        id: The id of the completion.
        object_: The kind of object.
        deleted: Whether the completion is gone.
    """

    id: str
    object_: Literal["chat.completion.deleted"]
    deleted: bool

    _json_names: ClassVar[Mapping[str, str]] = {"object_": "object"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            id=pop("id", UNSET), object_=pop("object", UNSET), deleted=pop("deleted", UNSET), additional_properties=rest
        )
