"""What plain commands write: data on stdout, talk on stderr, and nothing of it raw from outside."""

import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click
import msgspec

from core.errors import OutcropError, TypedError
from core.progress import Progress, Report, throttled
from core.text import count, plain_table, visible
from tui.present.glyphs import CHECKS

if TYPE_CHECKING:
    from core.checklist import CheckLine

_NAME = 13  # cells of the name of a check


def out(text: str = "") -> None:
    """A line of data."""
    click.echo(visible(text, breaks=True))


def say(text: str) -> None:
    """A line of talk."""
    click.echo(visible(text, breaks=True), err=True)


def emit(value: object) -> None:
    """One JSON object, for scripts."""
    click.echo(msgspec.json.format(msgspec.json.encode(value)).decode())


def table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A table of data: as wide as a terminal is, whole for whatever else reads it."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    out(plain_table(list(head), [list(row) for row in rows], right=frozenset(right), width=width))


def complain(error: OutcropError) -> None:
    """An error: what, where, why and what to do, each on its line."""
    where = f"{error.where}: " if error.where and str(error.where) else ""
    say(f"outcrop: {where}{error.what}")
    if isinstance(error, TypedError):
        say(f"  {error.text}")
        say(f"  {' ' * error.at}^")
    if error.why:
        say(f"  why: {error.why}")
    if error.todo:
        say(f"  do:  {error.todo}")


def check_line(line: "CheckLine") -> None:
    """A line of a list of checks, with what helps below it."""
    out(f"{CHECKS[line.state][0]} {line.name:<{_NAME}}{line.found}")
    if line.todo:
        out(f"{'':<{_NAME + 2}}{line.todo}")
    if line.command:
        out(f"{'':<{_NAME + 2}}$ {line.command}")


def reporter(how: str) -> Report:
    """Progress as text: rewritten in place on a terminal, JSON lines for scripts, or nothing.

    Args:
        how: `auto`, `json` or `none`.
    """
    if how == "json":
        return throttled(lambda progress: click.echo(msgspec.json.encode(progress).decode(), err=True))
    if how == "none" or not sys.stderr.isatty():
        return lambda _: None
    return throttled(_rewrite)


def done_reporting(how: str) -> None:
    """Leaves the line that progress was rewritten on."""
    if how == "auto" and sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)


def _rewrite(progress: Progress) -> None:
    total = f" of {count(progress.total)}" if progress.total is not None else ""
    line = f"{progress.note or 'working'}  {count(progress.done)}{total} {progress.unit}"
    click.echo(f"\r\x1b[K{visible(line)[:78]}", err=True, nl=False)
