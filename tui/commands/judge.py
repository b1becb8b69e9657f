"""`outcrop judge`: lets a model say of each record whether its answer is right, and why."""

import sys
from typing import TYPE_CHECKING

import click

from core.text import clip, count
from tui.commands.annotating import AT_ONCE, MODEL, SEED, YES, check_how_many, print_the_prompt
from tui.commands.context import Context
from tui.commands.printing import emit, out, table
from tui.present.spending import judge_facts, spent

if TYPE_CHECKING:
    from core.data.agreement import Agreement
    from core.data.annotation.judge import JudgeSummary
    from core.workspace import Workspace

_MOST_DIFFERENCES = 10  # that are printed; --json has all
_REASON = 60  # characters of a reason in a table


@click.command("judge")
@MODEL
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="Judge N records drawn by chance.")
@click.option("--all", "everything", is_flag=True, help="Judge every record.")
@click.option("--where", default="", help="Only records that this condition leaves; 'words are searched for.")
@SEED
@AT_ONCE
@YES
@click.option("--json", "as_json", is_flag=True, help="One object: location, forecast, summary, humans.")
@click.option("--print-prompt", is_flag=True, help="Print the prompt, to change it as templates/judge.yaml.")
@click.pass_obj
def command(
    context: Context,
    model: str,
    sample: int | None,
    everything: bool,
    where: str,
    seed: int,
    at_once: int,
    yes: bool,
    as_json: bool,
    print_prompt: bool,
) -> None:
    """Asks a judge, goes on where an earlier start stopped, and compares its verdicts with people's flags.

    A verdict excludes nothing from training by itself. Exit 1 where a reply held no verdict even the second time.
    """
    from core.data.annotation.judge import JudgePrompt, prepare, run

    workspace = context.workspace()
    if print_prompt:
        print_the_prompt(workspace, JudgePrompt)
        return
    check_how_many("How many records are to be judged?", sample, everything=everything)
    with context.work() as (report, cancel):
        planned = prepare(workspace, model=model, sample=sample, seed=seed, where=where, report=report, cancel=cancel)
        if planned.forecast.to_ask:
            context.confirm("Judge?", judge_facts(workspace, planned), yes=yes)
        summary = run(workspace, planned, report, cancel, at_once=at_once)
    humans = with_reviewers(workspace, summary)
    if as_json:
        found = {"location": str(workspace.location), "forecast": planned.forecast, "summary": summary}
        emit(found | {"humans": humans})
    else:
        _print(workspace, summary, humans)
    if summary.counts["unparsed"]:
        sys.exit(1)


def with_reviewers(workspace: "Workspace", summary: "JudgeSummary") -> "Agreement":
    """How far the verdicts agree with what people decided about the same records."""
    from core.data import decisions
    from core.data.agreement import with_humans

    decided = decisions.current(workspace.store)
    return with_humans({record: each.flag for record, each in decided.items() if each.flag}, summary.verdicts)


def _print(workspace: "Workspace", summary: "JudgeSummary", humans: "Agreement") -> None:
    location = workspace.location
    out(f"{location} {location.as_of}, judged by {summary.model}".replace("  ", " "))
    rows = [[name, count(number)] for name, number in summary.counts.items()]
    table(["verdict", "records"], rows, right=(1,))
    out(f"{count(summary.reused)} judged before, {count(summary.asked_again)} asked twice")
    out(spent(summary.used, summary.dollars))
    if humans.records:
        _print_agreement(summary, humans)


def _print_agreement(summary: "JudgeSummary", humans: "Agreement") -> None:
    out()
    kappa = f"{humans.kappa:.2f}" if humans.kappa is not None else "undefined"
    out(f"{count(humans.records, 'record')} reviewed: accuracy {humans.accuracy:.2f}, kappa {kappa}")
    rows = [[label, *map(count, row)] for label, row in zip(humans.labels, humans.confusion, strict=True)]
    table(["reviewer \\ judge", *humans.labels], rows, right=range(1, len(humans.labels) + 1))
    if humans.disagreements:
        out()
        shown = humans.disagreements[:_MOST_DIFFERENCES]
        rows = [
            [each.record, each.first, each.second, clip(summary.verdicts[each.record].reason, _REASON)]
            for each in shown
        ]
        table(["record", "reviewer", "judge", "its reason"], rows)
        if len(shown) < len(humans.disagreements):
            out(f"and {count(len(humans.disagreements) - len(shown))} more")
