"""`outcrop rationale`: a model writes the reasoning of each record, which a template puts before the answer."""

import sys
from typing import TYPE_CHECKING

import click

from core.text import count
from tui.commands.annotating import AT_ONCE, MODEL, SEED, YES, check_how_many, print_the_prompt
from tui.commands.context import Context
from tui.commands.printing import emit, out, table
from tui.present.spending import rationale_facts, spent

if TYPE_CHECKING:
    from core.data.annotation.rationale import RationaleSummary
    from core.workspace import Workspace


@click.command("rationale")
@MODEL
@click.option("--sample", type=click.IntRange(min=1), metavar="N", help="For N records drawn by chance.")
@click.option("--all", "everything", is_flag=True, help="For every record that has none.")
@click.option("--sentences", type=click.IntRange(1, 20), help="Ask for at most so many; else the prompt's, 3.")
@SEED
@AT_ONCE
@YES
@click.option("--json", "as_json", is_flag=True, help="One object: location, forecast, summary.")
@click.option("--print-prompt", is_flag=True, help="Print the prompt, to change it as templates/rationale.yaml.")
@click.pass_obj
def command(
    context: Context,
    model: str,
    sample: int | None,
    everything: bool,
    sentences: int | None,
    seed: int,
    at_once: int,
    yes: bool,
    as_json: bool,
    print_prompt: bool,
) -> None:
    """Has a model write the reasoning that leads to each record's known answer; goes on where a start stopped.

    What comes back becomes the field `rationale` of its record: an edit, in the journal, to be reviewed and undone in
    the Data tab like any other (filter: rationale IS NOT NULL). Exit 1 where a reply held none.
    """
    from core.data.annotation.rationale import RationalePrompt, prepare, run

    workspace = context.workspace()
    if print_prompt:
        print_the_prompt(workspace, RationalePrompt)
        return
    check_how_many("How many records are to get a rationale?", sample, everything=everything)
    context.refuse_if_read_only()
    with context.work() as (report, cancel):
        planned = prepare(
            workspace, model=model, sample=sample, sentences=sentences, seed=seed, report=report, cancel=cancel
        )
        if planned.forecast.to_ask:
            context.confirm("Write them?", rationale_facts(workspace, planned), yes=yes)
        summary = run(workspace, planned, report, cancel, at_once=at_once)
    if as_json:
        emit({"location": str(workspace.location), "forecast": planned.forecast, "summary": summary})
    else:
        _print(workspace, summary)
    if summary.counts["written"] < sum(summary.counts.values()):
        sys.exit(1)


def _print(workspace: "Workspace", summary: "RationaleSummary") -> None:
    location = workspace.location
    out(f"{location} {location.as_of}, written by {summary.model}".replace("  ", " "))
    rows = [[name, count(number)] for name, number in summary.counts.items() if number or name == "written"]
    table(["reply", "records"], rows, right=(1,))
    out(f"{count(summary.proposed, 'record')} to review, {count(summary.reused)} replied before")
    out(spent(summary.used, summary.dollars))
