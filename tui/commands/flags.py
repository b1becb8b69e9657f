"""`outcrop flags`: decisions as a file that goes into git, and back."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import InputError, UsageError
from core.text import clip, count
from tui.commands.context import Context
from tui.commands.printing import emit, out, say, table

if TYPE_CHECKING:
    from core.data.sharing import SharedImport
    from core.workspace import Workspace

_FILE = "flags.jsonl"
_TEXT = 30  # characters of a value
_STREAM = Path("-")


@click.group("flags")
def command() -> None:
    """Shares decisions through git: sorted by record, a line each, so that two people's files merge."""


@command.command("export", short_help="Write the decisions that hold.")
@click.argument("file", type=click.Path(path_type=Path), default=_FILE)
@click.option("--json", "as_json", is_flag=True, help="One object: decisions, file.")
@click.pass_obj
def export(context: Context, file: Path, as_json: bool) -> None:
    """Writes the decisions that hold: flags, notes, tags and edits, with who and when. `-` is stdout."""
    from core.data import sharing

    if file == _STREAM:
        if as_json:
            raise UsageError("`-` writes the decisions themselves to stdout", todo="Leave out --json")
        lines = sharing.written(context.workspace().store)
        click.echo(b"".join(lines).decode(), nl=False)
        say(count(len(lines), "decision"))
        return
    written = sharing.write(context.workspace().store, file)
    if as_json:
        emit({"decisions": written, "file": str(file)})
    else:
        out(f"{count(written, 'decision')} in {file}")


@command.command("import", short_help="Bring in somebody's decisions.")
@click.argument("file", type=click.Path(path_type=Path), default=_FILE)
@click.option("--theirs", is_flag=True, help="Where two differ, the file's decision holds; else ours does.")
@click.option("--json", "as_json", is_flag=True, help="One object: added, same, conflicts, elsewhere.")
@click.pass_obj
def import_(context: Context, file: Path, theirs: bool, as_json: bool) -> None:
    """Brings in somebody's decisions; where two differ both are in the journal, and the records are shown.

    Exit 1 where two differ, each time until they agree or --theirs has settled it. `-` is stdin.
    """
    from core.data import sharing

    workspace = context.workspace()
    context.refuse_if_read_only()
    path, now = Path("/dev/stdin") if file == _STREAM else file, workspace.clock.now()
    found = sharing.read(workspace.store, path, now, theirs=theirs)
    elsewhere = _elsewhere(context, workspace, found.records)
    if as_json:
        emit({"added": found.added, "same": found.same, "conflicts": found.conflicts, "elsewhere": elsewhere})
    else:
        _print(found, theirs=theirs)
        if elsewhere:
            say(f"{count(elsewhere)} of records that are not in this project's file; kept, for they may come later")
    if found.conflicts and not theirs:
        sys.exit(1)


def _elsewhere(context: Context, workspace: "Workspace", records: frozenset[str]) -> int | None:
    """How many records the project's file does not have; None where it has no file that can be read."""
    from core.data.project_records import open_dataset, read_facts

    try:
        dataset = open_dataset(workspace.config, workspace.folder)
    except (UsageError, InputError):  # not yet, or no longer
        return None
    try:
        with context.work() as (report, cancel):
            here = read_facts(workspace, dataset, report, cancel).ids.rows_of(set(records))
    finally:
        dataset.close()
    return len(records - set(here.values()))


def _print(found: "SharedImport", *, theirs: bool) -> None:
    out(f"{count(found.added)} added, {count(found.same)} here before, {count(len(found.conflicts))} differ")
    if not found.conflicts:
        return
    rows = [
        [
            each.record,
            each.kind,
            clip(each.ours, _TEXT),
            each.our_reviewer,
            clip(each.theirs, _TEXT),
            each.their_reviewer,
        ]
        for each in found.conflicts
    ]
    table(["record", "what", "ours", "by", "theirs", "by"], rows)
    say(f"{'theirs' if theirs else 'ours'} hold; the filter `disputed IS NOT NULL` shows them in the Data tab")
