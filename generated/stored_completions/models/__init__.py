# Generated from openapi.yaml by `make generate`; do not edit.
"""The schemas of the spec, as classes and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from attrs import define, field

from .._runtime.compat import Model
from .._runtime.model import new_model
from .._runtime.nested import decode_list
from .._runtime.tree import JSON

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
"""The order of a list, oldest (`asc`) or newest (`desc`) first. Default: asc."""
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


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletion(Model):
    """A stored chat completion.

    Attributes:
        id: The id that the completion is retrieved by.
        object: The kind of object.
        created: When the completion was created, in Unix seconds.
        model: The model that made the completion.
        choices: The answers; their number is the request's `n`.
        usage: What the request cost, in tokens.
        request_id: The id of the request that created the completion.
        service_tier: The processing tier that served the request.
        system_fingerprint: The backend configuration that the model ran with. Deprecated.
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
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsage | None = None
    request_id: str | None = None
    service_tier: ServiceTier | str | None = None
    system_fingerprint: str | None = field(default=None, metadata={"deprecated": True})
    metadata: dict[str, str] | None = None
    seed: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    input_user: str | None = None
    tool_choice: str | dict[str, JSON] | None = None
    tools: list[dict[str, JSON]] | None = None
    response_format: dict[str, JSON] | None = None
    moderation: ChatCompletionModeration | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("choices"), list):
            self.choices = decode_list(Choice._decoded, value, owned)

        if isinstance(value := values.get("usage"), dict):
            self.usage = CompletionUsage._decoded(value, owned)

        if isinstance(value := values.get("moderation"), dict):
            self.moderation = ChatCompletionModeration._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class Choice(Model):
    """One answer of a chat completion.

    Attributes:
        index: The index of this answer among the choices.
        message: A message that the model generated.
        finish_reason: Why the model stopped.
        logprobs: The log probabilities of the answer's tokens.
    """

    index: int
    message: ChatCompletionMessage
    finish_reason: FinishReason | str
    logprobs: ChoiceLogprobs | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("message"), dict):
            self.message = ChatCompletionMessage._decoded(value, owned)

        if isinstance(value := values.get("logprobs"), dict):
            self.logprobs = ChoiceLogprobs._decoded(value, owned)

        return self


def _function_tool_call_or_custom_tool_call(value: dict[str, Any], owned: bool) -> Any:
    match value.get("type"):
        case "function" | None:
            return FunctionToolCall._decoded(value, owned)
        case "custom":
            return CustomToolCall._decoded(value, owned)
    return value


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionMessage(Model):
    """A message that the model generated.

    Attributes:
        role: Who wrote the message.
        content: The text of the message.
        refusal: The text of the model's refusal.
        tool_calls: The tools that the model called.
        function_call: The function that the model called, if the request offered `functions` instead of tools.
            Deprecated.
        annotations: The sources that the text cites.
        audio: The spoken answer.
    """

    role: Role | str
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[FunctionToolCall | CustomToolCall] | None = None
    function_call: FunctionCall | None = field(default=None, metadata={"deprecated": True})
    annotations: list[Annotation] | None = None
    audio: ChatCompletionAudio | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("tool_calls"), list):
            self.tool_calls = decode_list(_function_tool_call_or_custom_tool_call, value, owned)

        if isinstance(value := values.get("function_call"), dict):
            self.function_call = FunctionCall._decoded(value, owned)

        if isinstance(value := values.get("annotations"), list):
            self.annotations = decode_list(Annotation._decoded, value, owned)

        if isinstance(value := values.get("audio"), dict):
            self.audio = ChatCompletionAudio._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class FunctionToolCall(Model):
    """A call of a function.

    Attributes:
        id: The id that the tool's result refers to.
        function: A function and its arguments, as the model wrote them.
        type: The kind of tool.
    """

    id: str
    function: FunctionCall
    type: Literal["function"] | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("function"), dict):
            self.function = FunctionCall._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class CustomToolCall(Model):
    """A call of a custom tool.

    Attributes:
        id: The id that the tool's result refers to.
        type: The kind of tool.
        custom: A custom tool and its input, as the model wrote them.
    """

    id: str
    type: Literal["custom"]
    custom: CustomCall

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("custom"), dict):
            self.custom = CustomCall._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class FunctionCall(Model):
    """A function and its arguments, as the model wrote them.

    Attributes:
        name: The name of the function.
        arguments: The arguments as JSON text, which may be invalid.
    """

    name: str
    arguments: str | None = None


@define(kw_only=True, slots=False, eq=False, repr=False)
class CustomCall(Model):
    """A custom tool and its input, as the model wrote them.

    Attributes:
        name: The name of the custom tool.
        input: The text that the tool was called with.
    """

    name: str
    input: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class Annotation(Model):
    """A source that the text cites.

    Attributes:
        type: The kind of annotation.
        url_citation: A web page that a part of the text cites.
    """

    type: Literal["url_citation"]
    url_citation: UrlCitation

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("url_citation"), dict):
            self.url_citation = UrlCitation._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class UrlCitation(Model):
    """A web page that a part of the text cites.

    Attributes:
        start_index: The index of the citation's first character in the text.
        end_index: The index of the citation's last character in the text.
        title: The title of the page.
        url: The address of the page.
    """

    start_index: int
    end_index: int
    title: str
    url: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionAudio(Model):
    """A spoken answer.

    Attributes:
        id: The id that a later request refers to.
        data: The audio, in base64.
        expires_at: When the server deletes the audio, in Unix seconds.
        transcript: The spoken text.
    """

    id: str
    data: str
    expires_at: int
    transcript: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChoiceLogprobs(Model):
    """The log probabilities of an answer.

    Attributes:
        content: One entry for each token of the text.
        refusal: One entry for each token of the refusal.
    """

    content: list[ChatCompletionTokenLogprob] | None = None
    refusal: list[ChatCompletionTokenLogprob] | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("content"), list):
            self.content = decode_list(ChatCompletionTokenLogprob._decoded, value, owned)

        if isinstance(value := values.get("refusal"), list):
            self.refusal = decode_list(ChatCompletionTokenLogprob._decoded, value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionTokenLogprob(Model):
    """A token of the answer, and its most likely alternatives.

    Attributes:
        token: The token.
        logprob: The natural logarithm of the token's probability; -9999.0 if it is very unlikely.
        bytes: The UTF-8 bytes of the token.
        top_logprobs: The most likely tokens at this position.
    """

    token: str
    logprob: float
    bytes: list[int] | None = None
    top_logprobs: list[TopLogprob] | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("top_logprobs"), list):
            self.top_logprobs = decode_list(TopLogprob._decoded, value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class TopLogprob(Model):
    """One of the most likely tokens at a position.

    Attributes:
        token: The token.
        logprob: The natural logarithm of the token's probability; -9999.0 if it is very unlikely.
        bytes: The UTF-8 bytes of the token.
    """

    token: str
    logprob: float
    bytes: list[int] | None = None


@define(kw_only=True, slots=False, eq=False, repr=False)
class CompletionUsage(Model):
    """What a request cost, in tokens.

    Attributes:
        prompt_tokens: Tokens of the prompt. Default: 0.
        completion_tokens: Tokens of the answer. Default: 0.
        total_tokens: Tokens of the prompt and the answer. Default: 0.
        prompt_tokens_details: The prompt's tokens by kind.
        completion_tokens_details: The answer's tokens by kind.
    """

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails | None = None
    completion_tokens_details: CompletionTokensDetails | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("prompt_tokens_details"), dict):
            self.prompt_tokens_details = PromptTokensDetails._decoded(value, owned)

        if isinstance(value := values.get("completion_tokens_details"), dict):
            self.completion_tokens_details = CompletionTokensDetails._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class PromptTokensDetails(Model):
    """The prompt's tokens by kind.

    Attributes:
        audio_tokens: Tokens of audio. Default: 0.
        cached_tokens: Tokens read from the cache. Default: 0.
        cache_write_tokens: Tokens written to the cache. Default: 0.
        image_tokens: Tokens of images.
        text_tokens: Tokens of text.
    """

    audio_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    image_tokens: int | None = None
    text_tokens: int | None = None


@define(kw_only=True, slots=False, eq=False, repr=False)
class CompletionTokensDetails(Model):
    """The answer's tokens by kind.

    Attributes:
        accepted_prediction_tokens: Predicted tokens that are in the answer. Default: 0.
        rejected_prediction_tokens: Predicted tokens that are not in the answer. Default: 0.
        audio_tokens: Tokens of audio. Default: 0.
        reasoning_tokens: Tokens of reasoning. Default: 0.
        text_tokens: Tokens of text.
    """

    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None
    audio_tokens: int | None = None
    reasoning_tokens: int | None = None
    text_tokens: int | None = None


def _moderation_results_or_moderation_error(value: dict[str, Any], owned: bool) -> Any:
    match value.get("type"):
        case "moderation_results":
            return ModerationResults._decoded(value, owned)
        case "error":
            return ModerationError._decoded(value, owned)
    return value


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionModeration(Model):
    """The results of moderation, or the errors that prevented it.

    Attributes:
        input: Results or an error, distinguished by their type.
        output: Results or an error, distinguished by their type.
    """

    input: ModerationResults | ModerationError
    output: ModerationResults | ModerationError

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("input"), dict):
            self.input = _moderation_results_or_moderation_error(value, owned)

        if isinstance(value := values.get("output"), dict):
            self.output = _moderation_results_or_moderation_error(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ModerationResults(Model):
    """The results of moderation.

    Attributes:
        type: The kind of outcome.
        model: The moderation model.
        results: One result for each moderated item.
    """

    type: Literal["moderation_results"]
    model: str
    results: list[ModerationResult]

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("results"), list):
            self.results = decode_list(ModerationResult._decoded, value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ModerationResult(Model):
    """The result of moderation for one item.

    Attributes:
        type: The kind of result. Default: moderation_result.
        model: The moderation model.
        flagged: Whether any category was found.
        categories: Whether each category was found.
        category_scores: The model's confidence in each category, from 0 to 1.
        category_applied_input_types: The kinds of input that each score is based on.
    """

    type: Literal["moderation_result"]
    model: str
    flagged: bool
    categories: dict[str, bool]
    category_scores: dict[str, float]
    category_applied_input_types: dict[str, list[ModerationInputType | str]]


@define(kw_only=True, slots=False, eq=False, repr=False)
class ModerationError(Model):
    """An error that prevented moderation.

    Attributes:
        type: The kind of outcome.
        code: The code of the error.
        message: What went wrong.
    """

    type: Literal["error"]
    code: str
    message: str


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionUpdate(Model):
    """What can be changed in a stored chat completion.

    Attributes:
        metadata: The new metadata, which replaces the old; null removes all metadata.
    """

    metadata: dict[str, str] | None


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionDeleted(Model):
    """The response to a deletion.

    Attributes:
        id: The id of the completion.
        object: The kind of object.
        deleted: Whether the completion was deleted.
    """

    id: str
    object: Literal["chat.completion.deleted"]
    deleted: bool


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionList(Model):
    """One page of stored chat completions.

    Attributes:
        object: The kind of object. Default: list.
        data: The completions of this page.
        has_more: Whether another page follows.
        first_id: The id of the first completion of the page.
        last_id: The id of the last completion of the page.
    """

    object: Literal["list"]
    data: list[ChatCompletion]
    has_more: bool
    first_id: str | None = None
    last_id: str | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("data"), list):
            self.data = decode_list(ChatCompletion._decoded, value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionMessageList(Model):
    """One page of the messages of a stored chat completion.

    Attributes:
        object: The kind of object. Default: list.
        data: The messages of this page.
        has_more: Whether another page follows.
        first_id: The id of the first message of the page.
        last_id: The id of the last message of the page.
    """

    object: Literal["list"]
    data: list[ChatCompletionStoreMessage]
    has_more: bool
    first_id: str | None = None
    last_id: str | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("data"), list):
            self.data = decode_list(ChatCompletionStoreMessage._decoded, value, owned)

        return self


def _text_part_or_image_part(value: dict[str, Any], owned: bool) -> Any:
    match value.get("type"):
        case "text":
            return TextPart._decoded(value, owned)
        case "image_url":
            return ImagePart._decoded(value, owned)
    return value


@define(kw_only=True, slots=False, eq=False, repr=False)
class ChatCompletionStoreMessage(Model):
    """A message that a stored chat completion was created from.

    Attributes:
        role: Who wrote the message.
        content: The text of the message.
        refusal: The text of the model's refusal.
        tool_calls: The tools that the model called.
        function_call: The function that the model called, if the request offered `functions` instead of tools.
            Deprecated.
        annotations: The sources that the text cites.
        audio: The spoken answer.
        id: The id of the message.
        name: The name of the participant.
        tool_call_id: The id of the tool call that this message answers, if its role is `tool`.
        content_parts: The parts of a message that is not plain text.
    """

    role: Role | str
    content: str | None = None
    refusal: str | None = None
    tool_calls: list[FunctionToolCall | CustomToolCall] | None = None
    function_call: FunctionCall | None = field(default=None, metadata={"deprecated": True})
    annotations: list[Annotation] | None = None
    audio: ChatCompletionAudio | None = None
    id: str | None = None
    name: str | None = None
    tool_call_id: str | None = None
    content_parts: list[TextPart | ImagePart] | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("tool_calls"), list):
            self.tool_calls = decode_list(_function_tool_call_or_custom_tool_call, value, owned)

        if isinstance(value := values.get("function_call"), dict):
            self.function_call = FunctionCall._decoded(value, owned)

        if isinstance(value := values.get("annotations"), list):
            self.annotations = decode_list(Annotation._decoded, value, owned)

        if isinstance(value := values.get("audio"), dict):
            self.audio = ChatCompletionAudio._decoded(value, owned)

        if isinstance(value := values.get("content_parts"), list):
            self.content_parts = decode_list(_text_part_or_image_part, value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class TextPart(Model):
    """A text part of a message.

    Attributes:
        type: The kind of part.
        text: The text.
        prompt_cache_breakpoint: The end of a prefix that the server may cache.
    """

    type: Literal["text"]
    text: str
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("prompt_cache_breakpoint"), dict):
            self.prompt_cache_breakpoint = PromptCacheBreakpoint._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ImagePart(Model):
    """An image part of a message.

    Attributes:
        type: The kind of part.
        image_url: An image, and the level of detail at which the model sees it.
        prompt_cache_breakpoint: The end of a prefix that the server may cache.
    """

    type: Literal["image_url"]
    image_url: ImageUrl
    prompt_cache_breakpoint: PromptCacheBreakpoint | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("image_url"), dict):
            self.image_url = ImageUrl._decoded(value, owned)

        if isinstance(value := values.get("prompt_cache_breakpoint"), dict):
            self.prompt_cache_breakpoint = PromptCacheBreakpoint._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ImageUrl(Model):
    """An image, and the level of detail at which the model sees it.

    Attributes:
        url: The URL of the image, or the image itself as a data URL.
        detail: The level of detail.
    """

    url: str
    detail: ImageDetail | str | None = None


@define(kw_only=True, slots=False, eq=False, repr=False)
class PromptCacheBreakpoint(Model):
    """The end of a prefix that the server may cache.

    Attributes:
        mode: How the breakpoint was set. Default: explicit.
    """

    mode: Literal["explicit"]


@define(kw_only=True, slots=False, eq=False, repr=False)
class ErrorResponse(Model):
    """The body of an error response, in the forms that servers send.

    Attributes:
        error: What went wrong.
        detail: What went wrong; some servers use this property.
        message: What went wrong; some gateways use this property.
    """

    error: ErrorDetails | str | None = None
    detail: JSON = None
    message: str | None = None

    @classmethod
    def _decoded(cls, values: Mapping[str, Any], owned: bool) -> Self:
        self = new_model(cls, values, owned)
        if isinstance(value := values.get("error"), dict):
            self.error = ErrorDetails._decoded(value, owned)

        return self


@define(kw_only=True, slots=False, eq=False, repr=False)
class ErrorDetails(Model):
    """What went wrong.

    Attributes:
        message: A human-readable explanation.
        type: The kind of error.
        param: The parameter that caused it.
        code: The code of the error.
    """

    message: str
    type: str | None = None
    param: str | None = None
    code: str | int | None = None
