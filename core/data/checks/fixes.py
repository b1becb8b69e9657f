"""Safe fixes: what can be mended without knowing what a record should say. Each is pure, and says what it does.

A fix leaves a line byte for byte as it is where there is nothing to mend.
"""

import codecs
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Literal

import msgspec

from core.data.checks import control_characters
from core.records import formats
from core.records.formats import shape, source_record
from core.records.record import Chat, Message, Source, chat_identity, source_identity

Name = Literal["byte-order-mark", "blank-lines", "extra-keys", "control-characters", "duplicates"]
SOURCE = "source"
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Fix(msgspec.Struct, frozen=True):
    """One fix.

    Attributes:
        name: How it is chosen.
        rule: The rule whose findings it mends.
        description: What it does.
    """

    name: Name
    rule: str
    description: str


FIXES = (
    Fix("byte-order-mark", "encoding", "removes the byte order mark at the beginning of the file"),
    Fix("blank-lines", "blank-line", "removes empty lines between records"),
    Fix("extra-keys", "extra-key", "removes keys that the format does not have"),
    Fix("control-characters", "control-characters", "removes invisible characters; those that break a line break it"),
    Fix("duplicates", "duplicate", "keeps the first of exact duplicates"),
)
NAMES: tuple[Name, ...] = tuple(fix.name for fix in FIXES)


class Fixed(msgspec.Struct, frozen=True):
    """What became of a line.

    Attributes:
        number: Its number in the file, from 1.
        before: The line as it was, with its line break.
        after: The line as it should be, without; None where it should go.
        fixes: What was done, in order; none where nothing was.
    """

    number: int
    before: bytes
    after: bytes | None
    fixes: tuple[Name, ...]


def fix_lines(lines: Iterable[bytes], format_name: str, chosen: Collection[Name] = NAMES) -> Iterator[Fixed]:
    """Mends a file, line by line.

    Args:
        lines: Its raw lines.
        format_name: A wire format, or `source`.
        chosen: The fixes to make.
    """
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        bare = line.rstrip(b"\r\n")
        if not line.strip() and "blank-lines" in chosen:
            yield Fixed(number, line, None, ("blank-lines",))
            continue
        mended, done = fix_line(bare, format_name, chosen)
        if "duplicates" in chosen:
            identity = _identity(mended, format_name)
            if identity in seen:
                yield Fixed(number, line, None, (*done, "duplicates"))
                continue
            if identity:
                seen.add(identity)
        yield Fixed(number, line, mended, done)


def fix_line(line: bytes, format_name: str, chosen: Collection[Name] = NAMES) -> tuple[bytes, tuple[Name, ...]]:
    """Mends one line, given without its line break; one that cannot be read even so is left as it is."""
    done: list[Name] = []
    mended = line
    if "byte-order-mark" in chosen and mended.startswith(codecs.BOM_UTF8):
        mended = mended.removeprefix(codecs.BOM_UTF8)
        done.append("byte-order-mark")
    if "extra-keys" in chosen and format_name != SOURCE:
        fewer = _without_extra_keys(mended, format_name)
        if fewer is not None:
            mended = fewer
            done.append("extra-keys")
    try:
        read = _decode(mended, format_name)
    except _UNREADABLE:
        return mended, tuple(done)
    if "control-characters" in chosen:
        stripped = _each_text(read, control_characters.strip)
        if stripped != read:
            return _encode(stripped, format_name), (*done, "control-characters")
    return mended, tuple(done)


def _each_text(record: Chat | Source, mend: Callable[[str], str]) -> Chat | Source:
    if isinstance(record, Source):
        return msgspec.structs.replace(record, fields=_within(record.fields, mend))
    system = None if record.system is None else mend(record.system)
    return Chat(tuple(Message(turn.role, mend(turn.content)) for turn in record.messages), system)


def _within(value: Any, mend: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_within(each, mend) for each in value]
    if isinstance(value, dict):
        return {key: _within(each, mend) for key, each in value.items()}
    return value


def _without_extra_keys(line: bytes, format_name: str) -> bytes | None:
    """The line without the keys that its format calls extra; None where there are none."""
    try:
        formats.named(format_name).decode(line)
    except _UNREADABLE:
        pass
    else:
        return None
    try:
        value = json.loads(line, object_pairs_hook=_once)
        extra = {each.field for each in formats.named(format_name).explain(value) if each.rule == "extra-key"}
        return msgspec.json.encode(_pruned(value, "", extra)) if extra else None
    except (ValueError, OverflowError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice, and which one is meant cannot be known")
    return dict(pairs)


def _pruned(value: Any, field: str, extra: Collection[str]) -> Any:
    if isinstance(value, dict):
        kept = ((key, shape.join(field, key)) for key in value)
        return {key: _pruned(value[key], path, extra) for key, path in kept if path not in extra}
    if isinstance(value, list):
        return [_pruned(each, f"{field}[{place}]", extra) for place, each in enumerate(value)]
    return value


def _identity(line: bytes, format_name: str) -> str:
    """What two exact duplicates share; empty where a line cannot be read."""
    try:
        record = _decode(line, format_name)
    except _UNREADABLE:
        return ""
    return source_identity(record.fields) if isinstance(record, Source) else chat_identity(record)


def _decode(line: bytes, format_name: str) -> Chat | Source:
    if format_name == SOURCE:
        return source_record.decode(line)
    chat: Chat = formats.named(format_name).decode(line)
    return chat


def _encode(record: Chat | Source, format_name: str) -> bytes:
    if isinstance(record, Source):
        return msgspec.json.encode(record)
    line: bytes = formats.named(format_name).encode(record)
    return line
