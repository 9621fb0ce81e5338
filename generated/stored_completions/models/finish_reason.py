# Generated from openapi.yaml by `make generate`; do not edit.
from typing import Literal

FinishReason = Literal["content_filter", "function_call", "length", "stop", "tool_calls"]
"""The reasons to stop that the vendor names."""
