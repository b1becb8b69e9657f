"""`outcrop metrics`: the loss curves of a job."""

import click

from tui.commands.context import Context
from tui.commands.printing import emit, say, table


@click.command("metrics")
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="One object: training and validation points.")
@click.pass_obj
def command(context: Context, job: str, as_json: bool) -> None:
    """Loss by step and epoch, from the files that a job leaves in S3 when it is done."""
    from core.aws.customization import get_job
    from core.training.metrics import read

    workspace = context.workspace()
    curves = read(workspace.connection, get_job(workspace.connection, job))
    if as_json:
        emit(curves)
        return
    if not curves.training:
        say("There are no metrics files yet: Bedrock writes them when the job is done.")
    points = [("training", point) for point in curves.training]
    points += [("validation", point) for point in curves.validation]
    rows = [[what, str(point.step), str(point.epoch), f"{point.loss:.4f}"] for what, point in points]
    table(["", "step", "epoch", "loss"], rows, right=(1, 2, 3))
