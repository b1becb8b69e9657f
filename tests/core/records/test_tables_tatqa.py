"""The tables of TAT-QA's development split, as their authors publish them."""

from pathlib import Path

import msgspec
import pytest

from core.records.tables import FORMATS, TableFormat, find, grid, parse, render
from core.records.tables.grid import Grid

FILE = Path(__file__).parents[3] / "../shared/data/tatqa/tatqa_dataset_dev.json"


@pytest.fixture(scope="module")
def tables() -> list[Grid]:
    if not FILE.exists():
        pytest.skip(f"TAT-QA is absent: {FILE} is not there")
    return [grid(entry["table"]["table"]) for entry in msgspec.json.decode(FILE.read_bytes())]


@pytest.mark.parametrize("name", FORMATS)
def test_every_table_of_tat_qa_reads_back_cell_for_cell(name: TableFormat, tables: list[Grid]) -> None:
    assert len(tables) == 278
    assert [parse(render(table, name), name) for table in tables] == tables


@pytest.mark.parametrize("name", FORMATS)
def test_every_table_of_tat_qa_is_found_in_a_prompt(name: TableFormat, tables: list[Grid]) -> None:
    found = [find(f"<table>\n{render(table, name)}\n</table>\n\nWhat was revenue in 2019?") for table in tables]
    assert [(table.grid, table.format) for table in found if table] == [(table, name) for table in tables]


def test_html_is_the_longest_format_and_json_the_shortest(tables: list[Grid]) -> None:
    size = {name: sum(len(render(table, name)) for table in tables) for name in FORMATS}
    assert 1.5 < size["html"] / size["json"] < 2
    assert size["json"] < size["markdown"] < size["latex"] < size["html"]
