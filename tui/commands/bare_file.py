"""Opens a file of records without any project, like `less`; the first decision makes a project beside it."""

import hashlib
import os
import shutil
from pathlib import Path

import msgspec

from core.catalog import load
from core.clock import SystemClock
from core.config import FILE, Config, Data, read
from core.data import Dataset
from core.store import Store
from core.usecase import project
from core.workspace import HIDDEN, Workspace, connect, find, open_project, own_catalog, own_state


def workspace_for(path: Path) -> Workspace:
    """A project around a file: the one it lies in, looking at this file, or a quiet one of its own.

    A quiet one keeps where the reader was in the user's own folder, and leaves no trace beside the file; so does a
    project that cannot be written, whose decisions are read from a copy.

    Raises:
        InputError: The file cannot be opened.
    """
    Dataset(path).close()
    path = path.resolve()
    around = find(path.parent)
    if around is None:
        return _alone(path)
    workspace = looked_at(around)
    workspace.overrule(data=msgspec.structs.replace(workspace.config.data, source=str(path)))
    return workspace


def looked_at(project: Path) -> Workspace:
    """A project to read: itself, or, where nobody may write, with a copy of its store."""
    return open_project(project) if _writable(project) else _beheld(project)


def _writable(project: Path) -> bool:
    hidden = project / HIDDEN
    return os.access(hidden if hidden.exists() else project, os.W_OK)


def _beheld(project: Path) -> Workspace:
    quiet = _quiet(project)
    quiet.mkdir(parents=True, exist_ok=True)
    for name in ("outcrop.db", "outcrop.db-wal"):
        (quiet / name).unlink(missing_ok=True)
        if (project / HIDDEN / name).exists():
            shutil.copyfile(project / HIDDEN / name, quiet / name)
    settings, models = read(project / FILE), load(own_catalog())
    store = Store(quiet / "outcrop.db", lambda: project / HIDDEN / "outcrop.db")
    return Workspace(project, settings, store, models, SystemClock(), connect, quiet)


def _quiet(path: Path) -> Path:
    """The folder for what is only looked at."""
    return own_state() / "looked-at" / hashlib.sha256(bytes(path)).hexdigest()[:16]


def _alone(path: Path) -> Workspace:
    quiet = _quiet(path)

    def settle() -> Path:
        if not (path.parent / FILE).exists():
            project.create(path.parent, settings, workspace.catalog)
        workspace.hidden = path.parent / HIDDEN
        workspace.overrule(data=settings.data)
        workspace.reread()
        return workspace.hidden / "outcrop.db"

    settings, models = Config(name=path.stem, data=Data(source=path.name)), load(own_catalog())
    store = Store(quiet / "outcrop.db", settle)
    workspace = Workspace(path.parent, settings, store, models, SystemClock(), connect, quiet)
    return workspace
