"""The report for a terminal: the verdict, then one line for each finding."""

from __future__ import annotations

import re
from typing import Final

from ..rules import Severity
from ..verdict import Review
from .escaping import plain
from .words import line, notes, operation_of, sections, verdict

_BOLD, _DIM = "1", "2"
# The lines of a report that fit a window: after a longer one, the verdict is out of sight.
_PAGE: Final = 50
_COLOURS: Final[dict[Severity, str]] = {"breaking": "31", "additive": "33", "docs": _DIM}


def to_terminal(review: Review, *, colour: bool = False) -> str:
    """Return the report for a terminal."""

    def shown(text: str, style: str = "") -> str:
        # In GitHub's log, a line that begins with `::` or contains `##[` would be a command.
        safe = re.sub(r"^(\s*)::", r"\1: :", plain(text)).replace("##[", "# #[")
        return f"\x1b[{style}m{safe}\x1b[0m" if colour and style else safe

    lines = [shown(verdict(review), _BOLD)]
    for section in sections(review):
        lines += ["", f"{shown(section.heading, _BOLD)} ({len(section.findings)})"]
        heading = None
        for finding in section.findings:
            operation = operation_of(finding)
            if operation != heading:
                heading = operation
                lines.append(f"  {shown(operation, _BOLD)}")
            rule, fingerprint = shown(finding.rule_id, _COLOURS[section.severity]), shown(finding.fingerprint, _DIM)
            lines.append(f"    {shown(str(finding.place))}  {rule}  {shown(line(finding))}  {fingerprint}")
    lines += map(shown, notes(review))
    if len(lines) > _PAGE:
        lines += ["", shown(verdict(review), _BOLD)]
    return "\n".join(lines) + "\n"
