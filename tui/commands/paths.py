"""`outcrop paths`: where everything is kept."""

import click

from tui.commands.context import Context
from tui.commands.printing import emit, table


@click.command("paths")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """The project's files, the user's own, the log, and where crash reports go."""
    from core.workspace import HIDDEN, demo_folder, own_catalog, own_folder, own_state, rehearsal_folder

    project = context.folder()
    places = {
        "own configuration": own_folder(),
        "own themes": own_folder() / "themes",
        "own catalogue": own_catalog(),
        "log": own_state() / "outcrop.log",
        "crash reports, copies": own_state(),
        "demo project": demo_folder(),
    }
    if project:
        places |= {
            "project": project,
            "decisions and ledger": project / HIDDEN / "outcrop.db",
            "exports": project / "exports",
            "rehearsal": rehearsal_folder(project),
        }
    if as_json:
        emit({name: str(path) for name, path in places.items()})
        return
    table(
        ["what", "where", ""],
        [[name, str(path), "" if path.exists() else "not yet"] for name, path in places.items()],
    )
