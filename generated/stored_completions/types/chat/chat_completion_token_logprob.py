# Generated from openapi.yaml by `make generate`; do not edit.
"""What this package has under other names."""

from __future__ import annotations

from ...models import ChatCompletionTokenLogprob, TopLogprob

__all__ = ("ChatCompletionTokenLogprob", "TopLogprob")
