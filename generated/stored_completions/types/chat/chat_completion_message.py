# Generated from openapi.yaml by `make generate`; do not edit.
"""What this package has, under the names of `types.chat.chat_completion_message`."""

from __future__ import annotations

from ...models import Annotation, ChatCompletionMessage, FunctionCall, UrlCitation as AnnotationURLCitation

__all__ = ("Annotation", "AnnotationURLCitation", "ChatCompletionMessage", "FunctionCall")
