"""Why a line cannot be read: its encoding, its JSON, the shape that its format asks for."""

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator

from core.records.finding import Finding
from core.records.formats import FormatProblem
from core.records.formats.structure import TwiceError, undoubled
from core.records.rule import PREPARE, Fix, Rule
from core.text import count


def explain(line: bytes, number: int, shape: Callable[[object], Iterable[FormatProblem]]) -> Iterator[Finding]:
    """Every reason why a line cannot be read, with its field. Slow: for lines that failed.

    Args:
        line: The raw bytes.
        number: Its number, from 1.
        shape: Says what is wrong with the decoded value.
    """
    if line.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield Finding("encoding", "error", "starts with a byte order mark; save as UTF-8 without it", number)
        return
    if b"\0" in line[:4]:  # JSON begins with two ASCII characters, of which UTF-16 makes such bytes
        yield Finding("encoding", "error", "looks like UTF-16; save as UTF-8", number)
        return
    try:
        value = json.loads(line.rstrip(b"\r\n").decode("utf-8"), object_pairs_hook=undoubled)
    except UnicodeDecodeError as error:
        yield Finding("encoding", "error", f"byte {error.start + 1} is not UTF-8", number)
        return
    except RecursionError:
        yield Finding("json", "error", "nested too deeply", number)
        return
    except json.JSONDecodeError as error:
        wrong = error.msg.lower().removesuffix(" at")
        yield Finding("json", "error", f"not JSON: {wrong} at column {error.colno}", number)
        return
    except TwiceError as error:
        yield Finding("json", "error", str(error), number)
        return
    except ValueError:  # Python reads no such number, and says how to make it
        most = sys.get_int_max_str_digits()
        yield Finding("json", "error", f"a whole number of more than {count(most, 'digit')}", number)
        return
    problems = list(shape(value))
    for problem in problems:
        yield Finding(problem.rule, "error", problem.message, number, problem.field)
    if not problems:  # of the right shape, so it is a text that UTF-8 cannot hold
        yield Finding("encoding", "error", "an unpaired surrogate such as \\ud800", number)


def _without_mark(line: bytes, format_name: str) -> bytes:  # noqa: ARG001
    return line.removeprefix(codecs.BOM_UTF8)


ENCODING = Rule(
    name="encoding",
    severities=("error",),
    finds="The line is not UTF-8, begins with a byte order mark, or holds half a character; Bedrock reads UTF-8 "
    "only.",
    todo="Save the file as UTF-8 without a byte order mark.",
    source=PREPARE,
    fix=Fix("removes the byte order mark at the beginning of the file", _without_mark),
)
JSON = Rule(
    name="json",
    severities=("error",),
    finds="The line is not one JSON object: it breaks off, nests too deeply, or names a key twice.",
    todo="Write each record as one object on one line.",
    source=PREPARE,
)
SCHEMA = Rule(
    name="schema",
    severities=("error",),
    finds="A key that the model's format needs is missing, or its value is of another kind.",
    todo="Write the record in the format of the model, or export it from source records.",
    source=PREPARE,
)
