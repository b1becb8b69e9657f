"""Themes: YAML in `themes/` and the user's folder, turned into Textual's theme and the styles of our widgets."""

import os
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Protocol, cast

import msgspec
from rich.style import Style
from textual.theme import Theme
from textual.widget import Widget

from core import yaml_file
from core.errors import OutcropError

FEW_COLOURS = ("linux", "xterm", "vt100", "vt220", "ansi", "screen", "tmux", "cons25")


_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_OWN = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_NAMED = frozenset({"default", *_OWN, *(f"bright_{name}" for name in _OWN)})


class Colors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The colours of a theme: `#rrggbb`, or the terminal's own by name where the theme is an ANSI one.

    Attributes:
        text: Ordinary text.
        dim: What matters less.
        back: Behind everything.
        panel: Behind the status line, the keys and what is in front.
        line: Borders.
        accent: The live thing, the selected stage.
        cursor: Text under the cursor.
        cursor_back: Behind it.
        good: Done, kept; never alone, a glyph says it too.
        bad: Failed, rejected.
        warn: Needs attention.
        mark: What a search or a comparison marks.
    """

    text: str
    dim: str
    back: str
    panel: str
    line: str
    accent: str
    cursor: str
    cursor_back: str
    good: str
    bad: str
    warn: str
    mark: str


class ThemeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A theme as its file writes it."""

    name: str
    colors: Colors
    dark: bool = True
    ansi: bool = False


class Look(msgspec.Struct, frozen=True):
    """The styles that widgets draw with."""

    text: Style
    dim: Style
    head: Style
    panel: Style
    panel_dim: Style
    panel_accent: Style
    panel_warn: Style
    line: Style
    accent: Style
    strong: Style
    cursor: Style
    cursor_away: Style
    good: Style
    bad: Style
    warn: Style
    mark: Style


class Themes(msgspec.Struct, frozen=True):
    """Every theme that could be read, by name, and those that could not."""

    found: dict[str, ThemeFile]
    failed: tuple[OutcropError, ...]


def begin(wanted: str, own: Path | None = None) -> ThemeFile:
    """The theme to start with; where the user has none of their own, only its file is read.

    Args:
        wanted: Its name; empty to choose by the terminal.
        own: The user's folder of themes.
    """
    name = wanted or by_terminal()
    shipped = resources.files("themes") / f"{name.removeprefix('outcrop-')}.yaml"
    if shipped.is_file() and not _own_files(own):
        return _shipped(shipped)
    found = load(own).found
    return found.get(name) or found[by_terminal()]


def load(own: Path | None = None) -> Themes:
    """Reads the shipped themes and the user's own, which win over shipped ones of the same name.

    Args:
        own: The user's folder of themes.
    """
    files = (item for item in resources.files("themes").iterdir() if item.name.endswith(".yaml"))
    found = {theme.name: theme for theme in map(_shipped, sorted(files, key=lambda item: item.name))}
    failed: list[OutcropError] = []
    for path in _own_files(own):
        try:
            theme = yaml_file.read_as(ThemeFile, path)
            look(theme)
        except OutcropError as error:
            failed.append(error)
        else:
            found[theme.name] = theme
    return Themes(found, tuple(failed))


def by_terminal() -> str:
    """The theme for what the terminal can show."""
    few = os.environ.get("TERM", "") in FEW_COLOURS and not os.environ.get("COLORTERM")
    return "outcrop-ansi" if few or "NO_COLOR" in os.environ else "outcrop-dark"


def _shipped(item: Traversable) -> ThemeFile:
    return yaml_file.load_as(ThemeFile, item.read_text("utf-8"), item.name)


def _own_files(own: Path | None) -> list[Path]:
    return sorted(own.glob("*.yaml")) if own else []


def look(theme: ThemeFile) -> Look:
    """The styles of a theme.

    Raises:
        OutcropError: A colour is none.
    """
    c = theme.colors
    _check(theme)
    return Look(
        text=Style.parse(f"{c.text} on {c.back}"),
        dim=Style.parse(f"{c.dim} on {c.back}"),
        head=Style.parse(f"bold {c.dim} on {c.back}"),
        panel=Style.parse(f"{c.text} on {c.panel}"),
        panel_dim=Style.parse(f"{c.dim} on {c.panel}"),
        panel_accent=Style.parse(f"bold {c.accent} on {c.panel}"),
        panel_warn=Style.parse(f"bold {c.warn} on {c.panel}"),
        line=Style.parse(f"{c.line} on {c.back}"),
        accent=Style.parse(f"bold {c.accent} on {c.back}"),
        strong=Style.parse(f"bold {c.text} on {c.back}"),
        cursor=Style.parse(f"{c.cursor} on {c.cursor_back}"),
        cursor_away=Style.parse(f"{c.text} on {c.panel}") if not theme.ansi else Style.parse("underline"),
        good=Style.parse(f"{c.good} on {c.back}"),
        bad=Style.parse(f"{c.bad} on {c.back}"),
        warn=Style.parse(f"{c.warn} on {c.back}"),
        mark=Style.parse(f"bold {c.mark} on {c.back}"),
    )


def _check(theme: ThemeFile) -> None:
    """Holds colours to what both Rich and Textual understand.

    Raises:
        OutcropError: One is not; says which.
    """
    for part, value in msgspec.structs.asdict(theme.colors).items():
        fits = value in _NAMED if theme.ansi else bool(_HEX.fullmatch(value))
        if not fits:
            raise OutcropError(
                f"The theme {theme.name} has a colour that is none",
                why=f"{part} is {value!r}",
                todo="Name one of the terminal's own" if theme.ansi else "Write it as #rrggbb",
            )


def textual_theme(theme: ThemeFile) -> Theme:
    """The same for Textual's own widgets."""
    c = theme.colors

    def colour(name: str) -> str:
        return f"ansi_{name}" if theme.ansi else name

    ansi = {  # what Textual's own widgets want besides, where colours are the terminal's
        "ansi-background": colour(c.back),
        "ansi-foreground": colour(c.text),
        "input-cursor-foreground": colour(c.cursor),
        "input-cursor-text-style": "none",
        "input-selection-background": colour(c.cursor_back),
        "input-selection-foreground": colour(c.cursor),
        "screen-selection-background": colour(c.cursor_back),
        "screen-selection-foreground": colour(c.cursor),
    }
    return Theme(
        name=theme.name,
        primary=colour(c.accent),
        secondary=colour(c.dim),
        accent=colour(c.accent),
        foreground=colour(c.text),
        background=colour(c.back),
        surface=colour(c.panel),
        panel=colour(c.panel),
        success=colour(c.good),
        warning=colour(c.warn),
        error=colour(c.bad),
        dark=theme.dark,
        ansi=theme.ansi,
        variables={
            "line": colour(c.line),
            "border-blurred": colour(c.line),
            "input-cursor-background": colour(c.accent),
            **(ansi if theme.ansi else {}),
        },
    )


class _Looks(Protocol):
    look: Look


def looked(widget: Widget) -> Look:
    """The styles of the app that a widget belongs to."""
    return cast(_Looks, widget.app).look
