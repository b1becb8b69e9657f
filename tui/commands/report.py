"""`outcrop report`: what an evaluation found, as Markdown, HTML, CSV and JSON from the same figures."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from tui.commands.context import Context
from tui.commands.printing import out

if TYPE_CHECKING:
    from core.evaluation.report.figures import ReportFigures
    from core.workspace import Workspace


@click.command("report")
@click.argument("evaluation", metavar="[JOB|RUN]", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder; else `reports/` of the project.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "csv", "json"]),
    help="This format alone; on stdout unless -o names a folder.",
)
@click.pass_obj
def command(context: Context, evaluation: str | None, output: Path | None, form: str | None) -> None:
    """Writes report.md, .html, .csv and .json of a job's evaluation, or of the newest one; asks no model."""
    from core.evaluation.report.write import FORMATS, render, write

    workspace = context.workspace()
    with context.work():
        figures = figures_of(workspace, evaluation or "")
    chosen = tuple(each for each in FORMATS if form in (None, each))
    if form is not None and output is None:
        click.echo(render(figures, chosen[0]), nl=False)
        return
    for path in write(figures, output or workspace.folder / "reports", chosen):
        out(str(path))


def figures_of(workspace: "Workspace", name: str) -> "ReportFigures":
    """The figures of one evaluation.

    Args:
        workspace: The project.
        name: Of its job, or the id of its run, or empty for the newest one.

    Raises:
        UsageError: Nothing is evaluated yet, or nothing of that name.
    """
    from core.evaluation.report.gather import gather
    from core.experiments.evaluated import evaluated, models

    found = evaluated(workspace, name)
    if found is None:
        what = f"There is no evaluation of {name!r}" if name else "There is no evaluation to report"
        raise UsageError(what, todo="Make one with `outcrop evaluate`, or see `outcrop evaluate --list`")
    return gather(workspace, models(workspace.catalog, workspace.store, found).comparisons, found.questions)
