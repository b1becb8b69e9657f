"""The documentation speaks of what there is: every command and option is in it, and none that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tui.commands import outcrop
from tui.commands.reference import as_markdown

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CODE = re.compile(r"```.*?```|`[^`]+`", re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
PLACE = re.compile(r"`((?:core|tui|tests|docs|themes|sample_data|bench)/[^`\s*<]*)`")
CALL = re.compile(r"\boutcrop ([a-z]+)((?:[^\n`|;]|\\\n)*)")
OTHERS = re.compile(
    r"(?m)^\s*(?:aws|uv|pipx|git|make|tmux|\. /tmp/env && aws)\b.*$|`(?:aws|uv|pipx|git|make|tmux) [^`]*`"
)


def commands(group: click.Group = outcrop) -> Iterator[click.Command]:
    """Every command, with those below it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield command
        if isinstance(command, click.Group):
            yield from commands(command)


def options(*of: click.Command) -> set[str]:
    """The options of some commands, and of all."""
    given = {
        name for command in (*of, outcrop) for each in command.params for name in (*each.opts, *each.secondary_opts)
    }
    return {name for name in given if name.startswith("--")} | {"--help"}


def test_the_reference_has_every_command_with_its_options():
    written = (ROOT / "docs" / "commands.md").read_text("utf-8")
    assert written == as_markdown(), "a command has changed: `make golden` writes docs/commands.md anew"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_no_option_that_is_not_there(page):
    known = options(*commands())
    spoken = OTHERS.sub("", page.read_text("utf-8"))
    named = {name for code in CODE.findall(spoken) for name in OPTION.findall(code)}
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_gives_a_command_only_options_that_it_takes(page):
    context = click.Context(outcrop)
    for code in CODE.findall(page.read_text("utf-8")):
        for name, rest in CALL.findall(code):
            command = outcrop.get_command(context, name)
            if command is None:
                continue  # a path, or prose within a comment
            below = list(commands(command)) if isinstance(command, click.Group) else []
            assert set(OPTION.findall(rest)) - options(command, *below) == set(), f"outcrop {name}{rest}"


def test_every_command_stands_in_the_readme_with_its_stage():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in outcrop.list_commands(click.Context(outcrop)) if f"`{name}`" not in text] == []


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", *PAGES], ids=lambda page: page.name)
def test_a_page_names_no_file_of_the_project_that_is_not_there(page):
    places = [place for place in PLACE.findall(page.read_text("utf-8")) if "NAME" not in place]
    assert [place for place in places if not (ROOT / place).exists()] == []
