"""The tables of floors in docs/architecture.md, and the imports of a package to hold them against."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.server import ROOT

PAGE = ROOT / "docs/architecture.md"


def floors(heading: str) -> dict[str, int]:
    """The floor of each module, by the table under a heading."""
    section = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| (`.*`) \|$", section, re.MULTILINE)
    return {name: int(floor) for floor, names in rows for name in re.findall(r"`([\w.]+)`", names)}


def modules(package: Path) -> dict[str, Path]:
    """The modules of a package by their names in it, without those that only say that a folder is a package."""
    paths = {".".join(path.relative_to(package).with_suffix("").parts): path for path in package.rglob("*.py")}
    return {name: path for name, path in paths.items() if path.stem != "__init__"}


def imported(package: Path, module: str) -> Iterator[str]:
    """The modules of its package that a module imports: inside functions, for type checkers and by name too."""
    known = modules(package)
    own = module.split(".")
    for node in ast.walk(ast.parse(known[module].read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = [package.name, *own[: len(own) - node.level]] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            names = [whole, *(f"{whole}.{each.name}" for each in node.names)]
        elif isinstance(node, ast.Call):
            # `optional_module("dask", "cluster")`, and `import_module` of a whole name.
            texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            called = node.func.id if isinstance(node.func, ast.Name) else ""
            names = [f"{package.name}.{each}" for each in texts] if called == "optional_module" else []
            names += texts if called == "import_module" else []
        for name in names:
            if (found := name.removeprefix(f"{package.name}.")) in known and found != name:
                yield found


def wrong(heading: str, package: Path) -> list[str]:
    """What the table under a heading does not allow, or does not have."""
    table = floors(heading)
    found = [f"{name} is on no floor" for name in modules(package).keys() - table.keys()]
    found += [f"there is no module {name}" for name in table.keys() - modules(package).keys()]
    return found + [
        f"{name} ({table[name]}) imports {other} ({table[other]})"
        for name in modules(package).keys() & table.keys()
        for other in imported(package, name)
        if table.get(other, 0) >= table[name]
    ]
