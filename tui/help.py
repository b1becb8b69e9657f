"""The help of a stage, made from the table of keys."""

from collections.abc import Mapping

from tui import keys
from tui.present.line import Line, fit, wrap

_WIDEST = 18  # cells of the keys


def help_lines(scope: str, keymap: Mapping[str, str], width: int, *, read_only: bool) -> list[Line]:
    """All keys of a stage, of lists, texts and fields, and those that work everywhere.

    Args:
        scope: The stage's.
        keymap: The user's own keys.
        width: In cells.
        read_only: Leave out what a read-only Outcrop refuses.
    """
    title = keys.STAGES[keys.STAGE_NAMES.index(scope)]
    sections = (
        (title, scope),
        ("Lists", "list"),
        ("Lists to choose from", "choice"),
        ("Texts", "text"),
        ("Fields", "field"),
        ("Everywhere", "everywhere"),
    )
    lines: list[Line] = []
    for name, where in sections:
        found = keys.in_scope(where, read_only=read_only)
        if found:
            lines += [[(name, "strong")], *(line for key in found for line in _lines(key, keymap, width)), []]
    return lines


def _lines(key: keys.Key, keymap: Mapping[str, str], width: int) -> list[Line]:
    names = fit(f"  {keys.shown(key, keymap)}", _WIDEST)
    said = wrap(key.help, max(8, width - _WIDEST - 1))
    return [
        [(names if number == 0 else " " * _WIDEST, "accent"), (" " + line, "text")]
        for number, line in enumerate(said)
    ]
