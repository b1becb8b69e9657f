"""What the project's split gives: how many records each part has and what leaks; and what other ways give."""

from collections.abc import Sequence

import msgspec

from core.config import Split
from core.data.facts import KNOWN
from core.data.project_view import opened
from core.data.selection import members_of, select
from core.data.view import View
from core.errors import OutcropError
from core.formatting import split
from core.formatting.memoriser import Known, Memoriser, Score, exact, memorise
from core.formatting.split import PARTS, Leakage, Member, Part
from core.workspace import Workspace

_MOST_ALIKE = 2  # records to a unit, on average, below which a fact keeps nothing together


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


class Way(msgspec.Struct, frozen=True):
    """One way to divide the same records.

    Attributes:
        by: What keeps records together: `group`, `row` or a fact.
        units: How many there are of it.
        figures: What it gives; None where the records cannot be divided so.
        problem: Why not.
    """

    by: str
    units: int
    figures: SplitFigures | None
    problem: str = ""


def figures(workspace: Workspace, *, score: Score = exact) -> SplitFigures:
    """Splits the project's records without writing anything.

    Args:
        workspace: The project.
        score: How a memoriser's answers are scored.

    Raises:
        OutcropError: There are no records, the rule is none, or the split cannot be made.
    """
    with opened(workspace) as view:
        chosen = select(workspace, view)
        plan = workspace.config.split
        members = members_of(view, chosen.rows, plan)
        return _figures(members, _known(view, chosen.rows, members), plan, chosen.excluded, score)


def ways(workspace: Workspace, *, score: Score = exact) -> tuple[Way, ...]:
    """Splits the same records by table, by row and by each fact that keeps any together, and compares what leaks.

    Args:
        workspace: The project, whose shares, seed and stratification hold for all of them.
        score: How a memoriser's answers are scored.

    Raises:
        OutcropError: There are no records, or the rule is none.
    """
    with opened(workspace) as view:
        chosen = select(workspace, view)
        known: list[Known] = []
        found = []
        for by in ("group", "row", *_together(view)):
            plan = msgspec.structs.replace(workspace.config.split, by=by)
            try:
                members = members_of(view, chosen.rows, plan)
                units = _units(members, by)
                if by not in ("group", "row") and units > len(members) / _MOST_ALIKE:
                    continue
                known = known or _known(view, chosen.rows, members)
                found.append(Way(by, units, _figures(members, known, plan, chosen.excluded, score)))
            except OutcropError as error:
                found.append(Way(by, 0, None, str(error)))
        return tuple(found)


def facts(workspace: Workspace) -> tuple[str, ...]:
    """The facts by which a split may keep records together or be stratified.

    Raises:
        OutcropError: There are no records.
    """
    with opened(workspace) as view:
        return _together(view)


def _together(view: View) -> tuple[str, ...]:
    """The facts that came with the records and of which several have the same but not all; none counts as one."""
    names = [name for name in view.facts.names if name not in KNOWN]
    frame = view.frame(names)
    counts = {name: frame[name].n_unique() for name in names}
    return tuple(name for name in names if 1 < counts[name] <= len(frame) / _MOST_ALIKE)


def _units(members: Sequence[Member], by: str) -> int:
    if by == "row":
        return len(members)
    return len({(each.group if by in split.BY_GROUP else each.unit) or each.id for each in members})


def _known(view: View, rows: Sequence[int], members: Sequence[Member]) -> list[Known]:
    """The records as a memoriser sees them."""
    texts = ((view.dataset.question(number), view.dataset.answer(number)) for number in rows)
    return [Known(member.group, *text) for member, text in zip(members, texts, strict=True)]


def _figures(
    members: Sequence[Member], known: Sequence[Known], plan: Split, excluded: dict[str, int], score: Score
) -> SplitFigures:
    parts = split.split(members, plan) if members else {}
    train, test = (
        [each for member, each in zip(members, known, strict=True) if parts.get(member.id) == part]
        for part in ("train", "test")
    )
    return SplitFigures(
        {part: sum(each == part for each in parts.values()) for part in PARTS},
        len(members) - len(parts),
        excluded,
        split.leakage(members, parts),
        memorise(train, test, score),
    )
