"""`outcrop themes`: the themes, and those that could not be read."""

import click

from tui.commands.context import Context
from tui.commands.printing import emit, say, table


@click.command("themes")
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """The shipped themes and your own; set one with `theme:` in outcrop.yaml or from the palette."""
    del context
    from core.workspace import own_folder
    from tui.theme import load

    themes = load(own_folder() / "themes")
    if as_json:
        emit({"themes": themes.found, "failed": [str(error) for error in themes.failed]})
    else:
        table(["theme", "for"], [[each.name, _kind(each.dark, each.ansi)] for each in themes.found.values()])
    for error in themes.failed:
        say(str(error))


def _kind(dark: bool, ansi: bool) -> str:
    if ansi:
        return "the terminal's own sixteen colours"
    return "dark terminals" if dark else "light terminals"
