"""`outcrop evaluate`: asks models a test set, and compares them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out, table
from tui.present.spending import evaluation_facts, work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.evaluation.metric import Metric
    from core.evaluation.runs import Run
    from core.experiments.evaluation_plan import EvaluationPlan
    from core.progress import Cancel, Report
    from core.workspace import Workspace


@click.command("evaluate")
@click.argument("jobs", metavar="[JOB]...", nargs=-1)
@click.option("--model", "models", multiple=True, metavar="NAME", help="Another model: key, id, profile or endpoint.")
@click.option("--base/--no-base", default=True, help="Ask the model below the job as well.  [default: base]")
@click.option("--part", type=click.Choice(["test", "validation"]), default="test", help="Of the export.")
@click.option("--test", "file", type=click.Path(path_type=Path), metavar="FILE", help="Another test file instead.")
@click.option("--template", "templates", multiple=True, metavar="NAME", help="Another template; again for several.")
@click.option("--table-format", type=click.Choice(["html", "json", "markdown", "latex"]), help="Of the tables.")
@click.option("--shots", multiple=True, type=click.IntRange(0, 100), metavar="K", help="Examples before a question.")
@click.option("--temperature", type=click.FloatRange(0, 1), default=0.0, help="0 for the likeliest answer.")
@click.option("--repeats", type=click.IntRange(1, 100), default=1, help="How often each question is asked.")
@click.option("--max-tokens", type=click.IntRange(1), default=512, help="The longest answer.  [default: 512]")
@click.option("--via", type=click.Choice(["converse", "batch"]), default="converse", help="Batch where a model can.")
@click.option("--at-once", type=click.IntRange(1, 64), default=8, help="Asks under way at a time.  [default: 8]")
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Score by this one as well.")
@click.option("--judge", metavar="MODEL", help="Have a model judge the answers, too; `default` for the prompt's own.")
@click.option("--forecast", "only_forecast", is_flag=True, help="Say what it would take, and ask nobody.")
@click.option("--list", "listed", is_flag=True, help="The runs there are.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One object: the comparison, or the overview.")
@click.pass_obj
def command(
    context: Context,
    /,
    at_once: int,
    metrics: tuple[str, ...],
    judge: str | None,
    only_forecast: bool,
    listed: bool,
    yes: bool,
    as_json: bool,
    **wishes: Any,
) -> None:
    """Asks JOBs' models, the base below them and others the same questions; goes on where an earlier start stopped.

    Without JOB and --model it takes the newest job that is done. A tuned model's endpoint is made for its run and
    deleted after it, unless one stands.
    """
    from core.evaluation.metrics import of_project
    from core.experiments.evaluation_plan import plan
    from core.experiments.evaluation_round import carry_out
    from core.experiments.options import wanted

    workspace = context.workspace()
    if listed:
        list_runs(workspace, as_json=as_json)
        return
    chosen = of_project(workspace.config, workspace.folder, metrics)
    planned = plan(workspace, wanted(workspace, **wishes))
    if only_forecast:
        _print_forecast(workspace, planned, as_json=as_json)
        return
    if any(each.forecast.to_ask for each in planned.runs):
        context.confirm("Evaluate?", evaluation_facts(workspace, planned), yes=yes, width=11)
    with context.work() as (report, cancel):
        asked = carry_out(workspace, planned, report, cancel, at_once=at_once)
        if judge is not None:
            chosen.append(judged(context, asked, judge, yes=yes, at_once=at_once, report=report, cancel=cancel))
    show(workspace, asked, chosen, as_json=as_json)


def judged(
    context: Context,
    asked: "Sequence[Run]",
    model: str,
    *,
    yes: bool,
    at_once: int,
    report: "Report",
    cancel: "Cancel",
) -> "Metric":
    """Has a model judge the answers of some runs, each answer to a question once."""
    from core.evaluation.judged import ask, asks_about, judge_of
    from core.experiments.evaluation_round import results_of

    workspace = context.workspace()
    judge = judge_of(workspace, "" if model == "default" else model)
    results = [each for run in asked for each in results_of(workspace, run)]
    asks = asks_about(workspace, judge, results)
    if left := len(asks.left()):
        facts = [("judge", f"{judge.model}: {count(left, 'answer')} to judge"), *work(judge, asks.forecast())]
        context.confirm("Judge?", facts, yes=yes, width=11)
    return ask(workspace, judge, asks, report, cancel, at_once=at_once)


def show(workspace: "Workspace", asked: "list[Run]", metrics: "list[Metric]", *, as_json: bool) -> None:
    """Prints what runs came to: a base and a tuned model compared closely, any others side by side."""
    from core.experiments.evaluation_round import compared, overseen
    from tui.present import comparison, overview

    if len(asked) == 2 and asked[1].job and not asked[0].job:
        pair = compared(workspace, asked[0], asked[1], metrics)
        if as_json:
            emit(pair)
            return
        lines = comparison.text(pair, workspace.config)
    else:
        several = overseen(workspace, asked, metrics)
        if as_json:
            emit(several)
            return
        lines = overview.text(several, workspace.config)
    for line in lines:
        out(line)


def list_runs(workspace: "Workspace", *, as_json: bool) -> None:
    """Prints the runs of the project's location, newest first."""
    from core.evaluation import runs
    from core.experiments.evaluation_round import job_name
    from tui.present.overview import run_rows

    known = runs.listing(workspace.store, workspace.connection.location.key)
    if as_json:
        emit(known)
    else:
        table(*run_rows(known, lambda run: job_name(workspace.store, run) if run.job else run.model))


def _print_forecast(workspace: "Workspace", planned: "EvaluationPlan", *, as_json: bool) -> None:
    if as_json:
        emit([{"label": each.label, "spec": each.spec, "forecast": each.forecast} for each in planned.runs])
        return
    for name, value in evaluation_facts(workspace, planned):
        out(f"{name:<11}{value}")
