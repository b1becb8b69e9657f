"""Exports: the training, validation and test files, written and uploaded by a task that outlives the dashboard."""

from collections.abc import Callable, Mapping

from core.text import count
from tui.tabs.stage import Action, Stage
from tui.work import start_task


class ExportActions:
    """Writes and uploads the files by the plain command."""

    def __init__(self, stage: Stage, sample: Callable[[], int]) -> None:
        """Prepares the actions.

        Args:
            stage: The tab.
            sample: Gives how many training records an export takes; 0 for all.
        """
        self._stage, self._sample = stage, sample

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"write": self.write, "upload": self.upload}

    def write(self) -> None:
        """Writes the files for the project's model."""
        self._start("writing the training, validation and test files")

    def upload(self) -> None:
        """Writes them and uploads them, once the bucket was looked at and that is confirmed."""
        from core.formatting import upload
        from core.tuning.submission import word

        self._stage.shell.refuse_if_read_only()
        workspace = self._stage.workspace
        prefix = upload.home(workspace.config.bucket, word(workspace.config.name))
        self._stage.say("looking at the bucket")
        self._stage.in_thread(
            "bucket", lambda: upload.check(workspace.connection, prefix), lambda _: self._confirm(prefix)
        )

    def _confirm(self, prefix: str) -> None:
        self._stage.say_state()
        if not self._stage.in_front:
            return
        workspace, sample = self._stage.workspace, self._sample()
        config = workspace.config
        facts = [
            ("where", str(workspace.location)),
            ("to", prefix),
            ("what", "the training and validation files; what lies there already is not sent twice"),
            ("format", f"for {config.model}, template {config.format.template}"),
            ("train", count(sample, "record") if sample else "all records of the training part"),
        ]
        saying = f"uploading to {config.bucket}"
        self._stage.confirm("Write and upload the files?", facts, lambda: self._start(saying, "--upload"))

    def _start(self, saying: str, *options: str) -> None:
        self._stage.shell.refuse_if_read_only()
        sample = ("--sample", str(self._sample())) if self._sample() else ()
        start_task(self._stage.workspace, "export", "export", *options, *sample)
        self._stage.say(saying)
