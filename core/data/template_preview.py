"""What the project's template makes of one record, beside what it is made from."""

import msgspec

from core.data import decisions, edits, few_shot
from core.data.dataset import Row
from core.data.few_shot import Few
from core.data.project_records import TEMPLATES, open_dataset
from core.data.project_view import opened
from core.errors import InputError
from core.formatting import examples, preview
from core.formatting.preview import Piece
from core.formatting.template import Renderer
from core.formatting.template_versions import noted
from core.records import formats
from core.records.record import Chat, Source
from core.workspace import Workspace


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

    row: Row
    line: str
    tokens: dict[str, int] = {}
    formats: dict[str, int] = {}
    changed: bool = False
    difference: tuple[Piece, ...] = ()
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
        return few_shot.of_project(workspace.config, workspace.folder, view)


def look(workspace: Workspace, number: int, few: Few | None = None) -> Looked:
    """Renders a row of the project's records.

    Args:
        workspace: The project.
        number: The row, from 0; the last one where there are fewer.
        few: What its examples are chosen from, as `few_of` gives it.

    Raises:
        OutcropError: There are no records, the template is not valid, or there are not enough examples.
    """
    _, tuning = workspace.tuning()
    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        while dataset.index.count <= number and dataset.index.grow():
            pass
        row = dataset.row(min(number, dataset.count - 1))
        row = edits.as_it_stands(dataset, row, decisions.current(workspace.store))
    finally:
        dataset.close()
    if row.chat is None or dataset.renderer is None:
        return Looked(row, row.problem)
    shown = few.before(row) if few is not None else []
    before = [dataset.renderer.chat(each) for each in shown]
    whole = examples.before(row.chat, before)
    seen = Looked(
        msgspec.structs.replace(row, chat=whole),
        formats.named(tuning.data_format).encode(whole).decode("utf-8", "replace"),
        preview.tokens(row.chat, before),
        preview.in_formats(dataset.renderer.template, row.source, shown) if row.source else {},
    )
    return seen if row.source is None else _with_difference(workspace, row, seen, whole, few)


def _with_difference(workspace: Workspace, row: Row, seen: Looked, whole: Chat, few: Few | None) -> Looked:
    chosen = workspace.config.format
    template = noted(chosen.template, workspace.folder / TEMPLATES, workspace.hidden).before
    if template is None or row.source is None:
        return seen
    try:
        renderer = Renderer(template, chosen.table_format)
        was = renderer.chat(row.source)
        shown = _sources(few, row, renderer)
        earlier = [renderer.chat(each) for each in shown]
    except InputError:  # the record has gained what the version before asked for
        return msgspec.structs.replace(seen, changed=True)
    difference = preview.difference(examples.before(was, earlier), whole)
    tokens = sum(preview.tokens(was, earlier).values())
    return msgspec.structs.replace(seen, changed=True, difference=difference, before=tokens)


def _sources(few: Few | None, row: Row, renderer: Renderer) -> list[Source]:
    """The examples that the version before showed, as far as they are at hand."""
    wanted = renderer.template.examples
    return few.before(row, wanted) if few is not None and wanted is not None else []
