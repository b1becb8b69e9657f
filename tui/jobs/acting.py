"""What the Jobs tab does: stop, evaluate, adopt, delete, clean up, pause and go on; each asked for in a thread."""

from typing import TYPE_CHECKING, Any

from core.errors import RefusedError
from core.text import count
from tui import keys
from tui.jobs.items import Item
from tui.messages import StageOpened
from tui.present.sweep import facts
from tui.tabs.stage import Stage
from tui.work import in_thread, start_task

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.experiments.sweep import Sweep
    from core.experiments.sweep_run import SweepSnapshot
    from core.training.files import JobFiles
    from core.training.jobs import JobsSnapshot

_CARRIED_OUT = ("stop", "delete", "clean up", "adopt", "pause", "begin")


class Acting(Stage):
    """A tab whose rows can be acted upon."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self.snapshot: JobsSnapshot | None = None
        self._files: dict[str, JobFiles] = {}
        self._looking: set[str] = set()
        self._sweeps: list[SweepSnapshot] = []
        self._sweeping = False

    @property
    def item(self) -> Item | None:
        """The row under the cursor."""
        raise NotImplementedError

    def done(self, what: str, result: Any) -> None:
        """Something was carried out, or looked for."""
        if what == "files":
            arn, found = result
            self._files[arn] = found
        elif what == "sweeps":
            self._sweeps, self._sweeping = result, False
        elif what == "plan":
            self._ask_to_sweep(result)
        elif what in _CARRIED_OUT:
            self.say(str(result), "good")
            self.shell.refresh_stage()

    def failed(self, what: str, error: Any) -> None:
        """What failed may be tried again."""
        self._sweeping = self._sweeping and what != "sweeps"
        super().failed(what, error)

    # Keys

    def action_stop(self) -> None:
        """Asks, then stops the job under the cursor."""
        job = self._job()
        self.shell.refuse_if_read_only()
        if not job.running:
            raise RefusedError(f"{job.name} is {job.status.lower()}: there is nothing to stop")
        facts = [
            ("job", job.name),
            ("where", str(self.workspace.location)),
            ("status", job.status),
            ("then", "what it has trained is lost; what it has used may be billed"),
        ]

        def work() -> str:
            from core.training.jobs import stop

            stop(self.workspace, job)
            return f"{job.name} is stopping"

        self._confirm("Stop this job?", facts, "stop", work)

    def chosen(self) -> "Job | None":
        """The job that validation chose, where that is what is in sight."""
        return None

    def action_evaluate(self) -> None:
        """To Evaluate, with this job, or with the one that its sweep chose where that is in sight."""
        job = self.chosen() or self._job()
        if job.status != "Completed":
            self.say(f"{job.name} is {job.status.lower()}: only a completed job has a model", "warn")
        elif self.snapshot is not None and self.snapshot.model_deleted(job):
            self.say(f"the custom model of {job.name} is deleted", "warn")
        elif self.snapshot is not None and job.arn not in self.snapshot.ours:
            self.say(f"{job.name} was not submitted from here: O adopts it first", "warn")
        else:
            self.post_message(StageOpened(keys.STAGE_NAMES.index("evaluate") + 1, job.arn))

    def action_clone(self) -> None:
        """To Tune, which shows what a new job would do otherwise; there the same key takes the parameters over."""
        self.post_message(StageOpened(keys.STAGE_NAMES.index("tune") + 1, self._job().arn))

    def action_adopt(self) -> None:
        """Takes a job made elsewhere into the project, with the leakage that it really has."""
        job, snapshot = self._job(), self.snapshot
        self.shell.refuse_if_read_only()
        if snapshot is None:
            return

        def work() -> str:
            from core.training.adoption import adopt

            leak = adopt(self.workspace, job, snapshot).leakage
            return f"{job.name} is adopted; it was trained on {leak.question:.0%} of the test questions"

        in_thread(self, "adopt", work)
        self.say(f"reading what {job.name} was trained on…")

    def action_delete(self) -> None:
        """Asks, then deletes the custom model of the job under the cursor, or the one under it."""
        item = self.item
        self.shell.refuse_if_read_only()
        if item is None or item.kind in ("endpoint", "gone"):
            raise RefusedError("There is no custom model here", todo="Endpoints are deleted in Deploy: 7")
        job = item.job
        name, arn = (job.model_name, job.model_arn) if job else (item.name, item.arn)
        if not arn:
            raise RefusedError(f"{item.name} has made no model")
        facts = [
            ("model", name),
            ("where", str(self.workspace.location)),
            ("then", "it is gone for good; what was evaluated stays"),
        ]

        def work() -> str:
            from core.training.jobs import delete_model

            delete_model(self.workspace, name, arn)
            return f"{name} is deleted"

        self._confirm("Delete this custom model?", facts, "delete", work, type_name=name)

    def action_clean_up(self) -> None:
        """Asks, then deletes what a job has left in S3."""
        job = self._job()
        self.shell.refuse_if_read_only()
        found = self._files.get(job.arn)
        if found is None:
            self.files_of(job)
            raise RefusedError("Its files are being looked for", todo="Once more in a moment")
        if not found.deletable:
            raise RefusedError(f"{job.name} has left nothing in S3")
        shared = f"{count(len(found.shared))}, which other jobs have read, too" if found.shared else "nothing"
        facts = [
            ("job", job.name),
            ("where", str(self.workspace.location)),
            ("results", f"{count(len(found.results), 'object')}; its loss curves go with them"),
            ("data", f"{count(len(found.data), 'object')} that no other job has read"),
            ("stays", shared),
        ]

        def work() -> str:
            from core.training.files import clean_up

            number = clean_up(self.workspace, job, found)
            return f"{count(number, 'object')} of {job.name} deleted"

        self._confirm("Delete these objects in S3?", facts, "clean up", work)

    def action_sweep(self) -> None:
        """Asks for a sweep as the plain command takes it, plans it, and starts it once its facts are confirmed."""
        self.shell.refuse_if_read_only()
        self.bar.ask("sweep", "NAME --vary learningRateMultiplier=0.5,1 --size 500", self._plan_sweep)

    def _plan_sweep(self, words: str) -> None:
        from core.experiments.options import wish

        _, options = self.shell.command_line.parse("sweep start", words)
        options.pop("yes")
        workspace = self.workspace
        wanted = wish(workspace, **options)

        def work() -> "Sweep":
            from core.experiments import sweep

            return sweep.plan(workspace, wanted)

        in_thread(self, "plan", work)
        self.say(f"planning {wanted.name}: which jobs, on which records…")

    def _ask_to_sweep(self, planned: "Sweep") -> None:
        def begin() -> str:
            from core.experiments import sweep

            sweep.keep(self.workspace.store, self.workspace.connection.location.key, planned)
            start_task(self.workspace, f"sweep {planned.wish.name}", "sweep", "resume", planned.wish.name)
            return f"{planned.wish.name} has begun"

        self._confirm("Start this sweep?", facts(self.workspace, planned), "begin", begin)

    def action_pause(self) -> None:
        """Lets the sweep that a job belongs to submit no more, or go on."""
        found = self.sweep_of(self.item)
        self.shell.refuse_if_read_only()
        if found is None:
            raise RefusedError("No job of a sweep is under the cursor", todo="Start one with `outcrop sweep start`")
        name = found.sweep.wish.name
        if found.word == "done":
            raise RefusedError(f"The sweep {name} is done")
        if found.word in ("paused", "interrupted"):
            start_task(self.workspace, f"sweep {name}", "sweep", "resume", name)
            self.say(f"going on with {name}")
            return

        def work() -> str:
            from core.experiments.sweep_run import pause

            pause(self.workspace, name)
            return f"{name} submits no more; jobs under way go on"

        in_thread(self, "pause", work)

    # What is looked for in threads

    def files_of(self, job: "Job") -> "JobFiles | None":
        """What a job has in S3, as soon as that is known."""
        others = self.snapshot.jobs if self.snapshot else ()
        if job.arn not in self._files and job.arn not in self._looking and job.detailed:
            self._looking.add(job.arn)

            def work() -> "tuple[str, JobFiles]":
                from core.training.files import find

                return job.arn, find(self.workspace, job, others)

            in_thread(self, "files", work)
        return self._files.get(job.arn)

    def forget_files(self) -> None:
        """Looks in S3 again."""
        self._files.clear()
        self._looking.clear()

    def sweep_of(self, item: Item | None) -> "SweepSnapshot | None":
        """The sweep that a job belongs to."""
        if item is None:
            return None
        return next(
            (found for found in self._sweeps if any(cell.job == item.name for cell in found.sweep.cells)), None
        )

    def ask_for_sweeps(self) -> None:
        """Works out how the sweeps stand, where there are any."""
        snapshot, workspace = self.snapshot, self.workspace
        if snapshot is None or self._sweeping or workspace.store.row("SELECT 1 FROM sweeps LIMIT 1") is None:
            return
        self._sweeping = True

        def work() -> "list[SweepSnapshot]":
            from core.experiments.sweep import listing
            from core.experiments.sweep_run import standing

            return [standing(workspace, each, snapshot) for each in listing(workspace.store, snapshot.location.key)]

        in_thread(self, "sweeps", work)

    def _confirm(self, question: str, facts: list[tuple[str, str]], what: str, work: Any, **more: str) -> None:
        from tui.widgets.confirm import Confirm

        def answered(yes: bool | None) -> None:
            if yes:
                in_thread(self, what, work)
                self.say(f"{what}…")

        self.app.push_screen(Confirm(question, facts, **more), answered)

    def _job(self) -> "Job":
        item = self.item
        job = item.job if item else None
        if job is None:
            raise RefusedError("There is no job under the cursor")
        return job
