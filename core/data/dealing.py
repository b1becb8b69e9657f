"""Which part each of a project's records belongs to: dealt once, remembered, the same for whoever asks.

Export, sweep, the `split` column, Format's split view and the choice of examples all come here. What an export writes
is remembered in `splits/`; whoever only looks works the same out and writes nothing.
"""

from pathlib import Path

import msgspec
import numpy as np

from core.config import Split
from core.data.checks.row_keys import RowNumbers
from core.data.selection import TrainingSelection, members_of
from core.data.view import View
from core.files import alone
from core.formatting import export, remembered
from core.formatting.export import EXPORTS, Export
from core.formatting.parts import PARTS, Part
from core.formatting.remembered import LEFT, NOTHING, NOWHERE, Integers, Remembered
from core.formatting.split import BY_GROUP, Members, deal, dealt_before, keys_of, leaves_over, remember, sizes
from core.formatting.subsample import nested
from core.workspace import Workspace

JOINS = "stands with records of two parts"
_LOCK = "splits.lock"
_HELD: tuple[Part, Part] = ("validation", "test")  # parts that take nothing more when an export is taken over
_WHOLE = 0.9  # of the training records that a split gives, below which an export has a sub-sample of them


class Dealing(msgspec.Struct):
    """Where the records went that a project's rule takes.

    Attributes:
        plan: The split.
        rows: Where the records stand in the file, rising.
        members: What the split knows of them.
        assigned: Of each the place of its part, or `LEFT`.
        excluded: How many each reason leaves out of all parts.
        remembered: What was dealt, of all readable records.
    """

    plan: Split
    rows: RowNumbers
    members: Members
    assigned: Integers
    excluded: dict[str, int]
    remembered: Remembered

    def sample(self, places: Integers, size: int, seed: int) -> Integers:
        """Draws a sub-sample and remembers it.

        Args:
            places: Of the training records among the members.
            size: How many to draw.
            seed: Of the draw.

        Returns:
            The places that were drawn, in the order of drawing.

        Raises:
            UsageError: There are not so many.
        """
        members, before = self.members.taken(places), self.remembered.drawn.get(seed, NOWHERE.keys)
        drawn = nested(members, [size], seed=seed, drawn=before)[size]
        self.remembered = self.remembered.with_drawn(seed, keys_of(members.taken(drawn)))
        found: Integers = places[drawn]
        return found


def dealt(workspace: Workspace, view: View, selection: TrainingSelection, plan: Split | None = None) -> Dealing:
    """Deals a project's records; what was dealt before stays where it is. Nothing is written.

    Args:
        workspace: The project.
        view: Its records.
        selection: Those that its rule takes.
        plan: Another split than the project's.

    Raises:
        UsageError: The shares do not fit, or the split goes by a fact that the records do not have.
        InputError: What was dealt before cannot be read.
    """
    plan = workspace.config.split if plan is None else plan
    every = view.facts.ids.readable()
    members, fit = members_of(view, every, plan), np.isin(every, selection.rows)
    before = remembered.read(remembered.path(workspace.folder, plan))
    if before is None:
        before = _taken_over(workspace, plan, view, every, members, fit)
    found = deal(members, plan, before, fit=fit)
    joins = int(np.count_nonzero(found.joins & fit))
    excluded = selection.excluded | ({JOINS: joins} if joins else {})
    return Dealing(plan, every[fit], members.taken(fit), found.assigned[fit], excluded, found.remembered)


def keep(workspace: Workspace, dealing: Dealing) -> None:
    """Remembers a dealing; what another process has remembered meanwhile comes first.

    Raises:
        InputError: The folder cannot be written.
    """
    path = remembered.path(workspace.folder, dealing.plan)
    with alone(workspace.hidden / _LOCK):
        there = remembered.read(path)
        now = dealing.remembered.after(there or NOTHING)
        if there is None or not now.same_as(there):
            remembered.write(path, now, dealing.plan)


def _taken_over(
    workspace: Workspace, plan: Split, view: View, every: RowNumbers, members: Members, fit: Integers
) -> Remembered:
    """What a project has dealt that remembers nothing: the parts of its last export, from which no record moves.

    Validation and test take nothing more here. A record that the export does not have trains, unless the split leaves
    records over: then it is one of those.
    """
    last = export.last_of(workspace.folder / EXPORTS, plan)
    if last is not None:
        made, home = last
        parts = _exported(made, home, view, every)
        wanted = sizes(plan, int(np.count_nonzero(fit)))["train"]
        whole = not made.recipe.sample and made.records("train") >= _WHOLE * wanted
    elif plan.by in (*BY_GROUP, "row") and _submitted(workspace, plan):
        parts, whole = np.full(len(every), LEFT, dtype=np.int8), True
        parts[fit] = dealt_before(members.taken(fit), plan)
    else:
        return NOTHING
    known = parts != LEFT
    if whole and leaves_over(plan):
        known |= fit
    found = remember(members.taken(known), plan, parts[known])
    return deal(members, plan, found, fit=fit, closed=_HELD).remembered


def _exported(made: Export, home: Path, view: View, every: RowNumbers) -> Integers:
    """The part that each row has in an export."""
    parts = np.full(len(every), LEFT, dtype=np.int8)
    for place, part in enumerate(PARTS):
        rows = view.facts.ids.rows_of(set(export.identities(home, made, part)))
        parts[np.isin(every, np.fromiter(rows, dtype=np.int64, count=len(rows)))] = place
    return parts


def _submitted(workspace: Workspace, plan: Split) -> bool:
    """Whether a job was trained on parts that this split made, whose files are gone."""
    manifests = workspace.store.rows("SELECT manifest FROM jobs")
    return any(msgspec.json.decode(row["manifest"], type=Export).recipe.split == plan for row in manifests)
