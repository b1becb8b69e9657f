"""Words in a file's raw lines, found block by block: nothing is decoded, so three gigabytes take seconds.

A line is JSON, so words are looked for as they are and as JSON may spell them (`\\u00e4`, `\\"`).
"""

import bisect
import json
import re
from collections.abc import Iterator, Sequence

import numpy as np

from core.data.checks.row_keys import RowNumbers
from core.data.index import LineIndex
from core.progress import Cancel, Progress, Report, throttled
from core.records import formats

_SYNTAX = ("null", *(word for each in formats.FORMATS.values() for word in each.syntax))
_PUNCTUATION = re.compile(r"[\s{}\[\]:,]+")
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")


def search(index: LineIndex, words: str, report: Report, cancel: Cancel) -> Iterator[RowNumbers]:
    """Rows whose line holds the words, a block's at a time: in any case, unless a capital is among them.

    Args:
        index: Of the file; what it does not know yet is read on the way.
        words: To find.
        report: Told how far the search is.
        cancel: Looked at between blocks.

    Raises:
        CancelledError: It was cancelled.
    """
    tell, as_typed = throttled(report), exact(words)
    needles = _needles(words) if as_typed else _folded_needles(words)
    done = 0
    while done < index.count or index.grow():
        stop = index.count
        for start, body, begins in index.blocks(done, stop):
            yield _rows(body if as_typed else body.lower(), needles, begins) + start
            tell(Progress(start + len(begins), stop if index.complete else None, "records", "searching"))
            cancel.check()
        done = stop


def may_be_syntax(words: str) -> bool:
    """Whether a line of a chat may hold words only by what a format itself writes: keys, roles, punctuation."""
    return bool(_PUNCTUATION.fullmatch(words)) or any(words.lower() in each for each in _SYNTAX)


def exact(words: str) -> bool:
    """Whether words are looked for in the case they are typed in, as ripgrep and vim have it: a capital counts."""
    return words != words.lower()


def _needles(words: str) -> set[bytes]:
    """How a line may spell the words."""
    ascii_only = _escaped(words, ascii_only=True)
    forms = {words, _escaped(words), ascii_only, _ESCAPE.sub(lambda found: "\\u" + found[1].upper(), ascii_only)}
    return {form.encode("utf-8", "replace") for form in forms if form}


def _folded_needles(words: str) -> set[bytes]:
    """The same for a block whose ASCII letters are small: bytes know no case beyond those."""
    return {needle.lower() for each in (words, words.upper()) for needle in _needles(each)}


def _escaped(words: str, *, ascii_only: bool = False) -> str:
    return json.dumps(words, ensure_ascii=ascii_only)[1:-1]


def _rows(body: bytearray, needles: set[bytes], begins: Sequence[int]) -> RowNumbers:
    """The lines of a block that hold any needle; after a hit the search goes on at the next line."""
    found: set[int] = set()
    first = begins[0]
    for needle in needles:
        at = body.find(needle)
        while at >= 0:
            row = bisect.bisect_right(begins, first + at) - 1
            found.add(row)
            if row + 1 >= len(begins):
                break
            at = body.find(needle, begins[row + 1] - first)
    return np.array(sorted(found), dtype=np.int64)
