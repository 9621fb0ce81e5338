# Generated from openapi.yaml by `make generate`; do not edit.
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset
from .chat_completion_moderation import ChatCompletionModeration
from .choice import Choice
from .completion_usage import CompletionUsage
from .service_tier import ServiceTier


@define(repr=False)
class ChatCompletion(Model):
    """A stored chat completion.

    Attributes:
        id: The id that the completion is retrieved by.
        object_: The kind of object.
        created: When the completion was created, in Unix seconds.
        model: The model that made the completion.
        choices: The answers, as many as the request's `n`.
        usage: What the request cost, in tokens.
        request_id: The id of the request that created the completion.
        service_tier: The processing tier that served the request.
        system_fingerprint: The backend configuration that the model ran with.
        metadata: The caller's own keys and values.
        seed: The sampling seed; it may exceed 2**53.
        temperature: The sampling temperature of the request.
        top_p: The nucleus sampling mass of the request.
        presence_penalty: The presence penalty of the request.
        frequency_penalty: The frequency penalty of the request.
        input_user: The end user that the request named.
        tool_choice: Which tool the request asked for, by mode or by name.
        tools: The tools that the request offered.
        response_format: The format that the request asked for.
        moderation: What moderation found in the input and the output.
    """

    id: str
    object_: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsage | None | Unset = UNSET
    request_id: str | Unset = UNSET
    service_tier: ServiceTier | str | None | Unset = UNSET
    system_fingerprint: str | None | Unset = UNSET
    metadata: dict[str, str] | None | Unset = UNSET
    seed: int | Unset = UNSET
    temperature: float | Unset = UNSET
    top_p: float | Unset = UNSET
    presence_penalty: float | Unset = UNSET
    frequency_penalty: float | Unset = UNSET
    input_user: str | None | Unset = UNSET
    tool_choice: str | dict[str, Any] | None | Unset = UNSET
    tools: list[dict[str, Any]] | None | Unset = UNSET
    response_format: dict[str, Any] | None | Unset = UNSET
    moderation: ChatCompletionModeration | None | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"object_": "object"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        rest = dict(src_dict)
        pop: Callable[..., Any] = rest.pop
        return cls(
            id=pop("id", UNSET),
            object_=pop("object", UNSET),
            created=pop("created", UNSET),
            model=pop("model", UNSET),
            choices=[Choice.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("choices", UNSET), list)
            else value,
            usage=CompletionUsage.from_dict(value) if isinstance(value := pop("usage", UNSET), dict) else value,
            request_id=pop("request_id", UNSET),
            service_tier=pop("service_tier", UNSET),
            system_fingerprint=pop("system_fingerprint", UNSET),
            metadata=pop("metadata", UNSET),
            seed=pop("seed", UNSET),
            temperature=pop("temperature", UNSET),
            top_p=pop("top_p", UNSET),
            presence_penalty=pop("presence_penalty", UNSET),
            frequency_penalty=pop("frequency_penalty", UNSET),
            input_user=pop("input_user", UNSET),
            tool_choice=pop("tool_choice", UNSET),
            tools=pop("tools", UNSET),
            response_format=pop("response_format", UNSET),
            moderation=ChatCompletionModeration.from_dict(value)
            if isinstance(value := pop("moderation", UNSET), dict)
            else value,
            additional_properties=rest,
        )
