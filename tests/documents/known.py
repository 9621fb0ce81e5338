"""What fails for a reason that lies in the document or in the mock server, and what is accepted in a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# By the document's name: why the failures that it has are not ours.
KNOWN: Final[Mapping[str, str]] = {
    "3.0-circular-paths (JSON)": "Steady reads an object in a header as one string, whatever its `style`",
    "3.0-circular-request-bodies (JSON)": "`/direct` requires an object that requires itself: no finite body is valid",
    "3.0-http-status-codes (JSON)": "Steady answers 101, which nobody asked to switch to; h11 takes that for an error",
    "3.0-schema-types (JSON)": "the document wants a value that is a string and an integer at once (`allOf`)",
    "3.1-schema-types (JSON)": "the document wants a value that is a string and an integer at once (`allOf`)",
    "3.0-server-path-level (JSON)": "Steady does not follow a path's `$ref`; the request is what it describes",
}

# By the document's name: more of generator-config.yml.
ACCEPTED: Final[Mapping[str, str]] = {
    "3.0-schema-enums (JSON)": """
accept:
  - at: "*/enum (with duplicate options)/enum"
    reason: The document says so in the property's name.
""",
}
