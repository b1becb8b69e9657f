"""The lines that begin in one stretch of a file as columns: lengths, hashes, rules, a row for each record.

Tight on purpose: a file may have a million lines.
"""

import os
import re
import zlib
from array import array
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from core.data.checks import question
from core.data.checks.normal_form import answer_key
from core.data.checks.one_record import Record, outline
from core.data.checks.rules import RECORD_RULES
from core.data.scan.block import BITS, UNREADABLE, Given, LineBlock, ScanSpec, Stretch, bits_of, bits_of_rule
from core.errors import OutcropError
from core.records import formats
from core.records.check import CHAT_RULES, check_line
from core.records.formats import source_record
from core.records.record import SEPARATOR, Chat, Source, canonical, hash64, own_identity, text_hash
from core.records.requirements import Requirements
from core.records.rules import too_long
from core.records.rules.unreadable import explain

if TYPE_CHECKING:
    from core.formatting.template import Renderer

_ROLES, _SCHEMA, _UNRENDERED = BITS["roles", "error"], BITS["schema", "error"], BITS["unrendered", "error"]
_TOO_LONG, _MAYBE_TOO_LONG = BITS["too-long", "error"], BITS["too-long", "warning"]
_SEPARATOR = SEPARATOR.encode()
_NO_SYSTEM = len(canonical(Chat(())).encode())
_EMPTY = BITS["empty-content", "warning"]
_RESERVED = BITS["reserved-keyword", "error"]
# Rules for one chat that `Measurer` looks at in passing; it asks all others.
_IN_PASSING = ("roles", "reserved-keyword", "empty-content", "too-long")
_OTHERS = tuple(rule.find for rule in CHAT_RULES if rule.name not in _IN_PASSING)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OutcropError)
_SHORT = 200  # characters of texts whose keys are remembered, for labels and questions come again and again
_answer_key = lru_cache(1 << 12)(answer_key)
_asked_keys = lru_cache(1 << 12)(question.keys)
_WINDOW = 1 << 18  # bytes: what a processor keeps near; doubled for a longer line
_RETURN = ord("\r")


class Measurer:
    """Fills columns, row by row; `block` takes them away."""

    def __init__(self, spec: ScanSpec, requirements: Requirements | None, renderer: "Renderer | None") -> None:
        """Prepares columns.

        Args:
            spec: What to fill.
            requirements: Its requirements, decoded.
            renderer: Of its template.
        """
        self._requirements = requirements
        self._thorough = spec.thorough and requirements is not None
        self._compared, self._identified = spec.compared, spec.identified
        self._codes = spec.columns
        self._grouped = "group" in self._codes
        self._of_record = [
            (rule.holds or rule.broken, bits_of_rule(rule.name)) for rule in RECORD_RULES if rule.applies(spec.format)
        ]
        self._encode = formats.named(requirements.format).encode if requirements and spec.of_sources else None
        self._renderer = renderer
        self._decode = None if spec.of_sources else formats.named(spec.format).decode
        words = "|".join(map(re.escape, requirements.reserved if requirements else ()))
        self._reserved = re.compile(words).search if words else None  # all in one pass
        limit = requirements.limits.record_tokens if requirements else None
        self._too_long = limit * too_long.SURELY if limit else 1 << 62
        self._maybe_too_long = limit * too_long.LIKELY if limit else 1 << 62
        self._clear()

    def add(self, start: int, raw: bytes | memoryview) -> None:
        """Measures one line."""
        self._columns["start"].append(start)
        source: Source | None = None
        chat: Chat | None = None
        try:
            if self._decode is not None:
                chat = self._decode(raw)
            else:
                source = source_record.decode(raw)
                chat = self._renderer.chat(source) if self._renderer else Chat(())
                self._size += len(self._encode(chat)) + 1 if self._encode else 0
        except _UNREADABLE:
            self._unreadable(bytes(raw), source, rendered=chat is not None)
            return
        self._chat(chat, source)

    def block(self) -> LineBlock:
        """What was measured since the last call."""
        rows = len(self._columns["start"])
        columns = {name: values.tobytes() for name, values in self._columns.items()}
        given = {name: _packed(self._given[name], rows) for name in self._given}
        size = self._size
        self._clear()
        return LineBlock(rows, columns, given, size)

    def _chat(self, chat: Chat, source: Source | None) -> None:
        columns, turns, system = self._columns, chat.messages, chat.system
        whole = canonical(chat)
        characters = answer = found = 0
        role = "user"
        for turn in turns:
            text = turn.content
            answer = len(text)
            characters += answer
            if not text or text.isspace():
                found |= _EMPTY
            if turn.role != role:
                found |= _ROLES
            role = "assistant" if role == "user" else "user"
        if role == "assistant":  # the user has the last word
            answer, found = 0, found | _ROLES
        if len(turns) < 2:
            found = found & ~_ROLES | _SCHEMA
        if system is not None:
            characters += len(system)
            if not system or system.isspace():
                found |= _EMPTY
        if self._reserved is not None and self._reserved(whole):  # no word spans two parts
            found |= _RESERVED
        if characters > self._maybe_too_long:
            found |= _TOO_LONG if characters > self._too_long else _MAYBE_TOO_LONG
        coded = whole.encode("utf-8", "surrogatepass")
        if self._thorough:
            record = Record(chat, source, coded, outline(coded))
            for holds, bit in self._of_record:
                if holds(record):
                    found |= bit
        if self._requirements is not None:
            for find in _OTHERS:
                found |= bits_of(find(chat, 1, self._requirements))
        end = coded.rfind(_SEPARATOR) if answer else len(coded)
        columns["characters_in"].append(characters - answer)
        columns["characters_out"].append(answer)
        columns["turns"].append(min(len(turns), 65535))
        columns["rules"].append(found if self._requirements is not None else 0)
        columns["answer"].append(_key_of_answer(turns[-1].content) if answer else 0)
        if not self._grouped:
            columns["prompt"].append(zlib.crc32(memoryview(coded)[:end]) | end << 32)
            self._facts(source)
            return
        asked = _question(coded, end) if self._compared else (end, end)
        prompt, table, about = _keys(coded, end, *asked, *_table(chat, whole, coded))
        columns["prompt"].append(prompt)
        columns["group"].append(table if source is None else text_hash(source.group))
        if self._identified:
            self._identity(hash64(coded) if source is None else 0, 0, source)
        if self._compared:
            text = str(source.fields.get("question", "")) if source else ""
            columns["about"].append(columns["group"][-1] if text else about)
            telling, content = _keys_of_question(text or coded[slice(*asked)].decode("utf-8", "surrogatepass"))
            columns["telling"].append(telling)
            columns["content"].append(content)
        self._facts(source)

    def _identity(self, own: int, nth: int, source: Source | None) -> None:
        if source is not None:
            own, nth = split_identity(own_identity(source.id))
        self._columns["id"].append(own)
        self._columns["nth"].append(nth)

    def _facts(self, source: Source | None) -> None:
        if source is None:
            return
        row = len(self._columns["start"]) - 1
        for name, value in source.facts.items():
            self._given.setdefault(name, []).append((row, value))

    def _unreadable(self, raw: bytes, source: Source | None, *, rendered: bool) -> None:
        found = 0
        if self._requirements is not None and source is not None:
            found = _SCHEMA if rendered else _UNRENDERED  # what is rendered may not fit the model's format
        elif self._requirements is not None:
            of_source = self._decode is None and raw.strip()
            findings = (
                explain(raw, 1, source_record.explain) if of_source else check_line(raw, 1, self._requirements)[1]
            )
            found = bits_of(findings) or _SCHEMA
        known = {"rules": found, "group": text_hash(source.group) if source is not None else 0}
        for name in self._codes:
            if name not in ("start", "id", "nth"):
                self._columns[name].append(known.get(name, 0))
        if self._identified:
            self._identity(0, UNREADABLE, source)
        self._facts(source)

    def _clear(self) -> None:
        self._size = 0
        self._columns: dict[str, array[int]] = {name: array(code) for name, code in self._codes.items()}
        self._given: dict[str, list[tuple[int, str | int | float]]] = {}


def split_identity(identity: str) -> tuple[int, int]:
    """An identity as its 64 bits and its number among equals, 0 for none."""
    bits, _, nth = identity.partition(".")
    return int(bits or "0", 16), int(nth or 0)


def _key_of_answer(text: str) -> int:
    return _answer_key(text) if len(text) < _SHORT else answer_key(text)


def _keys_of_question(text: str) -> tuple[int, int]:
    return _asked_keys(text) if len(text) < _SHORT else question.keys(text)


def _table(chat: Chat, whole: str, coded: bytes) -> tuple[int, int]:
    """Where the table that a chat is about stands in its canonical form, as `Chat.context` has it.

    A system prompt or an answer may speak of tables too, so only what the user says is searched.

    Args:
        chat: The chat.
        whole: `canonical(chat)`.
        coded: The same as UTF-8.

    Returns:
        The bytes from its opening tag to before its closing one; the same twice for no table.
    """
    size = len if len(coded) == len(whole) else _size  # of ASCII, characters are bytes
    at = size(chat.system) if chat.system is not None else _NO_SYSTEM
    for turn in chat.messages:
        at += len(_SEPARATOR) + size(turn.role) + len(_SEPARATOR)
        after = at + size(turn.content)
        if turn.role == "user":
            start = coded.find(b"<table>", at, after)
            stop = coded.rfind(b"</table>", start, after) if start >= 0 else -1
            if start < stop:
                return start, stop
        at = after
    return 0, 0


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _keys(coded: bytes, end: int, low: int, high: int, start: int, stop: int) -> tuple[int, int, int]:
    """A prompt, the table in it (0 for none) and what stands around its question, each as checksum and length.

    Quick, for each byte is looked at once (but for a table within a question); finds are looked at again.

    Args:
        coded: `canonical(chat)` as UTF-8.
        end: Where the answer begins.
        low: Where the question begins; `end` for none.
        high: Where it ends.
        start: Where the table begins.
        stop: Where it ends; `start` for none.
    """
    view = memoryview(coded)
    table = 0
    if start < stop:
        checksum = zlib.crc32(view[start:stop])
        table = checksum | (stop - start) << 32
    if start < stop <= low:
        around = zlib.crc32(view[stop:low], zlib.crc32(view[:start], checksum))
    else:
        around = zlib.crc32(view[:low])
    around = zlib.crc32(view[high:end], around)
    prompt = zlib.crc32(view[low:high], around)
    return prompt | end << 32, table, around | (end - high + low) << 32


def _question(coded: bytes, end: int) -> tuple[int, int]:
    """Where the question stands in a canonical chat, as `Chat.question` has it: its block, else its last line.

    Args:
        coded: `canonical(chat)` as UTF-8.
        end: Where the answer begins, or the end of the text where there is none.
    """
    stop = coded.rfind(_SEPARATOR, 0, end) if end < len(coded) else end  # before "assistant"
    start = coded.rfind(_SEPARATOR, 0, stop) + 1
    low = coded.rfind(b"<question>", start, stop)
    if low < 0:
        stop = start + len(coded[start:stop].rstrip())
        return max(start, coded.rfind(b"\n", start, stop) + 1), stop
    low += len(b"<question>")
    high = coded.find(b"</question>", low, stop)
    return low, high if high >= 0 else stop


def _packed(pairs: Sequence[tuple[int, str | int | float]], rows: int) -> Given:
    if all(not isinstance(value, str) for _, value in pairs):
        numbers = array("d", [float("nan")]) * rows
        for row, value in pairs:
            numbers[row] = float(value)
        return Given((), numbers.tobytes())
    words: dict[str, int] = {}
    codes = array("I", [0]) * rows
    for row, value in pairs:
        codes[row] = words.setdefault(str(value), len(words) + 1)
    return Given(tuple(words), codes.tobytes())


def measurer_for(spec: ScanSpec) -> Measurer:
    """What measures rows as a spec says; imports the template language only for source records."""
    requirements = msgspec.msgpack.decode(spec.requirements, type=Requirements) if spec.requirements else None
    renderer = None
    if spec.template is not None:
        from core.formatting.template import Renderer, Template
        from core.records.tables import FORMATS

        template = msgspec.msgpack.decode(spec.template, type=Template)
        renderer = Renderer(template, next(each for each in FORMATS if each == spec.table_format))
    return Measurer(spec, requirements, renderer)


def measure(file: int, stretch: Stretch, measurer: Measurer) -> LineBlock:
    """The block of one stretch.

    Args:
        file: Descriptor of the open file.
        stretch: Lines that begin at or after its low byte and before its high one.
        measurer: Fills the columns.
    """
    add = measurer.add
    for start, line in _lines(file, stretch):
        add(start, line)
    return measurer.block()


def _lines(file: int, stretch: Stretch) -> Iterator[tuple[int, memoryview]]:
    """Where each line begins, and its bytes without the line break, which are there until the next one is asked for.

    Read through one small window: to take a line out of it copies nothing, and memory that was just written is near.
    """
    window = bytearray(_WINDOW)
    at = max(0, stretch.low - 1)  # the byte before decides whether a line begins at the first
    filled = begin = 0
    while stretch.low and not begin:  # a line that began before is none of ours
        filled = os.preadv(file, [window], at)
        begin = window.find(b"\n", 0, filled) + 1
        if not begin:
            at += filled
            if not filled or at >= stretch.high:
                return
    looked = begin
    view = memoryview(window)
    while at + begin < stretch.high and begin <= filled:
        end = window.find(b"\n", looked, filled)
        if end < 0:
            if filled - begin == len(window):  # a line longer than the window
                view = memoryview(window := window + bytes(len(window)))
            elif begin:
                window[: filled - begin] = window[begin:filled]
                at, filled, begin = at + begin, filled - begin, 0
            looked = filled
            more = os.preadv(file, [view[filled:]], at + filled)
            filled += more
            if more:
                continue
            if begin == filled:
                return
            end = filled  # the last line has no line break
        stop = end - 1 if end > begin and window[end - 1] == _RETURN else end
        yield at + begin, view[begin:stop]
        begin = looked = end + 1
