"""Texts made to cost time, stack or memory. Were anything quadratic, these would take minutes, not seconds."""

from time import process_time

import pytest

from core.errors import InputError
from core.records.tables import FORMATS, TableFormat, find_all, parse, render

SIZE = 200_000
SECONDS = 20

UNITS = (
    *(
        "<!--",
        "<td ",
        '<td "',
        '<a x="><a "',
        "<table>",
        "<table><tr><td>",
        "<td colspan=1000 rowspan=9>",
        "&#1",
        " ",
    ),
    *("[[", '[["a"x', '[{"a":', "[[1],", "[[]],", '<table>[["', "|---|\n", "-", "a|b\n-|-|-\n", "<table>|a|\n"),
    *("\\", "\\begin{tabular}{l}", "\\multicolumn{2}{", "\\multicolumn{1000}{l}{x}&", "{", "\\toprule["),
)


def attempt(text: str) -> None:
    list(find_all(text))
    for name in FORMATS:
        try:
            parse(text, name)
        except InputError:
            continue


@pytest.mark.slow  # it measures time
@pytest.mark.parametrize("unit", UNITS)
def test_the_time_taken_grows_with_the_length_of_the_text(unit: str) -> None:
    body = unit * (SIZE // len(unit))
    before = process_time()
    attempt(body)
    attempt(f"<table><tr><td>{body}</td></tr></table>")
    attempt(f"\\begin{{tabular}}{{l}}\n{body}\n\\end{{tabular}}")
    attempt(body.replace("\n", " ") + "\n---|---\n1|2")
    assert process_time() - before < SECONDS


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("character", ["<", *(pytest.param(each, marks=pytest.mark.slow) for each in " \n\\漢")])
def test_a_cell_of_a_million_characters_reads_back_in_time(name: TableFormat, character: str) -> None:
    table = ((character * 1_000_000, "x"),)
    before = process_time()
    assert parse(render(table, name), name) == table
    assert process_time() - before < SECONDS


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("[", "]"),
        ('[{"a":', "}]"),
        ("<div>", "</div>"),
        ("<table>", "</table>"),
        ("<table><tr><td>", "</td></tr></table>"),
        ("\\begin{tabular}{l}", "\\end{tabular}"),
        ("\\begin{tabular}{l}{", "}\\end{tabular}"),
        ("{", "}"),
    ],
)
def test_nesting_ten_thousand_deep_is_no_recursion(opening: str, closing: str) -> None:
    attempt(opening * 10_000 + "x" + closing * 10_000)
    attempt(opening * 10_000)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("html", f"<table><tr>{'<td colspan=1000>x' * 2_000}</table>"),
        ("html", f"<table>{'<tr><td rowspan=2000 colspan=1000>x' * 2_000}</table>"),
        ("json", "[" + ",".join(f'{{"{key}":1}}' for key in range(2_000)) + "]"),
        ("markdown", "|a" * 2_000 + "\n" + "|-" * 2_000 + "\n|" * 2_000),
        ("latex", "\\begin{tabular}{l}" + "\\multicolumn{1000}{l}{x}&" * 2_000 + "\\end{tabular}"),
    ],
)
def test_a_short_text_that_spreads_over_millions_of_cells_is_refused(name: TableFormat, text: str) -> None:
    with pytest.raises(InputError, match="more than 1,000,000 cells"):
        parse(text, name)
    assert list(find_all(text)) == []
