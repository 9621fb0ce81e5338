"""The command `python -m review diff|tree|upstream|rules`; see docs/review.md."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from . import reviewing, rules, settings as settings_file
from .reports import FORMATS, SUFFIXES
from .reports.escaping import plain
from .reports.terminal import to_terminal
from .reports.words import status_reason
from .settings import FAIL_ON, FILE, KEYS, FailOn
from .source import ReviewError
from .tree import ACCEPTED, ROOT, SPEC
from .verdict import Review

FINE, FOUND, COULD_NOT = 0, 1, 2
_TRACEBACK: Final = "REVIEW_TRACEBACK"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status.

    The status is 0 if the change is fine, 1 if there are findings of the level that `--fail-on` names, and 2 if the
    review failed or is incomplete.
    """
    options = parser().parse_args(arguments)
    try:
        return _run(options)
    except ReviewError as error:
        return _could_not(str(error))
    except RecursionError:
        return _could_not("a schema is nested too deeply to be read (some hundred levels of allOf, anyOf or items)")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _could_not("the output was closed before the report was written")
    except Exception as error:  # noqa: BLE001 - an uncaught exception would end with status 1, like a finding
        if os.environ.get(_TRACEBACK):
            traceback.print_exc()
        at = traceback.extract_tb(error.__traceback__)[-1]
        return _could_not(
            f"this is a mistake of the review itself: {type(error).__name__}: {error} "
            f"({Path(at.filename).name}:{at.lineno}); nothing was judged. "
            f"Report it with both documents and the traceback that {_TRACEBACK}=1 prints"
        )


def _run(options: argparse.Namespace) -> int:
    if options.command == "rules":
        _list_rules()
        return FINE
    settings = settings_file.read(options.settings) if options.settings else settings_file.find(Path.cwd())
    review = reviewing.review_of(options, settings, ROOT)
    review.link = options.link or _link_of_workflow()
    _write(review, options)
    status = _status(review, options.fail_on or settings.fail_on)
    # Scripts read the status from this line, because make ends with status 2 for every failure.
    print(f"review: status {status} ({status_reason(review, status)})", file=sys.stderr)
    return status


def _could_not(reason: str) -> int:
    print(f"review: {plain(reason)}", file=sys.stderr)
    print(f"review: status {COULD_NOT} (could not run)", file=sys.stderr)
    return COULD_NOT


def _list_rules() -> None:
    for rule_id, part, severity, direction, reason in rules.table():
        print(f"{severity:8}  {part:8}  {direction:8}  {rule_id}: {reason}")
    print(f"\nThe settings in {FILE}, or in [tool.review] of pyproject.toml:")
    for key, meaning in KEYS.items():
        print(f"  {key}: {meaning}")


def _link_of_workflow() -> str:
    """Return the URL at which GitHub shows a line of the workflow's commit; "" outside of a workflow."""
    server, repository, commit = (os.environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    return f"{server}/{repository}/blob/{commit}/{{file}}#L{{line}}" if server and repository and commit else ""


def _write(review: Review, options: argparse.Namespace) -> None:
    for path in options.save:
        _write_file(path, FORMATS[SUFFIXES[path.suffix]](review))
    if options.output is not None:
        _write_file(options.output, FORMATS[options.format](review))
        return
    if options.format == "terminal":
        text = to_terminal(review, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    else:
        text = FORMATS[options.format](review)
    sys.stdout.write(text)
    sys.stdout.flush()


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise ReviewError(f"{path}: cannot be written: {error.strerror}") from error


def _status(review: Review, fail_on: FailOn) -> int:
    """Return the exit status of a review."""
    if review.unjudged:
        return COULD_NOT
    if fail_on == "none":
        return FINE
    if review.stale or (fail_on == "any" and review.findings):
        return FOUND
    return FOUND if review.of("breaking") or not review.is_version_enough else FINE


# The command line.


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m review", description="Find out what a change of an API breaks.")
    commands = top.add_subparsers(dest="command", required=True)
    shared, parts = _shared(), _parts()
    diff = commands.add_parser("diff", parents=[shared, parts], help="compare any two OpenAPI files")
    diff.add_argument("base", type=Path)
    diff.add_argument("revision", type=Path)
    here = commands.add_parser("tree", parents=[shared, parts], help="compare a git ref with the working tree")
    here.add_argument("base", nargs="?", help="a git ref (default: the merge base with the main branch)")
    vendor = commands.add_parser("upstream", parents=[shared], help="compare the vendor's document with the fragment")
    vendor.add_argument("spec", type=Path)
    vendor.add_argument("--fragment", type=Path, default=ROOT / SPEC)
    commands.add_parser("rules", help="list every rule with its severity, direction and reason, and all settings")
    return top


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
        help=f"write the report to these files too, in the formats of their suffixes: {', '.join(SUFFIXES)}",
    )
    shared.add_argument("--fail-on", choices=FAIL_ON, help="which findings give status 1 (default: breaking)")
    shared.add_argument("--no-version", action="store_true", help="judge the change alone, without info.version")
    shared.add_argument("--settings", type=Path, help=f"the file of settings (default: {FILE}, or pyproject.toml)")
    shared.add_argument(
        "--accepted", type=Path, help=f"the file of accepted findings (default: {ACCEPTED}, if it exists)"
    )
    shared.add_argument(
        "--link", metavar="URL", help="the URL of a line, with {file} and {line}, for links in Markdown"
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


if __name__ == "__main__":
    gc.set_threshold(1_000_000)  # Collect rarely: nearly all objects live until the end.
    sys.exit(main())
