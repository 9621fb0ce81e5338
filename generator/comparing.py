"""Compare `generated/` with a package that was just generated, and replace it."""

from __future__ import annotations

import filecmp
import hashlib
import re
import shutil
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from .dialect.public import PRIVATE
from .generate import RUNTIME, TEMPLATES, is_carried

_TEMPLATES = "generator/templates"  # the name of the folder in messages
_STOCK_HASH = re.compile(
    r"\{#-? Overrides (?P<name>\S+) of openapi-python-client \S+ \(sha256 (?P<sha256>[0-9a-f]{64})\)"
)


def drift(package: Path, generated: Path, *, swapped_in: bool = False) -> list[str]:
    """Return a line for each file in which `generated/` differs from a package that was just generated.

    One line stands for all files of the package if `generated/` has none of them.

    Args:
        swapped_in: Whether the lines describe changes of `generated/`, or else errors in it.
    """
    expected, actual = _files(package.parent), _files(generated)
    new, old = ("added:  ", "removed:") if swapped_in else ("missing:", "extra:  ")
    lines = [f"{new} {generated.name}/{name}" for name in sorted(expected - actual)]
    if expected.isdisjoint(actual):
        lines = [f"{new} {generated.name}/{package.name}/ ({len(expected)} files)"]
    lines += [f"{old} {generated.name}/{name}" for name in sorted(actual - expected)]
    for name in sorted(expected & actual):
        if not filecmp.cmp(package.parent / name, generated / name, shallow=False):
            path = Path(name).relative_to(package.name)
            carried = path.parts[0] == PRIVATE and is_carried(RUNTIME / path.name)
            lines.append(
                f"changed: {generated.name}/{name}"
                + (f" (edit generator/runtime/{path.name})" if carried and not swapped_in else "")
            )
    return lines


def stale_overrides(templates: Path = TEMPLATES) -> list[str]:
    """Return a message for each override whose stock template has changed since the override was written.

    An override begins with the name and the SHA-256 of its stock template.
    """
    stock = files("openapi_python_client") / "templates"
    lines = []
    for override in sorted(templates.rglob("*.jinja")):
        name = override.relative_to(templates).as_posix()
        original = stock.joinpath(*name.split("/"))
        header = _STOCK_HASH.match(override.read_text(encoding="utf-8"))
        if not original.is_file():
            if header:
                lines.append(f"{_TEMPLATES}/{name}: overrides a template that the installed generator does not have")
            continue
        sha256 = hashlib.sha256(original.read_bytes()).hexdigest()
        if header is None or header["name"] != name:
            lines.append(
                f"{_TEMPLATES}/{name}: its first line does not name the stock template and its sha256 ({sha256})"
            )
        elif header["sha256"] != sha256:
            lines.append(
                f"{_TEMPLATES}/{name}: the stock template of openapi-python-client {version('openapi-python-client')}"
                f" has changed (sha256 {sha256}): compare it, carry over what matters, and record the new sha256"
            )
    return lines


def swap(package: Path, generated: Path) -> None:
    """Replace the folder `generated/`, with everything in it, by a new package."""
    incoming, outgoing = generated.with_name(".generated-incoming"), generated.with_name(".generated-outgoing")
    for leftover in (incoming, outgoing):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(package.parent, incoming)
    if generated.exists():
        generated.rename(outgoing)
    incoming.rename(generated)
    shutil.rmtree(outgoing, ignore_errors=True)


def _files(folder: Path) -> set[str]:
    names = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {name.as_posix() for name in names if "__pycache__" not in name.parts}
