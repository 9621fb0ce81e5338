"""The command line of the review."""

from __future__ import annotations

import argparse
from pathlib import Path

from .reports import FORMATS, SUFFIXES
from .settings import FAIL_ON, FILE
from .tree import ACCEPTED, ROOT, SPEC


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    made = argparse.ArgumentParser(prog="python -m review", description="Say what a change of an API breaks.")
    commands = made.add_subparsers(dest="command", required=True)
    shared, parts = _shared(), _parts()
    diff = commands.add_parser("diff", parents=[shared, parts], help="compare any two OpenAPI files")
    diff.add_argument("base", type=Path)
    diff.add_argument("revision", type=Path)
    here = commands.add_parser("tree", parents=[shared, parts], help="compare a git ref with the working tree")
    here.add_argument("base", nargs="?", help="a git ref (default: the merge base with the main branch)")
    vendor = commands.add_parser("upstream", parents=[shared], help="compare the vendor's document with the fragment")
    vendor.add_argument("spec", type=Path)
    vendor.add_argument("--fragment", type=Path, default=ROOT / SPEC)
    commands.add_parser("rules", help="list every rule with its severity, direction and reason, and what can be set")
    return made


def _shared() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--format", choices=tuple(FORMATS), default="terminal")
    shared.add_argument("--output", type=Path, help="write to this file instead of the terminal")
    shared.add_argument(
        "--save",
        type=_saved,
        nargs="+",
        default=[],
        metavar="FILE",
        help=f"write it to these files as well, as their names say: {', '.join(SUFFIXES)}",
    )
    shared.add_argument("--fail-on", choices=FAIL_ON, help="which findings give status 1 (default: breaking)")
    shared.add_argument("--no-version", action="store_true", help="judge the change alone, not info.version")
    shared.add_argument("--settings", type=Path, help=f"a file of settings (default: {FILE}, or pyproject.toml)")
    shared.add_argument(
        "--accepted", type=Path, help=f"a file of accepted findings (default: {ACCEPTED}, if it is there)"
    )
    shared.add_argument(
        "--link", metavar="URL", help="where a line is shown, with {file} and {line} in it, for links in Markdown"
    )
    return shared


def _parts() -> argparse.ArgumentParser:
    parts = argparse.ArgumentParser(add_help=False)
    parts.add_argument("--wire-only", action="store_true", help="only the contract part: no package is generated")
    parts.add_argument("--fixtures", type=Path, nargs="+", default=[], help="more recorded bodies")
    return parts


def _saved(name: str) -> Path:
    path = Path(name)
    if path.suffix not in SUFFIXES:
        raise argparse.ArgumentTypeError(f"{name!r} must end with one of {', '.join(SUFFIXES)}")
    return path
