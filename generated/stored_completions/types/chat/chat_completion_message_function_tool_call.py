# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.chat.chat_completion_message_function_tool_call`."""

from ...models import FunctionCall as Function, FunctionToolCall as ChatCompletionMessageFunctionToolCall

__all__ = ("ChatCompletionMessageFunctionToolCall", "Function")
