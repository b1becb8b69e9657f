"""Who decides: the project's reviewer, else git's user, else the login name."""

import getpass
import subprocess
from pathlib import Path

from core.store import Store
from core.workspace import Workspace


def reviewer(workspace: Workspace) -> str:
    """The name that stands beside a decision; found once a project."""
    name = known(workspace)
    if not name:
        name = getpass.getuser()
        remember(workspace.store, name)
    return name


def known(workspace: Workspace) -> str:
    """The reviewer's name as the project, an earlier answer or git gives it; empty where somebody must be asked."""
    if workspace.config.reviewer:
        return workspace.config.reviewer
    kept = workspace.store.row("SELECT value FROM settings WHERE key = 'reviewer'")
    if kept is not None:
        return str(kept["value"])
    name = _git_name(workspace.folder)
    if name:
        remember(workspace.store, name)
    return name


def remember(store: Store, name: str) -> None:
    """Keeps the reviewer's name for this project, on this machine."""
    store.remember("reviewer", name)


def _git_name(folder: Path) -> str:
    try:
        found = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip()
