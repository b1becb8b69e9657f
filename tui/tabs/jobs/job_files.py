"""The objects in S3 that a job has read and written: looked for in a thread, and cleaned up."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import RefusedError
from core.text import count
from tui.tabs.jobs.actions import carry_out
from tui.tabs.jobs.selection import JobsSelection
from tui.tabs.stage import Action, Stage

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.training.job_files import JobFiles


class FilesInS3:
    """Knows the files of each job once somebody has asked for them."""

    def __init__(self, stage: Stage, selection: JobsSelection, found: Callable[[], None]) -> None:
        """Prepares the look-up.

        Args:
            stage: The tab.
            selection: What the tab shows.
            found: Called when a job's files are known.
        """
        self._stage, self._selection, self._found = stage, selection, found
        self._files: dict[str, JobFiles] = {}
        self._asked: set[str] = set()

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"clean_up": self.clean_up}

    def of(self, job: "Job") -> "JobFiles | None":
        """A job's files; None until a thread has found them."""
        if job.arn not in self._files and job.arn not in self._asked and job.detailed:
            self._asked.add(job.arn)
            workspace, others = self._stage.workspace, self._selection.all_jobs()

            def work() -> "JobFiles":
                from core.training.job_files import find

                return find(workspace.connection, job, others)

            self._stage.in_thread("files", work, lambda files: self._take(job.arn, files))
        return self._files.get(job.arn)

    def forget(self) -> None:
        """Looks in S3 again when somebody asks."""
        self._files.clear()
        self._asked.clear()

    def clean_up(self) -> None:
        """Asks, then deletes what the job under the cursor has left in S3."""
        job, workspace = self._selection.job(), self._stage.workspace
        self._stage.shell.refuse_if_read_only()
        files = self.of(job)
        if files is None:
            raise RefusedError("Its files are being looked for", todo="Once more in a moment")
        if not files.deletable:
            raise RefusedError(f"{job.name} has left nothing in S3")
        shared = f"{count(len(files.shared))}, which other jobs have read, too" if files.shared else "nothing"
        facts = [
            ("job", job.name),
            ("where", str(workspace.location)),
            ("results", f"{count(len(files.results), 'object')}; its loss curves go with them"),
            ("data", f"{count(len(files.data), 'object')} that no other job has read"),
            ("stays", shared),
        ]

        def work() -> str:
            from core.training.job_files import clean_up

            number = clean_up(workspace, job, files)
            return f"{count(number, 'object')} of {job.name} deleted"

        self._stage.confirm("Delete these objects in S3?", facts, lambda: carry_out(self._stage, "clean up", work))

    def _take(self, arn: str, files: "JobFiles") -> None:
        self._files[arn] = files
        self._found()
