"""One record as it is written and asked: rendered, edited where it has an edit, its examples before it.

Whoever shows or sends a record takes it from here, so that all of them show and send the same.
"""

import msgspec

from core.data import few_shot
from core.data.dataset import DatasetRow
from core.data.few_shot import Few
from core.data.project_records import TEMPLATES, open_dataset, renderer, row_as_edited
from core.data.project_view import opened
from core.errors import InputError
from core.formatting import few_shot_examples
from core.formatting.preview import DiffLine, difference, in_formats, tokens
from core.formatting.template import Renderer
from core.formatting.template_versions import noted
from core.records import formats
from core.records.record import Chat, Source
from core.workspace import Workspace


class RecordPreview(msgspec.Struct, frozen=True):
    """One record as it is written and asked.

    Attributes:
        row: The record, as its edit makes it, without examples.
        chat: The same with its examples before it; None where it cannot be rendered.
        shown: The records that those examples are.
    """

    row: DatasetRow
    chat: Chat | None
    shown: tuple[Source, ...] = ()


class Looked(msgspec.Struct, frozen=True):
    """One record and what becomes of it.

    Attributes:
        row: The record, rendered, with its examples before it.
        line: The line that would be written in the project's model's format.
        tokens: About how many each part has; empty where it cannot be rendered.
        formats: About how many tokens it has in all with its table in each format; empty without a table.
        changed: Whether there is a version of the template before the present one.
        difference: What the last change of the template changes in it.
        before: About how many tokens it had before that change.
    """

    row: DatasetRow
    line: str
    tokens: dict[str, int] = {}
    formats: dict[str, int] = {}
    changed: bool = False
    difference: tuple[DiffLine, ...] = ()
    before: int = 0


def few_of(workspace: Workspace) -> Few | None:
    """What examples are chosen from, read once for any number of looks; None where the template shows none.

    Raises:
        OutcropError: There are no records, the template is not valid, or the split cannot be made.
    """
    dataset = open_dataset(workspace.config, workspace.folder)
    dataset.close()
    if few_shot.wanted(dataset) is None:
        return None
    with opened(workspace) as view:
        return few_shot.of_project(workspace, view)


def previewed(template: Renderer, row: DatasetRow, few: Few | None = None) -> RecordPreview:
    """A record with its examples before it.

    Args:
        template: Renders the examples.
        row: The record, as its edit makes it.
        few: What its examples are chosen from, as `few_of` gives it.

    Raises:
        OutcropError: There are not enough examples, or the template goes wrong on one of them.
    """
    shown = few.before(row) if few is not None else []
    if row.chat is None or not shown:
        return RecordPreview(row, row.chat)
    chat = few_shot_examples.before(row.chat, [template.chat(each) for each in shown])
    return RecordPreview(row, chat, tuple(shown))


def preview(workspace: Workspace, number: int, few: Few | None = None) -> RecordPreview:
    """One of the project's records.

    Args:
        workspace: The project.
        number: The row, from 0; the last one where there are fewer.
        few: What its examples are chosen from, as `few_of` gives it.

    Raises:
        OutcropError: There are no records, the template is not valid, or there are not enough examples.
    """
    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        while dataset.index.count <= number and dataset.index.grow():
            pass
        row = row_as_edited(workspace, dataset, min(number, dataset.count - 1))
    finally:
        dataset.close()
    return previewed(renderer(workspace.folder, workspace.config.format), row, few)


def look(workspace: Workspace, number: int, few: Few | None = None) -> Looked:
    """One of the project's records, and what becomes of it; arguments and errors as for `preview`."""
    _, tuning = workspace.tuning()
    found = preview(workspace, number, few)
    row, whole = found.row, found.chat
    if row.chat is None or whole is None:
        return Looked(row, row.problem)
    template = renderer(workspace.folder, workspace.config.format)
    seen = Looked(
        msgspec.structs.replace(row, chat=whole),
        formats.named(tuning.data_format).encode(whole).decode("utf-8", "replace"),
        tokens(row.chat, [template.chat(each) for each in found.shown]),
        in_formats(template.template, row.source, found.shown) if row.source else {},
    )
    return seen if row.source is None else _with_difference(workspace, row, seen, whole, few)


def _with_difference(workspace: Workspace, row: DatasetRow, seen: Looked, whole: Chat, few: Few | None) -> Looked:
    chosen = workspace.config.format
    template = noted(chosen.template, workspace.folder / TEMPLATES, workspace.hidden).before
    if template is None or row.source is None:
        return seen
    try:
        earlier_renderer = Renderer(template, chosen.table_format)
        was = earlier_renderer.chat(row.source)
        earlier = [earlier_renderer.chat(each) for each in _sources(few, row, earlier_renderer)]
    except InputError:  # the record has gained what the version before asked for
        return msgspec.structs.replace(seen, changed=True)
    change = difference(few_shot_examples.before(was, earlier), whole)
    return msgspec.structs.replace(seen, changed=True, difference=change, before=sum(tokens(was, earlier).values()))


def _sources(few: Few | None, row: DatasetRow, renderer: Renderer) -> list[Source]:
    """The examples that the version before showed, as far as they are at hand."""
    wanted = renderer.template.examples
    return few.before(row, wanted) if few is not None and wanted is not None else []
