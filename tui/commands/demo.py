"""`outcrop demo`: all seven stages on a scratch project, as a dashboard or as text."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import sample_data
from core.text import count, decimal, visible
from core.usecase import problem_named
from tui.commands.context import Context, seconds
from tui.commands.dashboard import run
from tui.commands.printing import emit, out, say

if TYPE_CHECKING:
    from core.experiments.turn import Turn
    from core.records.check import CheckReport
    from core.workspace import Workspace

_PACE = 12.0  # seconds of a job in the dashboard, so that watching it is worth it
_PLAIN_PACE = 3.0


@click.command("demo")
@click.option("--plain", is_flag=True, help="Go through all seven stages and print them.")
@click.option("--json", "as_json", is_flag=True, help="The same as one JSON object.")
@click.option("--fresh", is_flag=True, help="Begin with a new scratch project.")
@click.option("--data", type=click.Path(path_type=Path), help="Another file in TAT-QA's format.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the scratch project is.")
@click.option("--pace", type=float, callback=seconds, help="Seconds that a rehearsed job takes.")
@click.pass_obj
def command(
    context: Context,
    plain: bool,
    as_json: bool,
    fresh: bool,
    data: Path | None,
    folder: Path | None,
    pace: float | None,
) -> None:
    """Opens the dashboard on a scratch project with sample data; with --plain, takes one whole turn instead."""
    from core.workspace import demo_folder

    sample = data or sample_data.path(sample_data.FINANCE_QA)
    if not plain and not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        from core.experiments.turn import scratch_project

        home = folder or demo_folder()
        if fresh:
            _clear(home)
        run(context.adjusted(scratch_project(home, sample, pace=_PACE if pace is None else pace)))
        say(f"The scratch project stays in {home}")
        return
    _plain(context, sample, folder, _PLAIN_PACE if pace is None else pace, as_json)


def _plain(context: Context, sample: Path, folder: Path | None, pace: float, as_json: bool) -> None:
    """A new project each time, so that every figure is made before the reader's eyes."""
    import tempfile

    from core.experiments.turn import scratch_project, summary, take

    home = Path(tempfile.mkdtemp(prefix="outcrop-demo-")) if folder is None else folder
    try:
        workspace = context.adjusted(scratch_project(home, sample, pace=pace))
        stages = _Stages(workspace, quiet=as_json)
        stages.use_case()
        stages.data()
        with context.work() as (report, cancel):
            turn = take(workspace, stages.say, report, cancel)
        if as_json:
            emit(summary(turn))
        else:
            stages.results(turn)
        workspace.close()  # before its folder goes
    finally:
        if folder is None:
            _clear(home)


def _clear(home: Path) -> None:
    from core.rehearsal import process
    from core.workspace import rehearsal_folder

    process.stop(rehearsal_folder(home))
    shutil.rmtree(home, ignore_errors=True)


class _Stages:
    """Prints the seven stages as they happen."""

    def __init__(self, workspace: "Workspace", *, quiet: bool) -> None:
        self._workspace = workspace
        self._quiet = quiet

    def say(self, number: int, text: str) -> None:
        """One line for one stage."""
        names = ("Use case", "Data", "Format", "Tune", "Jobs", "Evaluate", "Deploy")
        (say if self._quiet else out)(f"{number} {names[number - 1]:<9} {text}")

    def use_case(self) -> None:
        """Stage 1, from the configuration and the article."""
        case = self._workspace.config.use_case
        found = problem_named(case.problem)
        advice = f"; fine-tuning {found.fine_tuning}, prompting + RAG {found.prompting}" if found else ""
        self.say(1, f"{case.task}{advice}")

    def data(self) -> None:
        """Stage 2, the check of all records."""
        report = self._check()
        issues = ", ".join(f"{issue.rule} {issue.count}" for issue in report.issues) or "no findings"
        self.say(2, f"{count(report.records, 'record')}: {issues}")

    def _check(self) -> "CheckReport":
        from core.data.check_file import check_file
        from core.data.project_records import renderer

        workspace = self._workspace
        _, tuning = workspace.catalog.tuning_of(workspace.config.model)
        found = workspace.path(workspace.config.data.source)
        return check_file(found, tuning, lambda: renderer(workspace.folder, workspace.config.format)).report

    def results(self, turn: "Turn") -> None:
        """What the turn brought: the loss, the comparison, the endpoint's answer."""
        from tui.present.comparison import text

        training, validation = turn.curves.training, turn.curves.validation
        out()
        out(f"REHEARSAL {self._workspace.config.region} on {self._workspace.config.rehearsal.as_of}")
        steps = count(len(training), "step")
        out(f"loss {decimal(training[0].loss, 2)} → {decimal(training[-1].loss, 2)} over {steps}")
        if validation:
            out(f"validation loss {decimal(validation[0].loss, 2)} → {decimal(validation[-1].loss, 2)}")
        for line in text(turn.comparison, self._workspace.config):
            out(line)
        answered = turn.answered
        out(f"asked {answered.endpoint}: {visible(answered.question)}")
        out(
            f"  it said {visible(answered.answer)} ({answered.latency_ms} ms), the truth is {visible(answered.truth)}"
        )
