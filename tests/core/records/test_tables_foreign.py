"""Tables as other people write them."""

import pytest

from core.errors import InputError
from core.records.tables import FORMATS, TableFormat, parse


def test_html_sections_headers_attributes_entities_and_comments_are_read() -> None:
    text = """
        <TABLE class="wikitable" border=1>
          <caption>Revenue</caption>
          <thead><tr><th title="a > b">Year</th><th>R&amp;D&nbsp;cost</th></tr></thead>
          <!-- <tr><td>hidden</td></tr> -->
          <tbody>
            <tr><td> 2019
                 restated </td><td style='x'><b>1,234</b><br/>(note)</td></tr>
          </tbody>
        </TABLE>"""
    assert parse(text, "html") == (("Year", "R&D\u00a0cost"), ("2019 restated", "1,234\n(note)"))


def test_html_end_tags_may_be_left_out() -> None:
    assert parse("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "html") == (("a", "b"), ("1", "2"))


def test_html_spans_are_repeated_wherever_they_reach() -> None:
    text = """<table>
        <tr><th rowspan=2>Year</th><th colspan="2">Revenue</th></tr>
        <tr><th>A</th><th>B</th></tr>
        <tr><td>2019</td><td>1</td><td rowspan="0">2</td></tr>
        <tr><td>2020</td><td>3</td></tr>
        </table>"""
    assert parse(text, "html") == (
        ("Year", "Revenue", "Revenue"),
        ("Year", "A", "B"),
        ("2019", "1", "2"),
        ("2020", "3", "2"),
    )


def test_html_spans_that_make_no_sense_are_one_cell() -> None:
    assert parse("<table><tr><td colspan=x rowspan=-2>a</td><td colspan=0>b</td></tr></table>", "html") == (
        ("a", "b"),
    )


def test_an_html_table_within_a_cell_is_that_cells_text() -> None:
    text = "<table><tr><td>a<table><tr><td>x<td>y</table>b</td><td>c</td></tr></table>"
    assert parse(text, "html") == (("a x y b", "c"),)


def test_html_scripts_styles_and_blocks_do_not_run_into_the_text() -> None:
    text = "<table><tr><td><style>td{x:</td>}</style><p>a</p><p>b</p></td></tr></table>"
    assert parse(text, "html") == (("a b",),)


def test_markdown_may_do_without_outer_pipes_and_align_with_colons() -> None:
    assert parse("a | b\n:-- | --:\n1 | 2\n", "markdown") == (("a", "b"), ("1", "2"))


def test_markdown_escapes_and_entities_are_read_and_other_backslashes_kept() -> None:
    text = "| a \\| b | C:\\dir \\* |\r\n|---|:-:|\r\n| x<BR />y | &pound;1 &nosuch; |\r\n"
    assert parse(text, "markdown") == (("a | b", "C:\\dir *"), ("x\ny", "£1 &nosuch;"))


def test_markdown_rows_may_be_ragged() -> None:
    assert parse("| a | b |\n|---|---|\n| 1 |\n| 2 | 3 | 4 |", "markdown") == (
        ("a", "b", ""),
        ("1", "", ""),
        ("2", "3", "4"),
    )


def test_json_objects_become_rows_under_their_keys() -> None:
    text = '[{"year": 2019, "sales": 1.50}, {"sales": null, "open": true}]'
    assert parse(text, "json") == (("year", "sales", "open"), ("2019", "1.50", ""), ("", "", "true"))


def test_json_rows_may_hold_numbers_and_be_ragged() -> None:
    assert parse(' [["a", 1e-5],\n ["b"]] ', "json") == (("a", "1e-5"), ("b", ""))


def test_latex_rules_comments_and_spans_are_read() -> None:
    text = r"""
        \begin{table}[h]\centering\caption{Revenue}
        \begin{tabular}[t]{l>{\bfseries}p{3cm}r}  % three columns
        \toprule[1pt]
         & \multicolumn{2}{c}{\textbf{Year}} \\ \cmidrule(lr){2-3}
        Item & 2019 & 2018 \\[2pt]
        \midrule
        R\&D & \$1{,}234 & $-5$ \\ % & 7 \\
        \multirow{2}*{Soci\'et\'e} & \makecell[l]{a\\b} & 3~\% \\ \cline{2-3}
        (note) & [x] & \\ \hline
        Total & \textcolor{red}{1} & 2
        \bottomrule
        \end{tabular}
        \end{table}"""
    assert parse(text, "latex") == (
        ("", "Year", "Year"),
        ("Item", "2019", "2018"),
        ("R&D", "$1,234", "-5"),
        ("Société", "a\nb", "3\u00a0%"),
        ("(note)", "[x]", ""),
        ("Total", "1", "2"),
    )


def test_a_longtable_repeats_its_heading_and_feet_on_paper_only() -> None:
    text = r"""\begin{longtable}{lr}
        \caption{Revenue} \label{tab:revenue} \\
        \toprule
         & 2019 \\
        \endfirsthead
        \caption[]{Revenue} \\
         & 2019 \\
        \endhead
        \multicolumn{2}{r}{Continued on next page} \\
        \endfoot
        \bottomrule
        \endlastfoot
        Sales & 1 \\
        \end{longtable}"""
    assert parse(text, "latex") == (("", "2019"), ("Sales", "1"))


def test_latex_within_a_cell_does_not_break_the_row() -> None:
    text = r"\begin{tabularx}{\textwidth}{Xr}a & \begin{tabular}{c}x\\y\end{tabular} \tabularnewline\end{tabularx}"
    assert parse(text, "latex") == (("a", "x\ny"),)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("html", "a, b", "no <table>"),
        ("html", "<table></table>", "no <table> with cells"),
        ("html", "<table><tr><td>a", "never closed"),
        ("json", "[[1", "line 1, column 4"),
        ("json", '{"a": 1}', "not a list"),
        ("json", '[["a"], "b"]', "neither all lists nor all objects"),
        ("json", "[[[1]]]", "a list or an object"),
        ("json", "[[1]] and more", "follows after character 5"),
        ("json", "[]", "no cells"),
        ("markdown", "| a | b |", "second line"),
        ("markdown", "| a | b |\n|---|\n| 1 | 2 |", "second line"),
        ("markdown", "| a |\n|---|\n\nAnd so on.", "ends after 2 lines"),
        ("latex", "a & b \\\\", r"no \\begin"),
        ("latex", r"\begin{tabular}{l} a", "never closed"),
        ("latex", r"\begin{tabular}{l", "brace is never closed"),
        ("latex", r"\begin{tabular}{l}\hline\end{tabular}", "no cells"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(name: TableFormat, text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        parse(text, name)


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_text_is_refused(name: TableFormat) -> None:
    with pytest.raises(InputError):
        parse("", name)
