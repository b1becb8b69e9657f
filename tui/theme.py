"""Themes: YAML in `themes/` and the user's folder, turned into Textual's theme and the styles of our widgets."""

import os
from importlib import resources
from pathlib import Path

import msgspec
from rich.style import Style
from textual.theme import Theme

from core import yaml_file
from core.errors import OutcropError

FEW_COLOURS = ("linux", "xterm", "vt100", "vt220", "ansi", "screen", "cons25")


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


def load(own: Path | None = None) -> Themes:
    """Reads the shipped themes and the user's own, which win over shipped ones of the same name.

    Args:
        own: The user's folder of themes.
    """
    found: dict[str, ThemeFile] = {}
    failed: list[OutcropError] = []
    for item in sorted(resources.files("themes").iterdir(), key=lambda each: each.name):
        if item.name.endswith(".yaml"):
            theme = yaml_file.load_as(ThemeFile, item.read_text("utf-8"), item.name)
            found[theme.name] = theme
    for path in sorted(own.glob("*.yaml")) if own else ():
        try:
            theme = yaml_file.read_as(ThemeFile, path)
            look(theme)
        except OutcropError as error:
            failed.append(error)
        else:
            found[theme.name] = theme
    return Themes(found, tuple(failed))


def choose(wanted: str, themes: Themes) -> ThemeFile:
    """The theme to use: the wanted one, else by what the terminal can show."""
    if wanted in themes.found:
        return themes.found[wanted]
    few = os.environ.get("TERM", "") in FEW_COLOURS and not os.environ.get("COLORTERM")
    return themes.found["outcrop-ansi" if few or "NO_COLOR" in os.environ else "outcrop-dark"]


def look(theme: ThemeFile) -> Look:
    """The styles of a theme.

    Raises:
        OutcropError: A colour is none.
    """
    c = theme.colors
    try:
        return Look(
            text=Style.parse(f"{c.text} on {c.back}"),
            dim=Style.parse(f"{c.dim} on {c.back}"),
            head=Style.parse(f"bold {c.dim} on {c.back}"),
            panel=Style.parse(f"{c.text} on {c.panel}"),
            panel_dim=Style.parse(f"{c.dim} on {c.panel}"),
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
    except Exception as error:  # rich raises several kinds for a colour that is none
        raise OutcropError(f"The theme {theme.name} has a colour that is none", why=str(error)) from error


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
