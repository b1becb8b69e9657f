"""What comes into a project and leaves it, as tasks that outlive the dashboard."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.errors import UsageError
from core.text import count
from tui.format.importing import Importing
from tui.work import in_thread, start_task

if TYPE_CHECKING:
    from core.data.annotation.rationale import RationalePlan
    from core.tasks import Task

_SOME = 50  # records that a rationale is offered for at first
_OURS = (("export",), ("import",), ("rationale",))


class Bringing(Importing):
    """The Format tab, with what takes longer."""

    def task_advanced(self, task: "Task") -> None:
        """One of them goes on, or ended: shows what it brought."""
        if task.argv[:1] not in _OURS:
            return
        if task.state == "running" and task.progress is not None:
            found = task.progress
            total = f" of {count(found.total)}" if found.total else ""
            self.say(f"{found.note or task.title}  {count(found.done)}{total} {found.unit}")
        elif task.state == "done" and task.argv[:1] == ("export",):
            self._find_export("written")
            if "--upload" in task.argv:
                self.say(f"✓ uploaded to {self.workspace.config.bucket}", "good")
        elif task.state == "done" and task.argv[:1] == ("rationale",):
            self.reload()
            self.say("✓ rationales are there: in Data, rationale IS NOT NULL shows them, u takes them back", "good")
        elif task.state == "done":
            self.imported(task)

    def done(self, what: str, result: Any) -> None:
        """Work in a thread ended: something is to be confirmed."""
        super().done(what, result)
        if what not in ("planned", "reachable"):
            return
        self._say()
        if what == "planned" and self.in_front:
            self._confirm_rationales(*result)
        elif self.in_front:
            self._confirm_upload(result)

    def action_rationale(self) -> None:
        """Asks for how many records a model is to write the reasoning; then says what that takes, and asks again."""
        self.shell.refuse_if_read_only()
        self.bar.ask("rationales for how many, by chance (or `all`)", str(_SOME), self._plan_rationales)

    def _plan_rationales(self, text: str) -> None:
        wanted = text.strip().lower()
        if wanted != "all" and not (wanted.isdecimal() and int(wanted)):
            raise UsageError(f"{wanted!r} is no number of records", todo="Give a number, or all")
        sample, workspace = None if wanted == "all" else int(wanted), self.workspace
        self.say("working out what that takes")

        def work() -> "tuple[int | None, RationalePlan]":
            from core.data.annotation.rationale import prepare

            return sample, prepare(workspace, sample=sample)

        in_thread(self, "planned", work)

    def _confirm_rationales(self, sample: int | None, planned: "RationalePlan") -> None:
        from tui.present.spending import rationale_facts
        from tui.widgets.confirm import Confirm

        if not planned.forecast.records:
            self.say("Every record that trains has a rationale already", "good")
            return
        many = count(planned.forecast.records, "record")
        words = ("--all",) if sample is None else ("--sample", str(sample))
        self.app.push_screen(
            Confirm(
                f"Let {planned.annotator.model} write the reasoning of {many}?",
                rationale_facts(self.workspace, planned),
            ),
            lambda yes: self._start(
                bool(yes), lambda: start_task(self.workspace, "rationale", "rationale", *words, "--yes", "--json")
            ),
        )

    def action_write(self) -> None:
        """Writes the files for the project's model, as a task that outlives the dashboard."""
        self._export_as_task("writing the training, validation and test files")

    def action_upload(self) -> None:
        """Writes them and uploads them, once the bucket was looked at and that is confirmed."""
        from core.formatting import upload
        from core.tuning.submission import word

        self.shell.refuse_if_read_only()
        workspace = self.workspace
        prefix = upload.home(workspace.config.bucket, word(workspace.config.name))
        self.say("looking at the bucket")

        def work() -> str:
            upload.check(workspace.connection, prefix)
            return prefix

        in_thread(self, "reachable", work)

    def _confirm_upload(self, prefix: str) -> None:
        from tui.widgets.confirm import Confirm

        config = self.workspace.config
        facts = [
            ("where", str(self.workspace.location)),
            ("to", prefix),
            ("what", "the training and validation files; what lies there already is not sent twice"),
            ("format", f"for {config.model}, template {config.format.template}"),
            ("train", count(self.sample, "record") if self.sample else "all records of the training part"),
        ]
        what = f"uploading to {config.bucket}"
        self.app.push_screen(
            Confirm("Write and upload the files?", facts),
            lambda yes: self._start(bool(yes), lambda: self._export_as_task(what, "--upload")),
        )

    def _start(self, yes: bool, act: "Callable[[], object]") -> None:
        if yes:
            self.attempt(act)

    def _export_as_task(self, what: str, *options: str) -> None:
        self.shell.refuse_if_read_only()
        sample = ("--sample", str(self.sample)) if self.sample else ()
        start_task(self.workspace, "export", "export", *options, *sample)
        self.say(what)
