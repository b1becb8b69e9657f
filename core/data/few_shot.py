"""The examples that a project's template shows: chosen from the records that its rule and split would train on."""

import msgspec

from core.data.checks.row_keys import RowNumbers
from core.data.dataset import SOURCE, Dataset, DatasetRow
from core.data.dealing import dealt
from core.data.selection import select
from core.data.view import View
from core.formatting import split
from core.formatting.few_shot_examples import FewShotExamples, Pool, drawn
from core.formatting.parts import ExportLine
from core.formatting.remembered import Integers
from core.records.record import Source
from core.workspace import Workspace


class Few(msgspec.Struct, frozen=True):
    """What examples are chosen from, with the records that they are made of.

    Attributes:
        pool: Chooses.
        sources: The records, by identity.
    """

    pool: Pool
    sources: dict[str, Source]

    def before(self, row: DatasetRow, wanted: FewShotExamples | None = None) -> list[Source]:
        """The examples of a row.

        Args:
            row: Rendered.
            wanted: Another setting than the template's.

        Raises:
            UsageError: There are not enough.
        """
        if row.chat is None or row.source is None:
            return []
        chosen = Pool(self.pool.records, wanted) if wanted not in (None, self.pool.wanted) else self.pool
        return [self.sources[each.id] for each in chosen.chosen(ExportLine(row.identity, row.group, "", row.chat))]


def wanted(dataset: Dataset) -> FewShotExamples | None:
    """What the template of a project's records shows; None for none, and where they came as chats."""
    return dataset.renderer.template.examples if dataset.renderer and dataset.format == SOURCE else None


def pool(view: View, rows: RowNumbers, assigned: Integers) -> Pool | None:
    """What examples are chosen from; None where the template shows none.

    Args:
        view: The project's records.
        rows: Those that the rule takes.
        assigned: Where each of them goes, as the split says it.

    Raises:
        InputError: The template goes wrong on one of them.
    """
    setting = wanted(view.dataset)
    if setting is None:
        return None
    train = rows[split.of_part(assigned, "train")].tolist()
    lines = (line_of(view, number) for number in drawn(train, view.facts.ids.of, setting.seed))
    return Pool((line for line in lines if line is not None), setting)


def line_of(view: View, number: int) -> ExportLine | None:
    """A row on its way into a file; None where it cannot be rendered. Without a table it is a group of its own."""
    row, identity = view.row(number), view.facts.ids.of(number)
    if row.chat is None:
        return None
    kind = row.source.facts.get("type", "") if row.source else ""
    return ExportLine(identity, row.group or identity, str(kind), row.chat)


def of_project(workspace: Workspace, view: View) -> Few | None:
    """What an export would choose examples from, now.

    Raises:
        OutcropError: The rule or the split cannot be applied, or the template goes wrong.
    """
    dealing = dealt(workspace, view, select(workspace.config, workspace.folder, view))
    found = pool(view, dealing.rows, dealing.assigned)
    if found is None:
        return None
    places = view.facts.ids.rows_of({each.id for each in found.records})
    sources = {identity: view.row(number).source for number, identity in places.items()}
    return Few(found, {identity: source for identity, source in sources.items() if source is not None})
