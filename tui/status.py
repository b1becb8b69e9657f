"""What the first line says, what the bar says of a task, and what a quit would leave behind."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from core.aws.location import Location
from core.text import count, duration, when
from tui.present.line import Span

if TYPE_CHECKING:
    from datetime import datetime

    from core.deployment.endpoints import EndpointsSnapshot
    from core.deployment.last_known import LastKnown
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot


def places(location: Location) -> list[str]:
    """Where the project runs, from the fullest wording to the shortest; the rehearsal is never left out."""
    if location.rehearsed:
        return [f"{location} {location.as_of}", str(location), "REHEARSAL"]
    return [str(location), f"AWS {location.account[-4:]} {location.region}", f"AWS {location.region}"]


def fields(
    tasks: "Iterable[Task]",
    jobs: "JobsSnapshot | None",
    endpoints: "EndpointsSnapshot | None",
    known: "LastKnown | None",
    now: "datetime",
    *,
    read_only: bool,
    silent: bool,
) -> list[Span]:
    """The right side of the status line.

    Args:
        tasks: All that are known.
        jobs: As they were seen last; None before the first answer.
        endpoints: As they are; None while nobody says.
        known: The last answer about endpoints, of this start or of one before.
        now: The moment.
        read_only: Nothing may be changed.
        silent: The last question was not answered.
    """
    found: list[Span] = [("READ-ONLY", "panel_warn")] if read_only else []
    if silent:
        found.append(("! no answer", "panel_warn"))
    found += [(f"◐ {task.title}", "panel_accent") for task in tasks if task.state == "running"][:1]
    running = jobs.running if jobs else 0
    found.append((f"◐ {count(running, 'job')}", "panel_accent") if running else ("◌ idle", "panel_dim"))
    if endpoints:
        said, meter = str(endpoints.meter), endpoints.meter
    elif known:
        said, meter = f"at {when(known.at, now)} {known.meter}", known.meter
    else:
        said, meter = "$ ?/h", None
    found.append((said, "panel_warn" if meter and meter.billing else "panel_dim"))
    return found


def told(task: "Task") -> list[Span]:
    """How far a task is, or how it ended."""
    if task.state == "running":
        if task.progress is None:
            return [(f"◐ {task.title}", "accent")]
        total = f" of {count(task.progress.total)}" if task.progress.total is not None else ""
        done = f"{count(task.progress.done)}{total} {task.progress.unit}"
        return [(f"◐ {task.title}", "accent"), (f"  {task.progress.note}  {done}", "dim")]
    if task.state == "failed":
        return [(f"✗ {task.title}", "bad"), (f"  {task.result}", "dim")]
    if task.state == "stopped":
        return [(f"■ {task.title} stopped", "warn"), ("  start it again to go on", "dim")]
    took = f"  done in {duration((task.ended - task.started).total_seconds())}" if task.ended else "  done"
    return [(f"✓ {task.title}", "good"), (took, "dim")]


def unfinished(
    tasks: "Iterable[Task]",
    jobs: "JobsSnapshot | None",
    endpoints: "EndpointsSnapshot | None",
    known: "LastKnown | None",
    now: "datetime",
) -> Sequence[tuple[str, str]]:
    """What goes on or bills without Outcrop: the facts of the quit guard.

    Args:
        tasks: All that are known.
        jobs: As they were seen last; None before the first answer.
        endpoints: As they are; None while nobody says.
        known: The last answer about endpoints, of this start or of one before.
        now: The moment.
    """
    facts = []
    if jobs and jobs.running:
        facts.append(("jobs", f"{count(jobs.running, 'job')} in progress"))
    facts += [("task", task.title) for task in tasks if task.state == "running"]
    if endpoints:
        if endpoints.meter.billing:
            facts.append(("endpoints", f"{endpoints.meter} until they are deleted"))
    elif known and known.meter.billing:
        facts.append(("endpoints", f"{known.meter} at {when(known.at, now)}, and nobody has answered since"))
    return facts
