"""`outcrop tokens`: how many tokens the project's records have, calibrated on what a model counted."""

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out


@click.command("tokens")
@click.option("--sample", type=click.IntRange(min=80), default=200, show_default=True, help="Prompts to count.")
@click.option("--json", "as_json", is_flag=True, help="One object: location, calibration, prompts, answers.")
@click.pass_obj
def command(context: Context, sample: int, as_json: bool) -> None:
    """Counts a sample by CountTokens, else takes what evaluated answers were billed with, and estimates the rest.

    The error is what 95 % of prompts of the same kind lie within. The Data tab estimates by it from then on.
    """
    from core.data.project_view import opened
    from core.data.token_estimate import calibrate

    context.refuse_if_read_only()
    workspace = context.workspace()
    with context.work() as (report, cancel), opened(workspace, report, cancel) as view:
        found = calibrate(workspace, view, sample, report, cancel)
        view.facts.calibration = found
        asked, answered = (int(sum(view.facts.tokens(row)[at] for row in range(view.facts.count))) for at in (0, 1))
    if as_json:
        emit({"location": str(workspace.location), "calibration": found, "prompts": asked, "answers": answered})
        return
    out(f"{workspace.location} {workspace.location.as_of}".strip())
    out(f"prompts ≈ {count(asked)} tokens, answers ≈ {count(answered)}")
    out(str(found))
