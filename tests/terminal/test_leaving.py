"""However the dashboard ends, the terminal is left as it was found."""

import re
import signal
import sys

import pytest
from pseudo_terminal import OUTCROP
from rehearsed import wait_until
from screens import make_project, opened

from core import tasks

_MODE = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_ON_AT_FIRST = {b"7", b"25"}  # lines wrap and the cursor shows


def changed_modes(raw):
    """The terminal's private modes that were turned and not turned back."""
    last = {}
    for modes, turned in _MODE.findall(raw):
        for mode in modes.split(b";"):
            last[mode] = turned == b"h"
    return {mode for mode, on in last.items() if on != (mode in _ON_AT_FIRST)}


def test_it_has_a_screen_of_its_own_and_quitting_gives_the_terminal_back(terminal, shops):
    screen = terminal(command=("sh", "-c", 'read _; "$@"; read _', "sh", *OUTCROP))
    before = screen.modes()
    screen.send("\r")
    screen.wait_for("1 USE CASE|2 DATA")
    assert screen.modes() != before
    assert {b"1049", b"25"} <= changed_modes(bytes(screen.raw))
    screen.send("q")
    screen.watch_until(lambda: screen.modes() == before)
    screen.settle()
    assert changed_modes(bytes(screen.raw)) == set()
    screen.send("\r")
    assert screen.wait() == 0


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_ends_it_with_a_word_and_gives_the_terminal_back(dashboard, name):
    screen = dashboard()
    screen.signal(getattr(signal, name))
    assert screen.wait() == 1
    assert changed_modes(bytes(screen.raw)) == set()
    assert bytes(screen.raw).rpartition(b"\x1b[?1049l")[2].count(b"Nothing decided is lost.") == 1
    assert b"Traceback" not in screen.raw


def test_a_dropped_line_ends_it_too_and_loses_no_decision(dashboard, tmp_path, shops):
    folder = make_project(tmp_path / "dropped")
    (folder / ".outcrop").mkdir(exist_ok=True)
    (folder / ".outcrop" / "rehearsal").symlink_to(shops / ".outcrop" / "rehearsal", target_is_directory=True)
    screen = dashboard(folder=folder)
    screen.send("x")
    screen.wait_for("1 decided")
    screen.hang_up()
    assert screen.wait() != 0
    again = dashboard(folder=folder)
    assert "1 decided" in again.text
    assert "✗" in again.text.splitlines()[3]


def test_ctrl_z_goes_back_to_the_shell_and_fg_returns_to_the_whole_screen(terminal):
    screen = terminal(command=("sh", "-i"), environment={"PS1": "shell> ", "ENV": ""})
    screen.wait_for("shell> ")
    screen.send(" ".join(OUTCROP) + "\r")
    screen.wait_for(r"◌ idle +\$0\.00/h")
    screen.settle()
    before = screen.text
    screen.send("\x1a")
    screen.wait_for("shell> ")
    assert changed_modes(bytes(screen.raw)) == set()
    screen.send("fg\r")
    screen.wait_for(r"◌ idle +\$0\.00/h")
    screen.settle()
    assert screen.text == before
    screen.send("q")
    screen.wait_for("shell> ")


def test_ctrl_c_leaves_as_q_does(dashboard):
    screen = dashboard()
    screen.send("\x03")
    assert screen.wait() == 0
    assert changed_modes(bytes(screen.raw)) == set()


def test_a_terminal_that_is_gone_ends_it_even_where_the_parent_keeps_the_signal_to_itself(dashboard):
    screen = dashboard(command=("sh", "-c", "trap '' HUP; \"$@\"; exit $?", "sh", *OUTCROP))
    screen.hang_up()
    assert screen.wait(patience=5.0) == 1


def test_long_work_goes_on_where_the_terminal_is_gone(dashboard, tmp_path, shops):
    folder = make_project(tmp_path / "gone")
    (folder / ".outcrop").mkdir(exist_ok=True)
    (folder / ".outcrop" / "rehearsal").symlink_to(shops / ".outcrop" / "rehearsal", target_is_directory=True)
    screen = dashboard(folder=folder)
    screen.send("J")
    screen.wait_for("judge how many")
    screen.send("\r")
    screen.wait_for("judge 12 records")
    screen.settle()
    screen.send("\r")
    screen.wait_for("◐ judge")
    screen.hang_up()
    screen.wait(patience=5.0)
    workspace = opened(folder)
    wait_until(lambda: [task.state for task in tasks.listing(workspace.store, workspace.clock)] == ["done"])
    workspace.close()


def test_ctrl_z_stops_what_started_it_too_for_that_is_what_the_shell_waits_for(terminal):
    screen = terminal(command=("sh", "-i"), environment={"PS1": "shell> ", "ENV": ""})
    screen.wait_for("shell> ")
    screen.send(f"sh -c '{' '.join(OUTCROP)}; exit $?'\r")
    screen.wait_for(r"◌ idle +\$0\.00/h")
    screen.settle()
    before = screen.text
    screen.send("\x1a")
    screen.wait_for("shell> ")
    screen.send("fg\r")
    screen.wait_for(r"◌ idle +\$0\.00/h")
    screen.settle()
    assert screen.text == before
    screen.send("q")
    screen.wait_for("shell> ")


def test_ctrl_z_is_refused_where_no_shell_could_bring_it_back(dashboard):
    screen = dashboard()
    screen.send("\x1a")
    screen.wait_for("There is no shell here to go back to")


@pytest.mark.parametrize("where", ["a key", "what reads the keys"])
def test_a_crash_is_one_line_a_private_file_and_exit_code_1(dashboard, tmp_path, where):
    broken = {
        "a key": "from tui.app import Outcrop; Outcrop.action_copy = lambda app: 1 / 0",
        "what reads the keys": "from textual.drivers.linux_driver import LinuxDriver as D\n"
        "pass_on = D.process_message\n"
        "D.process_message = lambda self, event: 1 / (getattr(event, 'key', '') != 'y') and pass_on(self, event)",
    }[where]
    program = f"{broken}\nfrom tui.commands import main\nmain()"
    screen = dashboard(command=(sys.executable, "-P", "-c", program), environment={"OUTCROP_STATE": str(tmp_path)})
    screen.send("y")
    assert screen.wait() == 1
    after = bytes(screen.raw).rpartition(b"\x1b[?1049l")[2].decode()
    (report,) = tmp_path.glob("crash-*.txt")
    (failure,) = (line for line in (tmp_path / "outcrop.log").read_text().splitlines() if "ERROR" in line)
    assert f"outcrop.crash see {report.name}: ZeroDivisionError at " in failure
    assert changed_modes(bytes(screen.raw)) == set()
    assert f"Outcrop stopped: ZeroDivisionError. What it knows is in {report}" in after
    assert "Traceback" not in after
    assert "ZeroDivisionError" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600
