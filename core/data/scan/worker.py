"""A child that measures stretches of an open file: `python -P -m core.data.scan.worker DESCRIPTOR`.

It reads messages from its standard input: first what to measure, then stretches, each of which it answers with a
block. A message is four bytes of length, then msgpack.
"""

import gc
import os
import struct
import sys
from typing import IO, TypeVar

import msgspec

from core.data.scan.block import ScanSpec, Stretch
from core.data.scan.measure import measure, measurer_for

T = TypeVar("T")
_LENGTH = struct.Struct("<I")


def main() -> None:
    """Reads a spec, then stretches, and answers each with a block, until its input ends."""
    os.nice(5)  # the screen comes first
    gc.disable()  # rows hold no cycles, and there are a million of them
    spec = receive(sys.stdin.buffer, ScanSpec)
    if spec is None:
        return
    measurer = measurer_for(spec)
    file = int(sys.argv[1])
    while (stretch := receive(sys.stdin.buffer, Stretch)) is not None:
        send(sys.stdout.buffer, measure(file, stretch, measurer))


def send(pipe: IO[bytes], message: object) -> None:
    """Writes one message."""
    body = msgspec.msgpack.encode(message)
    pipe.write(_LENGTH.pack(len(body)))
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes], kind: type[T]) -> T | None:
    """Reads one message; None at the end of the stream."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    return msgspec.msgpack.decode(pipe.read(length), type=kind)


if __name__ == "__main__":
    main()
