"""What front ends say of a sweep: its facts before it is paid for, its cells, and what validation chose."""

import shlex
from typing import TYPE_CHECKING

from core.text import count, money, number

if TYPE_CHECKING:
    from core.experiments.sweep import Cell, Sweep
    from core.experiments.sweep_run import SweepSnapshot
    from core.workspace import Workspace

STATES = {"waiting": "◌", "running": "◐", "done": "✓", "failed": "✗", "stopped": "■", "gone": "?"}
_BEST = 3  # choices that are named


def facts(workspace: "Workspace", planned: "Sweep") -> list[tuple[str, str]]:
    """What a person confirms: how many jobs on which data, at which price."""
    wish = planned.wish
    sizes = sorted({cell.records for cell in (*planned.cells, *planned.over)})
    varied = [f"{name} {', '.join(map(number, values))}" for name, values in wish.grid.items()]
    over = f"; {count(len(planned.over), 'job')} over the budget left out" if planned.over else ""
    cost = money(planned.dollars) + (" (no price is known)" if planned.dollars is None else "")
    return [
        ("where", f"{workspace.location} {workspace.location.as_of}".strip()),
        ("model", planned.model),
        ("jobs", f"{count(len(planned.cells))}, {count(wish.at_once)} at a time{over}"),
        ("data", f"{', '.join(wish.variants)}: {', '.join(map(count, sizes))} training records"),
        ("vary", "; ".join(varied) or "nothing: the project's own values"),
        ("repeats", count(wish.repeats)),
        ("cost", cost),
    ]


def described(cell: "Cell") -> list[str]:
    """What sets a cell apart: variant, records, repeat, and the values that vary."""
    varied = ", ".join(f"{name} {number(value)}" for name, value in cell.varied.items())
    return [cell.sample.variant, count(cell.records), count(cell.repeat), varied]


def chosen(snapshot: "SweepSnapshot") -> list[str]:
    """The best on validation in words, and how sure that is."""
    found = []
    for place, choice in enumerate(snapshot.choices[:_BEST], 1):
        spread = f" ± {choice.spread:.4f}" if choice.spread is not None else ""
        variant, records, _, varied = described(choice.cell)
        what = f"{variant}, {records} records" + (f", {varied}" if varied else "")
        found.append(f"{place}. validation loss {choice.mean:.4f}{spread}  {what}  {choice.job}")
    if found and snapshot.sweep.wish.repeats == 1:
        found.append("One repeat each: how much of a difference is chance is not known.")
    return found


def next_steps(snapshot: "SweepSnapshot") -> list[tuple[str, str]]:
    """What one does now, and its plain command: go on, or measure on the test part what validation chose."""
    if snapshot.word in ("paused", "interrupted"):
        return [("go on", f"outcrop sweep resume {shlex.quote(snapshot.sweep.wish.name)}")]
    if snapshot.ended < len(snapshot.standings):
        return []
    if snapshot.best is None:
        return [("no job of it is done: see why", "outcrop jobs")]
    steps = [("evaluate the best against its base model on the test part", f"outcrop evaluate {snapshot.best.name}")]
    sizes = snapshot.best_of_sizes
    if len(sizes) > 1:
        names = " ".join(job.name for job in sizes)
        steps.append(("F1 by training size: evaluate the best of each size", f"outcrop evaluate {names}"))
    return steps
