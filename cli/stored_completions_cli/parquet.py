"""Lines of JSON as a Parquet file: typed columns in row groups, compressed with zstd."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from stored_completions_cli import files, jsontext
from stored_completions_cli.errors import CommandError, Status

# Bytes of JSON, so that neither many small completions nor a few large ones fill the memory.
ROW_GROUP = 8 * 2**20

_TOOL_CALLS = pa.list_(
    pa.struct(
        {
            "id": pa.string(),
            "type": pa.string(),
            "function": pa.struct({"name": pa.string(), "arguments": pa.string()}),
            "custom": pa.struct({"name": pa.string(), "input": pa.string()}),
        }
    )
)
_ANSWER = {"role": pa.string(), "content": pa.string(), "refusal": pa.string(), "tool_calls": _TOOL_CALLS}
_MESSAGE = {"id": pa.string(), **_ANSWER, "name": pa.string(), "tool_call_id": pa.string()}
_CHOICE = {"index": pa.int64(), "finish_reason": pa.string(), "message": pa.struct(_ANSWER)}
_USAGE = {name: pa.int64() for name in ("prompt_tokens", "completion_tokens", "total_tokens")}
_TYPED = {
    "id": pa.string(),
    "created": pa.timestamp("s", tz="UTC"),
    "model": pa.string(),
    "request_id": pa.string(),
    "service_tier": pa.string(),
    "system_fingerprint": pa.string(),
    "input_user": pa.string(),
    "seed": pa.int64(),
    "temperature": pa.float64(),
    "top_p": pa.float64(),
    "presence_penalty": pa.float64(),
    "frequency_penalty": pa.float64(),
    "metadata": pa.map_(pa.string(), pa.string()),
    "usage": pa.struct(_USAGE),
    "choices": pa.list_(pa.struct(_CHOICE)),
    "messages": pa.list_(pa.struct(_MESSAGE)),
}
# What may be of any shape is JSON text, and so is the whole completion as it was received, in the last column.
_JSON = ("tools", "tool_choice", "response_format")
# pandas has no null among its own integers: it would read a seed as a float, which keeps 53 of its 64 bits.
_SEED = {"name": "seed", "field_name": "seed", "pandas_type": "int64", "numpy_type": "Int64", "metadata": None}
_PANDAS = {"index_columns": [], "column_indexes": [], "columns": [_SEED], "pandas_version": "1.0.0"}
SCHEMA = pa.schema(
    {**_TYPED, **dict.fromkeys(_JSON, pa.string()), "json": pa.string()}, metadata={"pandas": json.dumps(_PANDAS)}
)


def compose(lines: Path, before: Path, row_groups: int, draft: Path) -> Counter[str]:
    """Write a Parquet file of lines, which is on disk then; return how many values did not fit their columns.

    Args:
        before: An earlier file, whose first row groups, as many as said, come first.
        draft: The file to write.
    """
    mistyped: Counter[str] = Counter()
    with os.fdopen(files.opened(draft, os.O_TRUNC), "wb") as file:
        with pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
            if row_groups:
                with pq.ParquetFile(before) as earlier:
                    for number in range(row_groups):
                        # What is read has other names for the items of its lists.
                        writer.write_table(earlier.read_row_group(number).cast(SCHEMA))
            for group in _groups(lines):
                writer.write_table(table(group, mistyped))
        file.flush()
        os.fsync(file.fileno())
    return mistyped


def file_of(lines: list[bytes], mistyped: Counter[str]) -> bytes:
    """Return a Parquet file of these lines."""
    content = io.BytesIO()
    pq.write_table(table(lines, mistyped), content, compression="zstd")
    return content.getvalue()


def table(lines: list[bytes], mistyped: Counter[str]) -> pa.Table:
    """Return lines as a table; a value that does not fit its column is null there, and counted by column."""
    rows = [_row(line.decode("utf-8", "surrogatepass").rstrip("\n"), mistyped) for line in lines]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def lines_of(path: Path, progress: Callable[[int], object]) -> Iterator[bytes]:
    """Yield the lines that a file was made from; progress is told how many bytes were read.

    Raises:
        CommandError: the file is of another kind.
    """
    with pq.ParquetFile(path) as file:
        if "json" not in file.schema_arrow.names:
            raise CommandError(f"{path} is not an export: it has no column json.", Status.USAGE)
        for number in range(file.num_row_groups):
            for line in file.read_row_group(number, columns=["json"])["json"].to_pylist():
                yield (line or "").encode()
            progress(path.stat().st_size // file.num_row_groups)


def row_groups(path: Path) -> int:
    """Return how many row groups a file has."""
    number: int = pq.read_metadata(path).num_row_groups
    return number


def _groups(lines: Path) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    with lines.open("rb") as file:
        for line in file:
            group.append(line)
            size += len(line)
            if size >= ROW_GROUP:
                yield group
                group, size = [], 0
    if group:
        yield group


def _row(line: str, mistyped: Counter[str]) -> dict[str, Any]:
    row: dict[str, Any] = {"json": _utf8(line)}
    try:
        completion, texts = json.loads(line), jsontext.members(line)
    except RecursionError:
        mistyped.update([*_TYPED, *_JSON])
        return row
    for name, kind in _TYPED.items():
        value = completion.get(name)
        try:
            row[name] = _fitted(value, kind)
        except TypeError:
            mistyped[name] += 1
    for name in _JSON:
        text = texts.get(name, "null")
        row[name] = None if text == "null" else _utf8(text)
    return row


def _fitted(value: Any, kind: pa.DataType) -> Any:
    """Return a value as a column takes it.

    Raises:
        TypeError: it is of another type.
    """
    if value is None:
        return None
    if pa.types.is_string(kind) and isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if pa.types.is_struct(kind) and isinstance(value, dict):
        return {field.name: _fitted(value.get(field.name), field.type) for field in kind}
    if pa.types.is_map(kind) and isinstance(value, dict):
        return [(_fitted(name, kind.key_type), _fitted(item, kind.item_type)) for name, item in value.items()]
    if pa.types.is_list(kind) and isinstance(value, list):
        return [_fitted(item, kind.value_type) for item in value]
    if isinstance(value, bool):
        raise TypeError
    # Parquet keeps milliseconds in 64 bits.
    most = 2**53 if pa.types.is_timestamp(kind) else 2**63 if pa.types.is_int64(kind) else 0
    if isinstance(value, int) and -most <= value < most:
        return value
    if pa.types.is_float64(kind) and isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            raise TypeError from None
    raise TypeError


def _utf8(text: str) -> str:
    """Return JSON with lone surrogates escaped: UTF-8 cannot hold them."""
    return text.encode("utf-8", "backslashreplace").decode()
