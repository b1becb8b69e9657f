"""One record's row of columns: lengths, hashes, rules. Tight on purpose: it runs a million times."""

import hashlib
from array import array
from collections.abc import Sequence

import msgspec

from core.data.scan.block import COLUMNS, Block, Given
from core.data.scan.rule_bits import BITS, bits
from core.errors import OutcropError
from core.formatting import source_file
from core.records import formats
from core.records.check import LIKELY_TOO_LONG, SURELY_TOO_LONG, Rules, check_line
from core.records.record import Chat, Source, chat_hashes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting.template import Renderer

_EMPTY = BITS["empty-content", "warning"]
_RESERVED = BITS["reserved-keyword", "error"]
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OutcropError)


class Measurer:
    """Fills columns, row by row; `block` takes them away."""

    def __init__(self, format_name: str, rules: Rules | None, renderer: "Renderer | None") -> None:
        self._format = format_name
        self._rules = rules
        self._renderer = renderer
        self._decode = None if format_name == "source" else formats.named(format_name).decode
        self._reserved = rules.reserved if rules else ()
        limit = rules.limits.record_tokens if rules else None
        self._too_long = limit * SURELY_TOO_LONG if limit else 1 << 62
        self._maybe_too_long = limit * LIKELY_TOO_LONG if limit else 1 << 62
        self._clear()

    def add(self, start: int, raw: bytes) -> None:
        """Measures one line."""
        columns = self._columns
        columns["start"].append(start)
        source: Source | None = None
        try:
            if self._decode is not None:
                chat: Chat = self._decode(raw)
            else:
                source = source_file.decode(raw)
                chat = self._renderer.chat(source) if self._renderer else Chat(())
        except _UNREADABLE:
            self._unreadable(raw, source)
            return
        self._chat(chat, source)

    def block(self) -> Block:
        """What was measured since the last call."""
        rows = len(self._columns["start"])
        columns = {name: values.tobytes() for name, values in self._columns.items()}
        given = {name: _packed(self._given[name], rows) for name in self._given}
        self._clear()
        return Block(rows, columns, given)

    def _chat(self, chat: Chat, source: Source | None) -> None:
        columns, turns = self._columns, chat.messages
        answer = len(turns[-1].content) if turns and turns[-1].role == "assistant" else 0
        characters = len(chat.system or "")
        for turn in turns:
            characters += len(turn.content)
        prompt, whole = chat_hashes(chat)
        columns["characters_in"].append(characters - answer)
        columns["characters_out"].append(answer)
        columns["turns"].append(min(len(turns), 65535))
        columns["prompt"].append(prompt)
        columns["rules"].append(self._found(chat, characters) if self._rules else 0)
        if source is None:
            columns["id"].append(whole)
            columns["nth"].append(0)
            columns["group"].append(table_hash(turns[-2].content) if len(turns) > 1 else 0)
        else:
            self._source(source)

    def _source(self, source: Source) -> None:
        columns = self._columns
        identity, _, nth = source.id.partition(".")
        columns["id"].append(identity_bits(identity))
        columns["nth"].append(int(nth) if nth.isdigit() else 1)
        columns["group"].append(text_hash(source.group))
        row = len(columns["start"]) - 1
        for name, value in source.facts.items():
            self._given.setdefault(name, []).append((row, value))

    def _found(self, chat: Chat, characters: int) -> int:
        found = 0
        for index, turn in enumerate(chat.messages):
            if turn.role != ("assistant" if index & 1 else "user"):
                found |= BITS["roles", "error"]
                break
        if len(chat.messages) < 2:
            found = BITS["schema", "error"]
        elif chat.messages[-1].role != "assistant":
            found |= BITS["roles", "error"]
        texts = [turn.content for turn in chat.messages]
        if chat.system is not None:
            texts.append(chat.system)
        for text in texts:
            if not text or text.isspace():
                found |= _EMPTY
                continue
            for word in self._reserved:
                if word in text:
                    found |= _RESERVED
        if characters > self._maybe_too_long:
            found |= BITS["too-long", "error" if characters > self._too_long else "warning"]
        return found

    def _unreadable(self, raw: bytes, source: Source | None) -> None:
        columns = self._columns
        found = 0
        if self._rules is not None:
            found = bits(check_line(raw, 1, self._rules)[1]) if self._decode else BITS["schema", "error"]
        columns["rules"].append(found)
        for name in ("characters_in", "characters_out", "turns", "prompt"):
            columns[name].append(0)
        if source is not None:
            self._source(source)
        else:
            for name in ("id", "nth", "group"):
                columns[name].append(0)

    def _clear(self) -> None:
        self._columns: dict[str, array[int]] = {name: array(code) for name, code in COLUMNS.items()}
        self._given: dict[str, list[tuple[int, str | int | float]]] = {}


def identity_bits(identity: str) -> int:
    """16 hex digits as a number; 0 for anything else."""
    try:
        return int(identity, 16) & 0xFFFF_FFFF_FFFF_FFFF
    except ValueError:
        return 0


def text_hash(text: str) -> int:
    """A text as a number; 0 for none."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "little") if text else 0


def table_hash(prompt: str) -> int:
    """The table in a prompt as a number; 0 where there is none."""
    start = prompt.find("<table>")
    end = prompt.rfind("</table>") if start >= 0 else -1
    return text_hash(prompt[start:end]) if end > start else 0


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
