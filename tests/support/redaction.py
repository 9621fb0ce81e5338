"""Find and redact what must not be in a fixture: keys, tokens, account names and addresses."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

# All other headers are dropped, so that an unknown one cannot leak.
KEPT_HEADERS = frozenset(
    {"allow", "content-type", "openai-processing-ms", "openai-version", "retry-after", "x-request-id"}
)

# Fixed values of headers that vary.
STEADY_HEADERS = {"openai-processing-ms": "1", "x-request-id": "req_recorded"}

# A shorter key may be a common word, and is no secret.
_SHORTEST_KEY = 8

# The group `value` of a pattern, if there is one, is the secret; the rest identifies it.
_SECRETS = {
    "key": re.compile(
        r"\b(?:sk|pk|rk|ek|sess|gsk|xai|hf|ghp|gho|github_pat|glpat|xox[a-z])[-_][A-Za-z0-9_*.-]{6,}"
        r"|\bAKIA[0-9A-Z]{16}\b"
        r"|\bAIza[0-9A-Za-z_-]{20,}"
        r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
        r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    ),
    "bearer token": re.compile(r"\b[Bb]earer +(?P<value>[A-Za-z0-9_*.~+/=-]{6,})"),
    "credential": re.compile(
        r"(?i)\b(?:authorization|(?:set-)?cookie|(?:x-)?api[-_]?key|access[-_]token|client[-_]secret|password)"
        r"""\\?["']?(?:\s|\\[nrt])*+[:=](?:\s|\\[nrt])*+(?:-\s+)?+(?:\\?["'])?+(?!null\b|true\b|false\b|bearer\b)"""
        r"""(?P<value>[^\s\\"'<,;}\]-][^\s\\"',;}\]]*)"""
    ),
    "organization": re.compile(r"\borg-[A-Za-z0-9]{8,}"),
    "project": re.compile(r"\bproj_[A-Za-z0-9]{8,}"),
    "user": re.compile(r"\buser-[A-Za-z0-9]{16,}"),
    "email address": re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "IP address": re.compile(
        r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)|(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])"
    ),
}


def secrets(text: str) -> Iterator[tuple[str, str]]:
    """Yield each text that looks like a secret, with its kind."""
    for kind, pattern in _SECRETS.items():
        for match in pattern.finditer(text):
            if _counts(kind, match):
                yield kind, match[_group(match)]


def redacted(text: str, known: tuple[str, ...] = ()) -> str:
    """Return the text with all that looks like a secret, and the known secrets, replaced."""
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= _SHORTEST_KEY:
            text = text.replace(secret, "<key>")
    for kind, pattern in _SECRETS.items():
        for match in reversed(list(pattern.finditer(text))):
            if _counts(kind, match):
                start, end = match.span(_group(match))
                text = f"{text[:start]}<{kind}>{text[end:]}"
    return text


def _group(match: re.Match[str]) -> str | int:
    return "value" if "value" in match.re.groupindex else 0


def _counts(kind: str, match: re.Match[str]) -> bool:
    """Return whether a match is a secret: digits with colons may be a time or a version instead of an address."""
    if kind != "IP address":
        return True
    try:
        return not ipaddress.ip_address(match[0]).is_unspecified
    except ValueError:
        return False
