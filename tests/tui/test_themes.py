"""Themes: the shipped ones, the user's own, and one that is broken."""

from pathlib import Path

import pytest
import yaml
from screens import opened, running, settings_of

from tui import theme

SHIPPED = ["outcrop-ansi", "outcrop-dark", "outcrop-light"]
COLOURS = dict.fromkeys(theme.Colors.__struct_fields__, "#102030") | {"text": "#fafafa"}


@pytest.fixture
def own_themes(tmp_path, monkeypatch):
    """The user's folder of themes."""
    monkeypatch.setenv("OUTCROP_CONFIG", str(tmp_path / "config"))
    folder = tmp_path / "config" / "themes"
    folder.mkdir(parents=True)
    return folder


def write(folder: Path, name: str, **changes: object) -> None:
    """A theme of the user's."""
    content = {"name": name, "dark": True, "colors": COLOURS} | changes
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(content))


def test_three_themes_are_shipped_and_each_can_be_used():
    themes = theme.load(None)
    assert sorted(themes.found) == SHIPPED
    assert themes.failed == ()
    for each in themes.found.values():
        theme.look(each)
        theme.textual_theme(each)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", ["outcrop-dark", "outcrop-light"])
@pytest.mark.parametrize("part", ["text", "dim", "accent", "good", "bad", "warn", "mark"])
def test_text_of_every_kind_can_be_read(name, part):
    colours = theme.load(None).found[name].colors
    assert contrast(getattr(colours, part), colours.back) >= 4.5
    assert contrast(colours.cursor, colours.cursor_back) >= 4.5


@pytest.mark.parametrize("name", SHIPPED)
async def test_a_theme_chosen_from_the_palette_is_used_and_kept(folder, name):
    workspace = opened(folder)
    async with running(workspace) as driver:
        await driver.press("colon", *f"theme {name}", "enter")
        await driver.until(lambda: driver.app.theme == name)
        assert settings_of(folder).theme == name
        await driver.press("2")
        await driver.sees("12 records")
    workspace.close()


async def test_the_users_own_theme_is_found_and_used(folder, own_themes):
    write(own_themes, "dusk")
    workspace = opened(folder, theme="dusk")
    async with running(workspace) as driver:
        assert driver.app.theme == "dusk"
        assert driver.app.look.text.color.name == "#fafafa"
    workspace.close()


async def test_a_theme_of_a_shipped_name_wins_over_it(folder, own_themes):
    write(own_themes, "outcrop-dark")
    workspace = opened(folder, theme="outcrop-dark")
    async with running(workspace) as driver:
        assert driver.app.look.text.color.name == "#fafafa"
    workspace.close()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colors": COLOURS | {"bad": "redish"}}, "The theme dusk has a colour that is none"),
        ({"colors": {"text": "#ffffff"}}, "missing"),
        ({"colours": {}}, "colours"),
        ({"dark": "yes please"}, "bool"),
    ],
)
async def test_a_broken_theme_gives_a_sentence_and_a_screen(folder, own_themes, changes, said):
    write(own_themes, "dusk", **changes)
    failed = theme.load(own_themes).failed
    assert len(failed) == 1
    assert said in str(failed[0])
    workspace = opened(folder, theme="dusk")
    async with running(workspace) as driver:
        assert driver.app.theme in SHIPPED
        assert "✗" in driver.bar
    workspace.close()


async def test_a_theme_that_there_is_not_gives_a_sentence_and_a_screen(folder, own_themes):
    workspace = opened(folder, theme="mauve")
    async with running(workspace) as driver:
        await driver.sees("There is no theme named mauve", "`outcrop themes` lists them")
    workspace.close()


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"TERM": "linux"}, "outcrop-ansi"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "outcrop-dark"),
        ({"TERM": "xterm-256color"}, "outcrop-dark"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "outcrop-ansi"),
    ],
)
def test_the_terminal_chooses_where_nobody_did(monkeypatch, environment, name):
    for each in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(each, raising=False)
    for each, value in environment.items():
        monkeypatch.setenv(each, value)
    assert theme.begin("").name == name
