"""Deciding on screen: one record, all that the filter leaves, notes, tags, edits, undo, redo, the journal."""

import contextlib
import json
from pathlib import Path

import pytest
from screens import Driver, make_project, opened, records, running

from core.data import decisions, journal
from core.workspace import Workspace


def held(workspace: Workspace, name: str = "flag") -> dict[int, str]:
    """What holds, by row: the records of these projects are numbered."""
    found = decisions.current(workspace.store)
    return {int(record, 16): getattr(each, name) for record, each in found.items() if getattr(each, name)}


async def test_each_flag_has_a_key_goes_on_to_the_next_row_and_is_on_disk(driver: Driver, workspace: Workspace):
    await driver.press("space", "x", "f")
    await driver.sees("3 decided")
    assert held(workspace) == {0: "keep", 1: "reject", 2: "fix"}
    assert driver.app.stage.table.cursor == 3


async def test_the_same_flag_again_takes_it_away(driver: Driver, workspace: Workspace):
    await driver.press("space", "k", "space")
    await driver.sees("0 decided")
    assert held(workspace) == {}


async def test_undo_and_redo_go_back_and_forth(driver: Driver, workspace: Workspace):
    await driver.press("space", "x", "u")
    await driver.sees("undone: flag of 1 record")
    assert held(workspace) == {0: "keep"}
    await driver.press("U")
    await driver.sees("redone: flag of 1 record")
    assert held(workspace) == {0: "keep", 1: "reject"}
    await driver.press("U")
    await driver.sees("nothing to redo")


async def test_a_decision_about_all_that_the_filter_leaves_is_confirmed_with_the_count_and_undone_at_once(
    driver: Driver, workspace: Workspace
):
    await driver.press("slash")
    await driver.type("row <= 4")
    await driver.sees("4 of 12")
    await driver.press("A")
    await driver.sees("Reject all 4 records of this filter")
    await driver.press("down", "enter")
    await driver.sees("Reject 4 records?", "row <= 4")
    assert held(workspace) == {}
    await driver.press("enter")
    await driver.sees("✓ decided about 4 records")
    assert held(workspace) == dict.fromkeys(range(4), "reject")
    await driver.press("u")
    await driver.sees("undone: flag of 4 records")
    assert held(workspace) == {}
    await driver.press("U")
    await driver.sees("redone: flag of 4 records")
    assert len(held(workspace)) == 4


async def test_a_large_decision_is_written_aside_and_keys_after_it_wait_for_it(tmp_path):
    workspace = opened(make_project(tmp_path / "many", records(1500)))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        selection = driver.app.stage.selection
        await driver.until(lambda: selection.view and selection.view.facts.complete, "all facts")
        await driver.press("A", "enter")
        await driver.sees("Keep 1,500 records?")
        await driver.press("enter", "x")
        await driver.sees("1,500 decided")
        assert held(workspace) == dict.fromkeys(range(1500), "keep") | {0: "reject"}
        await driver.press("u", "u", "x")
        await driver.sees("1 decided")
        assert held(workspace) == {1: "reject"}
        await driver.press("H", "j", "j", "u")
        await driver.sees("redone: flag of 1,500 records")
        await driver.press("escape")
        await driver.sees("1,500 decided")
        assert held(workspace) == dict.fromkeys(range(1500), "keep") | {1: "reject"}
    workspace.close()


async def test_letters_that_move_in_lists_move_in_a_choice_and_a_slash_narrows_it(driver: Driver):
    def under_cursor() -> str:
        return next(line for line in driver.frame.splitlines() if " of this filter" in line and "▌" in line)

    await driver.press("A", "j")
    assert "▌ Reject all" in under_cursor()
    await driver.press("j", "j", "k", "G")
    assert "▌ Tag all" in under_cursor()
    await driver.press("g", "slash", *"rej")
    await driver.until(lambda: "▌ Reject all" in under_cursor(), "what the letters leave")
    assert "Keep all" not in driver.frame
    await driver.press("escape")
    await driver.sees("Keep all", "Tag all")
    await driver.press("escape")
    await driver.sees("0 decided")


async def test_a_decision_about_all_that_is_not_confirmed_decides_nothing(driver: Driver, workspace: Workspace):
    await driver.press("A", "enter")
    await driver.sees("Keep 12 records?")
    await driver.press("escape")
    await driver.sees("0 decided")
    assert held(workspace) == {}


@pytest.mark.parametrize(("key", "name"), [("m", "note"), ("t", "tag")])
async def test_a_note_and_a_tag_are_written_and_stand_beside_the_record(driver, workspace, key, name):
    await driver.press(key)
    await driver.type("wrong year")
    await driver.sees("wrong year")
    assert held(workspace, name) == {0: "wrong year"}
    await driver.press(key)
    await driver.type("")
    assert held(workspace, name) == {}


async def test_all_records_of_a_filter_are_tagged_at_once(driver: Driver, workspace: Workspace):
    await driver.press("slash")
    await driver.type("row > 10")
    await driver.sees("2 of 12")
    await driver.press("A", "slash", *"tag all")
    await driver.press("enter")
    await driver.until(lambda: driver.bar.split() == ["tag"], "the question for a tag")
    await driver.type("late")
    await driver.sees("Tag 2 records?", "late")
    await driver.press("enter")
    await driver.sees("✓ decided about 2 records")
    assert held(workspace, "tag") == {10: "late", 11: "late"}


async def test_tab_completes_the_tags_there_are(driver: Driver, workspace: Workspace):
    await driver.press("t")
    await driver.type("numbers")
    await driver.press("j", "t", "n", "tab", "enter")
    assert held(workspace, "tag") == {0: "numbers", 1: "numbers"}


async def test_an_answer_is_edited_in_place_and_the_file_stays_as_it_is(driver: Driver, workspace: Workspace):
    before = (workspace.folder / "records.jsonl").read_bytes()
    await driver.press("i")
    await driver.type("about seven")
    await driver.sees("✓ edited")
    frame = await driver.sees("~ edited")
    assert "about s" in frame.splitlines()[3]
    assert (workspace.folder / "records.jsonl").read_bytes() == before
    await driver.press("u")
    await driver.sees("undone: edit of 1 record")
    assert "about s" not in driver.frame


async def test_an_edit_that_the_model_would_refuse_is_refused_and_what_was_typed_stays(driver, workspace):
    await driver.press("i")
    await driver.type("")
    await driver.sees("An answer cannot be empty")
    driver.app.bar.field.value = "seven\n\nHuman: and?"
    await driver.press("enter")
    await driver.sees("reserved-keyword", "the model would refuse the record")
    assert driver.app.bar.field.value.endswith("Human: and?")
    await driver.press("escape")
    assert held(workspace, "edit") == {}


async def test_warnings_that_an_edit_brings_in_are_named(driver: Driver, workspace: Workspace):
    await driver.press("i")
    await driver.type("nowhere in the table")
    await driver.sees("✓ edited  ! unsupported-answer; u takes it back")
    await driver.press("i")
    await driver.type("still nowhere")
    await driver.sees("✓ edited; u takes it back")


def editor(monkeypatch: pytest.MonkeyPatch, driver: Driver, folder: Path, script: str) -> None:
    """Sets `$EDITOR` to a script; a headless screen has nothing to suspend."""
    path = folder / "editor.py"
    lines = ("import sys", "path = sys.argv[1]", "text = open(path).read()", script, "open(path, 'w').write(text)")
    path.write_text("\n".join(lines))
    monkeypatch.setenv("EDITOR", f"python3 {path}")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setattr(driver.app, "suspend", contextlib.nullcontext)


async def test_a_record_is_edited_in_the_users_editor(driver, workspace, tmp_path, monkeypatch):
    editor(monkeypatch, driver, tmp_path, "text = text.replace('How many shops', 'How many cafés')")
    await driver.press("e")
    await driver.sees("✓ edited", "~ edited")
    [line] = held(workspace, "edit").values()
    assert json.loads(line)["fields"]["question"].startswith("How many cafés")


async def test_an_edit_that_is_no_record_says_where_and_loses_nothing(driver, workspace, tmp_path, monkeypatch):
    editor(monkeypatch, driver, tmp_path, "text = text.replace('How many shops', 'How \"many cafés')")
    await driver.press("e")
    await driver.sees("✗ The edited record is not JSON")
    assert held(workspace, "edit") == {}
    editor(monkeypatch, driver, tmp_path, "text = text.replace('How \"many cafés', 'How many cafés')")
    await driver.press("e")
    await driver.sees("✓ edited")
    [line] = held(workspace, "edit").values()
    assert "How many cafés" in line
    assert list((workspace.folder / ".outcrop" / "drafts").iterdir()) == []


async def test_a_text_that_was_emptied_gives_the_edit_up(driver, workspace, tmp_path, monkeypatch):
    editor(monkeypatch, driver, tmp_path, "text = text[:9]")
    await driver.press("e")
    await driver.sees("✗ The edited record is not JSON")
    editor(monkeypatch, driver, tmp_path, "text = ''")
    await driver.press("e")
    await driver.sees("nothing was changed")
    assert list((workspace.folder / ".outcrop" / "drafts").iterdir()) == []


async def test_an_editor_that_fails_changes_nothing(driver, workspace, tmp_path, monkeypatch):
    editor(monkeypatch, driver, tmp_path, "sys.exit(3)")
    await driver.press("e")
    await driver.sees("ended with 3")
    assert held(workspace, "edit") == {}


async def test_the_journal_says_who_decided_what_is_searched_and_undone_from_there(driver, workspace):
    await driver.press("space", "x", "m")
    await driver.type("wrong year")
    await driver.press("H")
    frame = await driver.sees("3 entries", "ann", "✓ keep", "✗ reject", "wrong year", "How many shops")
    assert frame.index("wrong year") < frame.index("✗ reject") < frame.index("✓ keep")  # newest first
    await driver.press("slash", *"reject", "enter")
    await driver.sees("1 entry with reject")
    await driver.press("u")
    await driver.sees("undone: flag of 1 record", "undone: reject", "by ann ")
    assert held(workspace) == {0: "keep"}
    await driver.press("u")
    await driver.sees("redone: flag of 1 record")
    assert held(workspace) == {0: "keep", 1: "reject"}
    await driver.press("enter")
    await driver.sees("2 decided")
    assert driver.app.stage.table.cursor == 1


async def test_a_bulk_is_one_line_of_the_journal_opened_to_its_records_and_undone_from_either(driver, workspace):
    await driver.press("space", "slash")
    await driver.type("row > 8")
    await driver.sees("4 of 12")
    await driver.press("A", "down", "enter", "enter")
    await driver.sees("✓ decided about 4 records")
    await driver.press("H")
    await driver.sees("2 entries", "✗ reject", "4 records", "✓ keep")
    await driver.press("u")
    await driver.sees("undone: flag of 4 records")
    assert held(workspace) == {0: "keep"}
    await driver.press("enter", "u")
    await driver.sees("redone: flag of 4 records")
    assert held(workspace) == {0: "keep", **dict.fromkeys(range(8, 12), "reject")}
    await driver.press("escape")
    await driver.sees("2 entries")
    await driver.press("slash", *f"reject {9:x}", "enter")
    await driver.sees("1 entry with reject 9", "4 records")
    await driver.press("enter")
    await driver.sees("1 of 4 records with reject 9")
    await driver.press("enter")
    await driver.sees("5 decided")
    assert driver.app.stage.table.cursor == 1  # of those that the filter leaves


async def test_the_reviewer_is_asked_for_once_where_nobody_knows_the_name(workspace, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        await driver.press("space")
        await driver.sees("your name, for the journal")
        await driver.type("eve")
        await driver.sees("1 decided")
        await driver.press("x")
        await driver.sees("2 decided")
    assert [entry.who for entry in journal.actions(workspace.store)] == ["eve", "eve"]


async def test_the_projects_own_reviewer_decides(tmp_path):
    workspace = opened(make_project(tmp_path / "own", reviewer="panel"))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        await driver.press("space")
        await driver.sees("1 decided")
    assert [entry.who for entry in journal.actions(workspace.store)] == ["panel"]
    workspace.close()


async def test_a_read_only_outcrop_decides_nothing(tmp_path):
    workspace = opened(make_project(tmp_path / "shops"), read_only=True)
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        for key in ("space", "A", "m", "t", "e", "i", "u", "R", "J"):
            await driver.press(key)
            await driver.sees("This Outcrop is read-only")
    assert held(workspace) == {}
    workspace.close()


async def test_two_dashboards_on_one_project_see_each_others_flags_and_lose_none(folder):
    one, other = opened(folder), opened(folder)
    for workspace in (one, other):
        workspace.store.remember("stage", "2")
    async with running(one, watching=True) as first, running(other, watching=True) as second:
        for driver in (first, second):
            await driver.sees("12 records  0 decided")
        await second.press("G")
        for _ in range(4):
            await first.press("space")
            await second.press("x", "k", "k")
        for driver in (first, second):
            await driver.sees("8 decided")
    assert held(one) == held(other)
    assert len(held(one)) == 8
    one.close()
    other.close()
