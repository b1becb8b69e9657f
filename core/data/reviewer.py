"""Who decides: the project's reviewer, else git's user, else the login name."""

import getpass
import subprocess

from core.workspace import Workspace


def reviewer(workspace: Workspace) -> str:
    """The name that stands beside a decision; found once a project."""
    if workspace.config.reviewer:
        return workspace.config.reviewer
    kept = workspace.store.row("SELECT value FROM settings WHERE key = 'reviewer'")
    if kept is not None:
        return str(kept["value"])
    name = _git_name(workspace) or getpass.getuser()
    workspace.store.remember("reviewer", name)
    return name


def _git_name(workspace: Workspace) -> str:
    try:
        found = subprocess.run(
            ["git", "config", "user.name"],
            cwd=workspace.folder,
            capture_output=True,
            text=True,
            timeout=2,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip()
