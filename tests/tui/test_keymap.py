"""One table of keys: what it promises is there, everywhere it is shown."""

import functools
import importlib
from pathlib import Path

import pytest
from screens import opened, running

from core.errors import UsageError
from tui import keys
from tui.app import Outcrop
from tui.commands.keys import as_markdown
from tui.help import help_lines
from tui.widgets.dialogs import ChoiceDialog
from tui.widgets.field import Field
from tui.widgets.frame import KeyLine
from tui.widgets.table import Table
from tui.widgets.text_view import TextView

DOCUMENT = Path(__file__).parents[2] / "docs" / "keys.md"

ONE_THING = [{"view", "line"}, {"write", "report"}, {"change", "open"}]  # two labels for what is the same elsewhere


@functools.cache
def home_of(scope):
    """The class, or the tab with all that its pieces supply, whose actions the keys of a scope call."""
    homes = {"everywhere": Outcrop, "list": Table, "choice": ChoiceDialog, "text": TextView, "field": Field}
    if scope in homes:
        return homes[scope]
    return getattr(importlib.import_module(f"tui.tabs.{scope}"), f"{scope.capitalize()}Tab")()


@pytest.mark.parametrize(("key", "scope"), [(key, scope) for key in keys.KEYS for scope in key.scopes])
def test_each_key_reaches_an_action_where_it_works(key, scope):
    name = key.action.partition("(")[0]
    home = Outcrop if name.startswith("app.") else home_of(scope)
    assert callable(getattr(home, f"action_{name.removeprefix('app.')}", None)), f"{key.id}: {home}"


@pytest.mark.parametrize("stage", keys.STAGE_NAMES)
@pytest.mark.parametrize("pane", ["list", "text"])
def test_no_key_does_two_things_where_it_is_pressed(stage, pane):
    pressed = [name for key in keys.in_scope(stage, pane, "everywhere") for name in key.keys.split(",")]
    assert sorted(pressed) == sorted(set(pressed))


def test_a_letter_that_works_on_several_tabs_means_one_thing():
    labels = {}
    for key in keys.KEYS:
        if not {"list", "text", "field"} & set(key.scopes):
            for name in key.keys.split(","):
                labels.setdefault(name, set()).add(key.label)
    different = {name: said for name, said in labels.items() if len(said) > 1 and said not in ONE_THING}
    assert different == {}


def test_no_chord_is_one_that_tmux_or_screen_or_the_terminal_takes():
    taken = {f"ctrl+{letter}" for letter in "abshjo"} | {"ctrl+s", "ctrl+d", "ctrl+backslash"}
    assert taken.isdisjoint(name for key in keys.KEYS for name in key.keys.split(","))


def test_ids_are_unique():
    assert len({key.id for key in keys.KEYS}) == len(keys.KEYS)


@pytest.mark.parametrize("stage", keys.STAGE_NAMES)
def test_the_help_of_a_stage_names_every_key_that_works_there(stage):
    text = "\n".join("".join(span[0] for span in line) for line in help_lines(stage, {}, 200, read_only=False))
    for key in keys.in_scope(stage, "list", "choice", "text", "field", "everywhere"):
        assert keys.shown(key, {}) in text, key.id
        assert key.help in text, key.id


@pytest.mark.parametrize("stage", keys.STAGE_NAMES)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_footer_fits_its_line_and_ends_with_help(stage, width):
    found = [key for key in keys.in_scope(stage, "everywhere") if key.footer]
    entries = sorted(((keys.first(key, {}), key.label) for key in found), key=lambda entry: entry[1] == "help")
    line = KeyLine()
    line.show(entries)
    text = "".join(span[0] for span in line.spans(width)).rstrip()
    assert len(text) <= width
    assert text.endswith("? help")
    cut = [f"{key} {label}" for key, label in entries if f"{key} {label}" not in text]
    assert cut == [f"{key} {label}" for key, label in entries[:-1]][len(entries) - 1 - len(cut) :]


def test_the_document_is_made_from_the_table():
    assert DOCUMENT.read_text("utf-8") == as_markdown(), "`make golden` writes it anew"


def test_a_pipe_in_the_document_breaks_no_table():
    rows = [line.replace("\\|", "") for line in as_markdown().splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {5}


async def test_help_shows_the_keys_of_this_tab_and_closes(driver):
    await driver.press("question_mark")
    assert "Keep this record." in await driver.sees("Data", "Filter by an SQL condition")
    await driver.press("escape")
    assert "Keep this record." not in driver.frame


async def test_the_palette_finds_each_action_by_its_words_and_runs_it(driver):
    await driver.press("colon", *"keep this")
    await driver.sees("Keep this record.", "spc")
    await driver.press("enter")
    await driver.sees("1 decided")


async def test_the_palette_has_every_key_that_works_here_and_every_theme(driver):
    await driver.press("colon")
    entries = {entry[1] for entry in driver.app.screen.entries}
    assert {key.help for key in keys.in_scope("data", "everywhere")} <= entries
    assert {f"Use the theme outcrop-{kind}." for kind in ("dark", "light", "ansi")} <= entries


async def test_a_key_that_was_changed_works_and_is_shown_everywhere(folder):
    workspace = opened(folder, keymap={"data.reject": "ctrl+n,9", "app.help": "f1"})
    async with running(workspace) as driver:
        await driver.press("2")
        await driver.sees("12 records")
        await driver.press("x")
        assert "0 decided" in driver.frame
        await driver.press("9")
        await driver.sees("1 decided", "ctrl+n reject", "f1 help")
        await driver.press("f1")
        await driver.sees("ctrl+n 9")
    workspace.close()


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"data.rejct": "z"}, "Did you mean data.reject?"),
        ({"data.reject": "nokey"}, "names no key: 'nokey'"),
        ({"data.reject": ""}, "names no key: ''"),
        ({"data.reject": "space"}, "gives space to both"),
        ({"app.help": "j"}, "gives j to both"),
    ],
)
def test_a_keymap_that_cannot_work_is_refused_with_a_reason(keymap, said):
    with pytest.raises(UsageError) as refused:
        keys.checked(keymap)
    assert said in str(refused.value)


def test_two_keys_may_change_places():
    assert keys.checked({"data.keep": "x", "data.reject": "space"}) == {"data.keep": "x", "data.reject": "space"}
