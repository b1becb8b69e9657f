"""Edits: a record changed by a person, checked before it is accepted, kept as a decision; the file stays as it is.

An edit keeps the record's identity. It is made of the line as it was; when that changes, the edit is stale and is not
applied until somebody looks.
"""

import json
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from core.data.dataset import SOURCE, Dataset, DatasetRow
from core.data.decisions import Decided, content_hash
from core.errors import InputError, Where
from core.records import formats
from core.records.formats import source_record
from core.records.record import Source

if TYPE_CHECKING:
    from core.data.fact_columns import Identities  # numpy, which a look at one record does without
    from core.data.holding import Holding


def as_text(row: DatasetRow) -> str:
    """A record for an editor: its JSON with a line for each member, whatever can be read of it."""
    try:
        value = json.loads(row.raw)
    except (ValueError, RecursionError):
        return row.raw.decode("utf-8", "replace")
    if row.source is not None:
        value = {name: value[name] for name in ("fields", "facts") if name in value}
    return pretty(value) + "\n"


def accepted(dataset: Dataset, row: DatasetRow, text: str) -> bytes:
    """The line that an edited text becomes.

    Args:
        dataset: Says which format the line must have.
        row: The record as it was.
        text: As it came back from the editor.

    Raises:
        InputError: It is not JSON, or not a record of this format; says line and field of the edited text.
    """
    value = _parsed(text)
    if dataset.format == SOURCE:
        return _source_line(row, value)
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    problems = list(formats.named(dataset.format).explain(value))
    if problems:
        raise _misshapen(problems[0].message, problems[0].field)
    try:
        if not formats.named(dataset.format).decode(line).messages:
            raise _misshapen("it has no messages", "messages")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _misshapen(str(error), "") from error
    return line


def with_answer(dataset: Dataset, row: DatasetRow, answer: str) -> bytes:
    """The line with another answer, everything else as it is.

    Raises:
        InputError: The line cannot be read, or the answer is empty.
    """
    if not answer.strip():
        raise InputError(
            "An answer cannot be empty",
            why="it would teach the model to say nothing",
            todo="x rejects the record, escape leaves it as it is",
        )
    value = _parsed(row.raw.decode("utf-8", "replace"))
    if dataset.format == SOURCE:
        value["fields"] = value.get("fields", {}) | {"answer": answer}
        return _source_line(row, value)
    if "completion" in value:
        value["completion"] = answer
    else:
        last = value["messages"][-1]
        last["content"] = answer if isinstance(last["content"], str) else [{"text": answer}]
    return accepted(dataset, row, json.dumps(value))


def applied(dataset: Dataset, row: DatasetRow, line: bytes) -> DatasetRow:
    """A row as its edit makes it: another text, the same identity and group."""
    edited = dataset.read(row.number, line)
    return msgspec.structs.replace(edited, identity=row.identity, group=row.group)


def line(decided: Decided, raw: bytes) -> bytes | None:
    """The line that takes a row's place; None where there is no edit, or its row has changed since.

    Args:
        decided: What holds for the record.
        raw: Its line, as the file has it.
    """
    if not decided.edit or decided.edited_from != content_hash(raw):
        return None
    return decided.edit.encode("utf-8", "surrogatepass")


def standing(dataset: Dataset, ids: "Identities", decided: Mapping[str, Decided]) -> dict[int, bytes]:
    """The lines that take the place of rows, by number, as far as the file is known.

    Args:
        dataset: The file.
        ids: Which record each of its rows is.
        decided: What holds, by record.
    """
    edited = {identity for identity, each in decided.items() if each.edit}
    places = ids.rows_of(edited) if edited else {}
    known = ((row, decided[identity]) for row, identity in places.items() if row < dataset.count)
    lines = ((row, line(each, dataset.index.line(row))) for row, each in known)
    return {row: edit for row, edit in lines if edit is not None}


class Placed:
    """The edits that stand, by row, kept up with what is decided and with how far the file is known.

    Attributes:
        lines: The line that takes a row's place, by its number. Never changed, only replaced.
    """

    def __init__(self, dataset: Dataset, ids: "Identities") -> None:
        """Nothing is placed at first.

        Args:
            dataset: The file.
            ids: Which record each of its rows is.
        """
        self.lines: dict[int, bytes] = {}
        self._dataset, self._ids = dataset, ids
        self._among = 0  # rows that were known when the edits of all records were placed last
        self._lock = threading.Lock()

    def place(self, records: set[str], known: int, decided: "Holding") -> bool:
        """Places the edits of some records, or of all where more rows are known by now; True where lines changed.

        Args:
            records: Whose edits have changed.
            known: How many rows are known.
            decided: What holds.
        """
        with self._lock:
            if known != self._among:
                records = {*decided.column("edit").copy()}
            if not records:
                return False
            places = self._ids.rows_of(records)
            others = {row: line for row, line in self.lines.items() if row not in places}
            lines = others | standing(self._dataset, self._ids, {record: decided.of(record) for record in records})
            changed, self.lines, self._among = lines != self.lines, lines, known
            return changed


def as_it_stands(dataset: Dataset, row: DatasetRow, decided: Mapping[str, Decided]) -> DatasetRow:
    """A row as its edit makes it, where it has one that stands.

    Args:
        dataset: The file.
        row: As the file has it.
        decided: What holds, by record.
    """
    edit = line(decided.get(row.identity, Decided()), row.raw)
    return row if edit is None else applied(dataset, row, edit)


def pretty(value: object, indent: str = "") -> str:
    """JSON with a line for each member; a list of plain values, such as a table's row, stays on one."""
    inner = indent + "  "
    if isinstance(value, dict) and value:
        members = (
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {pretty(each, inner)}" for key, each in value.items()
        )
        return "{\n" + ",\n".join(members) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        return "[\n" + ",\n".join(inner + pretty(each, inner) for each in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _source_line(row: DatasetRow, value: dict[str, object]) -> bytes:
    old = row.source
    merged = {
        "id": old.id if old else row.identity,
        "group": old.group if old else row.group,
        "fields": value.get("fields"),
        "facts": value.get("facts", {}),
    }
    try:
        source = msgspec.convert(merged, Source)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at ")
        raise _misshapen(reason, field.strip("`").removeprefix("$.")) from error
    line = msgspec.json.encode(source)
    source_record.decode(line)
    return line


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            "The edited record is not JSON",
            why=f"{error.msg.removesuffix(' at')} at column {error.colno}",
            todo="Mend that line, or leave the editor without saving",
            where=Where("the edited text", error.lineno),
        ) from error
    except RecursionError as error:
        raise _misshapen("nested too deeply", "") from error
    if not isinstance(value, dict):
        raise _misshapen("a record is an object", "")
    return value


def _misshapen(why: str, field: str) -> InputError:
    return InputError(
        "The edited text is not a record of this file's format",
        why=why,
        todo="Mend it, or leave the editor without saving",
        where=Where("the edited text", field=field),
    )
