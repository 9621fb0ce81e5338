# Generated from openapi.yaml by `make generate`; do not edit.
"""Names of this package, re-exported as `types.chat.chat_completion_message`."""

from ...models import Annotation, ChatCompletionMessage, FunctionCall, UrlCitation as AnnotationURLCitation

__all__ = ("Annotation", "AnnotationURLCitation", "ChatCompletionMessage", "FunctionCall")
