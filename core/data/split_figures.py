"""What the project's split gives: how many records each part has and what leaks; and what other ways give."""

from collections.abc import Sequence

import msgspec

from core.data.checks.row_keys import RowNumbers
from core.data.dealing import JOINS, Dealing, dealt
from core.data.facts import KNOWN
from core.data.project_view import opened
from core.data.selection import select
from core.data.view import View
from core.errors import OutcropError
from core.formatting import split
from core.formatting.memoriser import Known, Memoriser, ScoreFunction, exact, memorise
from core.formatting.parts import Leakage, Part, warnings
from core.workspace import Workspace

_MEASURED: tuple[Part, Part] = ("train", "test")
_MOST_ALIKE = 2  # records to a unit, on average, below which a fact keeps nothing together


class SplitFigures(msgspec.Struct, frozen=True):
    """A split as it is set.

    Attributes:
        counts: Records of each part.
        left: How many belong to no part.
        excluded: How many each reason keeps out of all parts.
        leakage: What the test part shares with training.
        memoriser: What a model that only remembers would score on the test part; None where nothing can be asked.
        warnings: Parts without a record, where there should be some.
    """

    counts: dict[Part, int]
    left: int
    excluded: dict[str, int]
    leakage: Leakage
    memoriser: Memoriser | None
    warnings: tuple[str, ...] = ()


class SplitWay(msgspec.Struct, frozen=True):
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


def figures(workspace: Workspace, *, score: ScoreFunction = exact) -> SplitFigures:
    """Splits the project's records without writing anything.

    Args:
        workspace: The project.
        score: How a memoriser's answers are scored.

    Raises:
        OutcropError: There are no records, the rule is none, or the split cannot be made.
    """
    with opened(workspace) as view:
        dealing = dealt(workspace, view, select(workspace.config, workspace.folder, view))
        return _figures(dealing, _known(view, dealing.rows), score)


def ways(workspace: Workspace, *, score: ScoreFunction = exact) -> tuple[SplitWay, ...]:
    """Splits the same records by table, by row and by each fact that keeps any together, and compares what leaks.

    Args:
        workspace: The project, whose shares, seed and stratification hold for all of them.
        score: How a memoriser's answers are scored.

    Raises:
        OutcropError: There are no records, or the rule is none.
    """
    with opened(workspace) as view:
        chosen = select(workspace.config, workspace.folder, view)
        known: list[Known] = []
        found = []
        for by in ("group", "row", *_together(view)):
            plan = msgspec.structs.replace(workspace.config.split, by=by)
            try:
                dealing = dealt(workspace, view, chosen, plan)
                units = split.units(dealing.members, plan)
                if by not in ("group", "row") and units > len(dealing.rows) / _MOST_ALIKE:
                    continue
                known = known or _known(view, dealing.rows)
                found.append(SplitWay(by, units, _figures(dealing, known, score)))
            except OutcropError as error:
                found.append(SplitWay(by, 0, None, str(error)))
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


def _known(view: View, rows: RowNumbers) -> list[Known]:
    """The records as a memoriser sees them."""
    numbers, dataset = rows.tolist(), view.dataset
    groups = (dataset.group(number) or view.identity(number) for number in numbers)
    return [
        Known(group, dataset.question(number), dataset.answer(number))
        for number, group in zip(numbers, groups, strict=True)
    ]


def _figures(dealing: Dealing, known: Sequence[Known], score: ScoreFunction) -> SplitFigures:
    assigned = dealing.assigned
    counts = split.counts(assigned)
    train, test = ([known[place] for place in split.of_part(assigned, part)] for part in _MEASURED)
    return SplitFigures(
        counts,
        len(dealing.rows) - sum(counts.values()) - dealing.excluded.get(JOINS, 0),
        dealing.excluded,
        split.leakage(dealing.members, assigned),
        memorise(train, test, score),
        warnings(counts, dealing.plan),
    )
