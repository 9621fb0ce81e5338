# Generated from openapi.yaml by `make generate`; do not edit.
"""All that the runtime knows about the spec."""

from __future__ import annotations

from collections.abc import Mapping

NAME = "stored_completions"
USER_AGENT = "stored-completions/0.3.0"
BASE_URL = "https://api.openai.com/v1"
# Default headers of every request.
HEADERS: Mapping[str, str] = {"X-Stainless-Lang": "python"}
LOG_VARIABLE = "OPENAI_LOG"
# Where the key is sent (`header`, `query`, `cookie`, or empty for nowhere), under which name, and after which prefix.
AUTH_LOCATION = "header"
AUTH_NAME = "Authorization"
AUTH_PREFIX = "Bearer"
# Whether every operation needs a key, so that a client without one is of no use.
AUTH_REQUIRED = True
NEVER_RETRIED: frozenset[str] = frozenset(["insufficient_quota"])
# Hints that are added to the messages of errors, by status; the one of 404 only where the path has an id.
HINTS: Mapping[int, str] = {
    401: "Check the API key and the organization and project that it belongs to.",
    404: "Only completions that were created with `store=true` can be retrieved, and they may take a moment to appear.",
    405: "Storing completions may not be enabled for this account or server.",
    429: "Slow down, or check the plan and billing details if the quota is used up.",
}
# Telemetry: attributes of every call, the attribute for the operation's name, and the metric for the duration of calls.
CALL_ATTRIBUTES: Mapping[str, str] = {"gen_ai.provider.name": "openai"}
CALL_NAME = "gen_ai.operation.name"
CALL_DURATION = "gen_ai.client.operation.duration"
# Further packages whose HTTP clients are accepted, with the runtime module that adapts them.
ADAPTERS: Mapping[str, str] = {"httpx2": "httpx2_client"}
