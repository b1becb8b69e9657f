"""Opens a file of records without any project, like `less`; the first decision makes a project beside it."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from core.catalog import load
from core.clock import SystemClock
from core.config import FILE, Config, Data
from core.data import Dataset
from core.store import Store
from core.usecase import project
from core.workspace import HIDDEN, Workspace, connect, find, open_project, own_catalog, quiet_folder


def workspace_for(path: Path, wishes: Mapping[str, object] | None = None) -> Workspace:
    """A project around a file: the one it lies in, looking at this file, or a quiet one of its own.

    A quiet one keeps where the reader was in the user's own folder, and leaves no trace beside the file.

    Args:
        path: The file.
        wishes: What the command line puts over `outcrop.yaml`.

    Raises:
        InputError: The file cannot be opened.
    """
    Dataset(path).close()
    path = path.resolve()
    around = find(path.parent)
    if around is None:
        return _alone(path, wishes or {})
    workspace = open_project(around, wishes=wishes)
    workspace.overrule(data=msgspec.structs.replace(workspace.config.data, source=str(path)))
    return workspace


def _alone(path: Path, wishes: Mapping[str, object]) -> Workspace:
    quiet = quiet_folder(path)

    def settle() -> Path:
        if not (path.parent / FILE).exists():
            project.create(path.parent, settings, workspace.catalog)
        workspace.hidden = path.parent / HIDDEN
        workspace.overrule(data=settings.data)
        workspace.reread()
        return workspace.hidden / "outcrop.db"

    settings, models = Config(name=path.stem, data=Data(source=path.name)), load(own_catalog())
    store = Store(quiet / "outcrop.db", settle, only_read=bool(wishes.get("read_only")))
    workspace = Workspace(path.parent, settings, store, models, SystemClock(), connect, quiet)
    workspace.overrule(**wishes)
    return workspace
