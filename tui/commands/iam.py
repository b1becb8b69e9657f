"""`outcrop iam`: the policies that a project needs, as JSON."""

import click

from tui.commands.context import Context
from tui.commands.printing import emit


@click.command("iam")
@click.option("--trust", "which", flag_value="trust", help="Who may take the job's role on.")
@click.option("--permissions", "which", flag_value="permissions", help="What the role may do.")
@click.option("--caller", "which", flag_value="caller", help="What whoever submits may do.")
@click.pass_obj
def command(context: Context, which: str | None) -> None:
    """Prints the least that has to be allowed, for the project as it is: all of it, or one policy alone.

    One alone is what the AWS CLI takes:
    aws iam put-role-policy … --policy-document "$(outcrop iam --permissions)"
    """
    from core.tuning.iam import project_policies

    found = project_policies(context.workspace())
    emit(getattr(found, which) if which else found)
