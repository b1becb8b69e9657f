"""`outcrop sweep`: many jobs as one experiment, within a budget, chosen on validation."""

import sys
from typing import TYPE_CHECKING, Any

import click

from core.text import clip, count, money
from tui.commands.context import Context
from tui.commands.printing import emit, out, table
from tui.present.sweep import STATES, chosen, described, facts, next_steps

if TYPE_CHECKING:
    from core.experiments.sweep_run import SweepSnapshot
    from core.workspace import Workspace


@click.group("sweep", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Grids over hyperparameters, data sizes and data variants; without a subcommand, a list of them."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json)


@command.command("start", short_help="Plan a sweep, ask, and run it.")
@click.argument("name")
@click.option("--vary", multiple=True, metavar="NAME=V,V,…", help="Values of a hyperparameter, separated by commas.")
@click.option("--size", "sizes", multiple=True, type=click.IntRange(min=1), help="Training records; nested.")
@click.option("--variant", "variants", multiple=True, help="raw, reviewed or judged; reviewed unless given.")
@click.option("--repeats", type=click.IntRange(min=1), default=1, show_default=True, help="Of each, by seed.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the draws.")
@click.option("--at-once", type=click.IntRange(1, 50), default=2, show_default=True, help="Jobs under way at a time.")
@click.option("--most-jobs", type=click.IntRange(min=1), help="The budget in jobs.")
@click.option("--most-dollars", type=float, help="The budget in dollars.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def start(context: Context, /, yes: bool, **options: Any) -> None:
    """Plans a sweep, asks, and runs it; killed or interrupted, `resume` goes on with it."""
    from core.experiments import sweep
    from core.experiments.options import wish

    context.refuse_if_read_only()
    workspace = context.workspace()
    wanted = wish(workspace, **options)
    with context.work() as (report, cancel):
        planned = sweep.plan(workspace, wanted, report, cancel)
        context.confirm("Start this sweep?", facts(workspace, planned), yes=yes)
        sweep.keep(workspace.store, workspace.location.key, planned)
    _run(context, wanted.name)


@command.command("resume", short_help="Go on with a sweep.")
@click.argument("name")
@click.pass_obj
def resume(context: Context, name: str) -> None:
    """Goes on with a sweep that was paused, killed or interrupted; no job is submitted twice."""
    _run(context, name)


@command.command("pause")
@click.argument("name")
@click.pass_obj
def pause(context: Context, name: str) -> None:
    """Lets a sweep submit no more jobs; those under way go on."""
    from core.experiments.sweep_run import pause_sweep

    workspace = context.workspace()
    pause_sweep(workspace.connection, workspace.store, name)
    out(f"{name} is paused")


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.pass_obj
def show(context: Context, name: str, as_json: bool) -> None:
    """A sweep's jobs and what validation says of them."""
    from core.experiments.sweep_run import look

    snapshot = look(context.workspace(), name)
    if as_json:
        emit(snapshot)
        return
    _print(context.workspace(), snapshot)


def _run(context: Context, name: str) -> None:
    from core.experiments.sweep_run import run

    workspace = context.workspace()
    with context.work() as (report, cancel):
        snapshot = run(workspace, name, report, cancel)
    _print(workspace, snapshot)
    if snapshot.number("done") < len(snapshot.standings):
        sys.exit(1)


def _print(workspace: "Workspace", snapshot: "SweepSnapshot") -> None:
    out(f"{snapshot.sweep.wish.name}: {snapshot.word} at {workspace.location}")
    rows = []
    for each in snapshot.standings:
        loss = f"{each.job.validation_loss:.4f}" if each.job and each.job.validation_loss is not None else ""
        rows.append([f"{STATES[each.state]} {clip(each.cell.job, 44)}", *described(each.cell), each.state, loss])
    head = ["  job", "variant", "n", "repeat", "varied", "state", "validation"]
    table(head, rows, right=(2, 3, 6))
    if snapshot.sweep.over:
        out(f"{count(len(snapshot.sweep.over), 'job')} over the budget, not submitted")
    for line in chosen(snapshot):
        out(line)
    for what, command in next_steps(snapshot):
        out(f"next: {what}\n  {command}")


def _list(context: Context, as_json: bool) -> None:
    from core.experiments.sweep import listing

    workspace = context.workspace()
    workspace.connection  # noqa: B018 - it knows the account, by which sweeps are filed
    found = listing(workspace.store, workspace.location.key)
    if as_json:
        emit(found)
        return
    rows = [
        [each.wish.name, each.model, count(len(each.cells)), count(len(each.over)), each.state, money(each.dollars)]
        for each in found
    ]
    table(["sweep", "model", "jobs", "over budget", "state", "cost"], rows, right=(2, 3, 5))
    out(f"{count(len(found), 'sweep')} at {workspace.location}")
