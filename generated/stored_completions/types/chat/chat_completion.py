# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.chat.chat_completion`."""

from ...models import ChatCompletion, ChatCompletionModeration as Moderation, Choice, ChoiceLogprobs

__all__ = ("ChatCompletion", "Choice", "ChoiceLogprobs", "Moderation")
