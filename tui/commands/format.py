"""`outcrop format`: templates, and what they make of a record."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from core.errors import InputError, UsageError, Where
from core.records import tables
from core.text import count, visible
from tui.commands.context import Context
from tui.commands.printing import complain, emit, out, say, table

if TYPE_CHECKING:
    from core.config import Config
    from core.data import DatasetRow
    from core.data.few_shot import Few
    from core.data.template_fields import Unknown
    from core.formatting.template import Renderer, Template
    from core.records.record import Chat

_JUDGE = "judge"  # in place of a metric: only one can say how good an answer is
_FORMATS = click.Choice(["html", "json", "markdown", "latex"])


@click.group("format")
def command() -> None:
    """Templates, and what they make of a record.

    \b
    outcrop format list
    outcrop format show sql > templates/mine.yaml
    outcrop format check mine
    outcrop format preview --record 3 --template mine
    outcrop format diff --record 3
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="A list of objects.")
@click.pass_obj
def listed(context: Context, as_json: bool) -> None:
    """All templates: the project's own and the ready-made ones. Exit 1 where one of them is none."""
    from core.formatting import template

    own = _own(context)
    found, broken = [], []
    for name in template.names(own):
        try:
            found.append((name, template.load(name, own)))
        except InputError as error:
            broken.append(error)
    _list(own, found, as_json=as_json)
    for each in broken:
        complain(each)
    if broken:
        sys.exit(1)


def _list(own: Path | None, found: "list[tuple[str, Template]]", *, as_json: bool) -> None:
    if as_json:
        emit([{"name": name, "metric": each.metric, "answer": each.answer, "fingerprint": each.fingerprint,
               "own": _is_own(own, name), "description": each.description} for name, each in found])  # fmt: skip
        return
    rows = [
        [name, "own" if _is_own(own, name) else "", _metric(each.metric), each.answer, each.description]
        for name, each in found
    ]
    table(["template", "", "metric", "answer", "what for"], rows)


@command.command(short_help="The file of a template.")
@click.argument("name", required=False)
@click.pass_obj
def show(context: Context, name: str | None) -> None:
    """The file of a template, the project's unless NAME says another, to start one's own from."""
    from core.formatting import template

    own = _own(context)
    wanted = name or _config(context).format.template
    template.load(wanted, own)
    path = own / f"{wanted}.yaml" if own else None
    out((path.read_text("utf-8") if path and path.is_file() else template.ready_made_text(wanted)).rstrip("\n"))


@command.command(short_help="Is a template valid?")
@click.argument("name", required=False)
@click.pass_obj
def check(context: Context, name: str | None) -> None:
    """Is a template valid? NAME is a template's or a file's; what is wrong is said with line and column.

    Fields that none of the project's records has are warned of, unless the template asks first: `is defined`.
    """
    from core.formatting.template import Renderer, load, read

    wanted = name or _config(context).format.template
    found = read(Path(wanted)) if wanted.endswith((".yaml", ".yml")) else load(wanted, _own(context))
    Renderer(found)
    _refuse_unknown_metric(found.metric)
    out(f"{found.name} is valid  {found.fingerprint}  metric {_metric(found.metric)}, answer {found.answer}")
    for each in _unknown_fields(context, found):
        said = f"none of the project's {count(each.records, 'record')} has the field {each.name!r}"
        say(f"! {each.where}: {said}. {each.todo}")


@command.command(short_help="What a template makes of a record.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--record", "number", type=click.IntRange(1), default=1, show_default=True, help="Its line in the file."
)
@click.option("--template", default="", help="Another template than the project's.")
@click.option("--table-format", type=_FORMATS, help="Another table format than the project's.")
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="One object: system, messages, tokens, answer, table_formats, table_format.",
)
@click.pass_obj
def preview(
    context: Context, file: Path | None, number: int, template: str, table_format: str | None, as_json: bool
) -> None:
    """What a template makes of a record, with its tokens, and what the table costs in each format.

    Without FILE, of one of the project's own records, as its edit makes it.

    A record whose import has fixed its table format (`outcrop import --table-format`) keeps that.

    The examples that a template shows come from the project's training records, so only they have some.
    """
    from core.data.template_preview import previewed
    from core.formatting import answer
    from core.formatting.preview import in_formats, tokens
    from core.formatting.template import imported_as

    renderer = _renderer(context, template, table_format)
    row = _row(context, file, number, renderer)
    if row.source is None and row.chat is not None and (template or table_format):
        what, todo = "This file holds chats, which no template writes", "`outcrop import` makes records of them"
        raise UsageError(what, todo=todo)
    found = previewed(renderer, row, _few(context, template, row, renderer) if file is None else None)
    chat = _chat(row) if found.chat is None else found.chat
    parts = tokens(_chat(row), [renderer.chat(each) for each in found.shown])
    costs = in_formats(renderer.template, row.source, found.shown) if row.source else {}
    fixed = imported_as(row.source) if row.source else None
    taken = answer.take(renderer.template.answer, chat.completion)
    if as_json:
        emit({"system": chat.system, "messages": msgspec.to_builtins(chat.messages), "tokens": parts,
              "answer": taken, "table_formats": costs, "table_format": fixed or renderer.table_format})  # fmt: skip
        return
    turns = [("system", chat.system or ""), *((turn.role, turn.content) for turn in chat.messages)]
    for role, text in turns:
        if text:
            out(f"{role.upper()}")
            out(visible(text, breaks=True))
    out()
    out("about " + ", ".join(f"{count(many)} {part}" for part, many in parts.items()) + " tokens")
    if costs:
        if fixed and fixed != renderer.table_format:
            out(f"this record is written as {fixed}, as its import says, and not as {renderer.table_format}")
        out("tables as " + ", ".join(f"{name} {count(many)}" for name, many in costs.items()) + " tokens in all")
    out(f"the answer that is scored: {visible(taken)}")


@command.command()
@click.argument("name", required=False)
@click.option(
    "--record", "number", type=click.IntRange(1), default=1, show_default=True, help="Its line in the file."
)
@click.pass_obj
def diff(context: Context, name: str | None, number: int) -> None:
    """What the last change of a template changes in a record."""
    from core.config import Format
    from core.data.template_preview import few_of, look

    workspace = context.workspace()
    chosen = workspace.config.format
    workspace.overrule(format=Format(name or chosen.template, chosen.table_format))
    seen = look(workspace, number - 1, few_of(workspace))
    _chat(seen.row)
    if not seen.changed:
        out("This template has not changed since it was first looked at.")
        return
    for piece in seen.difference:
        out("…" if piece.mark == "@" else f"{piece.mark} {visible(piece.text)}")
    out(f"about {count(seen.before)} tokens before, {count(sum(seen.tokens.values()))} now")


def _own(context: Context) -> Path | None:
    folder = context.folder()
    return folder / "templates" if folder else None


def _unknown_fields(context: Context, template: "Template") -> "tuple[Unknown, ...]":
    """What a template asks of the project's records in vain; nothing where there are none that can be read."""
    from core.data.dataset import Dataset
    from core.data.template_fields import unknown

    file = _own_records(context)
    try:
        dataset = Dataset(file) if file else None
    except InputError:  # not yet, or no longer
        return ()
    if dataset is None:
        return ()
    try:
        with context.work() as (report, cancel):
            return unknown(template, dataset, context.decided(), report, cancel)
    finally:
        dataset.close()


def _own_records(context: Context) -> Path | None:
    """The file of the project's records; None where there is no project, or it has none yet."""
    from core.workspace import below

    folder, project = context.folder(), context.config()
    return below(folder, project.data.source) if folder and project and project.data.source else None


def _is_own(own: Path | None, name: str) -> bool:
    return own is not None and (own / f"{name}.yaml").is_file()


def _metric(name: str) -> str:
    return "judge only" if name == _JUDGE else name


def _refuse_unknown_metric(name: str) -> None:
    from core.evaluation.metrics import named
    from core.workspace import own_folder

    try:
        named([] if name == _JUDGE else [name], own=own_folder())
    except UsageError as error:
        raise InputError(error.what, todo=f"{error.todo} and {_JUDGE}", where=Where(field="metric")) from error


def _renderer(context: Context, name: str, table_format: str | None) -> "Renderer":
    """The template that is asked for, else the project's, else the first one."""
    from core.config import Format
    from core.formatting.template import Renderer, load

    project = context.config()
    chosen = project.format if project else Format()
    written = next((each for each in tables.FORMATS if each == table_format), chosen.table_format)
    return Renderer(load(name or chosen.template, _own(context)), written)


def _config(context: Context) -> "Config":
    """The project's, or the mistake that there is none."""
    return context.config() or context.workspace().config


def _row(context: Context, file: Path | None, number: int, renderer: "Renderer") -> "DatasetRow":
    """A record of a file, or, as its edit makes it, of the project."""
    from core.data.dataset import Dataset

    own = file is None
    if file is None:
        _config(context)  # or the mistake that there is none
        file = _own_records(context)
        if file is None:
            raise UsageError("This project has no records yet", todo="Import some with `outcrop import`")
    dataset = Dataset(file, renderer)
    try:
        while dataset.index.count < number and dataset.index.grow():
            pass
        if dataset.index.count < number:
            many = count(dataset.index.count)
            what, why = f"There is no record {count(number)}", f"the file has {many}"
            raise UsageError(what, why=why, todo=f"Give 1 to {many}")
        return context.row_as_edited(dataset, number - 1) if own else dataset.row(number - 1)
    finally:
        dataset.close()


def _few(context: Context, name: str, row: "DatasetRow", renderer: "Renderer") -> "Few | None":
    """What the examples before one of the project's records are chosen from, where the template shows any."""
    from core.config import Format
    from core.data.template_preview import few_of

    if renderer.template.examples is None or row.source is None:
        return None
    workspace = context.workspace()
    workspace.overrule(format=Format(name or workspace.config.format.template, renderer.table_format))
    return few_of(workspace)


def _chat(row: "DatasetRow") -> "Chat":
    if row.unrendered:
        what, todo = "The template cannot render this record", "Name another with --template: `outcrop format list`"
        raise UsageError(what, why=row.problem, todo=todo)
    if row.chat is None:
        raise UsageError("This record cannot be read", why=row.problem)
    return row.chat
