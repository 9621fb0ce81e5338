"""Decodes recorded bodies with one generated package; run as a script, so that two packages never meet in a process.

Usage: `python decode.py FOLDER PACKAGE < bodies.json > decoded.json`, where FOLDER holds the package. Each body is
`{"value": ..., "operation": module name or null}`; each answer says the class, what its parts were decoded to, whether
it comes back out equal, or the error.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any


def main(folder: str, package: str) -> None:
    """Decode the bodies of standard input."""
    sys.path.insert(0, folder)
    classes = dict(response_classes(importlib.import_module(package)))
    every = list(dict.fromkeys(cls for found in classes.values() for cls in found))
    answers = []
    for body in json.load(sys.stdin):
        chosen = best(classes.get(body["operation"]) or every, body["value"])
        answers.append(None if chosen is None else decode(chosen, body["value"]))
    json.dump(answers, sys.stdout)


def response_classes(package: ModuleType) -> Iterator[tuple[str, list[type]]]:
    """Yield each endpoint module's name with the classes that its answers are decoded to."""
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".api." not in info.name or info.ispkg:
            continue
        module = importlib.import_module(info.name)
        found: list[type] = []
        for name in ("sync", "sync_detailed"):
            function = getattr(module, name, None)
            if function is not None:
                found += models(typing.get_type_hints(function).get("return"))
        if found:
            yield info.name.rsplit(".", 1)[-1], list(dict.fromkeys(found))


def models(hint: object) -> list[type]:
    """Return the model classes that a type hint names."""
    if isinstance(hint, type) and hasattr(hint, "from_dict"):
        return [hint]
    return [cls for argument in typing.get_args(hint) for cls in models(argument)]


def best(classes: list[type], value: object) -> type | None:
    """Return the class that declares most of a body's properties; None if none of them fits."""
    if not isinstance(value, dict):
        return None

    def fit(cls: type) -> int:
        try:
            parts = dict(flatten(decode_with(cls, value), ""))
        except Exception:  # noqa: BLE001 - a class that fails on a body does not fit it, for whatever reason
            return -1
        tops = {path: kind for path, kind in parts.items() if path.count(".") == 1 and not path.endswith("[]")}
        return sum(1 if kind != "untyped" else -1 for kind in tops.values())

    chosen = max(classes, key=fit, default=None)
    return chosen if chosen is not None and (fit(chosen) > 0 or len(classes) == 1) else None


def decode_with(cls: Any, value: dict[str, Any]) -> Any:
    """Decode a body with a class."""
    return cls.from_dict(value)


def decode(cls: type, value: dict[str, Any]) -> dict[str, Any]:
    """Return what a class makes of a body."""
    try:
        model = decode_with(cls, value)
        parts: dict[str, list[str]] = {}
        for path, kind in flatten(model, ""):
            parts.setdefault(path, [])
            if kind not in parts[path]:
                parts[path].append(kind)
        return {"class": cls.__name__, "parts": parts, "equal": model.to_dict() == value, "error": None}
    except Exception as error:  # noqa: BLE001 - whatever generated code raises is the answer
        return {"class": cls.__name__, "parts": {}, "equal": False, "error": f"{type(error).__name__}: {error}"}


def flatten(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Yield each part of a decoded body with what it was decoded to; `untyped` for what no class declares."""
    if isinstance(value, list):
        yield path, "list"
        for item in value:
            yield from flatten(item, path + "[]")
    elif hasattr(value, "__attrs_attrs__"):
        yield path, type(value).__name__
        names = getattr(value, "_json_names", {})
        for field in value.__attrs_attrs__:
            inner = getattr(value, field.name)
            if field.name == "additional_properties":
                for key in inner:
                    yield f"{path}.{key}", "untyped"
            elif type(inner).__name__ != "Unset":
                yield from flatten(inner, f"{path}.{names.get(field.name, field.name)}")
    elif value is None:
        yield path, "null"
    else:
        yield path, type(value).__name__


if __name__ == "__main__":
    main(*sys.argv[1:])
