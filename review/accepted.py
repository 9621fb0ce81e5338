"""Findings that were looked at and let pass: each entry accepts one change, its values included, and no other."""

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
    """An entry of the file of accepted findings."""

    fingerprint: str
    reason: str
    date: date


def load(path: Path) -> dict[str, Any]:
    """Read a file of TOML.

    Raises:
        ReviewError: it cannot be read, or is none.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ReviewError(f"{path}: cannot be read: {error}") from error


def parse(found: Any, path: Path) -> list[Accepted]:
    """Return the entries that a file lists as `[[accepted]]`, each with fingerprint, reason and date.

    Raises:
        ReviewError: they are not such entries.
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
    """Return the findings that count, those that are accepted, and the entries that match nothing any more."""
    known = {entry.fingerprint: entry for entry in entries}
    left = [finding for finding in findings if finding.fingerprint not in known]
    met = [(known[finding.fingerprint], finding) for finding in findings if finding.fingerprint in known]
    there = {finding.fingerprint for finding in findings}
    return left, met, [entry for entry in known.values() if entry.fingerprint not in there]
