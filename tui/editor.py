"""The editor of the person's own, for what is longer than a line."""

import os
import shlex
import subprocess
from pathlib import Path

from textual.app import App

from core.errors import RefusedError
from core.outputs import replacing


def edited(app: App[None], draft: Path, text: str, kept: str) -> str:
    """What a person makes of a text in `$VISUAL` or `$EDITOR`; it stays in its file until it is accepted.

    Args:
        app: Steps aside for the time.
        draft: Where the text lies.
        text: To begin with.
        kept: What to say when the editor fails.

    Raises:
        InputError: The draft cannot be written.
        RefusedError: There is no such editor, or it failed; what was written is kept.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with replacing(draft) as file:
        file.write(text.encode("utf-8", "surrogatepass"))
    try:
        with app.suspend():
            done = subprocess.run([*shlex.split(editor), str(draft)], check=False)
        written = draft.read_text("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError("The editor cannot be used", why=f"{editor}: {error}", todo="Set $EDITOR") from error
    if done.returncode:
        raise RefusedError(f"The editor ended with {done.returncode}", why=editor, todo=kept)
    return written
