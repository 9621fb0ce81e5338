# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .chat_completion import ChatCompletion


@define(repr=False)
class ChatCompletionList(Model):
    """One page of stored chat completions.

    Attributes:
        object_: The kind of object.
        data: The completions of this page.
        has_more: Whether another page follows.
        first_id: The id of the first completion of the page.
        last_id: The id of the last completion of the page.
    """

    object_: Literal["list"]
    data: list[ChatCompletion]
    has_more: bool
    first_id: str | None | Unset = UNSET
    last_id: str | None | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"object_": "object"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            object_=pop("object", UNSET),
            data=[ChatCompletion.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("data", UNSET), list)
            else value,
            has_more=pop("has_more", UNSET),
            first_id=pop("first_id", UNSET),
            last_id=pop("last_id", UNSET),
            additional_properties=rest,
        )
