# Generated from openapi.yaml by `make generate`; do not edit.
"""The schemas of the document, as classes and types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Literal, Self

from attrs import define

from ..types import UNSET, Model, Unset

__all__ = (
    "Annotation",
    "ChatCompletion",
    "ChatCompletionAudio",
    "ChatCompletionDeleted",
    "ChatCompletionList",
    "ChatCompletionMessage",
    "ChatCompletionMessageList",
    "ChatCompletionModeration",
    "ChatCompletionStoreMessage",
    "ChatCompletionTokenLogprob",
    "ChatCompletionUpdate",
    "Choice",
    "ChoiceLogprobs",
    "CompletionTokensDetails",
    "CompletionUsage",
    "CustomCall",
    "CustomToolCall",
    "ErrorDetails",
    "ErrorResponse",
    "FinishReason",
    "FunctionCall",
    "FunctionToolCall",
    "ImageDetail",
    "ImagePart",
    "ImageUrl",
    "ModerationError",
    "ModerationInputType",
    "ModerationResult",
    "ModerationResults",
    "Order",
    "PromptCacheBreakpoint",
    "PromptTokensDetails",
    "Role",
    "ServiceTier",
    "TextPart",
    "TopLogprob",
    "UrlCitation",
)

Order = Literal["asc", "desc"]
"""A direction of time."""
ServiceTier = Literal["auto", "default", "fast", "flex", "priority", "scale"]
"""The processing tiers that the vendor names."""
FinishReason = Literal["content_filter", "function_call", "length", "stop", "tool_calls"]
"""The reasons to stop that the vendor names."""
Role = Literal["assistant", "developer", "function", "system", "tool", "user"]
"""The roles that the vendor names."""
ModerationInputType = Literal["image", "text"]
"""The kinds of input that the vendor names."""
ImageDetail = Literal["auto", "high", "low"]
"""The levels of detail that the vendor names."""


def _moderation_results_or_moderation_error(value: dict[str, Any]) -> Any:
    match value.get("type"):
        case "moderation_results":
            return ModerationResults.from_dict(value)
        case "error":
            return ModerationError.from_dict(value)
    return value


def _function_tool_call_or_custom_tool_call(value: dict[str, Any]) -> Any:
    match value.get("type"):
        case "function" | None:
            return FunctionToolCall.from_dict(value)
        case "custom":
            return CustomToolCall.from_dict(value)
    return value


def _text_part_or_image_part(value: dict[str, Any]) -> Any:
    match value.get("type"):
        case "text":
            return TextPart.from_dict(value)
        case "image_url":
            return ImagePart.from_dict(value)
    return value


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.id = pop("id", UNSET)
        self.object_ = pop("object", UNSET)
        self.created = pop("created", UNSET)
        self.model = pop("model", UNSET)
        self.choices = (
            [Choice.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("choices", UNSET), list)
            else value
        )
        self.usage = CompletionUsage.from_dict(value) if isinstance(value := pop("usage", UNSET), dict) else value
        self.request_id = pop("request_id", UNSET)
        self.service_tier = pop("service_tier", UNSET)
        self.system_fingerprint = pop("system_fingerprint", UNSET)
        self.metadata = pop("metadata", UNSET)
        self.seed = pop("seed", UNSET)
        self.temperature = pop("temperature", UNSET)
        self.top_p = pop("top_p", UNSET)
        self.presence_penalty = pop("presence_penalty", UNSET)
        self.frequency_penalty = pop("frequency_penalty", UNSET)
        self.input_user = pop("input_user", UNSET)
        self.tool_choice = pop("tool_choice", UNSET)
        self.tools = pop("tools", UNSET)
        self.response_format = pop("response_format", UNSET)
        self.moderation = (
            ChatCompletionModeration.from_dict(value) if isinstance(value := pop("moderation", UNSET), dict) else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class Choice(Model):
    """One answer of a chat completion.

    Attributes:
        index: The place of this answer among the choices.
        message: A message that the model generated.
        finish_reason: Why the model stopped.
        logprobs: The log probabilities of the answer's tokens.
    """

    index: int
    message: ChatCompletionMessage
    finish_reason: FinishReason | str
    logprobs: ChoiceLogprobs | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.index = pop("index", UNSET)
        self.message = (
            ChatCompletionMessage.from_dict(value) if isinstance(value := pop("message", UNSET), dict) else value
        )
        self.finish_reason = pop("finish_reason", UNSET)
        self.logprobs = ChoiceLogprobs.from_dict(value) if isinstance(value := pop("logprobs", UNSET), dict) else value
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.role = pop("role", UNSET)
        self.content = pop("content", UNSET)
        self.refusal = pop("refusal", UNSET)
        self.tool_calls = (
            [_function_tool_call_or_custom_tool_call(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("tool_calls", UNSET), list)
            else value
        )
        self.function_call = (
            FunctionCall.from_dict(value) if isinstance(value := pop("function_call", UNSET), dict) else value
        )
        self.annotations = (
            [Annotation.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("annotations", UNSET), list)
            else value
        )
        self.audio = ChatCompletionAudio.from_dict(value) if isinstance(value := pop("audio", UNSET), dict) else value
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class FunctionToolCall(Model):
    """A call of a function.

    Attributes:
        id: The id that the tool's answer refers to.
        function: A function and its arguments, as the model wrote them.
        type_: The kind of tool.
    """

    id: str
    function: FunctionCall
    type_: Literal["function"] | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.id = pop("id", UNSET)
        self.function = FunctionCall.from_dict(value) if isinstance(value := pop("function", UNSET), dict) else value
        self.type_ = pop("type", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class CustomToolCall(Model):
    """A call of a custom tool.

    Attributes:
        id: The id that the tool's answer refers to.
        type_: The kind of tool.
        custom: A custom tool and its input, as the model wrote them.
    """

    id: str
    type_: Literal["custom"]
    custom: CustomCall

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.id = pop("id", UNSET)
        self.type_ = pop("type", UNSET)
        self.custom = CustomCall.from_dict(value) if isinstance(value := pop("custom", UNSET), dict) else value
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class FunctionCall(Model):
    """A function and its arguments, as the model wrote them.

    Attributes:
        name: The name of the function.
        arguments: JSON text, not always valid.
    """

    name: str
    arguments: str | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.name = pop("name", UNSET)
        self.arguments = pop("arguments", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class CustomCall(Model):
    """A custom tool and its input, as the model wrote them.

    Attributes:
        name: The name of the custom tool.
        input_: The text that the tool was called with.
    """

    name: str
    input_: str

    _json_names: ClassVar[Mapping[str, str]] = {"input_": "input"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.name = pop("name", UNSET)
        self.input_ = pop("input", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class Annotation(Model):
    """A source that the text cites.

    Attributes:
        type_: The kind of annotation.
        url_citation: A web page that a part of the text cites.
    """

    type_: Literal["url_citation"]
    url_citation: UrlCitation

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.type_ = pop("type", UNSET)
        self.url_citation = (
            UrlCitation.from_dict(value) if isinstance(value := pop("url_citation", UNSET), dict) else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class UrlCitation(Model):
    """A web page that a part of the text cites.

    Attributes:
        start_index: The first character of the citation.
        end_index: The last character of the citation.
        title: The title of the page.
        url: The address of the page.
    """

    start_index: int
    end_index: int
    title: str
    url: str

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.start_index = pop("start_index", UNSET)
        self.end_index = pop("end_index", UNSET)
        self.title = pop("title", UNSET)
        self.url = pop("url", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ChatCompletionAudio(Model):
    """A spoken answer.

    Attributes:
        id: The id that a later request refers to.
        data: The sound, in base64.
        expires_at: When the server forgets the sound, in Unix seconds.
        transcript: What is said.
    """

    id: str
    data: str
    expires_at: int
    transcript: str

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.id = pop("id", UNSET)
        self.data = pop("data", UNSET)
        self.expires_at = pop("expires_at", UNSET)
        self.transcript = pop("transcript", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ChoiceLogprobs(Model):
    """The log probabilities of an answer.

    Attributes:
        content: One entry for each token of the text.
        refusal: One entry for each token of the refusal.
    """

    content: list[ChatCompletionTokenLogprob] | None | Unset = UNSET
    refusal: list[ChatCompletionTokenLogprob] | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.content = (
            [ChatCompletionTokenLogprob.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("content", UNSET), list)
            else value
        )
        self.refusal = (
            [ChatCompletionTokenLogprob.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("refusal", UNSET), list)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ChatCompletionTokenLogprob(Model):
    """A token of the answer and what else could have stood in its place.

    Attributes:
        token: The token.
        logprob: The natural logarithm of its probability, -9999.0 when very unlikely.
        bytes_: The UTF-8 bytes of the token.
        top_logprobs: The most likely tokens at this place.
    """

    token: str
    logprob: float
    bytes_: list[int] | None | Unset = UNSET
    top_logprobs: list[TopLogprob] | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"bytes_": "bytes"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.token = pop("token", UNSET)
        self.logprob = pop("logprob", UNSET)
        self.bytes_ = pop("bytes", UNSET)
        self.top_logprobs = (
            [TopLogprob.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("top_logprobs", UNSET), list)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class TopLogprob(Model):
    """A token that could have stood at this place.

    Attributes:
        token: The token.
        logprob: The natural logarithm of its probability, -9999.0 when very unlikely.
        bytes_: The UTF-8 bytes of the token.
    """

    token: str
    logprob: float
    bytes_: list[int] | None | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"bytes_": "bytes"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.token = pop("token", UNSET)
        self.logprob = pop("logprob", UNSET)
        self.bytes_ = pop("bytes", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class CompletionUsage(Model):
    """What a request cost, in tokens.

    Attributes:
        prompt_tokens: Tokens of the prompt.
        completion_tokens: Tokens of the answer.
        total_tokens: Tokens of both.
        prompt_tokens_details: The prompt's tokens by kind.
        completion_tokens_details: The answer's tokens by kind.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails | None | Unset = UNSET
    completion_tokens_details: CompletionTokensDetails | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.prompt_tokens = pop("prompt_tokens", UNSET)
        self.completion_tokens = pop("completion_tokens", UNSET)
        self.total_tokens = pop("total_tokens", UNSET)
        self.prompt_tokens_details = (
            PromptTokensDetails.from_dict(value)
            if isinstance(value := pop("prompt_tokens_details", UNSET), dict)
            else value
        )
        self.completion_tokens_details = (
            CompletionTokensDetails.from_dict(value)
            if isinstance(value := pop("completion_tokens_details", UNSET), dict)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class PromptTokensDetails(Model):
    """The prompt's tokens by kind.

    Attributes:
        audio_tokens: Tokens of sound.
        cached_tokens: Tokens read from the cache.
        cache_write_tokens: Tokens written to the cache.
        image_tokens: Tokens of pictures.
        text_tokens: Tokens of text.
    """

    audio_tokens: int | Unset = UNSET
    cached_tokens: int | Unset = UNSET
    cache_write_tokens: int | Unset = UNSET
    image_tokens: int | Unset = UNSET
    text_tokens: int | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.audio_tokens = pop("audio_tokens", UNSET)
        self.cached_tokens = pop("cached_tokens", UNSET)
        self.cache_write_tokens = pop("cache_write_tokens", UNSET)
        self.image_tokens = pop("image_tokens", UNSET)
        self.text_tokens = pop("text_tokens", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class CompletionTokensDetails(Model):
    """The answer's tokens by kind.

    Attributes:
        accepted_prediction_tokens: Predicted tokens that the answer has.
        rejected_prediction_tokens: Predicted tokens that the answer does not have.
        audio_tokens: Tokens of sound.
        reasoning_tokens: Tokens of reasoning.
        text_tokens: Tokens of text.
    """

    accepted_prediction_tokens: int | Unset = UNSET
    rejected_prediction_tokens: int | Unset = UNSET
    audio_tokens: int | Unset = UNSET
    reasoning_tokens: int | Unset = UNSET
    text_tokens: int | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.accepted_prediction_tokens = pop("accepted_prediction_tokens", UNSET)
        self.rejected_prediction_tokens = pop("rejected_prediction_tokens", UNSET)
        self.audio_tokens = pop("audio_tokens", UNSET)
        self.reasoning_tokens = pop("reasoning_tokens", UNSET)
        self.text_tokens = pop("text_tokens", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ChatCompletionModeration(Model):
    """What moderation found, or why it could not look.

    Attributes:
        input_: Results or an error, told apart by their type.
        output: Results or an error, told apart by their type.
    """

    input_: ModerationResults | ModerationError
    output: ModerationResults | ModerationError

    _json_names: ClassVar[Mapping[str, str]] = {"input_": "input"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.input_ = (
            _moderation_results_or_moderation_error(value) if isinstance(value := pop("input", UNSET), dict) else value
        )
        self.output = (
            _moderation_results_or_moderation_error(value) if isinstance(value := pop("output", UNSET), dict) else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ModerationResults(Model):
    """What moderation found.

    Attributes:
        type_: The kind of outcome.
        model: The model that moderated.
        results: One entry for each thing that was looked at.
    """

    type_: Literal["moderation_results"]
    model: str
    results: list[ModerationResult]

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.type_ = pop("type", UNSET)
        self.model = pop("model", UNSET)
        self.results = (
            [ModerationResult.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("results", UNSET), list)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ModerationResult(Model):
    """What moderation found in one thing.

    Attributes:
        type_: The kind of result.
        model: The model that moderated.
        flagged: Whether any category was found.
        categories: Whether each category was found.
        category_scores: How sure the model is of each category, from 0 to 1.
        category_applied_input_types: The kinds of input that each score was made from.
    """

    type_: Literal["moderation_result"]
    model: str
    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[ModerationInputType | str]]

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.type_ = pop("type", UNSET)
        self.model = pop("model", UNSET)
        self.flagged = pop("flagged", UNSET)
        self.categories = pop("categories", UNSET)
        self.category_scores = pop("category_scores", UNSET)
        self.category_applied_input_types = pop("category_applied_input_types", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.type_ = pop("type", UNSET)
        self.code = pop("code", UNSET)
        self.message = pop("message", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ChatCompletionUpdate(Model):
    """What can be changed in a stored chat completion.

    Attributes:
        metadata: The new metadata, in place of the old; null removes it.
    """

    metadata: dict[str, str] | None

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.metadata = pop("metadata", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.id = pop("id", UNSET)
        self.object_ = pop("object", UNSET)
        self.deleted = pop("deleted", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.object_ = pop("object", UNSET)
        self.data = (
            [ChatCompletion.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("data", UNSET), list)
            else value
        )
        self.has_more = pop("has_more", UNSET)
        self.first_id = pop("first_id", UNSET)
        self.last_id = pop("last_id", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.object_ = pop("object", UNSET)
        self.data = (
            [ChatCompletionStoreMessage.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("data", UNSET), list)
            else value
        )
        self.has_more = pop("has_more", UNSET)
        self.first_id = pop("first_id", UNSET)
        self.last_id = pop("last_id", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ChatCompletionStoreMessage(Model):
    """A message that a stored chat completion was created from.

    Attributes:
        role: Who wrote the message.
        content: The text of the message.
        refusal: The text with which the model refused.
        tool_calls: The tools that the model called.
        function_call: The function that the model called, where tools were not used.
        annotations: The sources that the text cites.
        audio: The spoken answer.
        id: The id of the message.
        name: The name of the participant.
        tool_call_id: The tool call that a message with the role `tool` answers.
        content_parts: The parts of a message that was not plain text.
    """

    role: Role | str
    content: str | None | Unset = UNSET
    refusal: str | None | Unset = UNSET
    tool_calls: list[FunctionToolCall | CustomToolCall] | None | Unset = UNSET
    function_call: FunctionCall | None | Unset = UNSET
    annotations: list[Annotation] | None | Unset = UNSET
    audio: ChatCompletionAudio | None | Unset = UNSET
    id: str | Unset = UNSET
    name: str | None | Unset = UNSET
    tool_call_id: str | None | Unset = UNSET
    content_parts: list[TextPart | ImagePart] | None | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.role = pop("role", UNSET)
        self.content = pop("content", UNSET)
        self.refusal = pop("refusal", UNSET)
        self.tool_calls = (
            [_function_tool_call_or_custom_tool_call(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("tool_calls", UNSET), list)
            else value
        )
        self.function_call = (
            FunctionCall.from_dict(value) if isinstance(value := pop("function_call", UNSET), dict) else value
        )
        self.annotations = (
            [Annotation.from_dict(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("annotations", UNSET), list)
            else value
        )
        self.audio = ChatCompletionAudio.from_dict(value) if isinstance(value := pop("audio", UNSET), dict) else value
        self.id = pop("id", UNSET)
        self.name = pop("name", UNSET)
        self.tool_call_id = pop("tool_call_id", UNSET)
        self.content_parts = (
            [_text_part_or_image_part(item) if isinstance(item, dict) else item for item in value]
            if isinstance(value := pop("content_parts", UNSET), list)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class TextPart(Model):
    """A part that is text.

    Attributes:
        type_: The kind of part.
        text: The text.
        prompt_cache_breakpoint: The end of a prefix that the server may cache.
    """

    type_: Literal["text"]
    text: str
    prompt_cache_breakpoint: PromptCacheBreakpoint | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.type_ = pop("type", UNSET)
        self.text = pop("text", UNSET)
        self.prompt_cache_breakpoint = (
            PromptCacheBreakpoint.from_dict(value)
            if isinstance(value := pop("prompt_cache_breakpoint", UNSET), dict)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ImagePart(Model):
    """A part that is a picture.

    Attributes:
        type_: The kind of part.
        image_url: Where a picture is and how closely to look at it.
        prompt_cache_breakpoint: The end of a prefix that the server may cache.
    """

    type_: Literal["image_url"]
    image_url: ImageUrl
    prompt_cache_breakpoint: PromptCacheBreakpoint | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.type_ = pop("type", UNSET)
        self.image_url = ImageUrl.from_dict(value) if isinstance(value := pop("image_url", UNSET), dict) else value
        self.prompt_cache_breakpoint = (
            PromptCacheBreakpoint.from_dict(value)
            if isinstance(value := pop("prompt_cache_breakpoint", UNSET), dict)
            else value
        )
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ImageUrl(Model):
    """Where a picture is and how closely to look at it.

    Attributes:
        url: The address of the picture, or the picture itself as a data URL.
        detail: How closely the model looks.
    """

    url: str
    detail: ImageDetail | str | Unset = UNSET

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.url = pop("url", UNSET)
        self.detail = pop("detail", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class PromptCacheBreakpoint(Model):
    """The end of a prefix that the server may cache.

    Attributes:
        mode: How the breakpoint was set.
    """

    mode: Literal["explicit"]

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.mode = pop("mode", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
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
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.error = ErrorDetails.from_dict(value) if isinstance(value := pop("error", UNSET), dict) else value
        self.detail = pop("detail", UNSET)
        self.message = pop("message", UNSET)
        self.additional_properties = rest or {}
        return self


@define(repr=False, eq=False)
class ErrorDetails(Model):
    """What went wrong.

    Attributes:
        message: The explanation for a person.
        type_: The kind of error.
        param: The parameter that caused it.
        code: The code of the error.
    """

    message: str
    type_: str | None | Unset = UNSET
    param: str | None | Unset = UNSET
    code: str | int | None | Unset = UNSET

    _json_names: ClassVar[Mapping[str, str]] = {"type_": "type"}

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        self, rest = cls.__new__(cls), {**src_dict}
        pop: Callable[..., Any] = rest.pop
        self.message = pop("message", UNSET)
        self.type_ = pop("type", UNSET)
        self.param = pop("param", UNSET)
        self.code = pop("code", UNSET)
        self.additional_properties = rest or {}
        return self
