# Generated from openapi.yaml by `make generate`; do not edit.
"""The clients that endpoint functions take, their options and defaults, and httpx clients for them."""

from ._runtime.aiohttp_client import DefaultAioHttpClient
from ._runtime.client import AuthenticatedClient, Client
from ._runtime.defaults import DefaultAsyncHttpxClient, DefaultHttpxClient
from ._runtime.options import MAX_RESPONSE_BYTES, MAX_RETRIES, TIMEOUT, RequestOptions

__all__ = (
    "MAX_RESPONSE_BYTES",
    "MAX_RETRIES",
    "TIMEOUT",
    "AuthenticatedClient",
    "Client",
    "DefaultAioHttpClient",
    "DefaultAsyncHttpxClient",
    "DefaultHttpxClient",
    "RequestOptions",
)
