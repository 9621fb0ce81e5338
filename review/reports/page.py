"""The review as one self-contained page of HTML, small enough to be opened on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from jinja2 import Environment

from ..rules import SEVERITIES, Severity
from ..verdict import Review
from .escaping import code_lines, html_prose, plain
from .markdown import capped, most_that_fits
from .rendering import environment
from .words import PARTS, groups, line, notes, sections, verdict

# A page of more bytes takes a phone seconds.
LIMIT: Final = 290_000
# So many lines and letters are looked at to find the line that one became: a large update has thousands of lines.
_NEAR: Final = 20
_WIDE: Final = 200
HEADINGS: Final[dict[Severity, str]] = {"breaking": "Breaking", "additive": "Not breaking", "docs": "Words only"}


def to_html(review: Review) -> str:
    """Return the review as one page: with the lines of every finding, or of those that break, if all do not fit."""
    template = _environment().get_template("report.html.j2")
    every = sections(review)
    total = len(review.findings)

    def render(cap: int, lines: Literal["all", "breaking", "none"] = "none") -> str:
        shown = capped(every, cap)
        count = sum(len(section.findings) for section in shown)
        return template.render(
            review=review,
            verdict=verdict(review),
            open=groups(item for section in shown if section.severity != "docs" for item in section.findings),
            folded=[section for section in shown if section.severity == "docs"],
            totals={section.heading: len(section.findings) for section in every},
            shown=count,
            left_out=total - count,
            lines=lines,
            notes=notes(review),
            counts={severity: len(review.of(severity)) for severity in SEVERITIES},
        )

    for lines in ("all", "breaking"):
        if _fits(page := render(total, lines)):
            return page
    return most_that_fits(render, total, _fits)


def _fits(page: str) -> bool:
    return len(page.encode()) < LIMIT


class Row(NamedTuple):
    """An old line, a new one, and what happened to them."""

    old: str
    new: str
    kind: str


def side_by_side(before: str, after: str) -> list[Row]:
    """Return the rows of two texts: `same`, `changed` where two lines correspond, `gone` and `new` where none does."""
    old, new = code_lines(before), code_lines(after)
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row(text, text, "same") for text in old[i1:i2]]
        else:
            rows += _corresponding(old[i1:i2], new[j1:j2])
    return rows


def _corresponding(old: list[str], new: list[str]) -> Iterator[Row]:
    """Yield the rows of lines that differ: side by side where they are alike and near each other, in their order."""
    at = 0
    for text in old:
        alike = next((index for index in range(at, min(at + _NEAR, len(new))) if _alike(text, new[index])), None)
        if alike is None:
            yield Row(text, "", "gone")
            continue
        yield from (Row("", other, "new") for other in new[at:alike])
        yield Row(text, new[alike], "changed")
        at = alike + 1
    yield from (Row("", other, "new") for other in new[at:])


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old.strip()[:_WIDE], new.strip()[:_WIDE])
    return matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.5 and matcher.ratio() > 0.5


def _environment() -> Environment:
    made = environment(autoescape=True)
    made.globals.update(side_by_side=side_by_side, line=line, headings=HEADINGS, parts=PARTS, groups=groups)
    made.filters.update(plain=plain, prose=html_prose)
    return made
