"""`outcrop check`: does the model accept this file?"""

import sys
from pathlib import Path

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out, table


@click.command("check")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--model", default="", help="The catalogue's key; else the project's model, else claude-3-haiku.")
@click.option("--json", "as_json", is_flag=True, help="One object: records, errors, warnings, issues.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.pass_obj
def command(context: Context, file: Path, model: str, as_json: bool, strict: bool) -> None:
    """Checks a training file, or a file of source records once rendered, against the model's rules."""
    from core.config import Config
    from core.data.check_file import check_file
    from core.formatting.template import Renderer, load
    from core.workspace import find

    inside = context.project or find(Path.cwd())
    settings = context.workspace().config if inside else Config(name="")
    _, tuning = context.catalog().tuning_of(model or settings.model)
    own = inside / "templates" if inside else None
    renderer = Renderer(load(settings.format.template, own), settings.format.table_format)
    report = check_file(file, tuning, renderer)
    if as_json:
        emit(report)
    else:
        rows = [
            [
                "✗ error" if issue.severity == "error" else "! warning",
                issue.rule,
                count(issue.count),
                ", ".join(map(str, issue.lines[:5])) + (" …" if issue.count > 5 and issue.lines else ""),
                issue.message,
            ]
            for issue in report.issues
        ]
        if rows:
            table(["", "rule", "lines", "first", "what"], rows, right=(2,))
        out(
            f"{count(report.records, 'record')}, {count(report.errors, 'error')}, {count(report.warnings, 'warning')}"
        )
    if report.errors or (strict and report.warnings):
        sys.exit(1)
