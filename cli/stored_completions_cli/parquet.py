"""Write completions to a Parquet file with typed columns, and read their JSON from it."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from stored_completions_cli import files, jsontext
from stored_completions_cli.errors import UsageError

# The size of a row group in bytes of JSON; a limit on rows would let a few large completions fill the memory.
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
# Columns with JSON text, for values of any type. The last column, `json`, has the completion as it was received.
_JSON = ("tools", "tool_choice", "response_format")
# By default pandas reads integers with nulls as floats, which keep 53 of the seed's 64 bits; `Int64` keeps all.
_SEED = {"name": "seed", "field_name": "seed", "pandas_type": "int64", "numpy_type": "Int64", "metadata": None}
_PANDAS = {"index_columns": [], "column_indexes": [], "columns": [_SEED], "pandas_version": "1.0.0"}
SCHEMA = pa.schema(
    {**_TYPED, **dict.fromkeys(_JSON, pa.string()), "json": pa.string()}, metadata={"pandas": json.dumps(_PANDAS)}
)


def compose(lines: Path, path: Path, draft: Path) -> Counter[str]:
    """Write lines to a Parquet file, and return how many of their values did not fit each column.

    Args:
        lines: A file with one completion per line.
        path: The Parquet file to write or replace.
        draft: A temporary name in the same folder.
    """
    mistyped: Counter[str] = Counter()
    with files.replacing(path, draft) as file, pq.ParquetWriter(file, SCHEMA, compression="zstd") as writer:
        for group in _groups(lines):
            writer.write_table(table(group, mistyped))
    return mistyped


def file_of(lines: list[bytes], mistyped: Counter[str]) -> bytes:
    """Return lines as the content of a Parquet file, and count the values that did not fit each column."""
    content = io.BytesIO()
    pq.write_table(table(lines, mistyped), content, compression="zstd")
    return content.getvalue()


def table(lines: list[bytes], mistyped: Counter[str]) -> pa.Table:
    """Return lines as a table, with null for values that do not fit their column, which are counted."""
    rows = [_row(line.decode().rstrip("\n"), mistyped) for line in lines]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def lines_of(path: Path, progress: Callable[[int], object] = lambda count: None) -> Iterator[bytes]:
    """Yield the line of each completion in a Parquet file.

    Args:
        progress: Called with the number of bytes that were read since the last call.

    Raises:
        UsageError: the file is damaged, or was not written by an export.
    """
    with _reading(path) as file:
        if "json" not in file.schema_arrow.names:
            raise UsageError(f"{path} is not an export: it has no column json.")
        for number in range(file.num_row_groups):
            for line in file.read_row_group(number, columns=["json"])["json"].cast(pa.string()).to_pylist():
                yield f"{line or ''}\n".encode()
            progress(path.stat().st_size // file.num_row_groups)


def rows(path: Path) -> int:
    """Return the number of rows of a file.

    Raises:
        UsageError: the file is damaged.
    """
    with _reading(path) as file:
        return int(file.metadata.num_rows)


@contextmanager
def _reading(path: Path) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except pa.ArrowException as error:
        raise UsageError(f"{path} cannot be read as Parquet: {error}") from None


def _groups(lines: Path) -> Iterator[list[bytes]]:
    """Yield the lines of each row group."""
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
    row: dict[str, Any] = {"json": line}
    try:
        completion = json.loads(line)
    except RecursionError:
        mistyped.update([*_TYPED, *_JSON])
        return row
    for name, kind in _TYPED.items():
        value = completion.get(name)
        try:
            row[name] = _fitted(value, kind)
        except TypeError:
            mistyped[name] += 1
    if any(completion.get(name) is not None for name in _JSON):
        texts = jsontext.members(line)
        row |= {name: texts[name] for name in _JSON if completion.get(name) is not None}
    return row


def _fitted(value: Any, kind: pa.DataType) -> Any:
    """Convert a JSON value to the type of a column.

    Raises:
        TypeError: the value is of another type.
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
    # Parquet stores timestamps as milliseconds in 64 bits, so that seconds must be smaller.
    most = 2**53 if pa.types.is_timestamp(kind) else 2**63 if pa.types.is_int64(kind) else 0
    if isinstance(value, int) and -most <= value < most:
        return value
    if pa.types.is_float64(kind) and isinstance(value, int | float):
        try:
            return float(value)
        except OverflowError:
            raise TypeError from None
    raise TypeError
