"""Reads a file of predictions and references, one pair a line, as a stream."""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO, NoReturn

import msgspec

from core.errors import InputError, Where
from core.evaluation.metric import Case
from core.files import unreadable
from core.progress import Cancel, Progress, Report, silent

_SHAPE = 'Each line is one JSON object: {"id": "…", "prediction": "…", "reference": "…" or ["…", "…"]}'
_LONGEST_LINE = 64 << 20  # bytes; a file without line ends must not fill the memory
_LINES_A_LOOK = 1024  # lines between two looks at the cancel token: a few milliseconds


class Prediction(msgspec.Struct, frozen=True, gc=False):
    """A prediction and what it is measured against.

    Attributes:
        id: Name of the record; it is only handed on, so it may occur twice.
        prediction: What the model answered.
        reference: The truth, or several accepted answers.
        kind: The type of question, named `type` in the file; what `tatqa` goes by.
        scale: Of the truth, likewise.
        group: The table or document it belongs to; intervals go by it.
    """

    id: str | int
    prediction: str
    reference: str | Annotated[list[str], msgspec.Meta(min_length=1)]
    kind: str = msgspec.field(default="", name="type")
    scale: str = ""
    group: str = ""

    def case(self) -> Case:
        """The pair as metrics take it."""
        return Case(self.prediction, self.reference, str(self.id), self.kind, self.scale)


def read_pairs(path: Path, *, report: Report = silent, cancel: Cancel | None = None) -> Iterator[Prediction]:
    """Yields the pairs of a JSON Lines file in UTF-8; further fields and blank lines are passed over.

    Args:
        path: The file, or a pipe.
        report: Told the bytes read so far.
        cancel: Looked at every thousand lines.

    Raises:
        InputError: The file cannot be read or holds no pair, or a line is not a pair; says which and what to do.
        CancelledError: The token was cancelled.
    """
    try:
        with path.open("rb") as file:
            yield from _pairs(path, file, report, cancel or Cancel())
    except OSError as error:
        raise unreadable(path, error) from error


def _pairs(path: Path, file: BinaryIO, report: Report, cancel: Cancel) -> Iterator[Prediction]:
    total = path.stat().st_size if path.is_file() else None
    decode = msgspec.json.Decoder(Prediction).decode
    done = count = 0
    for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), b""), start=1):
        if number % _LINES_A_LOOK == 1:
            cancel.check()
            report(Progress(done, total, "bytes"))
        done += len(line)
        try:
            pair = decode(line)
        except (ValueError, RecursionError) as error:  # msgspec's errors are ValueErrors
            if line.isspace():
                continue
            _refuse(line, error, Where(str(path), number))
        count += 1
        yield pair
    if not count:
        raise InputError("The file holds no pairs", todo=_SHAPE, where=Where(str(path)))
    report(Progress(done, done, "bytes"))


def _refuse(line: bytes, error: Exception, where: Where) -> NoReturn:
    """Raises what is wrong with a line that did not decode."""
    what, why, todo = "This line is not a pair", str(error), _SHAPE
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in line[:4]:
        what, why = "The file is not UTF-8", "It looks like UTF-16"
        todo = "Convert it, for example by: iconv -f UTF-16 -t UTF-8"
    elif line.startswith(b"\xef\xbb\xbf"):
        what, why = "The file starts with a byte order mark", "JSON Lines are UTF-8 without one"
        todo = "Save it as UTF-8 without a byte order mark"
    elif len(line) == _LONGEST_LINE:
        what, why = f"This line is longer than {_LONGEST_LINE >> 20} MB", "It is not one pair a line"
    elif isinstance(error, UnicodeDecodeError):
        what, why = "This line is not UTF-8", f"Byte 0x{error.object[error.start]:02x} cannot stand there"
        todo = "Save the file as UTF-8"
    elif isinstance(error, RecursionError):
        why = "Its brackets are nested too deeply"
    elif isinstance(error, msgspec.ValidationError):
        why, field = _split_place(why)
        where = msgspec.structs.replace(where, field=field)
    elif not line.endswith(b"\n"):
        what, todo = "The last line is cut off", "Write the file again to its end, or delete its last line"
    else:
        what, why = "This line is not JSON", why.removeprefix("JSON is malformed: ")
    raise InputError(what, why=why, todo=todo, where=where) from None


def _split_place(message: str) -> tuple[str, str]:
    """msgspec's `Expected … - at `$.reference[1]`` as message and field."""
    found = re.fullmatch(r"(.*?)(?: - at `\$\.?(.*)`)?", message)
    return (found[1], found[2] or "") if found else (message, "")
