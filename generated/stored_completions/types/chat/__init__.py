# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.chat`."""

from ...models import (
    ChatCompletion,
    ChatCompletionAudio,
    ChatCompletionDeleted,
    ChatCompletionMessage,
    ChatCompletionStoreMessage,
    ChatCompletionTokenLogprob,
    CustomToolCall as ChatCompletionMessageCustomToolCall,
    CustomToolCall as _CustomToolCall,
    FunctionToolCall as ChatCompletionMessageFunctionToolCall,
    FunctionToolCall as ChatCompletionMessageToolCall,
    FunctionToolCall as _FunctionToolCall,
    ImagePart as ChatCompletionContentPartImage,
    Role as ChatCompletionRole,
    TextPart as ChatCompletionContentPartText,
)
from . import (
    chat_completion,
    chat_completion_message,
    chat_completion_message_function_tool_call,
    chat_completion_token_logprob,
)

ChatCompletionMessageToolCallUnion = _FunctionToolCall | _CustomToolCall

__all__ = (
    "ChatCompletion",
    "ChatCompletionAudio",
    "ChatCompletionContentPartImage",
    "ChatCompletionContentPartText",
    "ChatCompletionDeleted",
    "ChatCompletionMessage",
    "ChatCompletionMessageCustomToolCall",
    "ChatCompletionMessageFunctionToolCall",
    "ChatCompletionMessageToolCall",
    "ChatCompletionMessageToolCallUnion",
    "ChatCompletionRole",
    "ChatCompletionStoreMessage",
    "ChatCompletionTokenLogprob",
    "chat_completion",
    "chat_completion_message",
    "chat_completion_message_function_tool_call",
    "chat_completion_token_logprob",
)
