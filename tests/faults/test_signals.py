"""A signal may come at any moment, also while the main thread holds what the signal is to set."""

import subprocess
import sys

import pytest

SCRIPT = """
import os, signal, sys
from core.progress import Cancel
from core.signals import on_signals

cancel = Cancel()
on_signals(cancel.cancel)
with cancel.event._cond:  # as Event.wait does, now and then
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
    for _ in range(1000):
        pass
sys.exit(0 if cancel.event.wait(5) else 1)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_work_that_is_told_to_stop_hears_of_it_at_the_worst_moment(name):
    child = subprocess.run([sys.executable, "-P", "-c", SCRIPT, name], timeout=60, check=False)
    assert child.returncode == 0


def test_a_second_signal_does_no_harm():
    twice = SCRIPT.replace("sys.exit(", "os.kill(os.getpid(), signal.SIGTERM)\nsys.exit(")
    assert subprocess.run([sys.executable, "-P", "-c", twice, "SIGINT"], timeout=60, check=False).returncode == 0


ASLEEP = """
import asyncio, signal, threading
from core.signals import woken_by_signals

def received():
    signal.pthread_kill(threading.get_ident(), signal.SIGCONT)

async def main():
    loop = asyncio.get_running_loop()
    heard = loop.create_future()
    signal.signal(signal.SIGCONT, lambda *_: heard.set_result(True))
    with woken_by_signals():
        threading.Timer(0.2, received).start()
        await heard

asyncio.run(main())
"""


def test_an_idle_loop_hears_of_a_signal_that_another_thread_received():
    assert subprocess.run([sys.executable, "-P", "-c", ASLEEP], timeout=10, check=False).returncode == 0
