"""What every plain command is given: which project, and how the user wants it treated."""

import functools
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from core import read_only
from core.errors import OutcropError, UsageError
from core.progress import Cancel, Report
from tui.commands.printing import done_reporting, reporter, say
from tui.present.endpoints import last_answer

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.config import Config
    from core.data.dataset import Dataset, DatasetRow
    from core.data.decisions import Decided
    from core.deployment.endpoints import EndpointsSnapshot
    from core.workspace import Workspace

T = TypeVar("T")


class Context:
    """The global options, and the project once it is needed."""

    def __init__(
        self,
        project: Path | None,
        *,
        read_only: bool = False,
        profile: str = "",
        region: str = "",
        progress: str = "auto",
        task: str = "",
    ) -> None:
        self.project = project
        self.read_only = read_only
        self.profile = profile
        self.region = region
        self.progress = progress
        self.task = task
        self._workspace: Workspace | None = None
        self._opened = ExitStack()

    def close(self) -> None:
        """Closes the projects that the command opened."""
        self._opened.close()

    def folder(self) -> Path | None:
        """The project's folder: the one given, else the nearest around the working directory."""
        from core.workspace import find

        return self.project.resolve() if self.project else find(Path.cwd())

    def workspace(self) -> "Workspace":
        """The project, opened.

        Raises:
            UsageError: There is none.
        """
        if self._workspace is None:
            from core.workspace import open_project

            self._workspace = self.adjusted(open_project(self.folder() or Path.cwd(), wishes=self.wishes()))
        return self._workspace

    def endpoints(self) -> "EndpointsSnapshot":
        """All endpoints, as AWS says just now.

        Raises:
            OutcropError: Nobody answers, or AWS refuses; what was known last is said before.
        """
        from core.deployment.endpoints import poll
        from core.deployment.last_known import last_known

        workspace = self.workspace()
        try:
            return poll(workspace)
        except OutcropError:
            say(last_answer(last_known(workspace.store, workspace.config), workspace.clock.now()))
            raise

    def config(self) -> "Config | None":
        """What the project's file says, its store left closed: for what only reads; None outside of a project."""
        from core import config

        folder = self.folder()
        return config.read(folder / config.FILE) if folder else None

    def say_refused_rule(self) -> None:
        """Warns of a `data.include` that no records could be chosen by, in a command that does not apply it."""
        from core.config import INCLUDE

        folder, config = self.folder(), self.config()
        if folder is None or config is None or config.data.include in ("", INCLUDE):
            return
        from core.data.include import refusal  # brings frames, which a project with the usual rule does not pay for

        refused = refusal(folder, config.data.include)
        if refused is not None:
            say(f"! {refused}")

    def decided(self) -> "dict[str, Decided]":
        """What people decided about the project's records, by record; makes no store where there is none yet."""
        if not self._has_store():
            return {}
        from core.data.decisions import current

        return current(self.workspace().store)

    def row_as_edited(self, dataset: "Dataset", number: int) -> "DatasetRow":
        """A row of the project's records as its edit makes it; makes no store where there is none yet."""
        if not self._has_store():
            return dataset.row(number)
        from core.data.project_records import row_as_edited

        return row_as_edited(self.workspace(), dataset, number)

    def _has_store(self) -> bool:
        from core.store import refuse_lost
        from core.workspace import HIDDEN

        folder = self.folder()
        if folder is None:
            return False
        refuse_lost(folder / HIDDEN / "outcrop.db")
        return (folder / HIDDEN / "outcrop.db").exists()

    @functools.cached_property
    def is_read_only(self) -> bool:
        """Whether nothing may be changed, within a project or outside."""
        try:
            return self.read_only or bool((found := self.config()) and found.read_only)
        except OutcropError:  # whoever reads it says why
            return False

    def refuse_damaged(self, error: Exception) -> None:
        """Says of an error that nobody expected whether damage to the project's database has caused it.

        Raises:
            InputError: The database is damaged.
        """
        from core.store.health import health
        from core.workspace import HIDDEN

        folder = self.folder()
        if folder and (folder / HIDDEN / "outcrop.db").exists():
            try:
                health(folder / HIDDEN / "outcrop.db", only_read=True)
            except OutcropError as damage:
                raise damage from error

    def refuse_if_read_only(self) -> None:
        """Keeps a read-only Outcrop from changing anything, within a project or outside.

        Raises:
            RefusedError: It is read-only.
        """
        if self.is_read_only:
            raise read_only.refusal()

    def adjusted(self, workspace: "Workspace") -> "Workspace":
        """A project with the command line's wishes over its configuration; it is closed when the command ends."""
        self._opened.callback(workspace.close)
        workspace.overrule(**self.wishes())
        return workspace

    def wishes(self) -> dict[str, object]:
        """What the command line puts over a project's configuration, by the names of `Config`."""
        wishes: dict[str, object] = {"read_only": True} if self.read_only else {}
        if self.profile:
            wishes |= {"profile": self.profile, "target": "aws"}
        if self.region:
            wishes["region"] = self.region
        return wishes

    def catalog(self) -> "Catalog":
        """The catalogue, with or without a project."""
        from core.catalog import load
        from core.workspace import own_catalog

        return load(own_catalog())

    def confirm(self, question: str, facts: Iterable[tuple[str, str]], *, yes: bool, width: int = 10) -> None:
        """Says what a question is about, and asks it before money is spent.

        Args:
            question: What to ask.
            facts: A name and a value a line.
            yes: The user has said so on the command line: nothing is said or asked.
            width: Columns of the names.

        Raises:
            UsageError: Nobody is there to ask.
        """
        if yes:
            return
        done_reporting(self.progress)
        for name, value in facts:
            say(f"{name:<{width}}{value}")
        confirmed(question, yes=yes)

    @contextmanager
    def work(self) -> Iterator[tuple[Report, Cancel]]:
        """Progress and a cancel token for long work: to the terminal, or to the task this process is."""
        if self.task:
            from core.tasks import reporting

            workspace = self.workspace()
            with reporting(workspace.store, workspace.clock, self.task) as tools:
                yield tools
            return
        cancel = Cancel()
        try:
            yield reporter(self.progress), cancel
        finally:
            done_reporting(self.progress)


def confirmed(question: str, *, yes: bool) -> None:
    """Asks before money is spent or something is destroyed.

    Args:
        question: With the facts in it.
        yes: The user has said so on the command line.

    Raises:
        UsageError: Nobody is there to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("This costs money or destroys something, and nobody is there to ask", todo="Add --yes")
    click.confirm(question, abort=True, err=True)


def seconds(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """An option's length of time; `nan` and `inf` are numbers, too, but no time."""
    if value is not None and not 0 <= value < math.inf:
        raise click.BadParameter(f"nothing takes {value:g} seconds")
    return value


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """An option's day, as `2025-06-01`, or `today`."""
    if value is not None and value != "today":
        try:
            date.fromisoformat(value)
        except ValueError as error:
            raise click.BadParameter("give a day such as 2025-06-01, or `today`") from error
    return value


def found(name: str, items: list[T], names: Callable[[T], tuple[str, ...]], what: str) -> T:
    """One of some things by any of its names.

    Raises:
        UsageError: None has that name; lists a few that there are.
    """
    for item in items:
        if name in names(item):
            return item
    known = ", ".join(names(item)[0] for item in items[:5]) or "none"
    raise UsageError(f"There is no {what} named {name!r}", todo=f"There are: {known}")
