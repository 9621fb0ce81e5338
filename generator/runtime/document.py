"""All that the runtime knows about the spec. These are stand-ins: the generator writes this module for each package."""

from __future__ import annotations

from collections.abc import Mapping

NAME = "runtime"
USER_AGENT = "runtime/0"
BASE_URL = ""
# Default headers of every request.
HEADERS: Mapping[str, str] = {}
LOG_VARIABLE = ""
# Where the key is sent (`header`, `query`, `cookie`, or empty for nowhere), under which name, and after which prefix.
AUTH_LOCATION = "header"
AUTH_NAME = "Authorization"
AUTH_PREFIX = "Bearer"
# Whether every operation needs a key, so that a client without one is of no use.
AUTH_REQUIRED = True
NEVER_RETRIED: frozenset[str] = frozenset()
# Hints that are added to the messages of errors, by status; the one of 404 only where the path has an id.
HINTS: Mapping[int, str] = {}
# Telemetry: attributes of every call, the attribute for the operation's name, and the metric for the duration of calls.
CALL_ATTRIBUTES: Mapping[str, str] = {}
CALL_NAME = ""
CALL_DURATION = ""
# Further packages whose HTTP clients are accepted, with the runtime module that adapts them.
ADAPTERS: Mapping[str, str] = {}
