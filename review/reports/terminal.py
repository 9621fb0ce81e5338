"""The review in a terminal: the verdict, then one line for each finding."""

from __future__ import annotations

import re
from typing import Final

from rich.console import Console
from rich.markup import escape

from ..rules import Severity
from ..verdict import Review
from .escaping import plain
from .words import line, notes, operation_of, sections, verdict

_COLOURS: Final[dict[Severity, str]] = {"breaking": "red", "additive": "yellow", "docs": "dim"}


def to_terminal(review: Review, *, colour: bool = False) -> str:
    """Return the review as lines of a terminal."""
    console = Console(force_terminal=colour, no_color=not colour, width=10_000, highlight=False, soft_wrap=True)
    with console.capture() as capture:
        console.print(f"[bold]{_escaped(verdict(review))}[/]")
        for section in sections(review):
            console.print(f"\n[bold]{section.heading}[/] ({len(section.findings)})")
            heading = None
            for finding in section.findings:
                operation = operation_of(finding)
                if operation != heading:
                    heading = operation
                    console.print(f"  [bold]{_escaped(operation)}[/]")
                console.print(
                    f"    {_escaped(finding.place)}  [{_COLOURS[section.severity]}]{finding.rule_id}[/]"
                    f"  {_escaped(line(finding))}  [dim]{finding.fingerprint}[/]"
                )
        for note in notes(review):
            console.print(_escaped(note))
    return capture.get()


def _escaped(text: str) -> str:
    # Rich takes a backslash before a bracket, and GitHub's log a line of `::` or `##[`, for a command.
    return escape(re.sub(r"^(\s*)::", r"\1: :", plain(text)).replace("##[", "# #[")).replace("\\[", "\\[")
