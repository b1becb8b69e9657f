"""Where each line of a file begins: an index that grows in the background, so that rows show at once.

Blocks are read with `os.pread`: a mapped file that shrinks would kill the process. Nothing is decoded here.
"""

import bisect
import os
import stat
from array import array
from collections.abc import Iterator
from pathlib import Path

from core.errors import InputError, Where
from core.files import unreadable
from core.progress import Cancel, Progress, Report, silent, throttled

BLOCK = 4 << 20  # bytes read at once; a cancel is seen and other threads run between two blocks


def shortened(path: Path) -> InputError:
    """What to say of a file of which less is left than there was."""
    return InputError("This file became shorter while it was open", todo="Open it again", where=Where(str(path)))


class LineIndex:
    """Offsets of the lines of one file.

    One thread grows it, any thread reads rows below `count`.
    """

    def __init__(self, path: Path) -> None:
        """Opens the file; reads nothing yet.

        Raises:
            InputError: It is not there, is a folder, is empty or cannot be read.
        """
        self.path = path
        try:
            self._file = os.open(path, os.O_RDONLY)
            status = os.fstat(self._file)
        except OSError as error:
            raise unreadable(path, error) from error
        if stat.S_ISDIR(status.st_mode):
            os.close(self._file)
            raise unreadable(path, IsADirectoryError())
        if status.st_size == 0:
            os.close(self._file)
            raise InputError("This file is empty", todo="Give a file of records", where=Where(str(path)))
        self.size = status.st_size
        self.identity = f"{status.st_dev}-{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"
        self._starts = array("Q", [0])
        self._read = 0
        self.complete = False

    @property
    def count(self) -> int:
        """Lines known so far."""
        return len(self._starts) - (0 if self.complete else 1)

    @property
    def descriptor(self) -> int:
        """The open file, to read at any place of it, whatever becomes of its name."""
        return self._file

    def grow(self) -> bool:
        """Reads one more block; False when there is nothing left to read."""
        if self.complete:
            return False
        block = os.pread(self._file, min(BLOCK, self.size - self._read), self._read)  # what is appended waits
        if not block:
            self._finish()
            return False
        found, add, base = block.find(b"\n"), self._starts.append, self._read
        while found >= 0:
            add(base + found + 1)
            found = block.find(b"\n", found + 1)
        self._read += len(block)
        if self._read >= self.size:
            self._finish()
        return not self.complete

    def grow_all(self, report: Report = silent, cancel: Cancel | None = None) -> None:
        """Reads the rest.

        Raises:
            CancelledError: It was cancelled; what is known stays.
        """
        tell = throttled(report)
        while self.grow():
            tell(Progress(self._read, self.size, "bytes", "indexing"))
            if cancel:
                cancel.check()

    def take(self, starts: bytes) -> None:
        """Takes where lines begin from somebody who has read them all the same.

        Args:
            starts: Offsets of the next lines, 64 bits each; those that are known are passed over.
        """
        found = array("Q", starts)
        if self.complete or not found or found[-1] < self._read:
            return
        self._starts.extend(found[bisect.bisect_right(found, self._starts[-1]) :])
        self._read = found[-1]  # its end is not known

    def line(self, row: int) -> bytes:
        """One line by its number from 0, without its line break.

        Raises:
            InputError: The file has changed since it was opened.
        """
        start, stop = self._bounds(row)
        return self._bytes(start, stop).rstrip(b"\r\n")

    def lines(self, start: int, stop: int) -> Iterator[bytes]:
        """Lines from `start` to before `stop`, read in blocks."""
        for _, body, begins in self.blocks(start, stop):
            first = begins[0]
            ends = [*begins[1:], first + len(body)]
            for low, high in zip(begins, ends, strict=True):
                yield bytes(body[low - first : high - first].rstrip(b"\r\n"))

    def blocks(self, start: int, stop: int) -> Iterator[tuple[int, bytearray, "array[int]"]]:
        """The bytes of lines from `start` to before `stop`, about `BLOCK` at a time, a longer line alone.

        Yields:
            The number of the first line, the bytes, which are there until the next block is asked for, and where in
            the file each line begins.
        """
        body = bytearray()  # the same memory for all: to ask for new takes longer than to read
        row = start
        while row < stop:
            first = self._bounds(row)[0]
            last = max(row, min(bisect.bisect_right(self._starts, first + BLOCK) - 2, stop - 1))
            end = self._bounds(last)[1]
            self._fill(body, first, end)
            yield row, body, self._starts[row : last + 1]
            row = last + 1

    def close(self) -> None:
        """Gives the file back."""
        os.close(self._file)

    def _bytes(self, start: int, stop: int) -> bytes:
        raw = os.pread(self._file, stop - start, start)
        if len(raw) < stop - start:
            raise shortened(self.path)
        return raw

    def _fill(self, body: bytearray, start: int, stop: int) -> None:
        body.extend(bytes(max(0, stop - start - len(body))))
        del body[stop - start :]
        if os.preadv(self._file, [body], start) < len(body):
            raise shortened(self.path)

    def _bounds(self, row: int) -> tuple[int, int]:
        start = self._starts[row]
        stop = self._starts[row + 1] if row + 1 < len(self._starts) else self.size
        return start, stop

    def _finish(self) -> None:
        if self._starts[-1] >= self.size:
            self._starts.pop()
        self.complete = True
