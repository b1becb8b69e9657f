"""`outcrop compare`: runs side by side, from the answers that are there."""

from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.text import count
from tui.commands.context import Context
from tui.commands.evaluate import judged
from tui.commands.printing import emit, out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.evaluation.runs import Run
    from core.workspace import Workspace


@click.command("compare")
@click.argument("names", metavar="RUN RUN...", nargs=-1)
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Score by this one as well.")
@click.option("--judge", metavar="MODEL", help="Have a model judge the answers, too; `default` for the prompt's own.")
@click.option("--at-once", type=click.IntRange(1, 64), default=8, help="Asks of the judge under way at a time.")
@click.option("--yes", is_flag=True, help="Do not ask before the judge is paid.")
@click.option("--json", "as_json", is_flag=True, help="One object: n, models, pairs, perfect, target …")
@click.pass_obj
def command(
    context: Context,
    names: tuple[str, ...],
    metrics: tuple[str, ...],
    judge: str | None,
    at_once: int,
    yes: bool,
    as_json: bool,
) -> None:
    """Compares RUNs on the questions that all have answered; nobody is asked, unless --judge is given.

    A RUN is an id of `outcrop evaluate --list`, the first characters of one, `base` or `tuned` for the newest run of
    that label, or the name of a job. The first is what the others are held against.
    """
    from core.evaluation.metrics import of_project
    from core.experiments.evaluation_round import overseen
    from tui.present.overview import text

    workspace = context.workspace()
    chosen = runs_named(workspace, names)
    wanted = of_project(workspace.config, workspace.folder, metrics)
    if judge is not None:
        with context.work() as (report, cancel):
            wanted.append(judged(context, chosen, judge, yes=yes, at_once=at_once, report=report, cancel=cancel))
    found = overseen(workspace, chosen, wanted)
    if as_json:
        emit(found)
        return
    for line in text(found, workspace.config):
        out(line)


def runs_named(workspace: "Workspace", names: "Sequence[str]") -> "list[Run]":
    """Two or more runs by id, label or job.

    Raises:
        UsageError: There are fewer, or no such run.
    """
    from core.evaluation import runs

    known = runs.listing(workspace.store, workspace.connection.location.key)
    chosen = {run.id: run for run in (_named(workspace, known, name) for name in names)}
    if len(chosen) < 2:
        raise UsageError(
            f"Two runs or more can be compared, not {count(len(chosen))}",
            todo="See `outcrop evaluate --list`, then name them" if known else "Make some with `outcrop evaluate`",
        )
    return list(chosen.values())


def _named(workspace: "Workspace", known: "Sequence[Run]", name: str) -> "Run":
    from core.evaluation import runs
    from core.experiments.evaluation_round import job_name

    for run in known:
        if run.ended and (name == run.label or (run.job and name == job_name(workspace.store, run))):
            return run
    return runs.get(workspace.store, name)
