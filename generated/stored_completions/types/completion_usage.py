# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.completion_usage`."""

from ..models import CompletionTokensDetails, CompletionUsage, PromptTokensDetails

__all__ = ("CompletionTokensDetails", "CompletionUsage", "PromptTokensDetails")
