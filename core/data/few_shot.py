"""The examples that a project's template shows: chosen from the records that its rule and split would train on."""

from collections.abc import Mapping, Sequence

import msgspec

from core.data.dataset import SOURCE, Dataset, Row
from core.data.selection import members_of, select
from core.data.view import View
from core.formatting import split
from core.formatting.examples import Examples, Pool, drawn
from core.formatting.export import Line
from core.formatting.split import Member, Part
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

    def before(self, row: Row, wanted: Examples | None = None) -> list[Source]:
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
        return [self.sources[each.id] for each in chosen.chosen(Line(row.identity, row.group, "", row.chat))]


def wanted(dataset: Dataset) -> Examples | None:
    """What the template of a project's records shows; None for none, and where they came as chats."""
    return dataset.renderer.template.examples if dataset.renderer and dataset.format == SOURCE else None


def pool(view: View, rows: Sequence[int], members: Sequence[Member], parts: Mapping[str, Part]) -> Pool | None:
    """What examples are chosen from; None where the template shows none.

    Args:
        view: The project's records.
        rows: Those that the rule takes.
        members: The same as the split sees them.
        parts: Where each of them goes.

    Raises:
        InputError: The template goes wrong on one of them.
    """
    setting = wanted(view.dataset)
    if setting is None:
        return None
    train = [pair for pair in zip(rows, members, strict=True) if parts.get(pair[1].id) == "train"]
    chosen = drawn(train, lambda pair: pair[1].id, setting.seed)
    lines = (line_of(view, number, member.id, member.group) for number, member in chosen)
    return Pool((line for line in lines if line is not None), setting)


def line_of(view: View, number: int, identity: str, group: str = "") -> Line | None:
    """A row on its way into a file; None where it cannot be rendered.

    Args:
        view: The project's records.
        number: The row.
        identity: With its number among equals.
        group: Where the row itself has none.
    """
    row = view.row(number)
    if row.chat is None:
        return None
    kind = row.source.facts.get("type", "") if row.source else ""
    return Line(identity, row.group or group, str(kind), row.chat)


def of_project(workspace: Workspace, view: View) -> Few | None:
    """What an export would choose examples from, now.

    Raises:
        OutcropError: The rule or the split cannot be applied, or the template goes wrong.
    """
    rows = select(workspace, view).rows
    members = members_of(view, rows, workspace.config.split)
    found = pool(view, rows, members, split.split(members, workspace.config.split) if members else {})
    if found is None:
        return None
    numbers = dict(zip((each.id for each in members), rows, strict=True))
    sources = {each.id: view.row(numbers[each.id]).source for each in found.records}
    return Few(found, {identity: source for identity, source in sources.items() if source is not None})
