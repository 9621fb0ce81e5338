# Generated from openapi.yaml by `make generate`; do not edit.
"""Read, list, update and delete the chat completions that an account keeps."""

__version__ = "0.3.0"

from typing import TYPE_CHECKING

from httpx import Timeout

from . import pagination, types
from ._runtime.lazy import lazy_names
from .api import AsyncAzureOpenAI, AsyncOpenAI, AzureOpenAI, OpenAI
from .client import (
    MAX_RETRIES as DEFAULT_MAX_RETRIES,
    TIMEOUT as DEFAULT_TIMEOUT,
    AuthenticatedClient,
    Client,
    DefaultAioHttpClient,
    DefaultAsyncHttpxClient,
    DefaultHttpxClient,
    RequestOptions,
)
from .errors import (
    APIConnectionError,
    APIError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    Error as OpenAIError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)
from .types import (
    UNSET,
    UNSET as NOT_GIVEN,
    UNSET as not_given,
    UNSET as omit,
    AsyncStreamedResponse as AsyncAPIResponse,
    Model as BaseModel,
    Response,
    StreamedResponse as APIResponse,
    Unset as NotGiven,
    Unset as Omit,
)

if TYPE_CHECKING:
    from . import models as models

__all__ = (
    "DEFAULT_MAX_RETRIES",
    "DEFAULT_TIMEOUT",
    "NOT_GIVEN",
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIResponse",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncAPIResponse",
    "AsyncAzureOpenAI",
    "AsyncOpenAI",
    "AuthenticatedClient",
    "AuthenticationError",
    "AzureOpenAI",
    "BadRequestError",
    "BaseModel",
    "Client",
    "ConflictError",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "InternalServerError",
    "NotFoundError",
    "NotGiven",
    "Omit",
    "OpenAI",
    "OpenAIError",
    "PermissionDeniedError",
    "RateLimitError",
    "RequestOptions",
    "Response",
    "Timeout",
    "UnprocessableEntityError",
    "__version__",
    "not_given",
    "omit",
    "pagination",
    "types",
)

__getattr__ = lazy_names(__name__, globals(), {"": "models"})
