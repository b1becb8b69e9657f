"""A command's words as somebody types them in the dashboard's bar: parsed by the command itself."""

import shlex
from typing import Any

import click

from core.errors import UsageError
from tui.commands import command_table


def parse(name: str, words: str) -> tuple[list[str], dict[str, Any]]:
    """Reads the words that follow a command's name.

    Args:
        name: As one types it after `outcrop`.
        words: As in a shell.

    Returns:
        The words, one by one, and the parameters that the command makes of them.

    Raises:
        UsageError: The command does not take them.
    """
    if "--help" in words:  # which click would print over the screen
        raise UsageError(f"`outcrop {name} --help` has the options, in a shell")
    try:
        arguments = shlex.split(words)
        return arguments, _command(name).make_context(name, list(arguments)).params
    except click.ClickException as error:
        raise UsageError(error.format_message()) from error
    except ValueError as error:  # a quote that nobody closes
        raise UsageError(str(error)) from error


def options(name: str) -> list[str]:
    """The options that a command takes, by name."""
    return sorted(each for option in _command(name).params for each in option.opts if each.startswith("--"))


def _command(name: str) -> click.Command:
    first, *more = name.split()
    found = command_table.find(first)
    for word in more:
        assert isinstance(found, click.Group), name
        found = found.get_command(click.Context(found), word)
    assert found is not None, name
    return found
