"""`outcrop import`: turns a dataset into source records."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from core.files import at_any_place
from core.records.tables import FORMATS
from core.text import clip, count
from tui.commands.context import Context, confirmed
from tui.commands.printing import done_reporting, emit, out, say, table

if TYPE_CHECKING:
    from core.formatting.importing import ImportPlan, ImportPreview, ImportResult, Input, Replaces
    from core.formatting.importing.shape import Apart
    from core.progress import Report

_STREAM = "-"
_NO_DELIMITERS = ('"', "\r", "\n")  # they have another meaning in CSV


@click.command("import")
@click.argument("kind_and_files", metavar="[KIND] FILE...", nargs=-1, required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), default="data", help="Folder for records.jsonl.")
@click.option(
    "--map",
    "mapping",
    default="",
    help='Fields and their columns: question=q,answer=a; a name with a comma stands in "quotes".',
)
@click.option("--preset", type=click.Choice(["article", "table", "all"]), default="all", help="Which of TAT-QA.")
@click.option("--paragraphs/--no-paragraphs", default=True, help="Keep the text around TAT-QA's tables.")
@click.option(
    "--table-format",
    type=click.Choice([*FORMATS, "all"]),
    help="In which tables are written; all makes four records of each. Else as the project says.",
)
@click.option("--delimiter", default="", help="Between the columns of a CSV file: one character, or \\t.")
@click.option("--use", is_flag=True, help="The project uses these records from then on: `data.source` names them.")
@click.option("--preview", is_flag=True, help="Show what would come of it, and write nothing.")
@click.option("--yes", is_flag=True, help="Do not ask before other records replace the project's.")
@click.option("--json", "as_json", is_flag=True, help="One object: records, tables, path.")
@click.pass_obj
def command(
    context: Context,
    kind_and_files: tuple[str, ...],
    output: Path,
    mapping: str,
    preset: str,
    paragraphs: bool,
    table_format: str | None,
    delimiter: str,
    use: bool,
    preview: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Turns a dataset into source records, one JSON object a line.

    KIND is tatqa, csv, parquet, jsonl, chat (OpenAI), anthropic, conversation (Bedrock), prompt-completion or
    invocation-log, and is found out where it is left out. FILE is a path or an address in S3; one that ends with a
    slash takes everything below it, `-` is stdin. Rows that cannot be taken are listed in records.unmapped.jsonl.
    What people have decided stays in the project and belongs to its records, whichever file they come from.
    """
    from core.formatting import importing
    from core.formatting.importing.mapping import parse

    if not preview:
        context.refuse_if_read_only()
    before = _source(context, use=use)
    with context.work() as (report, cancel), ExitStack() as held:
        kind, files = _kind_and_files(kind_and_files)
        inputs = [each for file in files for each in _inputs(context, file, report, held)]
        found = kind or _one_kind(inputs)
        plan = importing.ImportPlan(
            kind=found,
            mapping=parse(mapping),
            preset=next(each for each in importing.PRESETS if each == preset),
            paragraphs=paragraphs,
            table_formats=tuple(each for each in FORMATS if table_format in (each, "all")),
            delimiter=_delimiter(delimiter),
        )
        _refuse_idle_options(plan, preset)
        apart = _apart(context) if importing.shape_of(plan.kind).lies_apart else None
        if preview:
            _show(importing.look(inputs, plan, apart=apart), as_json=as_json)
            return
        replaces = _asking(context, yes=yes) if _are_the_projects(context, output / "records.jsonl") else None
        done = importing.run(inputs, plan, output, report, cancel, apart=apart, replaces=replaces)
        changes = _adopt(context, done, before, use=use)  # who follows this as a task finds it done
    _tell(done, as_json=as_json)
    for change in changes:
        say(change)


def _kind_and_files(arguments: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The kind, where the first of several arguments is one, and the files."""
    from core.formatting.importing import KINDS

    if arguments.count(_STREAM) > 1:
        raise UsageError("`-` is stdin, which can be read only once", todo="Name it once")
    if arguments[0] in KINDS and (len(arguments) > 1 or not Path(arguments[0]).exists()):
        if len(arguments) == 1:
            raise UsageError("No file is named", todo=f"outcrop import {arguments[0]} FILE")
        return arguments[0], arguments[1:]
    return "", arguments


def _source(context: Context, *, use: bool) -> str:
    """What `data.source` of the project around us names before the import; nothing without a project."""
    if context.folder() is not None:
        return context.workspace().config.data.source
    if use:
        raise UsageError("There is no project to use these records", todo="outcrop init makes one")
    return ""


def _one_kind(inputs: "list[Input]") -> str:
    """What kind of file all of them are, by the first.

    Raises:
        UsageError: Their names say that another is of another kind.
    """
    from core.formatting import importing

    first, *others = inputs
    named = importing.kind_of_name(first.path)
    other = next((each for each in others if importing.kind_of_name(each.path) != named), None)
    if other is not None:
        raise UsageError(
            "These files are of several kinds, by their names",
            why=f"{first.called} and {other.called}",
            todo="Import each kind by itself, with -o for a folder of its own, or name the kind that all of them are",
        )
    return importing.detect(first.path)


def _inputs(context: Context, file: str, report: "Report", held: ExitStack) -> "list[Input]":
    """The files that an argument names, as long as `held` is open."""
    from core.formatting.importing import Input

    if file == _STREAM:
        return [Input(held.enter_context(at_any_place(Path("/dev/stdin"))), "stdin")]
    if not file.startswith("s3://"):
        return [Input(Path(file))]
    from core.formatting.importing.fetch import fetch

    workspace = context.workspace()
    return fetch(workspace.connection, file, workspace.hidden / "cache" / "s3", report)


def _apart(context: Context) -> "Apart | None":
    """What brings the bodies of logs that lie apart in S3, within a project."""
    if context.folder() is None:
        return None
    from core.formatting.importing.fetch import bodies

    workspace = context.workspace()
    return bodies(lambda: workspace.connection, workspace.hidden / "cache" / "s3")


def _are_the_projects(context: Context, path: Path) -> bool:
    """Whether a file holds the records of the project around us."""
    if context.folder() is None:
        return False
    workspace = context.workspace()
    source = workspace.config.data.source
    return bool(source) and workspace.path(source).resolve() == path.resolve()


def _asking(context: Context, *, yes: bool) -> "Replaces":
    """Asks before a project's records give way to others."""

    def ask(before: int, now: int) -> None:
        done_reporting(context.progress)
        say(f"The project's {count(before, 'record')} give way to {count(now)}; decisions stay with the records that")
        say("they are about, and hold again for each that is among the new ones")
        confirmed("Replace the records?", yes=yes)

    return ask


def _delimiter(text: str) -> str:
    """What stands between columns: one character, a tab by its name; empty to find it out."""
    found = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(found) > 1 or found in _NO_DELIMITERS:
        raise UsageError(f"{text!r} is no delimiter", todo="Give one character, such as `;` or `|`, or \\t for a tab")
    return found


def _refuse_idle_options(plan: "ImportPlan", preset: str) -> None:
    from core.formatting.importing import options

    if "preset" not in options(plan.kind) and (preset != "all" or not plan.paragraphs):
        raise UsageError(f"--preset and --no-paragraphs are about TAT-QA, this is {plan.kind}", todo="Leave them out")
    if "delimiter" not in options(plan.kind) and plan.delimiter:
        raise UsageError(f"--delimiter is about CSV, this is {plan.kind}", todo="Leave it out")


def _show(found: "ImportPreview", *, as_json: bool) -> None:
    if as_json:
        emit(found)
        return
    out(f"{found.kind}: {count(found.fitting, 'record')} from the first {count(found.looked_at, 'row')}")
    for field, column in found.mapping.items():
        out(f"  {field} from the column {column}")
    rows = [
        [
            str(each.facts.get("row", "")),
            each.group,
            str(each.fields.get("question", "")),
            str(each.fields.get("answer")),
        ]
        for each in found.records
    ]
    table(
        ["row", "group", "question", "answer"], [[clip(" ".join(cell.split()), 40) for cell in row] for row in rows]
    )
    if found.table_tokens:
        tokens = ", ".join(f"{name} ≈ {count(number)}" for name, number in found.table_tokens.items())
        out(f"tokens of a table: {tokens}")
    if found.unused:
        out(f"not used: {', '.join(found.unused)}")
    for missed in found.unmapped:
        out(str(missed))


def _tell(done: "ImportResult", *, as_json: bool) -> None:
    if as_json:
        emit({"kind": done.kind, "records": done.records, "tables": done.tables, "path": done.path,
              "unmapped": done.unmapped, "report": done.report})  # fmt: skip
    else:
        about = f" of {count(done.tables, 'table')}" if done.tables else ""
        out(f"{count(done.records, 'record')}{about} in {done.path}")
    if done.unmapped:
        say(f"{count(done.unmapped, 'row')} could not be taken: see {done.report}")


def _adopt(context: Context, done: "ImportResult", before: str, *, use: bool) -> list[str]:
    """Tells a project that has no records yet, or is to use these, where they are now; and which template they need.

    Args:
        context: The project around us, or none.
        done: The import.
        before: What `data.source` named when it began: what somebody has chosen since stays.
        use: Whether these records take the place of those that `data.source` names.

    Returns:
        What is to be said about it.
    """
    from core.config import Format
    from core.formatting.importing import shape_of

    if context.folder() is None:
        return []
    workspace, path = context.workspace(), Path(done.path).resolve()
    workspace.reread()
    settings, inside = workspace.config, path.is_relative_to(workspace.folder)
    source = settings.data.source
    if (not use and (source or not inside)) or (source and workspace.path(source).resolve() == path):
        return []
    if source != before or settings.read_only:
        return [f"outcrop.yaml was changed meanwhile, and keeps data.source: {source}"]
    changes: dict[str, object] = {"data__source": str(path.relative_to(workspace.folder) if inside else path)}
    template = shape_of(done.kind).template
    if not source and template and settings.format.template == Format().template:
        changes["format__template"] = template
    workspace.change_config(**changes)
    return [f"outcrop.yaml now says {name.replace('__', '.')}: {value}" for name, value in changes.items()]
