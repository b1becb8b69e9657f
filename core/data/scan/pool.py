"""Scans a file in order of its bytes: small ones here, large ones in two children, block by block."""

import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from pathlib import Path
from queue import SimpleQueue

from core.data.index import shortened
from core.data.scan.block import LineBlock, ScanSpec, Stretch
from core.data.scan.measure import measure, measurer_for
from core.data.scan.worker import receive, send
from core.errors import InputError, Where
from core.progress import Cancel

STRETCH = 4 << 20  # bytes: small enough for a cancel to be felt, large enough to be worth a message
ALONE = 12 << 20  # bytes up to which starting children would take longer than the work
WORKERS = 2
_AHEAD = 2  # stretches handed to each worker before its first answer, so that it never waits


def beside_a_screen() -> int:
    """How many children scan while somebody looks at a screen, which has a processor to itself."""
    return max(1, min(WORKERS, (os.cpu_count() or 1) - 1))


def scan(
    spec: ScanSpec,
    descriptor: int,
    begin: int,
    size: int,
    cancel: Cancel,
    *,
    alone: int = ALONE,
    workers: int = WORKERS,
) -> Iterator[LineBlock]:
    """Blocks in the order of the file.

    Args:
        spec: What to measure, and how.
        descriptor: The open file; what becomes of its name meanwhile makes no difference.
        begin: Lines that begin before this byte are left out.
        size: Of the file, in bytes.
        cancel: Looked at between blocks.
        alone: Up to this size no child is started.
        workers: Children, where any are started.

    Raises:
        CancelledError: It was cancelled.
        InputError: The file became shorter, or a worker died on it.
    """
    stretches = [Stretch(low, min(low + STRETCH, size)) for low in range(begin, size, STRETCH)]
    file = os.dup(descriptor)
    small = size - begin <= alone
    measured = _here(spec, file, stretches, cancel) if small else _in_children(spec, file, stretches, cancel, workers)
    try:
        with closing(measured):
            for block in measured:
                if os.fstat(file).st_size < size:
                    raise shortened(Path(spec.path))
                yield block
    finally:
        os.close(file)


def _here(spec: ScanSpec, file: int, stretches: list[Stretch], cancel: Cancel) -> Generator[LineBlock]:
    measurer = measurer_for(spec)
    for stretch in stretches:
        cancel.check()
        yield measure(file, stretch, measurer)


def _in_children(
    spec: ScanSpec, file: int, stretches: list[Stretch], cancel: Cancel, most: int
) -> Generator[LineBlock]:
    workers = [_Worker(spec, file) for _ in range(min(most, len(stretches)))]
    waiting: list[Future[LineBlock]] = []
    given = 0
    try:
        for number in range(len(stretches)):
            while given < len(stretches) and given < number + len(workers) * _AHEAD:
                waiting.append(workers[given % len(workers)].measure(stretches[given]))
                given += 1
            block = waiting[number].result()
            waiting[number] = Future()  # lets the block go once it is used
            cancel.check()
            yield block
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """One child and the thread that talks to it."""

    def __init__(self, spec: ScanSpec, file: int) -> None:
        self._spec = spec
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "core.data.scan.worker", str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[file],
        )
        self._asked: SimpleQueue[tuple[Stretch, Future[LineBlock]] | None] = SimpleQueue()
        self._talking = threading.Thread(target=self._talk, name="scan", daemon=True)
        self._talking.start()

    def measure(self, stretch: Stretch) -> Future[LineBlock]:
        """Asks for a block."""
        future: Future[LineBlock] = Future()
        self._asked.put((stretch, future))
        return future

    def end(self) -> None:
        """Ends the child, whatever it is at."""
        self._asked.put(None)
        self._child.kill()
        self._child.wait()
        self._talking.join()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what the killed child had not read yet
                    pipe.close()

    def _talk(self) -> None:
        sent, received = self._child.stdin, self._child.stdout
        if sent is None or received is None:
            return
        first = True
        while (asked := self._asked.get()) is not None:
            stretch, future = asked
            try:
                if first:
                    send(sent, self._spec)
                    first = False
                send(sent, stretch)
                block = receive(received, LineBlock)
            except (OSError, ValueError) as error:
                future.set_exception(_died(self._spec.path, str(error)))
                return
            if block is None:
                future.set_exception(_died(self._spec.path, "it ended without an answer"))
                return
            future.set_result(block)


def _died(path: str, why: str) -> InputError:
    return InputError("Reading this file was cut off", why=why, todo="Open it again", where=Where(str(Path(path))))
