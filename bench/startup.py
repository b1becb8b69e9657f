"""How long the dashboard takes to its first painted rows, beside an empty Textual application (target T1).

Each round starts every program once, in turn, in a real pseudo terminal, so that a noisy minute hits all of them
alike. Time is taken on the terminal's side, from the fork to the frame that shows the text waited for; the ratio is
the median of the ratios within rounds.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from setting import Program, in_terminal, project

BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("HELLO")

Bare().run()
"""
DASHBOARD, EMPTY = "outcrop, rows on screen", "bare Textual app"
PLAIN = ("keys", "models", "paths")


def painted(program: Program) -> float:
    """Seconds from the start of a program to its first screen."""
    terminal = in_terminal(program)
    try:
        return terminal.wait_for(program.shows)
    finally:
        terminal.close()


def printed(folder: Path, name: str) -> float:
    """Seconds that a plain command takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-m", "tui", name], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def report(name: str, seconds: list[float], beside: list[float] | None = None) -> None:
    """A line: median, least and most, and the ratio."""
    ratio = f"  {statistics.median(a / b for a, b in zip(seconds, beside, strict=True)):.2f}x" if beside else ""
    low, middle, high = (value * 1000 for value in (min(seconds), statistics.median(seconds), max(seconds)))
    print(f"{name:<28} {middle:7.0f} ms  ({low:.0f} to {high:.0f}){ratio}")


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as scratch:
        folder = project(Path(scratch))
        programs = {
            EMPTY: Program([sys.executable, "-P", "-c", BARE], "HELLO", folder),
            DASHBOARD: Program([sys.executable, "-P", "-m", "tui"], r"▌ +1 ", folder),
        }
        for program in programs.values():
            painted(program)  # once for the page cache, and not counted
        screens: dict[str, list[float]] = {name: [] for name in programs}
        plain: dict[str, list[float]] = {name: [] for name in PLAIN}
        for _ in range(rounds):
            for name, program in programs.items():
                screens[name].append(painted(program))
            for name in PLAIN:
                plain[name].append(printed(folder, name))
    report(EMPTY, screens[EMPTY])
    report(DASHBOARD, screens[DASHBOARD], screens[EMPTY])
    for name, seconds in plain.items():
        report(f"outcrop {name}", seconds)


if __name__ == "__main__":
    main()
