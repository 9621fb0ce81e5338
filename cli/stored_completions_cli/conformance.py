"""Check an export: decode each completion, and report how it differs from the types that the models declare."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

import attrs

from stored_completions.models import ChatCompletion, ChatCompletionStoreMessage
from stored_completions.types import Model
from stored_completions_cli.errors import unreadable_file
from stored_completions_cli.extras import parquet
from stored_completions_cli.jsontext import shortened
from stored_completions_cli.terminal import counted, inline

MOST_EXAMPLES = 10  # for each finding


class Property(NamedTuple):
    """A property of a JSON object that a model decodes, or a problem at a place in it.

    Attributes:
        name: The names of the model and the property, such as `Choice.index`.
        path: The JSON path of the property, such as `$.choices[0].index`.
        value: The value; None if the property is missing.
        declared: Whether the model declares the property.
        problem: What is wrong; empty if this is a property without a problem.
    """

    name: str
    path: str
    value: Any
    declared: bool = True
    problem: str = ""


def properties(value: Any, model: type[Model], path: str = "$") -> Iterator[Property]:
    """Yield the properties of a JSON object and of the objects in it, and the required properties that are missing."""
    declared = declared_by(model)
    for name, (_, required) in declared.items():
        if name not in value and required:
            yield Property(f"{model.__name__}.{name}", path, None, problem=f"{name!r} is missing")
    for name, item in value.items():
        found = Property(f"{model.__name__}.{name}", f"{path}.{name}", item, name in declared)
        yield found
        if found.declared:
            yield from _nested(item, declared[name][0], found.name, found.path)


def declared_by(model: type[Model]) -> dict[str, tuple[Any, bool]]:
    """Return the type of each declared property, and whether it is required, by the property's name on the wire."""
    fields = (field for field in attrs.fields(attrs.resolve_types(model)) if field.name != "additional_properties")
    return {
        field.metadata.get("wire_name", field.name): (field.type, field.default is attrs.NOTHING) for field in fields
    }


def _nested(value: Any, kind: Any, name: str, path: str) -> Iterator[Property]:
    """Yield the properties within a property's value, and a problem for each value that is not of its declared type."""
    if get_origin(kind) in (Union, UnionType) and _is_instance(value, kind):
        fitting = [part for part in get_args(kind) if _is_instance(value, part)]
        # Choose the variant with the fewest problems.
        kind = min(fitting, key=lambda part: sum(bool(found.problem) for found in _nested(value, part, name, path)))
    if not _is_instance(value, kind):
        shown = re.sub(r"\w+\.|<class '|'>", "", str(kind))
        yield Property(name, path, value, problem=f"{_shown(value, 80)} is not {shown}")
    elif isinstance(kind, type) and issubclass(kind, Model):
        yield from properties(value, kind, path)
    elif get_origin(kind) is list:
        for number, item in enumerate(value):
            yield from _nested(item, get_args(kind)[0], name, f"{path}[{number}]")
    elif get_origin(kind) is dict:
        for key, item in value.items():
            yield from _nested(item, get_args(kind)[1], name, f"{path}.{key}")


def _is_instance(value: Any, kind: Any) -> bool:
    """Return whether a JSON value is of a type, without looking into objects and lists."""
    origin = get_origin(kind) or kind
    if origin in (Union, UnionType):
        return any(_is_instance(value, part) for part in get_args(kind))
    if origin is Literal:
        return value in get_args(kind)
    if isinstance(value, bool):
        return origin is bool
    if attrs.has(origin):
        return isinstance(value, dict)
    return isinstance(value, (int, float) if origin is float else origin)


class Kind(StrEnum):
    """A kind of finding."""

    UNDECLARED = "Not declared"
    MISTYPED = "Not as declared"
    SKIPPED = "Skipped"
    UNEQUAL = "NOT EQUAL"


class Tally:
    """Counts the findings in bodies, and keeps the first examples of each."""

    def __init__(self) -> None:
        self.models: Counter[str] = Counter()
        self.counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in Kind}
        self._examples: dict[tuple[Kind, str], list[str]] = {}

    def note(self, kind: Kind, example: str, name: str = "") -> None:
        """Count a finding, and keep an example of it.

        Args:
            name: The property's name; empty for a finding about a whole body.
        """
        self.counts[kind][name] += 1
        examples = self._examples.setdefault((kind, name), [])
        if len(examples) < MOST_EXAMPLES:
            examples.append(inline(example))

    def judge(self, place: str, value: Any, model: type[Model]) -> None:
        """Compare a body with its model."""
        found_properties = [*properties(value, model)]
        if problem := round_trip(value, model):
            self.note(Kind.UNEQUAL, f"{place} {problem}")
        self.models[model.__name__] += 1
        for found in found_properties:
            if found.problem:
                self.note(Kind.MISTYPED, f"{place} {found.path}: {found.problem}", found.name)
            elif not found.declared:
                self.note(Kind.UNDECLARED, f"{place} {found.path}: {_shown(found.value, 60)}", found.name)

    @property
    def failed(self) -> bool:
        """Whether a body was changed by decoding and encoding, or there were no bodies at all."""
        return not self.models or bool(self.counts[Kind.UNEQUAL])

    def lines(self, most: int) -> Iterator[str]:
        """Yield the lines of the report: the findings, the most frequent first, then the totals.

        Args:
            most: The most examples to show of a finding.
        """
        for kind, counts in self.counts.items():
            for name, count in counts.most_common():
                yield f"{kind}: {f'{inline(name)}, ' if name else ''}{counted(count, 'time')}"
                yield from (f"  {example}" for example in self._examples[kind, name][:most])
        judged = self.models.total()
        kinds = ", ".join(f"{count} {name}" for name, count in sorted(self.models.items()))
        undeclared, mistyped, skipped, unequal = (counts.total() for counts in self.counts.values())
        yield f"{judged} bodies ({kinds}), {skipped} others skipped"
        yield f"{undeclared} undeclared, {mistyped} not as declared"
        yield f"{judged - unequal} of {judged} came back equal"


def check_export(path: Path, progress: Callable[[int], object] = lambda count: None) -> Tally:
    """Check each completion of an export in jsonl or parquet, and its messages.

    Args:
        progress: Called with the number of bytes that were read since the last call.

    Raises:
        UsageError: the file cannot be read, or has another format.
    """
    tally = Tally()
    for number, line in enumerate(_lines(path, progress), 1):
        place = f"{path}:{number}"
        try:
            _judge_line(tally, place, json.loads(line))
        except (ValueError, RecursionError) as error:
            tally.note(Kind.SKIPPED, f"{place}: not JSON, or nested too deeply ({error})")
    return tally


def _judge_line(tally: Tally, place: str, completion: Any) -> None:
    if not isinstance(completion, dict) or "choices" not in completion:
        tally.note(Kind.SKIPPED, f"{place}: not a completion: exports in jsonl and parquet hold them")
        return
    messages = completion.pop("messages", None)
    tally.judge(place, completion, ChatCompletion)
    for message in messages if isinstance(messages, list) else []:
        if isinstance(message, dict):
            tally.judge(place, message, ChatCompletionStoreMessage)
        else:
            tally.note(Kind.SKIPPED, f"{place}: not a message: it is no JSON object")


def round_trip(value: Mapping[str, Any], model: type[Model]) -> str | None:
    """Decode and encode a body, and return how the result differs, or None if it is equal; 1, 1.0 and true differ."""
    try:
        returned = model.from_dict(value).to_dict()
        same = {name: json.dumps(value[name]) == json.dumps(returned[name]) for name in value.keys() & returned.keys()}
    except RecursionError:  # may come from the comparison instead of the model
        raise
    except Exception as error:  # noqa: BLE001 - each error is a finding
        return f"{model.__name__}.from_dict raised {error!r}"
    changed = sorted(name for name in value.keys() | returned.keys() if not same.get(name))
    return f"{model.__name__} gave back another {', '.join(changed)}" if changed else None


def _lines(path: Path, progress: Callable[[int], object]) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            if file.read(4) == b"PAR1":
                yield from parquet().lines_of(path, progress)
                return
            file.seek(0)
            for line in file:
                progress(len(line))
                yield line
    except OSError as error:
        raise unreadable_file(inline(str(path)), error) from None


def _shown(value: Any, length: int) -> str:
    return shortened(json.dumps(value, ensure_ascii=False), length)
