"""Decode recorded bodies with a generated package; this is a script, because a process can import only one package.

Usage: `python decode.py FOLDER PACKAGE < input.json > output.json`, where FOLDER contains the package.

The input has `classes`, the names of the models in each operation's responses by the squashed operationId, and
`bodies`, each as `{"value": ..., "operation": squashed operationId or ""}`. The output has for each body null if no
class fits it, or else the class, the operations that respond with it, the types that the parts of the body were decoded
to (by JSON pointer, with `-` for any item), whether encoding gives an equal body, and the error if there was one.

The script assumes of a package only that the classes in its `models` have `from_dict`, `to_dict` and annotated
attributes that are named after their properties.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any

_DECLARED: dict[type, dict[str, str]] = {}


def main(folder: str, package: str) -> None:
    """Decode the bodies on standard input, and print the results."""
    data = json.load(sys.stdin)
    known = imported(folder, package)
    classes = {
        operation: list(dict.fromkeys(cls for name in names for cls in models(getattr(known, name, None))))
        for operation, names in data["classes"].items()
    }
    every = list(dict.fromkeys(cls for found in classes.values() for cls in found))
    results = []
    for body in data["bodies"]:
        chosen = best(classes.get(body["operation"]) or every, body["value"])
        result = None if chosen is None else decode(chosen, body["value"])
        if result is not None:
            result["modules"] = [name for name, found in classes.items() if chosen in found[:1]]
        results.append(result)
    json.dump(results, sys.stdout)


def imported(folder: str, package: str) -> ModuleType:
    """Import the models of a package, without the slow import of the client if they do not need it."""
    sys.path.insert(0, folder)
    sys.modules[package] = around = ModuleType(package)
    around.__path__ = [f"{folder}/{package}"]
    try:
        return importlib.import_module(f"{package}.models")
    except (AttributeError, ImportError):
        for name in [name for name in sys.modules if name.split(".")[0] == package]:
            del sys.modules[name]
        return importlib.import_module(f"{package}.models")


def models(hint: object) -> list[type]:
    """Return the model classes in a class or in an alias of a union."""
    if isinstance(hint, type) and hasattr(hint, "from_dict"):
        return [hint]
    return [cls for argument in typing.get_args(hint) for cls in models(argument)]


def best(classes: list[type], value: object) -> type | None:
    """Return the class that declares the most properties of a body, or None if no class fits it."""
    if not isinstance(value, dict):
        return None

    def fit(cls: type) -> int:
        known = declared(cls)
        return sum(1 if squash(key) in known else -1 for key in value)

    chosen = max(classes, key=fit, default=None)
    return chosen if chosen is not None and (fit(chosen) > 0 or len(classes) == 1) else None


def decode(cls: Any, value: dict[str, Any]) -> dict[str, Any]:
    """Decode a body with a class, and describe the result."""
    try:
        model = cls.from_dict(json.loads(json.dumps(value)))
        parts: dict[str, list[str]] = {}
        for path, kind in flatten(value, model, ""):
            parts.setdefault(path, [])
            if kind not in parts[path]:
                parts[path].append(kind)
        return {"class": cls.__name__, "parts": parts, "equal": model.to_dict() == value, "error": None}
    except Exception as error:  # noqa: BLE001 - every error is a result
        return {"class": cls.__name__, "parts": {}, "equal": False, "error": f"{type(error).__name__}: {error}"}


def flatten(value: Any, decoded: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each part of a body with the name of its decoded type; `untyped` if no class declares it."""
    if isinstance(value, dict) and hasattr(decoded, "to_dict"):
        yield path, type(decoded).__name__
        known = declared(type(decoded))
        for key, item in value.items():
            at = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            if (name := known.get(squash(key))) is None:
                yield at, "untyped"
            else:
                yield from flatten(item, getattr(decoded, name), at)
    elif isinstance(value, list) and isinstance(decoded, list) and len(value) == len(decoded):
        yield path, "list"
        for item, inner in zip(value, decoded, strict=True):
            yield from flatten(item, inner, path + "/-")
    else:
        yield path, "null" if decoded is None else type(decoded).__name__


def declared(cls: type) -> dict[str, str]:
    """Return the attributes that a class declares, by the squashed names of their properties."""
    if cls in _DECLARED:
        return _DECLARED[cls]
    found = _DECLARED[cls] = {}
    for base in reversed(cls.__mro__):
        for name, hint in vars(base).get("__annotations__", {}).items():
            if not name.startswith("_") and name != "additional_properties" and "ClassVar" not in str(hint):
                found[squash(name)] = name
    return found


def squash(name: str) -> str:
    """Reduce all spellings of a name to one: `tool_choice`, `toolChoice` and `tool_choice_`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


if __name__ == "__main__":
    main(*sys.argv[1:])
