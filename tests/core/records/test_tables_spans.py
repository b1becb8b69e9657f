"""Spanning cells: a table that has them reads as one that repeats them, and stays that in every format."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_tables_round_trip import CELLS

from core.records.tables import FORMATS, Grid, TableFormat, parse, render
from core.records.tables.grid import Spanning

Layout = list[list[Spanning]]


@st.composite
def layouts(draw: st.DrawFn, *, rows_too: bool = True) -> tuple[Layout, Grid]:
    """A table of up to 4 x 4 places dealt out to spanning cells, and the cells that it stands for."""
    height, width = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    places: list[list[str | None]] = [[None] * width for _ in range(height)]
    layout: Layout = [[] for _ in range(height)]
    for y in range(height):
        for x in range(width):
            if places[y][x] is not None:
                continue
            room = next((n for n in range(x, width) if places[y][n] is not None), width) - x
            cell = Spanning(
                draw(CELLS), draw(st.integers(1, room)), draw(st.integers(1, height - y)) if rows_too else 1
            )
            layout[y].append(cell)
            for row in places[y : y + cell.rows]:
                row[x : x + cell.columns] = [cell.text] * cell.columns
    return layout, tuple(tuple(text or "" for text in row) for row in places)


def html(layout: Layout) -> str:
    def written(cell: Spanning) -> str:
        bare = render(((cell.text,),), "html").split("<td>", 1)[1].rsplit("</td>", 1)[0]
        return f'<td colspan="{cell.columns}" rowspan={cell.rows}>{bare}</td>'

    rows = ("".join(map(written, row)) for row in layout)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def latex(layout: Layout, width: int) -> str:
    def written(cell: Spanning) -> str:
        lines = render(((cell.text,),), "latex").split("\n", 1)[1].rsplit("\n", 1)[0]
        bare = lines.removesuffix(" \\\\")
        return f"\\multicolumn{{{cell.columns}}}{{c}}{{{bare}}}" if cell.columns > 1 else bare

    rows = "".join(f"{' & '.join(map(written, row))} \\\\\n" for row in layout)
    return f"\\begin{{tabular}}{{{'l' * width}}}\n{rows}\\end{{tabular}}"


@given(found=layouts())
@settings(deadline=None)
def test_html_spans_over_columns_and_rows_read_as_repeated_cells(found: tuple[Layout, Grid]) -> None:
    layout, cells = found
    assert parse(html(layout), "html") == cells


@given(found=layouts(rows_too=False))
@settings(deadline=None)
def test_latex_spans_over_columns_read_as_repeated_cells(found: tuple[Layout, Grid]) -> None:
    layout, cells = found
    assert parse(latex(layout, len(cells[0])), "latex") == cells


@pytest.mark.parametrize("name", FORMATS)
@given(found=layouts())
@settings(deadline=None)
def test_a_table_with_spans_goes_into_every_format_and_back(name: TableFormat, found: tuple[Layout, Grid]) -> None:
    cells = parse(html(found[0]), "html")
    assert parse(render(cells, name), name) == cells
