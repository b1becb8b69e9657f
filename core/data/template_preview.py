"""What the project's template makes of one record, beside what it is made from."""

import msgspec

from core.data.dataset import Row
from core.data.project_records import TEMPLATES, open_dataset
from core.errors import InputError
from core.formatting import preview
from core.formatting.preview import Piece
from core.formatting.template import Renderer
from core.formatting.template_versions import noted
from core.records import formats
from core.records.record import Source
from core.workspace import Workspace


class Looked(msgspec.Struct, frozen=True):
    """One record and what becomes of it.

    Attributes:
        row: The record, rendered.
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


def look(workspace: Workspace, number: int) -> Looked:
    """Renders a row of the project's records.

    Args:
        workspace: The project.
        number: The row, from 0; the last one where there are fewer.

    Raises:
        OutcropError: There are no records, or the template is not valid.
    """
    _, tuning = workspace.catalog.tuning_of(workspace.config.model)
    dataset = open_dataset(workspace)
    try:
        while dataset.index.count <= number and dataset.index.grow():
            pass
        row = dataset.row(min(number, dataset.count - 1))
    finally:
        dataset.close()
    if row.chat is None or dataset.renderer is None:
        return Looked(row, row.problem)
    line = formats.named(tuning.data_format).encode(row.chat).decode("utf-8", "replace")
    if row.source is None:
        return Looked(row, line, preview.tokens(row.chat))
    seen = Looked(
        row,
        line,
        preview.tokens(row.chat),
        preview.in_formats(dataset.renderer.template, row.source),
    )
    return _with_difference(workspace, row.source, seen)


def _with_difference(workspace: Workspace, source: Source, seen: Looked) -> Looked:
    chosen = workspace.config.format
    before = noted(chosen.template, workspace.folder / TEMPLATES, workspace.hidden).before
    if before is None or seen.row.chat is None:
        return seen
    try:
        was = Renderer(before, chosen.table_format).chat(source)
    except InputError:  # the record has gained what the version before asked for
        return msgspec.structs.replace(seen, changed=True)
    difference = preview.difference(was, seen.row.chat)
    return msgspec.structs.replace(
        seen, changed=True, difference=difference, before=sum(preview.tokens(was).values())
    )
