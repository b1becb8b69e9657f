"""Mends a file where that is safe: applies the fix of each rule that has one.

A fix leaves a line byte for byte as it is where there is nothing to mend.
"""

from collections.abc import Collection, Iterable, Iterator

import msgspec

from core.data.checks.rules import RULES

_OF_LINES = tuple((rule.name, rule.fix.line) for rule in RULES if rule.fix and rule.fix.line)
_OF_FILES = tuple((rule.name, rule.fix.lines) for rule in RULES if rule.fix and rule.fix.lines)
FIXABLE = tuple(rule for rule, _ in (*_OF_LINES, *_OF_FILES))  # in the order in which they are applied


class Fixed(msgspec.Struct, frozen=True):
    """What became of a line.

    Attributes:
        number: Its number in the file, from 1.
        before: The line as it was, with its line break.
        after: The line as it should be, without; None where it should go.
        rules: Whose fixes changed it, in order; none where nothing did.
    """

    number: int
    before: bytes
    after: bytes | None
    rules: tuple[str, ...]


def fix_lines(lines: Iterable[bytes], format_name: str, chosen: Collection[str] = FIXABLE) -> Iterator[Fixed]:
    """Mends a file, line by line.

    Args:
        lines: Its raw lines.
        format_name: A wire format, or `source`.
        chosen: The rules whose fixes to make.
    """
    of_file = [(rule, begin(format_name)) for rule, begin in _OF_FILES if rule in chosen]
    for number, line in enumerate(lines, 1):
        after, done = fix_line(line.rstrip(b"\r\n"), format_name, chosen)
        for rule, mend in of_file:
            if after is not None and (mended := mend(after)) != after:
                after, done = mended, (*done, rule)
        yield Fixed(number, line, after, done)


def fix_line(
    line: bytes, format_name: str, chosen: Collection[str] = FIXABLE
) -> tuple[bytes | None, tuple[str, ...]]:
    """Mends one line, given without its line break; one that cannot be read even so is left as it is.

    Returns:
        The line as it should be, None where it should go; the rules whose fixes changed it.
    """
    after: bytes | None = line
    done: tuple[str, ...] = ()
    for rule, mend in _OF_LINES:
        if rule in chosen and after is not None and (mended := mend(after, format_name)) != after:
            after, done = mended, (*done, rule)
    return after, done
