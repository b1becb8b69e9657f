"""Sweeps: many jobs as one experiment, planned before the first is paid for, and kept so that a crash loses nothing.

A plan is fixed when a sweep begins: each cell with its export, its values and the name of its job. A job is known by
what it trains on and with which values, so a cell that was submitted once, by whichever sweep, is never paid twice.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from core.catalog import Tuning
from core.clock import from_iso, iso
from core.errors import RefusedError, UsageError
from core.experiments import sweep_data
from core.experiments.sweep_data import DataVariant, Sample
from core.formatting.export import read_export
from core.progress import Cancel, Report, silent
from core.store import Store
from core.tuning import hyperparameters, submission
from core.tuning.submission import Submission
from core.workspace import Workspace

SweepState = Literal["running", "paused", "done"]

AT_ONCE = 2  # jobs under way at a time, unless told otherwise
MOST_CELLS = 500  # a grid that grows beyond is a slip of the keyboard


class Wish(msgspec.Struct, frozen=True):
    """What somebody wants to try.

    Attributes:
        name: The sweep's.
        grid: Values of each hyperparameter that varies.
        sizes: Numbers of training records, nested; none for all there are.
        variants: Which data.
        repeats: How often each is trained; with sizes each repeat draws its own sample.
        seed: Of the draws.
        at_once: Jobs under way at a time.
        most_jobs: The budget in jobs; None without.
        most_dollars: The budget in dollars; None without.
    """

    name: str
    grid: dict[str, tuple[float, ...]] = {}
    sizes: tuple[int, ...] = ()
    variants: tuple[DataVariant, ...] = ("reviewed",)
    repeats: int = 1
    seed: int = 1
    at_once: int = AT_ONCE
    most_jobs: int | None = None
    most_dollars: float | None = None


class Cell(msgspec.Struct, frozen=True):
    """One job of a sweep.

    Attributes:
        sample: What it is trained on.
        repeat: Counted from 1.
        varied: The hyperparameters that vary, with this cell's values.
        values: All of its hyperparameters.
        export: The export's name.
        records: Training records.
        job: Its job's name.
        dollars: What it is forecast to cost; None while the price is unknown.
    """

    sample: Sample
    repeat: int
    varied: dict[str, float]
    values: dict[str, float]
    export: str
    records: int
    job: str
    dollars: float | None


class Sweep(msgspec.Struct, frozen=True):
    """A sweep as it is kept.

    Attributes:
        wish: What was wanted.
        model: The catalogue's key of what is tuned.
        cells: In the order in which they are submitted, those within the budget first.
        over: Cells that the budget leaves out.
        state: Where it stands.
        created: When it was begun.
    """

    wish: Wish
    model: str
    cells: tuple[Cell, ...]
    over: tuple[Cell, ...]
    state: SweepState
    created: datetime

    @property
    def dollars(self) -> float | None:
        """What all cells within the budget are forecast to cost; None while a price is unknown."""
        costs = [cell.dollars for cell in self.cells]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


def plan(workspace: Workspace, wish: Wish, report: Report = silent, cancel: Cancel | None = None) -> Sweep:
    """Works out every cell, writes their exports, and refuses what AWS would refuse; nothing is paid for yet.

    Raises:
        UsageError: A value, size or budget that cannot be.
        RefusedError: The model cannot be tuned, a part has too few records, or nothing was judged.
    """
    workspace.connection  # noqa: B018 - first, for it knows the account, by which submissions are filed
    model, tuning = workspace.tuning()
    grids = _grid(tuning, wish)
    samples = _samples(wish)
    if len(grids) * len(samples) > MOST_CELLS:
        raise UsageError(f"This sweep has {len(grids) * len(samples):,} jobs", todo=f"{MOST_CELLS} are the most")
    made = sweep_data.write(workspace, [sample for _, sample in samples], report, cancel)
    cells = []
    for (repeat, sample), varied in itertools.product(samples, grids):
        exported = made[sample]
        draft = Cell(sample, repeat, varied, {}, exported.name, exported.records("train"), "", None)
        planned = submission_of(workspace, wish, draft)
        cells.append(
            msgspec.structs.replace(
                draft, values=planned.values, job=planned.subject, dollars=planned.forecast.dollars
            )
        )
    within, over = _within(list(dict.fromkeys(cell.job for cell in cells)), cells, wish)
    return Sweep(wish, model.key, within, over, "running", workspace.clock.now())


def submission_of(workspace: Workspace, wish: Wish, cell: Cell) -> Submission:
    """What is submitted for a cell: the project's settings with the cell's values, on the cell's export.

    A cell that was planned keeps its values and its job's name, whatever was changed in the project since.

    Raises:
        OutcropError: AWS would refuse it.
    """
    chosen = cell.values or workspace.config.hyperparameters | cell.varied
    folder = sweep_data.path(workspace.folder, cell.export)
    alone = sweep_data.under(workspace, hyperparameters=chosen)
    alone.connection  # noqa: B018 - as above
    planned = submission.prepare(alone, read_export(folder), folder)
    again = f"-r{cell.repeat}" if cell.repeat > 1 and not cell.sample.size else ""  # the same files and values
    name = cell.job or planned.subject + again
    request = msgspec.structs.replace(
        planned.request,
        name=name,
        model_name=submission.model_name(name),
        tags=planned.request.tags | {"outcrop-sweep": submission.word(wish.name)},
    )
    return msgspec.structs.replace(planned, request=request, subject=name)


def keep(store: Store, location: str, sweep: Sweep) -> None:
    """Keeps a new sweep.

    Raises:
        RefusedError: There is another one of that name.
    """
    earlier = find(store, location, sweep.wish.name)
    if earlier is not None:
        raise RefusedError(
            f"There is a sweep named {sweep.wish.name} already", todo="Resume it, or choose another name"
        )
    store.write(
        "INSERT INTO sweeps VALUES (?,?,?,?,?)",
        (location, sweep.wish.name, msgspec.json.encode(sweep).decode(), sweep.state, iso(sweep.created)),
    )


def mark(store: Store, location: str, name: str, state: SweepState) -> None:
    """Notes where a sweep stands."""
    store.write("UPDATE sweeps SET state = ? WHERE location = ? AND name = ?", (state, location, name))


def listing(store: Store, location: str) -> list[Sweep]:
    """All sweeps of a location, newest first."""
    rows = store.rows("SELECT * FROM sweeps WHERE location = ? ORDER BY created DESC", (location,))
    return [
        msgspec.structs.replace(
            msgspec.json.decode(row["plan"], type=Sweep), state=row["state"], created=from_iso(row["created"])
        )
        for row in rows
    ]


def find(store: Store, location: str, name: str) -> Sweep | None:
    """One sweep by its name."""
    return next((each for each in listing(store, location) if each.wish.name == name), None)


def _grid(tuning: Tuning, wish: Wish) -> list[dict[str, float]]:
    """Every combination of the values that vary, each held to the model's range."""
    for name, values in wish.grid.items():
        for value in values:
            hyperparameters.effective(tuning, {name: value})
    names = list(wish.grid)
    return [dict(zip(names, map(float, values), strict=True)) for values in itertools.product(*wish.grid.values())]


def _samples(wish: Wish) -> list[tuple[int, Sample]]:
    """Repeats and samples; all of one repeat before the next, small ones first."""
    _refuse_odd(wish)
    return [
        (repeat, Sample(variant, size, wish.seed + repeat - 1 if size else wish.seed))
        for repeat in range(1, wish.repeats + 1)
        for size in sorted(set(wish.sizes)) or [0]
        for variant in dict.fromkeys(wish.variants)
    ]


def _refuse_odd(wish: Wish) -> None:
    numbers: Mapping[str, float | None] = {
        "repeats": wish.repeats,
        "jobs at once": wish.at_once,
        "jobs in the budget": wish.most_jobs,
    }
    for what, number in numbers.items():
        if number is not None and number < 1:
            raise UsageError(f"There must be 1 or more {what}, not {number:g}")
    if wish.most_dollars is not None and not wish.most_dollars > 0:
        raise UsageError("A budget in dollars must be more than nothing")


def _within(names: list[str], cells: list[Cell], wish: Wish) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Divides the cells by the budget; cells that are one and the same job count once."""
    if wish.most_dollars is not None and any(cell.dollars is None for cell in cells):
        raise UsageError(
            "A budget in dollars needs a price, and none is known for training this model",
            todo="Add one to your own catalogue, or give a budget in jobs",
        )
    by_name = {cell.job: cell for cell in cells}
    within: list[Cell] = []
    over: list[Cell] = []
    spent = 0.0
    for name in names:
        cell = by_name[name]
        cost = cell.dollars or 0.0
        fits = (wish.most_jobs is None or len(within) < wish.most_jobs) and (
            wish.most_dollars is None or spent + cost <= wish.most_dollars
        )
        (within if fits else over).append(cell)
        spent += cost if fits else 0.0
    return tuple(within), tuple(over)
