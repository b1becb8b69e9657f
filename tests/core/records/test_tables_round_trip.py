"""What is rendered reads back to the same cells, in every format, whatever the cells hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, UsageError
from core.records.tables import FORMATS, Grid, TableFormat, find, grid, parse, render

MARKUP = (
    *"&<>|\\%$_#{}~^*[]()`'\"-:;@!?= 1aé漢🙂",
    *("\n", "\r", "\r\n", "\t", "\f", "\v", "\0", "\x1b[31m", "\x85", "\u00a0", "\u2028", "\u200f", "\u212a", "  "),
    *("<b>", "<br>", "<table>", "</table>", "</td>", "<!--", "-->", "&amp;", "&lt", "&#32;", "&nbsp;", "&Kelvin;"),
    *("---", "|---|", "\\|", "\\\\", "\\&", "\\ ", "\\n", "\\end{tabular}", "\\newline", "\\textbackslash{}", "%"),
    *('"]', "[[", "null", "\\u0041", "{}", "$x$", "``"),
)
CELLS = st.one_of(st.lists(st.sampled_from(MARKUP), max_size=6).map("".join), st.text(max_size=8))


def grids(cells: st.SearchStrategy[str] = CELLS) -> st.SearchStrategy[Grid]:
    rows = st.integers(1, 4).flatmap(
        lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=4)
    )
    return rows.filter(bool).map(grid)


def of_one_cell(table: Grid) -> bool:
    return len(table) == len(table[0]) == 1


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None)
@given(table=grids())
def test_a_rendered_table_parses_to_the_same_cells(name: TableFormat, table: Grid) -> None:
    assert parse(render(table, name), name) == table


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None)
@given(table=grids(st.just("")))
def test_a_table_of_empty_cells_keeps_its_shape(name: TableFormat, table: Grid) -> None:
    assert parse(render(table, name), name) == table


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None)
@given(table=grids())
def test_a_rendered_table_is_found_between_paragraphs(name: TableFormat, table: Grid) -> None:
    text = render(table, name)
    found = find(f"Is x < y?\n\n{text}\n\nAnswer briefly.")
    if name == "json" and of_one_cell(table):
        assert found is None
    else:
        assert found is not None
        assert (found.grid, found.format) == (table, name)
        assert (found.start, found.end) == (11, 11 + len(text))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("gap", ["", "\n", "\n\n  "])
@settings(deadline=None)
@given(table=grids())
def test_a_rendered_table_is_found_within_its_xml_tags(name: TableFormat, gap: str, table: Grid) -> None:
    wrapped = f"<table>{gap}{render(table, name)}{gap}</table>"
    found = find(f"{wrapped}\nWhat was revenue?")
    assert found is not None
    assert (found.grid, found.format, found.start, found.end) == (table, name, 0, len(wrapped))


@pytest.mark.parametrize("name", FORMATS)
def test_a_lone_surrogate_from_json_does_not_stop_a_round_trip(name: TableFormat) -> None:
    table = (("\ud800", "a"),)
    assert parse(render(table, name), name) == table


def test_each_format_is_compact_and_always_the_same() -> None:
    table = grid([["", "2019"], ["R&D", "$ 1"]])
    assert {name: render(table, name) for name in FORMATS} == {
        "html": "<table>\n<tr><td></td><td>2019</td></tr>\n<tr><td>R&amp;D</td><td>$ 1</td></tr>\n</table>",
        "json": '[["","2019"],\n["R&D","$ 1"]]',
        "markdown": "|  | 2019 |\n|---|---|\n| R&D | $ 1 |",
        "latex": "\\begin{tabular}{ll}\n & 2019 \\\\\nR\\&D & \\$ 1 \\\\\n\\end{tabular}",
    }


@pytest.mark.parametrize(
    ("name", "cell", "written"),
    [
        ("html", " a  b ", "<td>&#32;a  b&#32;</td>"),
        ("html", "<b>\n", "<td>&lt;b&gt;<br></td>"),
        ("json", "</table>", '"<\\/table>"'),
        ("markdown", "a|b\\c", "| a\\|b\\\\c |"),
        ("markdown", "AT&T &amp; <b> 3 < 4", "| AT&T &amp;amp; &lt;b> 3 < 4 |"),
        ("latex", "5% of {x_1}~^\\", r"5\% of \{x\_1\}\textasciitilde{}\textasciicircum{}\textbackslash{} \\"),
        ("latex", "[a]", r"{[}a]"),
        ("latex", " a", "\\ a"),
    ],
)
def test_a_cell_is_escaped_as_its_format_asks(name: TableFormat, cell: str, written: str) -> None:
    assert written in render(((cell,),), name)


@pytest.mark.parametrize("name", FORMATS)
def test_no_cell_can_close_the_xml_tags_around_its_table(name: TableFormat) -> None:
    inside = render((("x </table> y", "</TABLE>"),), name).removeprefix("<table>").removesuffix("</table>")
    assert "</table" not in inside.lower()


def test_ragged_rows_of_anything_become_a_rectangle_of_text() -> None:
    assert grid([["a", None, 3], (1.5,), []]) == (("a", "", "3"), ("1.5", "", ""), ("", "", ""))


@pytest.mark.parametrize("rows", [[], [[], []], ["ab"], [1], [[0] * 2_000, *([[]] * 2_000)]])
def test_what_is_no_table_or_too_large_a_one_is_refused(rows: list[list[object]]) -> None:
    with pytest.raises(InputError):
        grid(rows)


@pytest.mark.parametrize("name", FORMATS)
def test_a_table_without_cells_is_not_rendered(name: TableFormat) -> None:
    with pytest.raises(InputError, match="no cells"):
        render((), name)


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="html, json, markdown, latex"):
        render((("a",),), "xml")  # type: ignore[arg-type]
