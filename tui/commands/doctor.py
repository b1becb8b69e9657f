"""`outcrop doctor`: whether everything around Outcrop is as it should be, and what helps."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import msgspec

from core.checklist import CheckLine, of_error, passed
from core.clock import SystemClock
from core.errors import OutcropError, UsageError
from core.text import clip, count
from tui import keys, terminal
from tui.commands.context import Context
from tui.commands.printing import check_line, emit, out, say

if TYPE_CHECKING:
    from core.doctor.context import DoctorContext

_SHOWN = 60  # characters of a rule


@click.command("doctor")
@click.option("--aws", is_flag=True, help="Ask AWS also where the project rehearses.")
@click.option("--restore", is_flag=True, help="Put the last backup of a damaged database back.")
@click.option("--json", "as_json", is_flag=True, help="One object: at, lines with name, state, found, todo, command.")
@click.pass_obj
def command(context: Context, aws: bool, restore: bool, as_json: bool) -> None:
    """Looks at this machine, the terminal, the project and the way to AWS; changes nothing.

    Ends with 1 where a line fails. Of a damaged database, --restore puts back the last backup of decisions and
    ledger; what was there is kept beside it.
    """
    if restore:
        context.refuse_if_read_only()
        _restore(context)
        return
    from core.doctor import examine
    from core.doctor.context import DoctorContext
    from core.workspace import own_catalog, own_state

    wishes = context.wishes() | ({"target": "aws"} if aws else {})
    looked_at = DoctorContext(context.folder(), own_catalog(), own_state(), SystemClock(), wishes)
    found = examine(looked_at, (*_rule(looked_at), *terminal.lines(terminal.here()), *_settings(looked_at)))
    if as_json:
        emit(found)
    else:
        for line in found.lines:
            check_line(line)
        say(f"{found.failed} failed, {found.unknown} unknown, of {count(len(found.lines), 'line')}")
    if found.failed:
        sys.exit(1)


def _rule(looked_at: "DoctorContext") -> Iterator[CheckLine]:
    """Whether records can be chosen by the project's own rule."""
    from core.config import INCLUDE

    include = looked_at.config.data.include if looked_at.readable else ""
    if looked_at.folder is None or include in ("", INCLUDE):
        return
    from core.data.include import refusal

    refused = refusal(looked_at.folder, include)
    line = passed(clip(include, _SHOWN)) if refused is None else of_error(refused)
    yield msgspec.structs.replace(line, name="include")


def _restore(context: Context) -> None:
    from core.store import backup, health
    from core.workspace import HIDDEN

    folder = context.folder()
    if folder is None:
        raise UsageError("There is no Outcrop project here", todo="Name its folder with --project")
    store = folder / HIDDEN / "outcrop.db"
    try:
        health.health(store, only_read=True)
    except OutcropError as error:
        say(str(error))
    else:
        raise UsageError("The project's database is sound", todo="There is nothing to restore")
    found, damaged = backup.restore(store, datetime.now(UTC))
    out(f"the backup of {found} is back")
    say(f"what was there is in {damaged}; what was decided and submitted since the backup is not in it")


def _settings(looked_at: "DoctorContext") -> Iterator[CheckLine]:
    """What the user has made for the dashboard: themes and keys."""
    from core.workspace import own_folder

    own = own_folder() / "themes"
    theme, keymap = (looked_at.config.theme, looked_at.config.keymap) if looked_at.readable else ("", {})
    if theme or any(own.glob("*.yaml")):
        from tui.theme import load

        themes = load(own)
        for error in themes.failed:
            yield msgspec.structs.replace(of_error(error), name="theme")
        if theme and theme not in themes.found:
            known = ", ".join(themes.found)
            missing = OutcropError(f"There is no theme named {theme!r}", todo=f"Set `theme:` to one of {known}")
            yield msgspec.structs.replace(of_error(missing), name="theme")
        elif not themes.failed:
            yield msgspec.structs.replace(passed(theme or count(len(themes.found), "theme")), name="theme")
    if keymap:
        try:
            line = passed(count(len(keys.checked(keymap)), "key of your own", "keys of your own"))
        except OutcropError as error:
            line = of_error(error)
        yield msgspec.structs.replace(line, name="keymap")
