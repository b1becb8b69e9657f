"""Rules for one record: what they look at, and how they say what they found.

Most records break no rule. One pass over the bytes of a record, its outline, tells most rules so: looking at each
character with a regular expression costs some ten microseconds a record, `bytes.translate` and a search for one short
text cost three together.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from core.records.finding import Finding
from core.records.formats import source_record
from core.records.record import Chat, Source, canonical
from core.records.rule import Rule

CONTROL = 1  # what stands for a control character in an outline
RUN = b"0" * 9  # the shortest run of number-like characters that can be personal
_NUMBER_LIKE = b"0123456789 -()/+.:"  # what phone numbers, cards and addresses of machines are written with
_CONTROLS = bytes(code for code in range(32) if code not in b"\n\t\x1e") + b"\x7f"
_OUTLINE = bytes(ord("0") if code in _NUMBER_LIKE else CONTROL if code in _CONTROLS else code for code in range(256))
_SHOWN = 3  # pieces that a reason names


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record, as rules look at it.

    Attributes:
        chat: What the model gets.
        source: The source record that it was made from, if any.
        coded: `canonical(chat)` as UTF-8.
        outline: The outline of that.
        line: The number of its line, from 1; 0 where nobody asks.
    """

    chat: Chat
    source: Source | None
    coded: bytes
    outline: bytes
    line: int = 0


class RecordRule(Rule, frozen=True, kw_only=True):
    """A rule for what one record says.

    Attributes:
        find: Yields what is wrong with a record, with reasons.
        holds: Whether `find` would find anything, where that can be told sooner; a scan asks it for every record.
        applies: Whether the rule makes sense for files of a format: a wire format, or `source`.
    """

    find: Callable[[Record], Iterator[Finding]]
    holds: Callable[[Record], bool] | None = None
    applies: Callable[[str], bool] = lambda format_name: True  # noqa: ARG005

    def broken(self, record: Record) -> bool:
        """Whether a record breaks the rule."""
        return any(True for _ in self.find(record))


def of_sources(format_name: str) -> bool:
    """Whether records of a format come with their source: for rules that look at its facts."""
    return format_name == source_record.NAME


def record_of(chat: Chat, source: Source | None = None, line: int = 0) -> Record:
    """A chat, prepared for the rules."""
    coded = canonical(chat).encode("utf-8", "surrogatepass")
    return Record(chat, source, coded, outline(coded), line)


def outline(text: bytes) -> bytes:
    """A text of the same length: number-like characters are `0`, control characters are 1, but for `\\x1e`.

    Args:
        text: UTF-8; `\\x1e` sets apart the parts of a record.
    """
    return text.translate(_OUTLINE)


def listed(pieces: Sequence[str]) -> str:
    """The first of some pieces, and how many more there are."""
    more = len(pieces) - _SHOWN
    return ", ".join(pieces[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
