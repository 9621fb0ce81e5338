"""The report as a comment on a pull request, in Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from ..findings import Finding
from ..verdict import Review
from .escaping import code_lines, fence, markdown, markdown_code, markdown_prose
from .words import PARTS, Section, line, notes, sections, verdict

if TYPE_CHECKING:
    from jinja2 import Environment

# GitHub refuses a comment of more than 65 536 characters, and a marker is added to this one.
LIMIT: Final = 60_000
# The most breaking findings that are listed by fingerprint and line, where there is no room for their sentences.
_NAMED: Final = 1000


def to_markdown(review: Review) -> str:
    """Return the report as a comment, cut to the size of a comment."""
    template = _environment(review).get_template("report.md.j2")
    every = sections(review)
    total = len(review.findings)

    def render(cap: int) -> str:
        shown = capped(every, cap)
        listed = [
            item for section in every if section.severity == "breaking" for item in section.findings[cap:][:_NAMED]
        ]
        rules: dict[str, list[Finding]] = {}
        for item in listed:
            rules.setdefault(item.rule_id, []).append(item)
        left = total - sum(len(section.findings) for section in shown) - len(listed)
        counts = {section.heading: len(section.findings) for section in every}
        return template.render(
            review=review,
            verdict=verdict(review),
            sections=shown,
            named=rules,
            counts=counts,
            left_out=left,
            notes=notes(review),
        )

    text = most_that_fits(render, total, lambda text: len(text.encode()) < LIMIT)
    return text if len(text.encode()) < LIMIT else text.encode()[: LIMIT - 1].decode(errors="ignore")


def capped(every: list[Section], cap: int) -> list[Section]:
    """Return all sections with only the first findings, up to a number; some may be left without findings."""
    shown = []
    for section in every:
        shown.append(section._replace(findings=section.findings[: max(cap, 0)]))
        cap -= len(section.findings)
    return shown


def most_that_fits(render: Callable[[int], str], total: int, fits: Callable[[str], bool]) -> str:
    """Render with the largest number of findings that fits.

    Args:
        render: Renders a report with a number of findings.
        total: The number of all findings.
        fits: Whether a rendered report is small enough.
    """
    if fits(whole := render(total)):
        return whole
    most, too_many = 0, total
    while too_many - most > 1:
        middle = (most + too_many) // 2
        most, too_many = (middle, too_many) if fits(render(middle)) else (most, middle)
    return render(most)


def environment(*, autoescape: bool) -> Environment:
    """Return the Jinja environment of the reports' templates."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - other reports do not need it

    return Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _environment(review: Review) -> Environment:
    templates = environment(autoescape=False)

    def where(finding: Finding) -> str:
        shown = markdown_code(f"{finding.place.file}:{finding.place.line}")
        if not review.link:
            return shown
        address = review.link.replace("{file}", quote(finding.place.file)).replace("{line}", str(finding.place.line))
        return f"[{shown}]({address})"

    templates.globals.update(where=where, line=line, parts=PARTS, fence=fence, code_lines=code_lines)
    templates.filters.update(md=markdown, code=markdown_code, md_prose=markdown_prose)
    return templates
