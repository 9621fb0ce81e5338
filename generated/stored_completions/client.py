# Generated from openapi.yaml by `make generate`; do not edit.
"""The clients of the endpoint functions, their options and defaults, and httpx clients to give to them."""

from ._runtime.aiohttp_client import DefaultAioHttpClient
from ._runtime.client import MAX_RESPONSE_BYTES, MAX_RETRIES, TIMEOUT, AuthenticatedClient, Client, RequestOptions
from ._runtime.defaults import DefaultAsyncHttpxClient, DefaultHttpxClient

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
