"""Where the reader was comes back; a screen may be small; who may only read changes nothing."""

import time

import pytest
from screens import make_project, opened, running

from core.progress import Progress
from core.store import Store
from core.store.connection import PATIENCE
from core.tasks import Task
from tui import keys
from tui.messages import TaskAdvanced
from tui.settings import Settings


async def test_tab_row_filter_and_sort_come_back(folder):
    workspace = opened(folder)
    async with running(workspace) as driver:
        await driver.press("2")
        await driver.sees("12 records")
        await driver.press("slash")
        await driver.type("input_tokens > 125")
        await driver.sees("9 of 12")
        await driver.press("s")
        await driver.sees("by row ↓")
        await driver.press("g", "j", "j")
        await driver.sees("▌      9")
        await driver.until(lambda: driver.app.settings.number("data.row", 0) == 8, "the row")
    workspace.close()
    workspace = opened(folder)
    async with running(workspace) as driver:
        await driver.sees("2 DATA", "9 of 12", "by row ↓", "/ input_tokens > 125", "▌      9")
        await driver.until(
            lambda: [line.split()[0] for line in driver.frame.splitlines()[3:5]] == ["12", "10"], "the order"
        )
    workspace.close()


def test_where_the_reader_is_is_kept_without_waiting_for_a_process_that_writes(workspace):
    settings, other = Settings(workspace.store), Store(workspace.store.path)
    with other.transaction():
        began = time.monotonic()
        settings.keep("data.row", 7)
        settings.keep("data.row", 8)
        assert time.monotonic() - began < PATIENCE / 2
        assert other.row("SELECT value FROM settings WHERE key = 'data.row'") is None
    until = time.monotonic() + 60
    while Settings(other).number("data.row", 0) != 8:
        assert time.monotonic() < until
    other.close()


async def test_what_was_kept_by_a_broken_hand_is_passed_over(folder):
    workspace = opened(folder)
    for key, value in {
        "stage": "99",
        "data.row": '"x"',
        "data.sort": "[1]",
        "data.filter": "{",
        "other": "x",
    }.items():
        workspace.store.write("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))
    async with running(workspace) as driver:
        await driver.sees("1 USE CASE")
        await driver.press("2")
        await driver.sees("12 records  0 decided")
    workspace.close()


async def test_one_who_only_reads_decides_nothing_and_is_told_so(folder):
    workspace = opened(folder, read_only=True)
    async with running(workspace) as driver:
        await driver.press("2")
        assert " reject " not in await driver.sees("READ-ONLY", "12 records")
        for key in ("space", "x", "f", "m", "u", "U"):
            await driver.press(key)
            await driver.sees("This Outcrop is read-only", "Start it without --read-only")
            await driver.press("2")
    assert workspace.store.rows("SELECT * FROM decisions") == []
    workspace.close()


@pytest.mark.parametrize(
    ("stage", "key"), [(1, "enter"), (3, "w"), (3, "W"), (4, "S"), (4, "enter"), (6, "E"), (7, "C")]
)
async def test_one_who_only_reads_changes_nothing_on_other_tabs(folder, stage, key):
    before = (folder / "outcrop.yaml").read_bytes()
    workspace = opened(folder, read_only=True)
    async with running(workspace) as driver:
        await driver.press(str(stage))
        await driver.until(lambda: driver.app.settings.number("stage", 0) == stage)
        await driver.press(key)
        assert len(driver.app.screen_stack) == 1
        assert not driver.app.bar.asking
    assert (folder / "outcrop.yaml").read_bytes() == before
    assert workspace.store.rows("SELECT * FROM tasks") == []
    workspace.close()


@pytest.mark.parametrize("size", [(40, 12), pytest.param((60, 15), marks=pytest.mark.slow), (120, 36)])
@pytest.mark.parametrize("with_records", [True, False])
async def test_every_tab_shows_something_at_each_size(tmp_path, size, with_records):
    workspace = opened(make_project(tmp_path / "shops", None if with_records else ()))
    async with running(workspace, size) as driver:
        for number, name in enumerate(keys.STAGES, 1):
            await driver.press(str(number))
            await driver.until(lambda name=name: name.upper()[: size[0] // 4] in driver.frame, name)
            await driver.until(lambda: any(line.strip() for line in driver.frame.splitlines()[2:-2]), "content")
            assert driver.frame.splitlines()[-1].endswith("? help")
            assert max(map(len, driver.frame.splitlines())) <= size[0]
            await driver.press("tab", "down", "pagedown", "escape")
    workspace.close()


async def test_a_screen_that_is_pulled_smaller_and_larger_keeps_the_row(driver):
    await driver.press("j", "j", "j")
    for size in ((40, 12), (120, 36), (80, 24)):
        await driver.resize(*size)
        await driver.until(lambda: any(line.startswith("▌      4") for line in driver.frame.splitlines()))


async def test_a_narrow_screen_shows_one_pane_and_enter_goes_to_the_other(driver):
    await driver.resize(40, 12)
    assert "SYSTEM" not in driver.frame
    await driver.press("enter")
    assert "answer" not in (await driver.sees("SYSTEM")).splitlines()[2]
    await driver.press("escape")
    await driver.sees("# flag")


async def test_quitting_asks_where_something_goes_on(driver):
    now = driver.app.workspace.clock.now()
    task = Task("1", "evaluate", ("evaluate",), 1, "running", Progress(3, 9, "answers", "base"), "", now, None)
    driver.app.post_message(TaskAdvanced(task))
    await driver.sees("◐ evaluate  base  3 of 9 answers")
    await driver.press("q")
    await driver.sees("Leave Outcrop? This goes on without it:", "evaluate")
    await driver.press("escape")
    assert driver.app.is_running
    await driver.press("q", "enter")
    await driver.until(lambda: not driver.app.is_running, "the end")
