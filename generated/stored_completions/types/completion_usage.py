# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.completion_usage`."""

from __future__ import annotations

from ..models import CompletionTokensDetails, CompletionUsage, PromptTokensDetails

__all__ = ("CompletionTokensDetails", "CompletionUsage", "PromptTokensDetails")
