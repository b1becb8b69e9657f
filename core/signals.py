"""How a process hears of signals, whatever it does just then, and whether another one is there to be sent any."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator


def on_signals(act: Callable[[], object]) -> None:
    """Has SIGTERM, SIGINT and SIGHUP call `act`, in a thread that waits for them.

    A handler itself runs in the middle of what the main thread does: if that waits for an event just then, setting
    the event from the handler can block both for ever.
    """
    reader, writer = os.pipe()

    def listen() -> None:
        while os.read(reader, 1):
            act()

    threading.Thread(target=listen, name="signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: os.write(writer, b"."))


def is_running(pid: int) -> bool:
    """Tells whether a process of this machine is there, whoever's it is."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def woken_by_signals() -> Iterator[None]:
    """Has any signal wake the running event loop, so that its handler runs at once.

    Python runs handlers in the main thread only, and does not wake it where the system gave the signal to another:
    after `fg` any thread may be the first to go on, and an idle loop would sleep until its next event.
    """
    import asyncio  # with `socket`, of no use to a plain command that only wants to hear of its end
    import socket

    loop = asyncio.get_running_loop()
    reader, writer = socket.socketpair()
    with reader, writer:
        for end in (reader, writer):
            end.setblocking(False)
        loop.add_reader(reader, reader.recv, 4096)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(-1)
            loop.remove_reader(reader)
