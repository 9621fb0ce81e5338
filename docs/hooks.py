"""Hooks for MkDocs: pages and pictures from outside docs/, links that lead there, and measured numbers."""

# MkDocs is in a separate environment, that of `make docs`.
# mypy: disable-error-code="import-not-found"
# pyright: reportMissingImports=false

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

SOURCE = "https://github.com/stored-completions/stored-completions/blob/main/"
# The pages of the site that are other files of the repository.
ELSEWHERE = {
    "changelog.md": "CHANGELOG.md",
    "contributing.md": ".github/CONTRIBUTING.md",
    "security.md": ".github/SECURITY.md",
    "throughput.svg": "tests/programs/benchmarks/throughput.svg",
}
# The marker in a page that the tables of this file replace.
MEASURED = "<!-- what was measured -->"
RESULTS = "tests/programs/benchmarks/results.md"
_LINK = re.compile(r"\]\((?!https?://|#|mailto:)(?P<path>[^)#]+)(?P<anchor>#[^)]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are outside docs/."""
    for page, name in ELSEWHERE.items():
        text = (_root(config) / name).read_text(encoding="utf-8")
        content = _linked(text, PurePosixPath(name).parent) if name.endswith(".md") else text
        files.append(File.generated(config, page, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, config: MkDocsConfig, **_: object) -> str:
    """Point links that leave docs/ to the repository, or to the page that is made from their target."""
    if page.file.src_uri in ELSEWHERE:
        return markdown
    if MEASURED in markdown:
        lines = (_root(config) / RESULTS).read_text(encoding="utf-8").partition("\n## ")[0].splitlines()
        markdown = markdown.replace(MEASURED, "\n".join(line for line in lines if line.startswith("|")))
    return _linked(markdown, PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent)


def _root(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parents[1]


def _linked(markdown: str, folder: PurePosixPath) -> str:
    pages = {name: page for page, name in ELSEWHERE.items()}

    def resolved(link: re.Match[str]) -> str:
        parts: list[str] = []
        for part in (folder / link["path"]).parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        target = "/".join(parts)
        up = "../" * (len(folder.parts) - 1)
        if target in pages:
            return f"]({up}{pages[target]}{link['anchor'] or ''})"
        if target.startswith("docs/"):
            # Written elsewhere, a link to a page of the site; written in docs/, it is right already.
            return (
                link[0] if folder.parts[:1] == ("docs",) else f"]({target.removeprefix('docs/')}{link['anchor'] or ''})"
            )
        return f"]({SOURCE}{target}{link['anchor'] or ''})"

    return _LINK.sub(resolved, markdown)
