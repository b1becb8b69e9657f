"""What a process and its children hold beside files, as Linux counts it (RssAnon), and the most of it over time."""

import subprocess
import threading
import time
from pathlib import Path

_LOOK = 0.01  # seconds between two looks


def family(pid: int) -> list[int]:
    """A process and all below it, whichever thread has started them."""
    try:
        tasks = [task.joinpath("children").read_text().split() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return []
    return [pid, *(below for children in tasks for child in children for below in family(int(child)))]


def held(pid: int) -> float:
    """MB that a process and all below it hold now."""
    return sum(map(_anonymous, family(pid))) / 1024


class Watch:
    """The most that a process and all below it hold, while it runs."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.most = 0.0
        self._process = process
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> float:
        """MB, once the process has ended."""
        self._thread.join()
        return self.most

    def _look(self) -> None:
        while self._process.returncode is None:
            self.most = max(self.most, held(self._process.pid))
            time.sleep(_LOOK)


def _anonymous(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon")), 0)
