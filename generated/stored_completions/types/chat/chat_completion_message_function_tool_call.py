# Generated from openapi.yaml by `make generate`; do not edit.
"""What this package has, under the names of `types.chat.chat_completion_message_function_tool_call`."""

from __future__ import annotations

from ...models import FunctionCall as Function, FunctionToolCall as ChatCompletionMessageFunctionToolCall

__all__ = ("ChatCompletionMessageFunctionToolCall", "Function")
