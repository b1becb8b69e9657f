"""`outcrop report`: what an evaluation found, as Markdown, HTML, CSV and JSON from the same figures."""

from pathlib import Path

import click

from tui.commands.context import Context
from tui.commands.printing import out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.evaluation.report import Figures
    from core.workspace import Workspace


@click.command("report")
@click.argument("job", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The folder; else `reports/` of the project.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["md", "html", "csv", "json"]),
    help="This format alone; on stdout unless -o names a folder.",
)
@click.pass_obj
def command(context: Context, job: str | None, output: Path | None, form: str | None) -> None:
    """Writes report.md, .html, .csv and .json of a job's evaluation, or of the newest one; asks no model."""
    from core.evaluation.report import FORMATS, render, write

    workspace = context.workspace()
    with context.work():
        figures = figures_of(workspace, job or "")
    chosen = tuple(each for each in FORMATS if form in (None, each))
    if form is not None and output is None:
        click.echo(render(figures, chosen[0]), nl=False)
        return
    for path in write(figures, output or workspace.folder / "reports", chosen):
        out(str(path))


def figures_of(workspace: "Workspace", job: str) -> "Figures":
    """The figures of one evaluation.

    Args:
        workspace: The project.
        job: Name or ARN of the job, or empty for the newest evaluation.

    Raises:
        UsageError: Nothing is evaluated yet, or no job is called that.
    """
    from core.errors import UsageError
    from core.evaluation import questions
    from core.evaluation.report import gather
    from core.evaluation.views import against_others
    from core.experiments.evaluation_round import find_comparison

    found = find_comparison(workspace, _arn(workspace, job) if job else "")
    if found is None:
        raise UsageError("There is no evaluation to report", todo="Make one with `outcrop evaluate`")
    run, main = found
    asked = questions.read(workspace, run.spec)
    return gather(workspace, [main, *against_others(workspace, main, asked)], asked)


def _arn(workspace: "Workspace", job: str) -> str:
    from core.tuning import ledger
    from tui.commands.context import found

    entries = list(ledger.entries(workspace.store, workspace.location.key).values())
    return found(job, entries, lambda entry: (entry.name, entry.arn), "job submitted from here").arn
