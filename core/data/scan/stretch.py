"""Measures the lines that begin in one stretch of a file, in whichever process that happens."""

import os

from core.data.scan.block import Block, Spec, Stretch
from core.data.scan.measure import Measurer

_AT_ONCE = 1 << 20  # bytes read past the stretch's end at a time, for its last line


def measurer_for(spec: Spec) -> Measurer:
    """What measures rows as a spec says; imports the template language only for source records."""
    import msgspec

    from core.records.check import Rules

    rules = msgspec.msgpack.decode(spec.rules, type=Rules) if spec.rules else None
    renderer = None
    if spec.template is not None:
        from core.formatting.template import Renderer, Template
        from core.records.tables import FORMATS

        template = msgspec.msgpack.decode(spec.template, type=Template)
        renderer = Renderer(template, next(each for each in FORMATS if each == spec.table_format))
    return Measurer(spec.format, rules, renderer, thorough=spec.thorough)


def measure(file: int, stretch: Stretch, measurer: Measurer) -> Block:
    """The block of one stretch.

    Args:
        file: Descriptor of the open file.
        stretch: Lines that begin at or after its low byte and before its high one.
        measurer: Fills the columns.
    """
    body, first = _lines_of(file, stretch)
    add, start = measurer.add, first
    for line in body.split(b"\n"):
        if line or start < stretch.high:
            add(start, line[:-1] if line.endswith(b"\r") else line)
        start += len(line) + 1
    return measurer.block()


def _lines_of(file: int, stretch: Stretch) -> tuple[bytes, int]:
    """The bytes of the lines, without the last line break, and where they begin."""
    low = stretch.low
    body = os.pread(file, stretch.high - low, low) if not low else os.pread(file, stretch.high - low + 1, low - 1)
    if low:
        skip = body.find(b"\n") + 1
        if not skip:  # one line covers the whole stretch: it began before
            return b"", stretch.high
        body, low = body[skip:], low - 1 + skip
    if not body or body.endswith(b"\n"):
        return body[:-1], low if body else stretch.high
    at = low + len(body)
    parts = [body]
    while True:
        more = os.pread(file, _AT_ONCE, at)
        end = more.find(b"\n")
        parts.append(more[:end] if end >= 0 else more)
        at += len(more)
        if end >= 0 or not more:
            return b"".join(parts), low
