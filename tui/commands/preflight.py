"""`outcrop preflight`: everything that a submit needs, asked before it."""

import sys

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import check_line, emit, say


@click.command("preflight")
@click.option("--json", "as_json", is_flag=True, help="One object, with the commands and policies as they are.")
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Asks AWS, and looks at the files: one line each, with what helps. Ends with 1 where a line fails."""
    from core.data.training_set import place, prepare
    from core.tuning import preflight

    workspace = context.workspace()
    with context.work() as (report, cancel), place(workspace.config, workspace.folder) as exports:
        export, folder = prepare(workspace, report, cancel, exports=exports)
        found = preflight.run(workspace, export, folder)
    if as_json:
        emit(found)
    else:
        for line in found.lines:
            check_line(line)
        total = count(len(found.lines), "line")
        say(f"{found.failed} failed, {found.unknown} unknown, of {total} at {found.location}")
    if found.failed:
        sys.exit(1)
