"""What the project's split gives: how many records each part has, and what leaks between them."""

import msgspec

from core.data.project_records import open_dataset, read_facts
from core.data.selection import members_of, select
from core.data.view import View
from core.formatting import split
from core.formatting.memoriser import Known, Memoriser, memorise
from core.formatting.split import PARTS, Leakage, Part
from core.workspace import Workspace


class SplitFigures(msgspec.Struct, frozen=True):
    """A split as it is set.

    Attributes:
        counts: Records of each part.
        left: How many belong to no part.
        excluded: How many each reason keeps out of all parts.
        leakage: What the test part shares with training.
        memoriser: What a model that only remembers would score on the test part; None where nothing can be asked.
    """

    counts: dict[Part, int]
    left: int
    excluded: dict[str, int]
    leakage: Leakage
    memoriser: Memoriser | None


def figures(workspace: Workspace) -> SplitFigures:
    """Splits the project's records without writing anything.

    Raises:
        OutcropError: There are no records, the rule is none, or the split cannot be made.
    """
    dataset = open_dataset(workspace)
    try:
        view = View(dataset, read_facts(workspace, dataset), workspace.store)
        chosen = select(workspace, view)
        members = members_of(view, chosen.rows, workspace.config.split)
        parts = split.split(members, workspace.config.split) if members else {}
        known: dict[Part, list[Known]] = {part: [] for part in PARTS}
        for number, member in zip(chosen.rows, members, strict=True):
            part = parts.get(member.id)
            if part in ("train", "test"):
                known[part].append(Known(member.group, dataset.question(number), dataset.answer(number)))
        return SplitFigures(
            {part: sum(each == part for each in parts.values()) for part in PARTS},
            len(members) - len(parts),
            chosen.excluded,
            split.leakage(members, parts),
            memorise(known["train"], known["test"]),
        )
    finally:
        dataset.close()
