"""`outcrop stats`: what a column of a file holds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.text import clip, count
from tui.commands.context import Context
from tui.commands.printing import emit, out, table

if TYPE_CHECKING:
    from core.data.statistics import Statistics

_BAR = 40  # characters of the longest bar
_TEXT = 48  # of a value


@click.command("stats")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("column")
@click.option("--where", default="", help="Over the records that this condition leaves, or 'words.")
@click.option("--json", "as_json", is_flag=True, help="One object: rows, missing, distinct, top, numbers.")
@click.pass_obj
def command(context: Context, file: Path, column: str, where: str, as_json: bool) -> None:
    """Quantiles, a histogram and the most frequent values of one column, as the Data tab's # shows them."""
    from core.data.project_view import opened
    from core.data.statistics import statistics
    from tui.commands.bare_file import workspace_for

    workspace = context.adjusted(workspace_for(file, context.wishes()))
    with context.work() as (report, cancel), opened(workspace, report, cancel) as view:
        view.apply(where, report, cancel, words=False)
        found = statistics(view, column)
    if as_json:
        emit(found)
        return
    _print(found)


def _print(found: "Statistics") -> None:
    from core.data.statistics import QUANTILES

    out(
        f"{found.column}: {count(found.rows, 'row')}, {count(found.missing)} without a value, "
        f"{count(found.distinct)} distinct"
    )
    if found.numbers:
        numbers = found.numbers
        out(f"mean {numbers.mean:,.4g}, SD {numbers.sd:,.4g}\n")
        shares = [f"{share:.0%}" for share in QUANTILES]
        table(shares, [[f"{value:,.4g}" for value in numbers.quantiles]], right=range(len(shares)))
        out()
        most = max(numbers.counts)
        bins = zip(numbers.edges, numbers.edges[1:], numbers.counts, strict=False)
        rows = [
            [f"{low:,.4g}", f"{high:,.4g}", count(many), "█" * round(many / most * _BAR)] for low, high, many in bins
        ]
        table(["from", "to", "rows", ""], rows, right=(0, 1, 2))
    out()
    known = max(1, found.rows - found.missing)
    rows = [[clip(value, _TEXT), count(many), f"{many / known:.1%}"] for value, many in found.top]
    table(["most frequent", "rows", "share"], rows, right=(1, 2))
