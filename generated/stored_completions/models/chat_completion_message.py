# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .annotation import Annotation
from .chat_completion_audio import ChatCompletionAudio
from .custom_tool_call import CustomToolCall
from .function_call import FunctionCall
from .function_tool_call import FunctionToolCall
from .role import Role


def _function_tool_call_or_custom_tool_call(value: dict[str, Any]) -> Any:
    match value.get("type"):
        case "function" | None:
            return FunctionToolCall.from_dict(value)
        case "custom":
            return CustomToolCall.from_dict(value)
    return value


@define(repr=False)
class ChatCompletionMessage(Model):
    """A message that the model generated.

    Attributes:
        role: Who wrote the message.
        content: The text of the message.
        refusal: The text with which the model refused.
        tool_calls: The tools that the model called.
        function_call: The function that the model called, where tools were not used.
        annotations: The sources that the text cites.
        audio: The spoken answer.
    """

    role: Role | str
    content: str | None | Unset = UNSET
    refusal: str | None | Unset = UNSET
    tool_calls: list[FunctionToolCall | CustomToolCall] | None | Unset = UNSET
    function_call: FunctionCall | None | Unset = UNSET
    annotations: list[Annotation] | None | Unset = UNSET
    audio: ChatCompletionAudio | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            role=pop("role", UNSET),
            content=pop("content", UNSET),
            refusal=pop("refusal", UNSET),
            tool_calls=[
                _function_tool_call_or_custom_tool_call(item) if isinstance(item, dict) else item for item in value
            ]
            if isinstance(value := pop("tool_calls", UNSET), list)
            else value,
            function_call=FunctionCall.from_dict(value)
            if isinstance(value := pop("function_call", UNSET), dict)
            else value,
            annotations=[Annotation.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("annotations", UNSET), list)
            else value,
            audio=ChatCompletionAudio.from_dict(value) if isinstance(value := pop("audio", UNSET), dict) else value,
            additional_properties=rest,
        )
