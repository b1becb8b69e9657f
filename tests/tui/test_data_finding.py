"""Finding on screen: the filter bar, its completion and its errors, filters with a name, statistics, what trains."""

import threading

import pytest
from screens import Driver, make_project, opened, records, running

from core.errors import InputError, Where


async def test_a_condition_filters_and_words_search_and_the_bar_says_which(driver: Driver):
    await driver.press("slash")
    await driver.type("row > 8")
    await driver.sees("SQL", "4 of 12")
    await driver.press("slash")
    await driver.type("company 2")
    await driver.sees("TEXT", "4 of 12")
    await driver.press("escape")
    await driver.sees("12 records")


async def test_tab_completes_a_columns_name_and_goes_round(driver: Driver):
    await driver.press("slash", *"out", "tab")
    await driver.sees("/ output_tokens")
    await driver.press("ctrl+u", *"flag IS NULL AND to", "tab")
    await driver.sees("AND input_tokens")
    await driver.press("tab")
    await driver.sees("AND output_tokens")
    await driver.press("tab")
    await driver.sees("AND input_tokens")


async def test_a_mistake_keeps_what_was_typed_and_puts_the_cursor_on_it(driver: Driver):
    await driver.press("slash")
    await driver.type("row > 3 AND flagg IS NULL")
    await driver.sees("There is no column named flagg", "flagg IS NULL")
    assert driver.app.bar.field.cursor_position == len("row > 3 AND ")
    await driver.press("delete", "enter")
    await driver.sees("There is no column named lagg")


async def test_a_mistake_is_said_whole_on_a_narrow_screen_above_what_was_typed(driver: Driver):
    await driver.resize(60, 24)
    await driver.press("slash")
    await driver.type("row > 3 AND")
    frame = await driver.sees("This filter is not a valid condition")
    *_, first, second, third, fourth, field, footer = frame.splitlines()
    said = " ".join(line.strip() for line in (first, second, third, fourth))
    assert said.endswith("begin with ' to search for the words.")
    assert field.strip() == "row > 3 AND"
    assert "esc back" in footer
    await driver.press("escape")
    await driver.sees("/ filter", "12 records")
    assert "12 records" in driver.bar


async def test_a_condition_that_does_not_fit_its_columns_is_said_while_it_can_be_mended(driver: Driver):
    await driver.press("slash")
    await driver.type("output_tokens > 'many'")
    await driver.sees("This filter does not fit its columns", "Compare numbers with numbers")
    assert driver.app.bar.asking


async def test_the_footer_shows_the_keys_of_what_is_being_asked(driver: Driver):
    def footer() -> str:
        return driver.frame.splitlines()[-1].strip()

    assert footer().startswith("/ filter")
    await driver.press("slash")
    await driver.until(lambda: footer() == "↵ accept  tab complete  esc back", "the keys of a filter")
    await driver.press("escape", "m")
    await driver.until(lambda: footer() == "↵ accept  esc back", "the keys of a note")
    await driver.press("escape", "A")
    await driver.until(lambda: footer() == "↵ choose  ↑↓ move  / filter  esc back", "the keys of a choice")
    await driver.press("slash")
    await driver.until(lambda: "letters narrow it  esc all of them" in footer(), "the keys of a field over a choice")
    await driver.press("escape")
    await driver.press("enter")
    await driver.until(lambda: footer() == "↵ yes  esc no", "the keys of a question")
    await driver.press("escape")
    await driver.until(lambda: footer().startswith("/ filter"), "the keys of the tab")


async def test_the_arrows_recall_filters_of_before_and_come_back_to_what_was_typed(driver: Driver):
    for words in ("row > 2", "company 2"):
        await driver.press("slash")
        await driver.type(words)
        await driver.sees(f"/ {words}")
    await driver.press("escape")
    await driver.sees("12 records")
    await driver.press("slash", *"ne", "up")
    await driver.sees("/ company 2", "↑ earlier")
    await driver.press("up", "up")
    await driver.sees("/ row > 2")
    await driver.press("down", "down")
    await driver.until(lambda: driver.app.bar.field.value == "ne", "what was typed")


async def test_a_filter_is_kept_by_a_name_recalled_and_forgotten(driver: Driver):
    await driver.press("slash")
    await driver.type("row <= 3")
    await driver.sees("3 of 12")
    await driver.press("F")
    await driver.sees("Keep the present one by a name")
    await driver.press("enter")
    await driver.sees("name of this filter")
    await driver.type("first ones")
    await driver.sees("kept as first ones")
    await driver.press("escape")
    await driver.sees("12 records")
    await driver.press("F")
    await driver.sees("first ones: row <= 3")
    await driver.press("enter")
    await driver.sees("3 of 12")
    await driver.press("F", "slash", *"forget", "enter")
    await driver.sees("forgotten: first ones")
    await driver.press("escape", "F")
    await driver.sees("No filter has a name yet")


async def test_the_statistics_of_the_column_under_the_cursor_are_those_of_the_filtered_rows(driver: Driver):
    await driver.press("slash")
    await driver.type("row <= 4")
    await driver.sees("4 of 12")
    await driver.press("l", "l", "l", "number_sign")
    await driver.sees("output_tokens  4 rows", "where row <= 4", "median", "█")
    await driver.press("escape")
    await driver.press("l", "number_sign")
    await driver.sees("issue  4 rows", "missing")


async def test_what_trains_is_counted_with_the_reasons_of_the_rest(driver: Driver):
    await driver.press("x", "x", "space", "equals_sign")
    await driver.sees("What is trained on", "flag IS NULL OR flag = 'keep'", "10", "flag: reject")


async def test_what_was_flagged_twice_differently_is_found(driver: Driver):
    await driver.press("slash")
    await driver.type("disputed IS NOT NULL")
    await driver.sees("0 of 12", "No record fits this filter.")


async def test_a_filter_that_hides_the_row_begins_at_the_top_and_gives_the_row_back(driver: Driver):
    await driver.press("j", "j", "slash")
    await driver.type("row > 6")
    await driver.sees("6 of 12")
    assert driver.app.stage.table.cursor == 0
    await driver.press("escape")
    await driver.sees("12 records")
    assert driver.app.stage.table.cursor == 2


async def test_row_filter_sort_and_columns_are_there_the_next_time(folder):
    workspace = opened(folder)
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        await driver.press("slash")
        await driver.type("row > 2")
        await driver.sees("10 of 12")
        await driver.press("l", "l", "l", "s", "j", "j", "j")
        await driver.sees("by output_tokens ↑")
        row = driver.app.stage.selection.number
        await driver.until(lambda: driver.app.settings.number("data.row", 0) == row, "the row is kept")
    workspace.close()
    again = opened(folder)
    async with running(again) as driver:
        await driver.sees("10 of 12", "by output_tokens ↑", "row > 2")
        await driver.until(lambda: driver.app.stage.selection.number == row, f"row {row}")
    again.close()


async def test_searching_a_large_file_shows_how_far_it_is_and_escape_keeps_what_was_found(tmp_path, monkeypatch):
    from core.data import index
    from tui.tabs.data.open_file import OpenFile

    workspace = opened(make_project(tmp_path / "large", records(400)))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("400 records  0 decided")
        monkeypatch.setattr(index, "BLOCK", 2000)
        stage, tell_of_some = driver.app.stage, OpenFile.tell_of_some

        def stop_at_once(self):
            tell_of_some(self)
            stage.back()  # escape, as early as it can come

        monkeypatch.setattr(OpenFile, "tell_of_some", stop_at_once)
        await driver.press("slash")
        await driver.type("opened shops")
        await driver.sees("stopped: a part of the file")
        assert 0 < stage.table.count < 400
    workspace.close()


async def test_a_search_from_the_end_stands_on_its_first_match_while_others_are_found(tmp_path, monkeypatch):
    from core.data import index
    from tui.tabs.data.rows import RecordRows

    workspace = opened(make_project(tmp_path / "large", records(400)))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("400 records  0 decided")
        monkeypatch.setattr(index, "BLOCK", 2000)
        stage, cursors, found_some = driver.app.stage, [], RecordRows.found_some

        def noted(rows):
            found_some(rows)
            cursors.append(stage.table.cursor)

        monkeypatch.setattr(RecordRows, "found_some", noted)
        stage.rows.more_may_come = True  # as while a large file is read
        await driver.press("G", "slash")
        await driver.type("Company 1 opened")
        await driver.sees(" of 400")
        assert cursors
        assert set(cursors) == {0}
    workspace.close()


def held_back(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Lets no file be read before the event is set."""
    from core.data.index import LineIndex

    grow, reading = LineIndex.grow_all, threading.Event()
    monkeypatch.setattr(LineIndex, "grow_all", lambda *given, **more: reading.wait(30) and grow(*given, **more))
    return reading


async def test_a_filter_given_before_the_file_is_known_is_applied_as_soon_as_it_is(folder, monkeypatch):
    reading = held_back(monkeypatch)
    workspace = opened(folder)
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.press("slash")
        await driver.type("company 2")
        await driver.sees("/ company 2")
        assert driver.app.stage.selection.view is None
        reading.set()
        await driver.sees("TEXT", "4 of 12")
    workspace.close()


async def test_a_wrong_filter_given_before_the_file_is_known_is_said_and_dropped(folder, monkeypatch):
    reading = held_back(monkeypatch)
    workspace = opened(folder)
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.press("slash")
        await driver.type("flagg IS NULL")
        reading.set()
        await driver.sees("✗ There is no column named flagg")
        await driver.press("j")
        await driver.sees("/ filter", "12 records")
    workspace.close()


async def test_a_long_error_takes_up_to_a_quarter_of_the_screen_until_the_next_key(driver: Driver):
    driver.app.complain(InputError("Something broke in a way of many words", todo="Mend it, " * 8 + "or go on"))
    await driver.sees("or go on")
    said = driver.frame.splitlines()[-3:-1]
    assert said[0].startswith(" ✗ Something broke")
    assert said[1].endswith("or go on")
    await driver.press("j")
    await driver.sees("12 records")
    assert "Mend it" not in driver.frame
    driver.app.complain(InputError("Something broke", todo="Mend it, " * 80))
    await driver.until(lambda: driver.bar.endswith("…"), "the sixth line")
    assert driver.frame.splitlines()[-7].startswith(" ✗ Something broke")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("It broke", why="it is old", todo="Mend it"), "✗ It broke: it is old. Mend it"),
        (InputError("It broke", todo="Mend it", where=Where("a/b.yaml", 3)), "✗ It broke (b.yaml:3). Mend it"),
        (InputError("Which one?", todo="Name it"), "✗ Which one? Name it"),
        (InputError("It broke"), "✗ It broke"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_an_error_reads_as_a_sentence(driver: Driver, error: InputError, said: str):
    await driver.sees("12 records  0 decided")
    driver.app.complain(error)
    await driver.press()
    assert driver.bar.strip().startswith(f"{said}  ")


async def test_an_error_stays_until_the_next_key_whatever_else_is_told(driver: Driver):
    await driver.sees("12 records  0 decided")
    driver.app.complain(InputError("Something broke", todo="Mend it"))
    driver.app.stage.opened()
    driver.app.stage.tell([("reading on", "dim")])
    await driver.press()
    assert "✗ Something broke. Mend it" in driver.bar
    await driver.press("j")
    assert "Something broke" not in driver.bar
    assert "12 records" in driver.bar


async def test_an_error_too_long_for_a_line_is_shown_whole_above_the_keys_and_the_next_key_gives_the_lines_back(
    driver: Driver,
):
    before = (await driver.sees("12 records  0 decided")).splitlines()
    why = " ".join(f"reason{n}" for n in range(12))
    driver.app.complain(InputError("Something broke", why=why, todo="Mend it", where=Where("/a/b.yaml", 3, "user")))
    await driver.press()
    said = " ".join(driver.frame.split())
    assert f"✗ Something broke (b.yaml:3 user): {why}. Mend it" in said
    assert driver.frame.splitlines()[-1] == before[-1]
    await driver.press("j")
    assert len(driver.frame.splitlines()) == len(before)
    assert "reason" not in driver.frame
