# Generated from openapi.yaml by `make generate`; do not edit.
"""What the runtime knows of the document."""

from __future__ import annotations

from collections.abc import Mapping

NAME = "stored_completions"
USER_AGENT = "stored-completions/0.3.0"
BASE_URL = "https://api.openai.com/v1"
# Sent with every request, unless the client has others of these names.
HEADERS: Mapping[str, str] = {"X-Stainless-Lang": "python"}
LOG_VARIABLE = "OPENAI_LOG"
# How the key is sent: in a header, the query or a cookie, or nowhere; under which name; what stands before it there.
AUTH_LOCATION = "header"
AUTH_NAME = "Authorization"
AUTH_PREFIX = "Bearer"
# Whether each operation needs a key, so that a client without one is of no use.
AUTH_REQUIRED = True
NEVER_RETRIED: frozenset[str] = frozenset(["insufficient_quota"])
# What to add to the message of an error, by status; that of 404 where the path names a thing by its id.
HINTS: Mapping[int, str] = {
    401: "Check the API key and the organization and project that it belongs to.",
    404: "Only completions that were created with `store=true` can be retrieved, and they may take a moment to appear.",
    405: "Storing completions may not be enabled for this account or server.",
    429: "Slow down, or check the plan and billing details if the quota is used up.",
}
# What telemetry says of each call; the attribute that has the operation's name, and the metric of how long calls take.
CALL_ATTRIBUTES: Mapping[str, str] = {"gen_ai.provider.name": "openai"}
CALL_NAME = "gen_ai.operation.name"
CALL_DURATION = "gen_ai.client.operation.duration"
# Other packages whose HTTP clients are accepted, and the module for each.
ADAPTERS: Mapping[str, str] = {"httpx2": "httpx2_client"}
