"""Versions of the project's own templates, so that a change can be seen for what it does to a record."""

from contextlib import suppress
from pathlib import Path

import msgspec

from core.errors import InputError, RefusedError
from core.formatting import template
from core.formatting.template import Template
from core.outputs import replacing

FOLDER = "templates"


class Versions(msgspec.Struct, frozen=True):
    """A template now and before.

    Attributes:
        now: As its file says.
        before: The version before, where one was seen that differs.
    """

    now: Template
    before: Template | None = None


def noted(name: str, own: Path, kept: Path) -> Versions:
    """A template by name, and its version before; the present one is kept, to be the one before at the next change.

    Args:
        name: Its name.
        own: The project's folder of templates.
        kept: The project's hidden folder, where versions lie below `templates/`.

    Raises:
        UsageError: There is none of that name.
        InputError: It is not a template.
    """
    now = template.load(name, own)
    newest, older = (kept / FOLDER / f"{name}{suffix}.yaml" for suffix in ("", ".before"))
    last = _read(newest)
    if last is None or last.fingerprint != now.fingerprint:
        if last is not None:
            _keep(older, newest.read_text("utf-8"))
        path = own / f"{name}.yaml"
        _keep(newest, path.read_text("utf-8") if path.is_file() else template.ready_made_text(name))
    before = _read(older)
    return Versions(now, before if before is not None and before.fingerprint != now.fingerprint else None)


def _read(path: Path) -> Template | None:
    """A kept version; none where it is not there, or not a template any more."""
    try:
        return template.read(path) if path.is_file() else None
    except InputError:
        return None


def _keep(path: Path, text: str) -> None:
    with suppress(InputError, RefusedError), replacing(path) as file:  # a folder that cannot be written keeps none
        file.write(text.encode())
