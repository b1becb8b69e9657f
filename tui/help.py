"""The help of a stage, made from the table of keys."""

from collections.abc import Mapping

from tui import keys
from tui.widgets.line import Line


def help_lines(scope: str, keymap: Mapping[str, str], *, read_only: bool) -> list[Line]:
    """All keys of a stage, of lists and texts, and those that work everywhere."""
    title = keys.STAGES[keys.STAGE_NAMES.index(scope)]
    sections = ((title, (scope,)), ("Lists", ("list",)), ("Texts", ("text",)), ("Everywhere", ("everywhere",)))
    lines: list[Line] = []
    for name, scopes in sections:
        found = keys.in_scope(*scopes, read_only=read_only)
        if found:
            lines += [[(name, "strong")], *(_line(key, keymap) for key in found), []]
    return lines


def _line(key: keys.Key, keymap: Mapping[str, str]) -> Line:
    return [(f"  {keys.shown(key, keymap):<12}", "accent"), (key.help, "text")]
