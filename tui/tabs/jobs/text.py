"""What stands below the list of jobs: phases as a time line, the expected end, failures, events, lineage, sweeps."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.deployment.meter import hourly, spent
from core.text import count, duration, money, when
from core.training import explain
from tui.present import glyphs
from tui.present.line import Line, Span, fact_lines, flow, wrap
from tui.present.sweep import STATES, chosen, described, next_steps
from tui.tabs.jobs.rows import Item

if TYPE_CHECKING:
    from core.aws.customization import Job, Phase
    from core.deployment.endpoints import EndpointsSnapshot
    from core.errors import OutcropError
    from core.experiments.sweep_run import SweepSnapshot
    from core.store import Store
    from core.training.job_files import JobFiles
    from core.training.jobs import JobsSnapshot

_BAR = 24  # cells of the time line, at most
_LABEL = 12  # cells of the names of facts
_SWEEP_STYLES = {"waiting": "dim", "running": "accent", "done": "good", "failed": "bad", "stopped": "warn"}


def nothing(snapshot: "JobsSnapshot | None", silence: "OutcropError | None", *, settled: bool) -> list[str]:
    """Why there is not a single row: nobody was asked, nobody has answered yet, or there is none.

    Args:
        snapshot: The last answer; None before the first.
        silence: Why the last question was not answered; None where it was.
        settled: Whether there is a project, whose jobs one could ask for.
    """
    if not settled:
        return ["This file has no project yet, and so no jobs.", "", "The first decision in Data, 2, makes one."]
    if silence is not None:
        known = (
            f"No jobs at {snapshot.at.astimezone():%H:%M:%S}." if snapshot else "Which jobs there are is not known."
        )
        again = "Outcrop asks again by itself; r asks now."
        return [known, "", f"Nobody answers: {silence.what}. {silence.todo}".rstrip(), again]
    if snapshot is None:
        return ["Asking for the jobs…"]
    return ["No jobs yet.", "", "4 goes to Tune, where S submits one."]


def timeline(job: "Job", now: datetime, width: int) -> list[Line]:
    """The phases: each with its glyph, when it began or how long it took, and its share of the whole as a bar."""
    items: list[Line] = []
    for phase in job.phases:
        glyph = glyphs.JOBS.get(phase.status, glyphs.UNKNOWN)
        items.append([(f"{phase.name} ", "dim"), glyph, (_took(phase, now), "text")])
    if job.ended:
        items.append([(f"ended {when(job.ended, now)}", "dim")])
    bar = _shares(job, min(_BAR, width // 3)) if width >= 100 else []
    return flow([*items, bar] if bar else items, width)


def progress(job: "Job", snapshot: "JobsSnapshot", now: datetime, width: int) -> list[Line]:
    """How long a running job has run, and when like jobs would have it end; by the minute, not by the second."""
    if not job.running:
        return []
    from core.training.expectation import elapsed, expect

    minutes = int(elapsed(job, now).total_seconds() // 60)
    ran = f"running for {_minutes(minutes)}"
    expected = expect(job, snapshot.jobs, snapshot.ours)
    if expected is None:
        return flow([[(ran, "text")], [("no like job has completed yet, so no end is expected", "dim")]], width)
    likes = count(expected.jobs, "like job")
    if now > expected.latest:
        return flow([[(ran, "text")], [(f"longer than {likes} took: no end is expected", "warn")]], width)
    between = f"{when(expected.earliest, now)} to {when(expected.latest, now)}"
    sure = "as the one like job took" if expected.jobs == 1 else f"{between}, as {likes} took"
    end: Line = [("expected end ≈ ", "dim"), (when(expected.end, now), "text")]
    return flow([[(ran, "text")], end, [(sure, "dim")]], width)


def failure(job: "Job", width: int) -> list[Line]:
    """AWS's message, then what it means and what to do."""
    if not job.failure:
        return []
    lines: list[Line] = [[(line, "bad")] for line in wrap(job.failure, width)]
    found = explain(job.failure)
    if found is not None:
        lines += fact_lines([("that means", found.meaning), ("do", found.todo)], width, _LABEL)
    return lines


def events(job: "Job", store: "Store", width: int) -> list[Line]:
    """Everything that happened to a job, newest first."""
    from core.training.events import events_of

    found = events_of(job, store)
    return fact_lines([(f"{each.at.astimezone():%H:%M:%S}", each.what) for each in found], width, 10)


def latest_events(job: "Job", width: int) -> list[Line]:
    """The last few, in one line or two."""
    from core.training.events import events_of

    items: list[Line] = [
        [(f"{each.at.astimezone():%H:%M:%S} ", "dim"), (each.what, "text")] for each in events_of(job)[:4]
    ]
    return flow(items, width)[: 2 if width < 60 else 1]


def lineage(item: Item, job: "Job", width: int) -> list[Line]:
    """A job's values, and where its model comes from."""
    from core.training.lineage import lineage_of

    label = 26 if width >= 60 else 14
    origin = [] if item.ours else [("origin", "not submitted from here: O adopts it, to evaluate it")]
    return fact_lines([*job.hyperparameters.items(), *origin, *lineage_of(job, item.ours)], width, label)


def files(found: "JobFiles | None", job: "Job", width: int) -> list[Line]:
    """What a job has in S3."""
    if found is None:
        return [[("looking in S3…", "dim")]]
    rows: list[Line] = []
    for title, objects in (
        ("results", found.results),
        ("read by this job alone", found.data),
        ("read by other jobs, too", found.shared),
    ):
        rows.append([(f"{title}: {count(len(objects))}", "strong")])
        rows += [[("  " + part, "text")] for uri in objects for part in wrap(str(uri), width - 2)]
    if found.deletable and not job.running:
        rows += [[], [("Z deletes the first two, once that is confirmed", "dim")]]
    return rows


def sweep(found: "SweepSnapshot", arn: str, width: int) -> list[Line]:
    """A sweep's jobs, and what validation says of them."""
    wish = found.sweep.wish
    numbers = ", ".join(
        f"{count(found.number(state))} {state}"
        for state in ("done", "running", "waiting", "failed")
        if found.number(state)
    )
    lines: list[Line] = [[(wish.name, "strong"), (f"  {found.word}  {numbers}", "dim")]]
    for text in chosen(found):
        lines += [[(part, "text")] for part in wrap(text, width)]
    for at, (what, command) in enumerate(next_steps(found)):
        key = _step_key(found) if at == 0 else ""
        lines += [[(part, "accent")] for part in wrap(f"next: {what}{key}", width)]
        lines += [[("  ", "text"), (part, "text")] for part in wrap(command, width - 2)]
    lines.append([])
    for each in found.standings:
        variant, records, repeat, varied = described(each.cell)
        loss = each.job.validation_loss if each.job else None
        here: Span = ("▌" if each.job is not None and each.job.arn == arn else " ", "accent")
        what = f" {variant:<9}{records:>7}  {'' if wish.repeats == 1 else f'r{repeat} '}{varied}"
        glyph = (STATES[each.state], _SWEEP_STYLES.get(each.state, "dim"))
        lines.append([here, glyph, (what, "text"), (f"  {loss:.4f}" if loss is not None else "", "text")])
    if found.sweep.over:
        lines.append([(f"{count(len(found.sweep.over), 'job')} over the budget, not submitted", "dim")])
    lines += [[], [("P lets it submit no more", "dim")]] if found.word == "running" else []
    return lines


def _step_key(found: "SweepSnapshot") -> str:
    """The key that does a sweep's next step in its view."""
    if found.word in ("paused", "interrupted"):
        return ", key P"
    return ", key E" if found.best is not None else ""


def other(
    item: Item, endpoints: "EndpointsSnapshot | None", catalog: Catalog, now: datetime, width: int
) -> list[Line]:
    """What is known of an endpoint, a custom model, or a job that is gone."""
    from core.aws.endpoints import Endpoint

    if isinstance(item.source, Endpoint):
        it = item.source
        ours = endpoints.ours.get(it.arn) if endpoints else None
        rows = [
            ("endpoint", f"{it.state}, created {when(it.created, now)}"),
            ("kind", it.kind + (f", {count(it.units, 'model unit')}" if it.units else "")),
            ("rate", money(hourly(it, catalog), "/h") if it.kind == "provisioned" else "billed by the token"),
            ("so far", money(spent(it, catalog, now)) if it.kind == "provisioned" else ""),
            ("for", "an evaluation, and deleted after it" if ours and ours.purpose else ""),
            ("failed", it.failure),
            ("model", it.model),
            ("arn", it.arn),
        ]
        coming: list[Line] = []
        if it.state == "creating":
            usual = "Provisioned Throughput usually takes 20 to 30 minutes" if it.kind == "provisioned" else ""
            coming = [[(f"coming up since {when(it.created, now)}", "accent"), (f"  {usual}", "dim")]]
        return [*coming, *fact_lines([row for row in rows if row[1]], width, _LABEL)]
    if item.kind == "gone":
        lines: list[Line] = [[(part, "warn")] for part in wrap("Bedrock does not know this job any more.", width)]
        return [*lines, *fact_lines([("submitted", when(item.created, now)), ("arn", item.arn)], width, _LABEL)]
    rows = [
        ("custom model", "made by a job that is not in the list"),
        ("created", when(item.created, now)),
        ("base", getattr(item.source, "base_model", "")),
        ("arn", item.arn),
    ]
    return fact_lines(rows, width, 14)


def _took(phase: "Phase", now: datetime) -> str:
    """How long a phase took, or when it began: a running clock would write to the line all the time."""
    if phase.started is None:
        return ""
    if phase.status == "InProgress":
        return f" since {when(phase.started, now)}"
    return " " + duration(max(0.0, ((phase.changed or now) - phase.started).total_seconds()))


def _shares(job: "Job", width: int) -> Line:
    """The phases that are over, each as long as its share of their time."""
    spans = [
        (phase.changed - phase.started).total_seconds()
        for phase in job.phases
        if phase.started and phase.changed and phase.status == "Completed"
    ]
    whole = sum(spans)
    if not whole or len(spans) < 2:
        return []
    marks: Sequence[str] = ("░", "▒", "█")
    return [(marks[at % 3] * max(1, round(width * each / whole)), "dim") for at, each in enumerate(spans)]


def _minutes(minutes: int) -> str:
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"
