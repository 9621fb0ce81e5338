"""The report as one self-contained HTML page, small enough for a phone."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from markupsafe import Markup

from ..rules import SEVERITIES, Severity
from ..verdict import Review
from .escaping import code_lines, html_prose, plain
from .markdown import environment, most_that_fits
from .words import PARTS, Group, groups, line, notes, sections, verdict

if TYPE_CHECKING:
    from jinja2 import Environment

# The most bytes of a page, since a phone takes seconds for larger ones.
LIMIT: Final = 290_000
# The most bytes of findings that are not compressed.
_PLAIN: Final = 150_000
# The most findings of one heading in a block.
_TOGETHER: Final = 40
# The most lines to search for the new form of an old line, and the most characters to compare, to stay fast.
_NEAR: Final = 20
_WIDE: Final = 200
HEADINGS: Final[dict[Severity, str]] = {"breaking": "Breaking", "additive": "Not breaking", "docs": "Words only"}
_Lines: TypeAlias = Literal["all", "breaking", "none"]


class _Block(NamedTuple):
    """A part of the page with a number of findings; `folded` blocks come last and are closed at first."""

    html: str
    size: int
    folded: bool


def to_html(review: Review) -> str:
    """Return the report as a page; if it would be too large, all but the first findings are compressed in it."""
    templates = _environment()
    counts: dict[Severity, int] = {severity: len(review.of(severity)) for severity in SEVERITIES}
    shell = templates.get_template("report.html.j2")

    def page(blocks: list[_Block], in_sight: int) -> str:
        shown, rest = blocks[:in_sight], blocks[in_sight:]
        total, hidden = sum(block.size for block in blocks), "".join(block.html for block in rest).encode()
        return shell.render(
            review=review,
            verdict=verdict(review),
            shown=[Markup(block.html) for block in shown],
            here=sum(block.size for block in shown),
            packed=base64.b64encode(gzip.compress(hidden, mtime=0)).decode() if hidden else "",
            total=total,
            left_out=len(review.findings) - total,
            notes=notes(review),
            counts=counts,
        )

    blocks: list[_Block] = []
    for lines in ("all", "breaking", "none"):
        blocks = _blocks(templates, review, counts, lines)
        if _fits(whole := page(blocks, len(blocks))):
            return whole
        if _fits(parts := page(blocks, _in_sight(blocks))):
            return parts
    return most_that_fits(lambda most: page(blocks[:most], _in_sight(blocks[:most])), len(blocks), _fits)


def _blocks(templates: Environment, review: Review, counts: Mapping[Severity, int], lines: _Lines) -> list[_Block]:
    """Return the blocks of the page: first those of operations and schemas, then the folded ones.

    Args:
        lines: The findings that are shown with their lines of code.
    """
    template, every = templates.get_template("findings.html.j2"), sections(review)

    def block(several: list[tuple[Group, Group]], folded: str = "") -> _Block:
        html = template.render(several=several, folded=folded, counts=counts, lines=lines)
        return _Block(html, sum(part.size for part, _ in several), bool(folded))

    found = []
    for group in groups(item for section in every if section.severity != "docs" for item in section.findings):
        for at in range(0, group.size, _TOGETHER):
            found.append(block([(group._replace(findings=group.findings[at : at + _TOGETHER]), group)]))
    for section in (section for section in every if section.severity == "docs"):
        found.append(block([(group, group) for group in groups(section.findings)], section.heading))
    return found


def _in_sight(blocks: list[_Block]) -> int:
    """Return the number of blocks that are not compressed."""
    size = 0
    for number, block in enumerate(blocks):
        size += len(block.html.encode())
        if block.folded or size > _PLAIN:
            return number
    return len(blocks)


def _fits(page: str) -> bool:
    return len(page.encode()) < LIMIT


class Row(NamedTuple):
    """An old line beside a new one; `kind` is `same`, `changed`, `gone` or `new`."""

    old: str
    new: str
    kind: str


def side_by_side(before: str, after: str) -> list[Row]:
    """Return the rows of a table that compares two texts."""
    old, new = code_lines(before), code_lines(after)
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row(text, text, "same") for text in old[i1:i2]]
        else:
            rows += _corresponding(old[i1:i2], new[j1:j2])
    return rows


def _corresponding(old: list[str], new: list[str]) -> Iterator[Row]:
    """Yield the rows for lines that differ, with similar lines beside each other."""
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
    templates = environment(autoescape=True)
    templates.globals.update(side_by_side=side_by_side, line=line, headings=HEADINGS, parts=PARTS)
    templates.filters.update(plain=plain, prose=html_prose)
    return templates
