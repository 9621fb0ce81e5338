"""Read the imports of a package's modules, and the floors in docs/architecture.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests import ROOT


def modules(package: Path) -> dict[str, Path]:
    """Return the modules of a package by their names in it, such as `spec.reading`, without empty packages."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name and (parts[-1] != "__init__" or len(ast.parse(path.read_text(encoding="utf-8")).body) > 1):
            found[name] = path
    return found


def imports(package: Path) -> dict[str, set[str]]:
    """Return the modules of its package that each module imports, also in functions and for type checkers."""
    known = modules(package)
    return {name: _imported(package, path) & known.keys() - {name} for name, path in known.items()}


def _imported(package: Path, path: Path) -> set[str]:
    here = (package.name, *path.relative_to(package).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            origin = ".".join([*base, *([node.module] if node.module else [])])
            found |= {origin, *(f"{origin}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("optional_module", "import_module"):
            found |= {
                text.value for text in node.args if isinstance(text, ast.Constant) and isinstance(text.value, str)
            }
    return {name.removeprefix(f"{package.name}.") for name in found}


def floors(heading: str) -> dict[str, int]:
    """Return the floor of each module, from the table below a heading of docs/architecture.md."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", section, re.MULTILINE)
    return {name: int(floor) for floor, names in rows for name in re.findall(r"[\w.]+", names)}
