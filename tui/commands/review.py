"""`outcrop review`: the queue of records that people are to look at, how far they are, and how far they agree."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.text import count, duration
from tui.commands.context import Context
from tui.commands.printing import emit, out, say, table

if TYPE_CHECKING:
    from core.data.agreement import Agreement
    from core.data.review import ReviewProgress

_SHOWN = 20  # records on which two differ; --json has all


@click.command("review")
@click.option("--draw", type=click.Choice(["random", "stratified", "riskiest"]), help="Draw a new queue.")
@click.option("--size", type=click.IntRange(min=1), default=100, show_default=True, help="Of the new queue.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the draw.")
@click.option("--where", default="", help="Draw among the records that this condition leaves.")
@click.option("--json", "as_json", is_flag=True, help="One object: queue, reviewers, agreements.")
@click.pass_obj
def command(context: Context, draw: str | None, size: int, seed: int, where: str, as_json: bool) -> None:
    """Draws a review queue, says how far each reviewer is with it, and compares every two of them.

    The queue itself is worked through in the dashboard: R in the Data tab.
    """
    from core.data import review, sharing
    from core.data.project_view import opened

    workspace = context.workspace()
    if draw is not None:
        context.refuse_if_read_only()
        with context.work() as (report, cancel), opened(workspace, report, cancel) as view:
            view.apply(where, report, cancel, words=False)
            review.keep(workspace.store, review.draw(view, review.how(draw), size, seed=seed))
    queue = review.kept(workspace.store)
    if queue is None:
        raise UsageError("There is no review queue", todo="Draw one with --draw random, stratified or riskiest")
    standings = review.standings(workspace.store, queue, workspace.clock.now())
    agreements = review.agreements(sharing.by_reviewer(workspace.store), queue)
    if as_json:
        emit({"queue": queue, "reviewers": standings, "agreements": agreements})
        return
    out(f"{count(len(queue.records), 'record')}, {queue.how}, seed {queue.seed}")
    table(
        ["reviewer", "done", "of", "an hour", "left"],
        [[who, count(each.done), count(each.total), _rate(each), _left(each)] for who, each in standings.items()],
        right=(1, 2, 3, 4),
    )
    if not standings:
        say("Nobody has begun: R in the Data tab opens it")
    for pair in agreements:
        _print(pair.first, pair.second, pair.agreement)


def _rate(standing: "ReviewProgress") -> str:
    return "·" if standing.an_hour is None else count(round(standing.an_hour))


def _left(standing: "ReviewProgress") -> str:
    if not standing.an_hour:
        return "·"
    return duration(timedelta(hours=(standing.total - standing.done) / standing.an_hour).total_seconds())


def _print(first: str, second: str, found: "Agreement") -> None:
    kappa = "undefined" if found.kappa is None else f"{found.kappa:.2f}"
    out()
    out(f"{first} and {second}: {count(found.records, 'record')}, agree {found.accuracy or 0:.0%}, kappa {kappa}")
    rows = [[each.record, each.first, each.second] for each in found.disagreements[:_SHOWN]]
    if rows:
        table(["record", first, second], rows)
    if len(found.disagreements) > _SHOWN:
        out(f"and {count(len(found.disagreements) - _SHOWN)} more; --json has all")
