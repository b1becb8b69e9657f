"""Keys that come in one burst do what they would do one by one."""

from screens import SIZE, Driver, opened, running
from textual import events

from core.data import decisions, journal
from tui.app import Outcrop
from tui.commands import words
from tui.widgets.bar import Bar
from tui.widgets.dialogs import Confirm


async def burst(driver, text: str) -> None:
    """Types without waiting for anything in between, as a slow line brings it."""
    for character in text:
        key = {"\r": "enter", "/": "slash", ":": "colon", " ": "space"}.get(character, character)
        driver.app.post_message(events.Key(key, "\r" if key == "enter" else character))
    await driver.press()


async def test_a_filter_typed_at_once_is_a_filter_and_decides_nothing(driver, workspace):
    await burst(driver, "/fix vans\r")
    await driver.sees("/ fix vans", "0 of 12")
    assert decisions.count(workspace.store) == 0


async def test_decisions_typed_at_once_are_all_made_in_order(driver, workspace):
    await burst(driver, " xf")
    await driver.sees("3 decided")
    assert [each.value for each in journal.actions(workspace.store)] == ["fix", "reject", "keep"]


async def test_decisions_typed_behind_the_tabs_key_wait_for_their_records(folder):
    workspace = opened(folder)
    async with running(workspace) as driver:
        await burst(driver, "2 xf")
        await driver.sees("3 decided")
    assert [each.value for each in journal.actions(workspace.store)] == ["fix", "reject", "keep"]
    workspace.close()


async def test_what_is_typed_behind_the_palettes_key_is_typed_into_it(driver):
    await burst(driver, ":quit")
    shown = await driver.sees("│quit")
    assert "Use the theme" not in shown


async def test_an_answer_typed_before_the_question_was_seen_is_none(driver):
    answers = []
    driver.app.push_screen(Confirm("Pay for it?", ()), answers.append)
    await burst(driver, "\r")
    await driver.sees("Pay for it?")
    assert answers == []
    await driver.press("enter")
    assert answers == [True]


async def test_a_choice_made_twice_at_once_is_one_and_the_second_closes_nothing(driver):
    await burst(driver, ":who decided\r\r")
    await driver.sees("entries")


async def test_what_is_typed_behind_a_stages_key_goes_to_that_stage(driver, workspace):
    for stage in "6543":
        await burst(driver, f"{stage}y\t{stage}jv2")
    await driver.sees("2 DATA", "12 records")
    await burst(driver, "6x")
    await driver.sees("6 EVALUATE")
    assert decisions.count(workspace.store) == 0


async def test_what_is_typed_behind_the_key_that_leaves_does_nothing_more(driver, workspace):
    await burst(driver, "q6x ")
    assert driver.app.return_code == 0
    assert decisions.count(workspace.store) == 0


async def test_a_filter_typed_before_anything_is_ready_is_a_filter_and_decides_nothing(workspace, monkeypatch):
    monkeypatch.setattr(Bar, "prepare", lambda _: None)  # what makes the field, after the first paint
    workspace.store.remember("stage", "2")
    app = Outcrop(workspace, words, watching=False)
    async with app.run_test(size=SIZE) as pilot:
        driver = Driver(app, pilot)
        await burst(driver, "/fix vans\r")
        await driver.sees("/ fix vans", "0 of 12")
    assert decisions.count(workspace.store) == 0
