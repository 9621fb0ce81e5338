# Generated from openapi.yaml by `make generate`; do not edit.
"""The schemas of the document, as classes and types."""

from .annotation import Annotation
from .chat_completion import ChatCompletion
from .chat_completion_audio import ChatCompletionAudio
from .chat_completion_deleted import ChatCompletionDeleted
from .chat_completion_list import ChatCompletionList
from .chat_completion_message import ChatCompletionMessage
from .chat_completion_message_list import ChatCompletionMessageList
from .chat_completion_moderation import ChatCompletionModeration
from .chat_completion_store_message import ChatCompletionStoreMessage
from .chat_completion_token_logprob import ChatCompletionTokenLogprob
from .chat_completion_update import ChatCompletionUpdate
from .choice import Choice
from .choice_logprobs import ChoiceLogprobs
from .completion_tokens_details import CompletionTokensDetails
from .completion_usage import CompletionUsage
from .custom_call import CustomCall
from .custom_tool_call import CustomToolCall
from .error_details import ErrorDetails
from .error_response import ErrorResponse
from .finish_reason import FinishReason
from .function_call import FunctionCall
from .function_tool_call import FunctionToolCall
from .image_detail import ImageDetail
from .image_part import ImagePart
from .image_url import ImageUrl
from .moderation_error import ModerationError
from .moderation_input_type import ModerationInputType
from .moderation_result import ModerationResult
from .moderation_results import ModerationResults
from .order import Order
from .prompt_cache_breakpoint import PromptCacheBreakpoint
from .prompt_tokens_details import PromptTokensDetails
from .role import Role
from .service_tier import ServiceTier
from .text_part import TextPart
from .top_logprob import TopLogprob
from .url_citation import UrlCitation

__all__ = (
    "Annotation",
    "ChatCompletion",
    "ChatCompletionAudio",
    "ChatCompletionDeleted",
    "ChatCompletionList",
    "ChatCompletionMessage",
    "ChatCompletionMessageList",
    "ChatCompletionModeration",
    "ChatCompletionStoreMessage",
    "ChatCompletionTokenLogprob",
    "ChatCompletionUpdate",
    "Choice",
    "ChoiceLogprobs",
    "CompletionTokensDetails",
    "CompletionUsage",
    "CustomCall",
    "CustomToolCall",
    "ErrorDetails",
    "ErrorResponse",
    "FinishReason",
    "FunctionCall",
    "FunctionToolCall",
    "ImageDetail",
    "ImagePart",
    "ImageUrl",
    "ModerationError",
    "ModerationInputType",
    "ModerationResult",
    "ModerationResults",
    "Order",
    "PromptCacheBreakpoint",
    "PromptTokensDetails",
    "Role",
    "ServiceTier",
    "TextPart",
    "TopLogprob",
    "UrlCitation",
)
