"""Read the spec's security schemes, and which of them each operation needs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from keyword import iskeyword
from typing import Any, Final, NamedTuple

from openapi_python_client.strings import snake_case

_LONGEST_NAME: Final = 60
_CHALLENGES: Final = re.compile("digest|negotiate|ntlm|hoba|mutual|scram|vapid|oauth$", re.IGNORECASE)


class Scheme(NamedTuple):
    """A way to authenticate a request.

    Attributes:
        name: The name of the scheme in the spec.
        kind: `api_key`, `bearer` or `basic`.
        location: Where the key is sent: `header`, `query` or `cookie`; empty for nowhere.
        key: The name of the header, query parameter or cookie.
        prefix: The word before the key in a header.
        description: The description in the spec.
    """

    name: str
    kind: str
    location: str
    key: str
    prefix: str
    description: str


class Security:
    """The security schemes that the operations of a spec need."""

    def __init__(self, document: Mapping[str, Any], operations: Iterable[Mapping[str, Any]]) -> None:
        self._declared: Mapping[str, Any] = (document.get("components") or {}).get("securitySchemes") or {}
        self._asked = [self._of(operation) for operation in operations]

    def _of(self, operation: Mapping[str, Any]) -> list[list[str]]:
        """Return an operation's alternative requirements, without schemes that a client does not send."""
        return [
            [name for name in names if not _is_elsewhere(self._declared.get(name))] for names in operation["security"]
        ]

    @cached_property
    def schemes(self) -> list[Scheme]:
        """The schemes that operations need, in order of appearance, but headers first."""
        names = dict.fromkeys(name for asked in self._asked for alternative in asked for name in alternative)
        found = [scheme for name in names if (scheme := _scheme(name, self._declared.get(name)))]
        return sorted(found, key=lambda scheme: scheme.location != "header")

    @property
    def is_required(self) -> bool:
        """Whether every operation needs a key."""
        return bool(self._asked) and all(asked and all(asked) for asked in self._asked)

    @cached_property
    def is_asked(self) -> bool:
        """Whether any operation needs a key."""
        return any(alternative for asked in self._asked for alternative in asked)

    def arguments(self, taken: Collection[str]) -> dict[str, Scheme]:
        """Return the schemes by the names of the client's arguments; none if there is only one, which is `api_key`.

        An argument has the name of its kind, or of its scheme if several schemes are of the same kind.

        Args:
            taken: The names of the client's other arguments.
        """
        if len(self.schemes) < 2:
            return {}
        kinds = Counter(scheme.kind for scheme in self.schemes)
        found: dict[str, Scheme] = {}
        for number, scheme in enumerate(self.schemes, 1):
            name = scheme.kind if kinds[scheme.kind] == 1 else snake_case(scheme.name)
            if not (name.isascii() and name.isidentifier() and not iskeyword(name) and len(name) <= _LONGEST_NAME):
                name = f"scheme_{number}"
            found[name if name not in {*found, *taken} else f"{name}_{number}"] = scheme
        return found

    def alternatives(self, operation: Mapping[str, Any]) -> str:
        """Return an operation's alternative requirements, as code; empty if all need the client's only key."""
        asked = self._of(operation)
        known = {scheme.name for scheme in self.schemes}
        if not self.is_asked or (len(known) == 1 and asked and all(asked)):
            return ""
        possible = [names for names in asked if known.issuperset(names)]
        return repr(possible) if possible or not asked else ""


def _is_elsewhere(declared: Any) -> bool:
    """Return whether a scheme is handled by `httpx.Client`: client certificates, and challenges of the server."""
    match declared:
        case {"type": "mutualTLS"}:
            return True
        case {"type": "http", "scheme": str(kind)}:
            return bool(_CHALLENGES.match(kind))
    return False


def _scheme(name: str, declared: Any) -> Scheme | None:
    """Return a declared scheme, or None if a client cannot send it."""
    description = str(declared.get("description") or "").strip() if isinstance(declared, dict) else ""
    match declared:
        case {"type": "apiKey", "in": "header" | "query" | "cookie" as location, "name": str(key)} if key:
            is_bearer = location == "header" and key.lower() == "authorization"
            return Scheme(name, "api_key", location, key, "Bearer" if is_bearer else "", description)
        case {"type": "http", "scheme": str(kind)} if kind.lower() == "basic":
            return Scheme(name, "basic", "header", "Authorization", "Basic", description)
        case {"type": "http" | "oauth2" | "openIdConnect"}:
            return Scheme(name, "bearer", "header", "Authorization", "Bearer", description)
    return None
