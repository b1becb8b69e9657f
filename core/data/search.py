"""Words in a file's raw lines, found block by block: nothing is decoded, so three gigabytes take seconds.

A line is JSON, so words are looked for as they are and as JSON may spell them (`\\u00e4`, `\\"`).
"""

import json
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.data.index import LineIndex
from core.progress import Cancel, Progress, Report, throttled

Rows = NDArray[np.int64]


def search(index: LineIndex, words: str, report: Report, cancel: Cancel) -> Iterator[Rows]:
    """Rows whose line holds the words, in any case, a block's at a time.

    Args:
        index: Of the file; what it does not know yet is read on the way.
        words: To find.
        report: Told how far the search is.
        cancel: Looked at between blocks.

    Raises:
        CancelledError: It was cancelled.
    """
    tell, needles = throttled(report), _needles(words)
    done = 0
    while done < index.count or index.grow():
        stop = index.count
        for start, body, offsets in index.blocks(done, stop):
            yield _rows(body.lower(), needles, np.array(offsets, dtype=np.int64)) + start
            tell(Progress(start + len(offsets), stop if index.complete else None, "records", "searching"))
            cancel.check()
        done = stop


def _needles(words: str) -> list[bytes]:
    cases = {words, words.lower(), words.upper()}  # bytes know no case beyond ASCII
    return [
        form.encode("utf-8", "replace").lower()
        for form in {
            form for each in cases for form in (each, _escaped(each), _escaped(each, ascii_only=True)) if form
        }
    ]


def _escaped(words: str, *, ascii_only: bool = False) -> str:
    return json.dumps(words, ensure_ascii=ascii_only)[1:-1]


def _rows(body: bytes, needles: list[bytes], offsets: Rows) -> Rows:
    """The lines of a block that hold any needle; after a hit the search goes on at the next line."""
    found: set[int] = set()
    for needle in needles:
        at = body.find(needle)
        while at >= 0:
            row = int(np.searchsorted(offsets, at, side="right")) - 1
            found.add(row)
            if row + 1 >= len(offsets):
                break
            at = body.find(needle, int(offsets[row + 1]))
    return np.array(sorted(found), dtype=np.int64)
