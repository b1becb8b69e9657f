"""`outcrop stats`: what a column of a file holds."""

from pathlib import Path

import click

from tui.commands.context import Context
from tui.commands.printing import emit, out


@click.command("stats")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("column")
@click.option("--where", default="", help="Over the records that this condition or search leaves.")
@click.option("--json", "as_json", is_flag=True, help="One object: rows, missing, distinct, top, numbers.")
@click.pass_obj
def command(context: Context, file: Path, column: str, where: str, as_json: bool) -> None:
    """Quantiles, a histogram and the most frequent values of one column, as the Data tab's # shows them."""
    from core.data.project_view import opened
    from core.data.statistics import statistics
    from tui.commands.bare_file import workspace_for
    from tui.widgets.statistics_text import lines

    workspace = context.adjusted(workspace_for(file))
    try:
        with context.work() as (report, cancel), opened(workspace, report, cancel) as view:
            view.apply(where, report, cancel)
            found = statistics(view, column)
    finally:
        workspace.close()
    if as_json:
        emit(found)
        return
    for line in lines(found, where, 78):
        out("".join(text for text, _ in line).rstrip())
