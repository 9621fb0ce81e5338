# Generated from openapi.yaml by `make generate`; do not edit.
"""Read, list, update and delete the chat completions that an account keeps."""

__version__ = "0.2.0"

from .aiohttp_client import DefaultAioHttpClient
from .api import AsyncOpenAI, OpenAI
from .client import AuthenticatedClient, Client
from .response import Response
from .unset import UNSET

__all__ = (
    "UNSET",
    "AsyncOpenAI",
    "AuthenticatedClient",
    "Client",
    "DefaultAioHttpClient",
    "OpenAI",
    "Response",
    "__version__",
)
