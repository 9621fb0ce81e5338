"""Check whether this tree can be released under a tag, and write the release's text (`make release-check`).

The version is `info.version` of the document, the text is the changelog's section of that version.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
_SECTION = re.compile(r"^## \[(?P<version>[^\]]+)\](?: - (?P<date>\S+))?$", re.MULTILINE)


class ReleaseError(Exception):
    """The tree cannot be released; the message says what to change."""


def section(changelog: str, version: str) -> tuple[str | None, str]:
    """Return the date and the text of a version's section.

    Raises:
        ReleaseError: there is no such section, or nothing in it.
    """
    headings = [*_SECTION.finditer(changelog)]
    for number, heading in enumerate(headings):
        if heading["version"] == version:
            end = headings[number + 1].start() if number + 1 < len(headings) else len(changelog)
            text = changelog[heading.end() : end].strip()
            if not text:
                raise ReleaseError(f"CHANGELOG.md: the section [{version}] is empty: say what changed")
            return heading["date"], text
    raise ReleaseError(f"CHANGELOG.md: there is no section [{version}]: add one, or correct info.version")


def notes(changelog: str, version: str, tag: str | None) -> str:
    """Return the text of the release that a tag names; None for a rehearsal, where no date is needed yet.

    Raises:
        ReleaseError: the tag is not that of the version, or its section is missing, empty or not dated.
    """
    if tag is not None and tag != f"v{version}":
        raise ReleaseError(f"the tag is {tag}, and info.version of openapi.yaml is {version}: tag v{version}")
    date, text = section(changelog, version)
    if tag is not None and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date or ""):
        raise ReleaseError(f"CHANGELOG.md: the section [{version}] is dated {date}: write the day, as in 2026-01-31")
    return text + "\n"


def previous_tag() -> str | None:
    """Return the tag of the release before this commit, or None."""
    command = ["git", "describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD^"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def main(arguments: list[str] | None = None) -> int:
    """Write the text of the release; return 1 if the tree cannot be released."""
    parser = argparse.ArgumentParser(description="Write the text of a release.")
    parser.add_argument("--tag", help="the tag that is released; without it, this is a rehearsal")
    parser.add_argument("--output", type=Path, help="the file to write; by default, the text is printed")
    parser.add_argument("--previous", action="store_true", help="print the tag of the release before, and nothing else")
    options = parser.parse_args(arguments)
    if options.previous:
        print(previous_tag() or "")
        return 0
    version = str(YAML(typ="safe").load(ROOT / "openapi.yaml")["info"]["version"])
    try:
        text = notes((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), version, options.tag)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    if options.output is None:
        print(text, end="")
    else:
        options.output.write_text(text, encoding="utf-8")
        print(f"{options.output} has the text of the release {version}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
