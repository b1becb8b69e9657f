"""What parts of the dashboard tell each other, in the past tense. Tabs never call one another."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from textual.message import Message

from core.errors import OutcropError

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.deployment.endpoints import EndpointsSnapshot
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot


class StageOpened(Message):
    """Somebody asked for a stage, perhaps for something in it."""

    def __init__(self, stage: int, target: int | str | None = None) -> None:
        super().__init__()
        self.stage = stage
        self.target = target


Topic = Literal["decisions", "answers", "runs", "project", "config"]
"""What was written.

- `decisions`: another process decided something, undid or redid it.
- `answers`: a model that another process asks has answered: in an evaluation, as a judge, with a rationale.
- `runs`: another process has begun an evaluation, or ended one.
- `project`: what was a bare file is a project.
- `config`: outcrop.yaml, here or by another process.

Tasks come as `TaskAdvanced`.
"""


class Changed(Message):
    """Something was written that tabs show."""

    def __init__(self, topic: Topic) -> None:
        super().__init__()
        self.topic = topic


class JobsPolled(Message):
    """All jobs, as of now."""

    def __init__(self, snapshot: "JobsSnapshot") -> None:
        super().__init__()
        self.snapshot = snapshot


class JobsEnded(Message):
    """Jobs that were seen running have ended."""

    def __init__(self, jobs: "tuple[Job, ...]") -> None:
        super().__init__()
        self.jobs = jobs


class EndpointsPolled(Message):
    """All endpoints, as of now."""

    def __init__(self, snapshot: "EndpointsSnapshot") -> None:
        super().__init__()
        self.snapshot = snapshot


class PollFailed(Message):
    """Nobody answered, or AWS refused."""

    def __init__(self, error: OutcropError) -> None:
        super().__init__()
        self.error = error


class TaskAdvanced(Message):
    """A task came further, or ended."""

    def __init__(self, task: "Task") -> None:
        super().__init__()
        self.task = task


class Delivered(Message):
    """A thread has something for the screen: `act` is to be called there."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self.act = act
