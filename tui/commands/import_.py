"""`outcrop import`: turns a dataset into source records."""

from pathlib import Path

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out, say


@click.group("import")
def command() -> None:
    """Turns a dataset into source records, one JSON object a line."""


@command.command("tatqa")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), default="data", help="Folder for records.jsonl.")
@click.option("--preset", type=click.Choice(["article", "table", "all"]), default="all", show_default=True)
@click.option("--paragraphs/--no-paragraphs", default=True, help="Keep the text around the tables.")
@click.option("--json", "as_json", is_flag=True, help="One object: records, tables, path.")
@click.pass_obj
def tatqa(context: Context, file: Path, output: Path, preset: str, paragraphs: bool, as_json: bool) -> None:
    """TAT-QA's raw JSON; the preset `article` takes span and multi-span questions."""
    from core.formatting import source_file
    from core.formatting import tatqa as importer

    chosen = next(each for each in importer.PRESETS if each == preset)
    records = list(importer.read(file, preset=chosen, paragraphs=paragraphs))
    path = output / "records.jsonl"
    source_file.write(path, records)
    tables = len({record.group for record in records})
    if as_json:
        emit({"records": len(records), "tables": tables, "path": str(path)})
    else:
        out(f"{count(len(records), 'record')} of {count(tables, 'table')} in {path}")
    _adopt(context, path)


def _adopt(context: Context, path: Path) -> None:
    """Tells a project that has no records yet where they are now."""
    if context.folder() is None:
        return
    workspace = context.workspace()
    if not workspace.config.data.source and path.resolve().is_relative_to(workspace.folder):
        source = str(path.resolve().relative_to(workspace.folder))
        workspace.change_config(data__source=source)
        say(f"outcrop.yaml now says data.source: {source}")
