"""`outcrop flags`: decisions as a file that goes into git, and back."""

import sys
from pathlib import Path

import click

from core.text import clip, count
from tui.commands.context import Context
from tui.commands.printing import emit, out, say, table

_FILE = "flags.jsonl"
_TEXT = 30  # characters of a value


@click.group("flags")
def command() -> None:
    """Shares decisions through git: sorted by record, a line each, so that two people's files merge."""


@command.command("export", short_help="Write the decisions that hold.")
@click.argument("file", type=click.Path(path_type=Path), default=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One object: decisions, file.")
@click.pass_obj
def export(context: Context, file: Path, as_json: bool) -> None:
    """Writes the decisions that hold: flags, notes, tags and edits, with who and when."""
    from core.data import sharing

    written = sharing.write(context.workspace().store, file)
    if as_json:
        emit({"decisions": written, "file": str(file)})
    else:
        out(f"{count(written, 'decision')} in {file}")


@command.command("import", short_help="Bring in somebody's decisions.")
@click.argument("file", type=click.Path(path_type=Path), default=_FILE)
@click.option("--theirs", is_flag=True, help="Where two differ, the file's decision holds; else ours does.")
@click.option("--json", "as_json", is_flag=True, help="One object: added, same, conflicts.")
@click.pass_obj
def import_(context: Context, file: Path, theirs: bool, as_json: bool) -> None:
    """Brings in somebody's decisions; where two differ both are in the journal, and the records are shown.

    Exit 1 where two differ.
    """
    from core.data import sharing

    workspace = context.workspace()
    context.refuse_if_read_only()
    found = sharing.read(workspace.store, file, theirs=theirs)
    if as_json:
        emit(found)
    else:
        out(f"{count(found.added)} added, {count(found.same)} here before, {count(len(found.conflicts))} differ")
        if found.conflicts:
            table(
                ["record", "what", "ours", "by", "theirs", "by"],
                [
                    [
                        each.record,
                        each.kind,
                        clip(each.ours, _TEXT),
                        each.our_reviewer,
                        clip(each.theirs, _TEXT),
                        each.their_reviewer,
                    ]
                    for each in found.conflicts
                ],
            )
            say(
                f"{'theirs' if theirs else 'ours'} hold; the filter `disputed IS NOT NULL` shows them in the Data tab"
            )
    if found.conflicts:
        sys.exit(1)
