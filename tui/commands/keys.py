"""`outcrop keys`: the keys of the dashboard."""

import click
import msgspec

from tui import keys
from tui.commands.context import Context
from tui.commands.printing import emit, table


@click.command("keys")
@click.option("--json", "as_json", is_flag=True)
@click.option("--markdown", is_flag=True, help="As docs/keys.md has it.")
@click.pass_obj
def command(context: Context, as_json: bool, markdown: bool) -> None:
    """Every key, its id for `keymap:`, and where it works."""
    del context
    if as_json:
        emit([msgspec.to_builtins(key) for key in keys.KEYS])
    elif markdown:
        click.echo(as_markdown(), nl=False)
    else:
        rows = [[keys.shown(key, {}), key.id, ", ".join(key.scopes), key.help] for key in keys.KEYS]
        table(["key", "id", "where", "what"], rows)


def as_markdown() -> str:
    """The table of `docs/keys.md`."""
    made = "Made from `tui/keys.py` by `outcrop keys --markdown`. The id is what `keymap:` in outcrop.yaml takes."
    lines = ["# Keys", "", made, "", "| key | id | where | what |", "|---|---|---|---|"]
    for key in keys.KEYS:
        shown = keys.shown(key, {}).replace("|", r"\|")  # inside a table, even within backquotes
        lines.append(f"| `{shown}` | {key.id} | {', '.join(key.scopes)} | {key.help} |")
    return "\n".join(lines) + "\n"
