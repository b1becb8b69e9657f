"""How tests look at the dashboard: its frame as text, a driver that types and waits, projects to look at."""

import time
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from textual.events import Key
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.pilot import Pilot

from core import catalog
from core.clock import Clock, ManualClock
from core.config import Config, Data
from core.formatting import source_file
from core.records.record import Source
from core.usecase import project
from core.workspace import Workspace, open_project
from tui.app import Outcrop
from tui.commands import words
from tui.widgets.field import Field

SIZE = (80, 24)
PATIENCE = 60.0  # seconds until something that is under way must have come


def frame(app: Outcrop) -> str:
    """The screen as text, a line a line, as the compositor has it."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens, simplify=True)
    return "\n".join("".join(strip.text for strip in strips).rstrip() for strips in update.strips)


def pressed(key: str) -> Key:
    """A key as it comes from a terminal: `a`, `?`, `escape`, `ctrl+u`."""
    if len(key) > 1:
        return Key(key, key_to_character(key))
    name = key if key.isalnum() else unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return Key(KEY_NAME_REPLACEMENTS.get(name, name), key)


class Driver:
    """Types, and waits for what that brings."""

    def __init__(self, app: Outcrop, pilot: Pilot[None]) -> None:
        self.app = app
        self._pilot = pilot

    @property
    def frame(self) -> str:
        """The screen as text."""
        return frame(self.app)

    @property
    def bar(self) -> str:
        """The line above the keys."""
        return self.frame.splitlines()[-2]

    async def press(self, *keys: str) -> None:
        """Presses keys as fast as they are taken, and lets everything that they set off happen."""
        for key in keys:
            self.app.post_message(pressed(key))
            await self._pilot.pause(0)
        await self._pilot.pause()

    async def type(self, text: str) -> None:
        """Types a text and enter, in place of what is in the field."""
        await self.press("end", "ctrl+u", *text, "enter")

    async def until(self, holds: Callable[[], object], what: str = "that") -> None:
        """Waits for something.

        Raises:
            AssertionError: It never comes; shows the screen.
        """
        until = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < until, f"{what} never came:\n{self.frame}"
            await self._pilot.pause(0.02)

    async def sees(self, *texts: str) -> str:
        """Waits until texts are on the screen; returns the frame."""
        await self.until(lambda: all(text in self.frame for text in texts), f"{texts}")
        return self.frame

    async def rest(self, seconds: float) -> None:
        """Lets time pass."""
        await self._pilot.pause(seconds)

    async def resize(self, columns: int, lines: int) -> None:
        """Another size of the terminal."""
        await self._pilot.resize_terminal(columns, lines)
        await self._pilot.pause()


@asynccontextmanager
async def running(
    workspace: Workspace, size: tuple[int, int] = SIZE, *, watching: bool = False
) -> AsyncIterator[Driver]:
    """The dashboard on a project; without a watcher nothing comes but what the test sends."""
    app = Outcrop(workspace, words, watching=watching)
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.until(lambda: any(field.is_mounted for field in app.bar.query(Field)), "the field")
        yield driver


def records(count: int = 12, **fields: object) -> list[Source]:
    """Questions on small tables, four to a table."""
    found = []
    for number in range(count):
        group, row = divmod(number, 4)
        names = ("Shops", "Staff", "Vans", "Sites")
        table = [
            ["", "2020", "2019"],
            *([name, str(7 * at + group), str(5 * at)] for at, name in enumerate(names, 1)),
        ]
        content = {
            "table": table,
            "paragraphs": [f"Company {group + 1} opened shops."],
            "question": f"How many {names[row].lower()} had company {group + 1} in 2020?",
            "answer": table[row + 1][1],
        }
        found.append(Source(f"{number:016x}", f"table-{group}", content | fields, {"type": "span"}))
    return found


def make_project(folder: Path, found: Iterable[Source] | None = None, **settings: Any) -> Path:
    """A project's folder; with records, unless there are to be none."""
    wanted = msgspec.structs.replace(project.table_questions("shops"), **settings)
    given = list(records() if found is None else found)
    if given:
        source_file.write(folder / "records.jsonl", given)
        wanted = msgspec.structs.replace(wanted, data=Data(source="records.jsonl"))
    project.create(folder, wanted, catalog.load())
    return folder


def opened(folder: Path, clock: Clock | None = None, **wishes: Any) -> Workspace:
    """A project as the dashboard gets it, on a clock that stands still."""
    workspace = open_project(folder, clock or ManualClock())
    workspace.overrule(**wishes)
    return workspace


def edit_record(folder: Path, row: int, **fields: Any) -> None:
    """Gives a project's record other fields, as an edit in the journal."""
    from core.data.decisions import Subject, content_hash, decide

    raw = (folder / "records.jsonl").read_bytes().splitlines()[row]
    found = msgspec.json.decode(raw, type=Source)
    line = msgspec.json.encode(msgspec.structs.replace(found, fields=found.fields | fields))
    workspace = opened(folder)
    subject = Subject(found.id, content_hash(raw))
    decide(workspace.store, [subject], "edit", line.decode(), who="ann", now=workspace.clock.now())
    workspace.close()


def settings_of(folder: Path) -> Config:
    """What outcrop.yaml says now."""
    from core import config

    return config.read(folder / config.FILE)
