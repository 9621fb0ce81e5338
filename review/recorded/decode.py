"""Decodes recorded bodies with one generated package; run as a script, so that two packages never meet in a process.

Usage: `python decode.py FOLDER PACKAGE < asked.json > decoded.json`, where FOLDER holds the package. What is asked has
the `classes` that each operation answers with, by its operationId in lower case without separators, and the `bodies`,
each as `{"value": ..., "operation": that operationId, or ""}`; each answer says the class, the operations that answer
with it, what its parts were decoded to (by JSON pointer, `-` for any item), whether it comes back out equal, or the
error. Of a package it knows only that its `models` have `from_dict`, `to_dict` and annotated attributes, named after
their properties.
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
    """Decode the bodies of standard input."""
    asked = json.load(sys.stdin)
    known = imported(folder, package)
    classes = {
        operation: list(dict.fromkeys(cls for name in names for cls in models(getattr(known, name, None))))
        for operation, names in asked["classes"].items()
    }
    every = list(dict.fromkeys(cls for found in classes.values() for cls in found))
    answers = []
    for body in asked["bodies"]:
        chosen = best(classes.get(body["operation"]) or every, body["value"])
        answer = None if chosen is None else decode(chosen, body["value"])
        if answer is not None:
            answer["modules"] = [name for name, found in classes.items() if chosen in found[:1]]
        answers.append(answer)
    json.dump(answers, sys.stdout)


def imported(folder: str, package: str) -> ModuleType:
    """Return the models of a package; without the client, which takes four times as long, if they do not need it."""
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
    """Return the model classes that a class, or an alias of several, names."""
    if isinstance(hint, type) and hasattr(hint, "from_dict"):
        return [hint]
    return [cls for argument in typing.get_args(hint) for cls in models(argument)]


def best(classes: list[type], value: object) -> type | None:
    """Return the class that declares most of a body's properties; None if none of them fits."""
    if not isinstance(value, dict):
        return None

    def fit(cls: type) -> int:
        known = declared(cls)
        return sum(1 if squash(key) in known else -1 for key in value)

    chosen = max(classes, key=fit, default=None)
    return chosen if chosen is not None and (fit(chosen) > 0 or len(classes) == 1) else None


def decode(cls: Any, value: dict[str, Any]) -> dict[str, Any]:
    """Return what a class makes of a body."""
    try:
        model = cls.from_dict(json.loads(json.dumps(value)))
        parts: dict[str, list[str]] = {}
        for path, kind in flatten(value, model, ""):
            parts.setdefault(path, [])
            if kind not in parts[path]:
                parts[path].append(kind)
        return {"class": cls.__name__, "parts": parts, "equal": model.to_dict() == value, "error": None}
    except Exception as error:  # noqa: BLE001 - the error is the answer
        return {"class": cls.__name__, "parts": {}, "equal": False, "error": f"{type(error).__name__}: {error}"}


def flatten(value: Any, decoded: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a body with what it was decoded to; `untyped` for what no class declares."""
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
    """Return the attributes that a class declares, by the squashed name of their property."""
    if cls in _DECLARED:
        return _DECLARED[cls]
    found = _DECLARED[cls] = {}
    for base in reversed(cls.__mro__):
        for name, hint in vars(base).get("__annotations__", {}).items():
            if not name.startswith("_") and name != "additional_properties" and "ClassVar" not in str(hint):
                found[squash(name)] = name
    return found


def squash(name: str) -> str:
    """Return what is left of a name in every spelling: `tool_choice`, `toolChoice`, `tool_choice_`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


if __name__ == "__main__":
    main(*sys.argv[1:])
