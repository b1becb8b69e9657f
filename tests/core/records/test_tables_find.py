"""Where the tables of a prompt stand."""

import pytest

from core.records.tables import FORMATS, TableFormat, find, find_all, render

TABLE = (("", "2019"), ("Sales", "1"))


def test_text_without_a_table_has_none() -> None:
    assert find("Is a < b | c? See [[wiki]], [[1]], [1], x | y,\n---\nand <table> or \\begin{tabular}.") is None


@pytest.mark.parametrize("name", FORMATS)
def test_the_first_of_several_tables_comes_first(name: TableFormat) -> None:
    other = (("a", "b"),)
    prompt = "\n\n".join(["One:", render(TABLE, name), "Two:", *(render(other, each) for each in FORMATS)])
    found = list(find_all(prompt))
    assert found[0] == find(prompt)
    assert [(table.format, table.grid) for table in found] == [(name, TABLE), *((each, other) for each in FORMATS)]


@pytest.mark.parametrize("name", FORMATS)
def test_tags_that_are_only_spoken_of_do_not_hide_the_table(name: TableFormat) -> None:
    wrapped = f"<table>\n{render(TABLE, name)}\n</table>"
    said = "The data stands within <table></table> tags, after <table>.\n"
    found = find(said + wrapped)
    assert found is not None
    assert (found.grid, found.start, found.end) == (TABLE, len(said), len(said + wrapped))


@pytest.mark.parametrize("name", ["json", "markdown", "latex"])
def test_a_caption_within_the_tags_leaves_the_table_its_own_bounds(name: TableFormat) -> None:
    text = render(TABLE, name)
    found = find(f"<table>\nTable 1: sales\n{text}\n</table>")
    assert found is not None
    assert (found.grid, found.start, found.end) == (TABLE, 23, 23 + len(text))


def test_an_html_table_within_xml_tags_is_one_table() -> None:
    prompt = "<table>\n<table><tr><td>a</td></tr></table>\n</table> What?"
    assert [(found.grid, found.start, found.end) for found in find_all(prompt)] == [((("a",),), 0, len(prompt) - 6)]


def test_a_table_that_is_cut_off_is_none() -> None:
    assert find("<table>\n<tr><td>a</td></tr>\n<tr><td>b") is None


def test_a_markdown_table_may_stand_on_the_lines_of_its_tags() -> None:
    prompt = "<table>a | b\n-|-\n1 | 2</table>\nWhat | which?"
    found = find(prompt)
    assert found is not None
    assert (found.grid, prompt[found.start : found.end]) == ((("a", "b"), ("1", "2")), prompt[:-14])


def test_a_fenced_table_is_found_without_its_fence() -> None:
    found = find('```json\n[["a", "b"]]\n```')
    assert found is not None
    assert (found.start, found.end) == (8, 20)
