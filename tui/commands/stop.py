"""`outcrop stop`: stops a job."""

import click

from tui.commands.context import Context, confirmed
from tui.commands.printing import out


@click.command("stop")
@click.argument("job")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(context: Context, job: str, yes: bool) -> None:
    """Stops a job; what it has trained is lost, what it has used may be billed."""
    from core.training.jobs import stop
    from core.training.named import job_named

    context.refuse_if_read_only()
    workspace = context.workspace()
    found = job_named(workspace.connection, job)
    confirmed(f"Stop {found.name} at {workspace.location}?", yes=yes)
    stop(workspace, found)
    out(f"{found.name} is stopping")
