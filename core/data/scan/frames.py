"""Messages over a pipe: four bytes of length, then msgpack."""

import struct
from typing import IO, TypeVar

import msgspec

T = TypeVar("T")
_LENGTH = struct.Struct("<I")


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
