"""Accepted findings: each entry accepts exactly one change, with its values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from .findings import Finding
from .source import ReviewError


@dataclass(frozen=True)
class Accepted:
    """An entry in the list of accepted findings."""

    fingerprint: str
    reason: str
    date: date


def load(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises:
        ReviewError: the file cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReviewError(f"{path}: cannot be read: {error}") from error


def parse(found: Any, path: Path) -> list[Accepted]:
    """Parse the value of `accepted` in a TOML file: tables with fingerprint, reason and date.

    Args:
        path: The file, for error messages.

    Raises:
        ReviewError: the value is not a list of such tables.
    """
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ReviewError(f"{path}: `accepted` must be a list of tables: write `[[accepted]]`")
    entries = []
    for number, item in enumerate(found, 1):
        fingerprint, reason, when = (item.get(key) for key in ("fingerprint", "reason", "date"))
        if not isinstance(fingerprint, str) or not isinstance(reason, str) or not reason.strip():
            raise ReviewError(f"{path}: entry {number} needs a fingerprint and a reason")
        if not isinstance(when, date):
            raise ReviewError(f"{path}: entry {number} ({fingerprint}) needs a date, as in `date = 2026-01-31`")
        entries.append(Accepted(fingerprint, reason.strip(), when))
    return entries


def accept(
    findings: list[Finding], entries: Iterable[Accepted]
) -> tuple[list[Finding], list[tuple[Accepted, Finding]], list[Accepted]]:
    """Return the other findings, the accepted ones with their entries, and the entries without a finding."""
    known = {entry.fingerprint: entry for entry in entries}
    others = [finding for finding in findings if finding.fingerprint not in known]
    matched = [(known[finding.fingerprint], finding) for finding in findings if finding.fingerprint in known]
    present = {finding.fingerprint for finding in findings}
    return others, matched, [entry for entry in known.values() if entry.fingerprint not in present]
