"""Characters that no reader sees and every model does: controls, marks that reorder text, letters of no width.

Line feed and tab are none of them. A zero-width joiner is none between characters outside ASCII, where emoji and
several scripts need it.
"""

import re
import unicodedata
from collections.abc import Iterator

import msgspec

from core.data.checks.one_record import CONTROL, Record, RecordRule, listed, outline
from core.records import formats
from core.records.finding import Finding
from core.records.record import SEPARATOR, Chat, Message, Source
from core.records.rule import OUTCROP, Fix

_C0 = (
    "NUL SOH STX ETX EOT ENQ ACK BEL BS HT LF VT FF CR SO SI "
    "DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US"
)
_NAMES = dict(enumerate(_C0.split())) | {0x7F: "DEL", 0x85: "NEL"}
_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"  # what Unicode or ASCII means as the end of a line or paragraph
_FORBIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 and C1
    r"\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
)
_FOUND = re.compile(
    rf"[{_FORBIDDEN}]"
    r"|(?:(?<=[\x00-\x7f])|^)[\u200c\u200d]|[\u200c\u200d](?=[\x00-\x7f]|$)"
    r"|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"  # tags, but in flags: text that hides
)
_ASCII = bytes(range(128))
_SUSPECT = re.compile(
    rb"\xc2[\x80-\x9f\xad]|\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]"
    rb"|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81]"
)


def find(text: str) -> tuple[str, ...]:
    """The names of the characters found, each once, in order: `U+202E right-to-left override`."""
    coded = text.encode("utf-8", "surrogatepass")
    if SEPARATOR not in text and not may_hold(coded, outline(coded)):  # a hundred times as quick as the expression
        return ()
    return tuple(dict.fromkeys(name(found[0]) for found in _FOUND.finditer(text)))


def may_hold(coded: bytes, outline: bytes) -> bool:
    """Whether `find` is worth calling: always where it finds something, seldom where it does not.

    Args:
        coded: The text as UTF-8.
        outline: Its outline.
    """
    if CONTROL in outline:
        return True
    return not coded.isascii() and _SUSPECT.search(coded.translate(None, _ASCII)) is not None


def strip(text: str) -> str:
    """The text without them; those that break a line become line feeds."""
    return _FOUND.sub(_instead, text.replace("\r\n", "\n").replace("\r", "\n"))


def name(character: str) -> str:
    """What a character is called: `U+001B ESC`."""
    code = ord(character[0])
    called = _NAMES.get(code) or unicodedata.name(character[0], "control").lower()
    return f"U+{code:04X} {called}"


def _instead(found: re.Match[str]) -> str:
    return "\n" if found[0] in _BREAKS else ""


def _find(record: Record) -> Iterator[Finding]:
    for field, text in record.chat.texts():
        pieces = find(text)
        if pieces:
            yield Finding("control-characters", "warning", f"{field} holds {listed(pieces)}", record.line, field)


def _holds(record: Record) -> bool:
    suspicious = may_hold(record.coded, record.outline) or _holds_separator(record.chat)
    return suspicious and any(find(text) for _, text in record.chat.texts())


def _holds_separator(chat: Chat) -> bool:
    """Whether a text holds the character that parts of a record are set apart by, which its outline does not show."""
    for turn in chat.messages:
        if SEPARATOR in turn.content:
            return True
    return chat.system is not None and SEPARATOR in chat.system


def _mend(line: bytes, format_name: str) -> bytes:
    try:
        record = formats.decode(line, format_name)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return line
    stripped = _stripped(record)
    return line if stripped == record else formats.encode(stripped, format_name)


def _stripped(record: Chat | Source) -> Chat | Source:
    if isinstance(record, Source):
        return msgspec.structs.replace(record, fields=_within(record.fields))
    system = None if record.system is None else strip(record.system)
    return Chat(tuple(Message(turn.role, strip(turn.content)) for turn in record.messages), system)


def _within(value: object) -> object:
    """A field of a source record with every text in it stripped."""
    if isinstance(value, str):
        return strip(value)
    if isinstance(value, list):
        return [_within(each) for each in value]
    if isinstance(value, dict):
        return {key: _within(each) for key, each in value.items()}
    return value


RULE = RecordRule(
    name="control-characters",
    severities=("warning",),
    finds="A text holds characters that nobody sees, some of which reorder or hide the text around them.",
    todo="Remove them.",
    source=OUTCROP,
    find=_find,
    holds=_holds,
    fix=Fix("removes invisible characters; those that break a line break it", _mend),
)
