# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.chat.chat_completion_token_logprob`."""

from ...models import ChatCompletionTokenLogprob, TopLogprob

__all__ = ("ChatCompletionTokenLogprob", "TopLogprob")
