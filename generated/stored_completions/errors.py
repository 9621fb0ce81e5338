# Generated from openapi.yaml by `make generate`; do not edit.
"""What can go wrong: everything that the package raises, beside ValueError and TypeError."""

from ._runtime.errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    CredentialsError,
    Error,
    InternalServerError,
    NotFoundError,
    PagingError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
)

__all__ = (
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "CredentialsError",
    "Error",
    "InternalServerError",
    "NotFoundError",
    "PagingError",
    "PermissionDeniedError",
    "RateLimitError",
    "UnprocessableEntityError",
)
