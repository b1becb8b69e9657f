"""`outcrop check`: does the model accept this file? For a training file as it is, or for records once rendered."""

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

import msgspec

from core.catalog import Tuning
from core.errors import InputError, OutcropError, Where
from core.files import unreadable
from core.formatting import source_file
from core.records import formats
from core.records.check import Report, Rules, Tally, check_chat, check_lines, check_totals, explain, rules_for
from core.records.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting.template import Renderer

_LOOKED_AT = 50  # lines, to tell source records from a training file even where the first line is broken


def check_file(path: Path, tuning: Tuning, renderer: "Renderer") -> Report:
    """Checks a file in one streaming pass.

    Args:
        path: A training file in the model's own format, or a file of source records; a pipe will do.
        tuning: What the model demands.
        renderer: Turns source records into what the model would get.

    Raises:
        InputError: The file is not there, is a folder, is empty or cannot be read.
    """
    rules = rules_for(tuning)
    try:
        with path.open("rb") as file:
            first = list(islice(file, _LOOKED_AT))
            if not first:
                raise InputError("This file is empty", todo="Give a file of records", where=Where(str(path)))
            lines = chain(first, file)  # nothing is read twice, so that a pipe will do
            if any(_is_source(line) for line in first):
                return _check_sources(lines, rules, renderer)
            return check_lines(lines, rules)
    except OSError as error:
        raise unreadable(path, error) from error


def _is_source(line: bytes) -> bool:
    try:
        source_file.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False
    return True


def _check_sources(lines: Iterator[bytes], rules: Rules, renderer: "Renderer") -> Report:
    """Renders each record and checks what the model would get; counts the bytes it would get, too."""
    tally, records, size = Tally(), 0, 0
    encode = formats.named(rules.format).encode
    for number, line in enumerate(lines, 1):
        if not line.strip():
            tally.add([Finding("blank-line", "error", "an empty line", number)])
            continue
        records += 1
        try:
            chat = renderer.chat(source_file.decode(line))
            size += len(encode(chat)) + 1
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            tally.add(explain(line, number, source_file.explain))
        except OutcropError as error:
            tally.add([Finding("schema", "error", str(error), number)])
        else:
            tally.add(check_chat(chat, number, rules))
    tally.add(check_totals(records, size, rules))
    return tally.report(records)
