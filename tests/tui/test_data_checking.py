"""What the checks found, on screen: reasons beside the record, rules with counts, fixes previewed and undone."""

from pathlib import Path

import pytest
from screens import Driver, make_project, opened, records, running

from core.data import decisions
from core.records.record import Source


def faulty() -> list[Source]:
    """Twelve records; the third has an invisible character, the last is the second again."""
    found = records()
    fields = dict(found[2].fields)
    found[2] = Source(
        found[2].id, found[2].group, fields | {"question": f"{fields['question']}\u0007"}, found[2].facts
    )
    found[11] = Source(found[11].id, found[1].group, found[1].fields, found[1].facts)
    return found


@pytest.fixture
async def faults(tmp_path: Path):
    workspace = opened(make_project(tmp_path / "faulty", faulty()))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        await driver.until(lambda: driver.app.stage.selection.view.facts.complete, "all facts")
        yield driver
    workspace.close()


async def test_the_reasons_of_a_record_stand_below_it(faults: Driver):
    await faults.press("j", "j", "enter", "G")
    await faults.sees("! control-characters")


async def test_rules_are_listed_with_their_counts_and_show_their_rows(faults: Driver):
    await faults.press("asterisk")
    await faults.sees("duplicate", "control-characters")
    await faults.press("slash", *"control", "enter")
    await faults.sees("1 of 12", "issues ~ '(^| )control-characters'")
    assert faults.app.stage.selection.number == 2


async def test_a_safe_fix_is_previewed_confirmed_and_undone(faults: Driver):
    await faults.press("asterisk")
    await faults.sees("~ mend control-characters")
    await faults.press("slash", *"mend control", "enter")
    frame = await faults.sees("Mend 1 record: control-characters?", "row 3", "becomes")
    assert frame.count("\\u0007") == 1  # what goes is in sight, wherever in the line it stands
    store = faults.app.workspace.store
    assert decisions.current(store) == {}
    await faults.press("enter")
    await faults.sees("✓ decided about 1 record")
    [held] = decisions.current(store).values()
    assert "\\u0007" not in held.edit
    assert held.edit
    await faults.press("u")
    await faults.sees("undone: edit of 1 record")
    assert decisions.current(store) == {}


async def test_a_record_that_the_template_cannot_render_is_listed_by_a_rule_of_its_own(tmp_path: Path):
    found = records()
    found[2] = Source(found[2].id, found[2].group, {"question": "Why?", "answer": "So."}, found[2].facts)
    workspace = opened(make_project(tmp_path, found))
    async with running(workspace) as driver:
        await driver.press("2")
        await driver.sees("12 records  0 decided")
        await driver.until(lambda: driver.app.stage.selection.view.facts.complete, "all facts")
        await driver.press("asterisk")
        await driver.sees("✗ unrendered: 'table' is undefined")
        await driver.press("enter")
        await driver.sees("1 of 12", "issues ~ '(^| )unrendered'", "✗ unrendered")
    workspace.close()
