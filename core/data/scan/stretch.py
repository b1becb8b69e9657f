"""Measures the lines that begin in one stretch of a file, in whichever process that happens."""

import os
from collections.abc import Iterator

import msgspec

from core.data.scan.block import Block, Spec, Stretch
from core.data.scan.measure import Measurer
from core.records.rule import Rules

_WINDOW = 1 << 18  # bytes: what a processor keeps near; doubled for a longer line
_RETURN = ord("\r")


def measurer_for(spec: Spec) -> Measurer:
    """What measures rows as a spec says; imports the template language only for source records."""
    rules = msgspec.msgpack.decode(spec.rules, type=Rules) if spec.rules else None
    renderer = None
    if spec.template is not None:
        from core.formatting.template import Renderer, Template
        from core.records.tables import FORMATS

        template = msgspec.msgpack.decode(spec.template, type=Template)
        renderer = Renderer(template, next(each for each in FORMATS if each == spec.table_format))
    return Measurer(spec, rules, renderer)


def measure(file: int, stretch: Stretch, measurer: Measurer) -> Block:
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
