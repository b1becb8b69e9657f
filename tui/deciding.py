"""What a key in the Data tab writes to the journal of decisions, and what it says about it."""

from core.data import decisions
from core.data.decisions import Change, Kind
from core.errors import RefusedError
from core.text import count
from core.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.data.view import View


def decide(workspace: Workspace, view: "View", number: int, kind: Kind, value: str | None) -> None:
    """Decides about a row, at once on disk.

    Raises:
        RefusedError: The line cannot be read, so that it has no identity.
        InputError: The store cannot be written.
    """
    from core.data.reviewer import reviewer

    subjects = view.subjects([number])
    if not subjects:
        raise RefusedError("This line cannot be read, so nothing can be decided about it")
    who, now = reviewer(workspace), workspace.clock.now()
    decisions.decide(workspace.store, subjects, kind, value, who=who, now=now)
    view.refresh()


def undo(workspace: Workspace, view: "View") -> str:
    """Takes back the last decision; returns what to say."""
    return _said("undone", "nothing to undo", decisions.undo(workspace.store, workspace.clock.now()), view)


def redo(workspace: Workspace, view: "View") -> str:
    """Brings back what was taken back last; returns what to say."""
    return _said("redone", "nothing to redo", decisions.redo(workspace.store), view)


def is_stale(view: "View", number: int) -> bool:
    """Whether a row has changed since it was decided about."""
    held = view.decision(number).content
    return bool(held) and any(subject.content != held for subject in view.subjects([number]))


def _said(done: str, nothing: str, change: Change | None, view: "View") -> str:
    view.refresh()
    return nothing if change is None else f"{done}: {change.kind} of {count(len(change.records), 'record')}"
