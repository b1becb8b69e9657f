"""Columns on screen: chosen, ordered, sorted by, and the record beside them."""

import threading

import pytest
from screens import Driver, make_project, opened, records, running

from core.data import DatasetRow, Decided
from core.data.view import View
from core.records.record import Chat, Message, Source
from tui.widgets.record_view import record_lines
from tui.widgets.table import Column, Table


def heading(driver: Driver) -> str:
    return driver.frame.splitlines()[2]


async def test_columns_are_chosen_and_ordered_and_stay_so(folder):
    workspace = opened(folder)
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        await driver.press("vertical_line")
        await driver.sees("✓ row", "· type")
        await driver.press("j", "x", "j", "x", "j", "x", "j", "x")  # flag, tokens and issue go
        while "▌ · type" not in driver.frame:
            await driver.press("j")
        await driver.press("space", *["less_than_sign"] * 20, "enter")
        await driver.until(lambda: heading(driver).split()[:2] == ["›type", "#"] or "type" in heading(driver))
        assert driver.app.stage.table.names[:2] == ("type", "row")
        assert "span" in driver.frame.splitlines()[3]
    workspace.close()
    again = opened(folder)
    async with running(again) as driver:
        await driver.sees("12 records  0 decided", "span")
        assert driver.app.stage.table.names == ("type", "row", "question", "answer")
    again.close()


async def test_the_last_column_is_never_taken_away(driver: Driver):
    await driver.press("vertical_line", *["x", "j"] * 40, "enter")
    await driver.sees("12 records")
    assert len(driver.app.stage.table.names) >= 1


async def test_rows_are_sorted_by_the_column_under_the_cursor_rising_falling_and_as_they_were(driver: Driver):
    await driver.press("s")
    await driver.sees("by row ↓")
    assert driver.frame.splitlines()[3].split()[1] == "12"
    await driver.press("s")
    await driver.until(lambda: "by row" not in driver.frame)
    assert driver.frame.splitlines()[3].split()[1] == "1"
    await driver.press("l", "l", "l", "s")
    await driver.sees("≈ out↑", "by output_tokens ↑")
    assert driver.app.stage.table.cursor == 0


async def test_keys_typed_while_rows_are_being_sorted_count_from_the_first(driver: Driver, monkeypatch):
    apply, sorting = View.apply, threading.Event()
    await driver.press("slash")
    await driver.type("row > 4")
    await driver.sees("8 of 12")
    monkeypatch.setattr(View, "apply", lambda *args, **kwargs: sorting.wait(30) and apply(*args, **kwargs))
    await driver.press("j", "s", "j", "j")
    await driver.sees("by row ↓")
    sorting.set()
    await driver.until(lambda: not driver.app.stage.selection.file.selecting)
    await driver.press("j")
    assert driver.app.stage.table.cursor == 3
    assert driver.frame.splitlines()[6].split()[:2] == ["▌", "9"]


async def test_columns_that_have_no_room_come_into_sight_with_the_cursor(folder):
    workspace = opened(folder)
    workspace.store.remember("stage", "2")
    workspace.store.remember("data.columns", '["row", "type", "split", "verdict", "tag", "note", "group", "answer"]')
    async with running(workspace) as driver:
        await driver.sees("12 records  0 decided")
        assert "answer" not in heading(driver)
        await driver.press(*["l"] * 7)
        assert "›answer" in heading(driver)
        assert "#" in heading(driver)
        await driver.press(*["h"] * 7)
        assert "›     #" in heading(driver)
    workspace.close()


async def test_a_column_of_a_file_that_is_gone_is_empty_and_no_error(folder):
    workspace = opened(folder)
    workspace.store.remember("stage", "2")
    workspace.store.remember("data.columns", '["row", "derivation", "answer"]')
    async with running(workspace) as driver:
        frame = await driver.sees("12 records  0 decided")
        assert frame.splitlines()[3].split()[:3] == ["▌", "1", "7"]
    workspace.close()


async def test_the_line_itself_is_one_key_away(driver: Driver):
    await driver.press("v")
    await driver.sees('"group": "table-0"', '"fields": {')
    await driver.press("v")
    await driver.sees("SYSTEM", "≈")


async def test_siblings_are_one_key_apart(driver: Driver):
    await driver.sees("q 1 of 4")
    await driver.press("full_stop", "full_stop")
    await driver.sees("q 3 of 4")
    await driver.press("comma")
    await driver.sees("q 2 of 4")
    await driver.press("comma", "comma")
    await driver.sees("this is the first")


async def test_tables_are_drawn_as_tables_and_blocks_are_marked_with_tokens_by_part(driver: Driver):
    frame = await driver.sees("<table> html", "2020", "2019", "SYSTEM", "USER")
    beside = [line.partition("│")[2] for line in frame.splitlines()]
    assert any("Shops" in line and "7" in line and "5" in line for line in beside)
    assert any("USER" in line and "≈" in line and line.rstrip().endswith("t") for line in beside)


async def test_whoever_goes_into_a_record_has_the_whole_width_for_it(driver: Driver):
    await driver.press("enter")
    frame = await driver.sees("You are a financial analyst. You answer questions about")
    assert "│" not in frame
    await driver.press("full_stop")
    await driver.sees("q 2 of 4")
    await driver.press("escape")
    await driver.sees("≈ in", "│")
    assert driver.app.stage.table.cursor == 1
    await driver.resize(120, 24)
    await driver.press("enter")
    await driver.sees("≈ in", "│")


def test_a_cell_of_a_table_is_cut_beside_the_rows_and_whole_where_there_is_the_width_for_it():
    table = "<table><tr><td>Leasehold and freehold valuations of the group</td><td>1,496.5</td></tr></table>"
    row = DatasetRow(0, b"", "7c1f", "", Chat((Message("user", table), Message("assistant", "so"))))
    beside, whole = (
        ["".join(text for text, _ in line).strip() for line in record_lines(row, Decided(), "", 30, folded=folded)]
        for folded in (True, False)
    )
    assert "Leasehold and freehol… 1,496.5" in beside
    at = whole.index("Leasehold and freehold 1,496.5")
    assert whole[at + 1 : at + 3] == ["valuations of the", "group"]


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (25, ["<table> html   +2 columns", "2019", "Working capital… $207,599", "Total debt        $24,600"]),
        (40, ["<table> html", "2019     2018   2017", "Working capita… $207,599 $230,124 $1,500"]),
        (3, ["<table> html", "+2 columns"]),
    ],
)
def test_beside_the_rows_stand_only_the_columns_that_can_be_read_and_the_others_are_counted(width, said):
    rows = (("", "2019", "2018", "2017"), ("Working capital of it", "$207,599", "$230,124", "$1,500"))
    rows += (("Total debt", "$24,600", "$25,100", "$26"),)
    cells = ("".join(f"<td>{cell}</td>" for cell in row) for row in rows)
    table = "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    row = DatasetRow(0, b"", "7c1f", "", Chat((Message("user", table), Message("assistant", "so"))))
    lines = record_lines(row, Decided(), "", width, folded=True)
    shown = ["".join(text for text, _ in line).strip() for line in lines]
    at = next(number for number, line in enumerate(shown) if line.startswith("<ta"))
    assert shown[at : at + len(said)] == said


def test_what_is_wrong_with_a_record_is_said_whole_on_any_width():
    source = Source("7c1f", "", {"question": "q", "answer": "a"})
    row = DatasetRow(0, b"{}", "7c1f", "", None, source, problem="'table' is undefined")
    said = " ".join(text for line in record_lines(row, Decided(), "", 20) for text, _ in line)
    assert "The template cannot render this record 'table' is" in " ".join(said.split())


async def test_the_end_of_a_growing_file_is_followed_until_it_is_there(tmp_path, monkeypatch):
    from core.data import index

    monkeypatch.setattr(index, "BLOCK", 20_000)
    workspace = opened(make_project(tmp_path / "large", records(2000)))
    workspace.store.remember("stage", "2")
    async with running(workspace) as driver:
        await driver.press("G")
        await driver.sees("2,000 records")
        await driver.until(lambda: driver.app.stage.table.cursor == 1999, "the last row")
    workspace.close()


def test_a_table_with_room_for_everything_hides_nothing():
    table = Table([Column("a", 4), Column("b")], across=True)
    assert table.column == 0
    table.set_columns([Column("a", 4)], 5)
    assert table.column == 0
