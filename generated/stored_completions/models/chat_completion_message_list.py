# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .chat_completion_store_message import ChatCompletionStoreMessage


@define(repr=False)
class ChatCompletionMessageList(Model):
    """One page of the messages of a stored chat completion.

    Attributes:
        object_: The kind of object.
        data: The messages of this page.
        has_more: Whether another page follows.
        first_id: The id of the first message of the page.
        last_id: The id of the last message of the page.
    """

    object_: Literal["list"]
    data: list[ChatCompletionStoreMessage]
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
            data=[ChatCompletionStoreMessage.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("data", UNSET), list)
            else value,
            has_more=pop("has_more", UNSET),
            first_id=pop("first_id", UNSET),
            last_id=pop("last_id", UNSET),
            additional_properties=rest,
        )
