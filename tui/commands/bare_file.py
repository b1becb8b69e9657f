"""Opens a file of records without any project, like `less`; the first decision makes a project beside it."""

from pathlib import Path

import msgspec

from core.catalog import load
from core.clock import SystemClock
from core.config import Config, Data
from core.store import Store
from core.workspace import HIDDEN, Workspace, connect, find, open_project, own_catalog


def workspace_for(path: Path) -> Workspace:
    """A project around a file: the one it lies in, looking at this file, or a quiet one of its own.

    Raises:
        InputError: The file cannot be opened.
    """
    from core.data import Dataset

    Dataset(path).close()
    path = path.resolve()
    around = find(path.parent)
    if around is not None:
        workspace = open_project(around)
        data = msgspec.structs.replace(workspace.config.data, source=str(path))
        workspace.overrule(data=data)
        return workspace
    settings = Config(name=path.stem, data=Data(source=path.name))
    store = Store(path.parent / HIDDEN / "outcrop.db")
    return Workspace(path.parent, settings, store, load(own_catalog()), SystemClock(), connect)
