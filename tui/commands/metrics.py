"""`outcrop metrics`: the loss curves of a job."""

import click

from core.text import decimal
from tui.commands.context import Context
from tui.commands.printing import emit, say, table


@click.command("metrics")
@click.argument("job")
@click.option("--epochs", is_flag=True, help="One value an epoch, the mean of its steps.")
@click.option("--json", "as_json", is_flag=True, help="One object: training and validation points.")
@click.pass_obj
def command(context: Context, job: str, epochs: bool, as_json: bool) -> None:
    """Loss and perplexity by step and epoch, from the files that a job leaves in S3 when it is done."""
    from core.training.loss_curves import curve, read
    from core.training.named import job_named

    workspace = context.workspace()
    found = job_named(workspace.connection, job)
    curves = read(workspace.connection, found)
    if as_json:
        emit(curves)
        return
    if not curves.training and not curves.validation:
        ended = "left none" if not found.running and found.status != "Completed" else "writes them when a job is done"
        say(f"There are no metrics files yet: {found.name} is {found.status.lower()}, and Bedrock {ended}.")
    parts = (("training", curves.training), ("validation", curves.validation))
    if epochs:
        rows = [
            [what, f"{epoch:g}", decimal(loss, 4), decimal(perplexity, 4)]
            for what, points in parts
            for epoch, loss, perplexity in zip(
                curve(points, "loss", "epoch").at,
                curve(points, "loss", "epoch").values,
                curve(points, "perplexity", "epoch").values,
                strict=True,
            )
        ]
        table(["", "epoch", "loss", "perplexity"], rows, right=(1, 2, 3))
        return
    rows = [
        [what, str(point.step), str(point.epoch), decimal(point.loss, 4), decimal(point.perplexity, 4)]
        for what, points in parts
        for point in points
    ]
    table(["", "step", "epoch", "loss", "perplexity"], rows, right=(1, 2, 3, 4))
