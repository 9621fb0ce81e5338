# Generated from openapi.yaml by `make generate`; do not edit.
"""What this package has, under the names of `types.completion_usage`."""

from __future__ import annotations

from ..models import CompletionTokensDetails, CompletionUsage, PromptTokensDetails

__all__ = ("CompletionTokensDetails", "CompletionUsage", "PromptTokensDetails")
