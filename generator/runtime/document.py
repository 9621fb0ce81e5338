"""What the runtime knows of the document. This one knows nothing: the generator writes one for each package."""

from __future__ import annotations

from collections.abc import Mapping

NAME = "runtime"
USER_AGENT = "runtime/0"
BASE_URL = ""
# Sent with every request, unless the client has others of these names.
HEADERS: Mapping[str, str] = {}
LOG_VARIABLE = ""
# How the key is sent: in a header, the query or a cookie, or nowhere; under which name; what stands before it there.
AUTH_LOCATION = "header"
AUTH_NAME = "Authorization"
AUTH_PREFIX = "Bearer"
# Whether each operation needs a key, so that a client without one is of no use.
AUTH_REQUIRED = True
NEVER_RETRIED: frozenset[str] = frozenset()
# What to add to the message of an error, by status; that of 404 where the path names a thing by its id.
HINTS: Mapping[int, str] = {}
# What telemetry says of each call; the attribute that has the operation's name, and the metric of how long calls take.
CALL_ATTRIBUTES: Mapping[str, str] = {}
CALL_NAME = ""
CALL_DURATION = ""
# Other packages whose HTTP clients are accepted, and the module for each.
ADAPTERS: Mapping[str, str] = {}
