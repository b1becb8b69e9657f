"""`docs/commands.md`, made from the commands themselves: python -P -m tui.commands.reference"""

import inspect
from collections.abc import Iterator

import click

from tui.commands import outcrop

_HEAD = """# Commands

Made from the commands themselves, as `outcrop COMMAND --help` says it. Data goes to stdout, talk to stderr; the exit
code is 0 where all is fine, 1 where errors were found or something failed, 2 where the command itself was wrong, 130
after ctrl+c.
"""


def as_markdown() -> str:
    """Every command with its arguments, options and defaults."""
    context = click.Context(outcrop, info_name="outcrop", **outcrop.context_settings)
    lines = [_HEAD, *_options(outcrop, context)]
    for name in outcrop.list_commands(context):
        command = outcrop.get_command(context, name)
        assert command is not None
        lines += _section(command, click.Context(command, context, info_name=name), "##")
    return "\n".join(lines) + "\n"


def _section(command: click.Command, context: click.Context, mark: str) -> Iterator[str]:
    arguments = " ".join(each for each in command.collect_usage_pieces(context) if each != "[OPTIONS]")
    yield f"\n{mark} {f'{context.command_path} {arguments}'.strip()}\n"
    yield "\n\n".join(map(_paragraph, inspect.cleandoc(command.help or "").split("\n\n")))
    yield from _options(command, context)
    if command.epilog:
        yield f"\n{command.epilog}"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _section(inner, click.Context(inner, context, info_name=name), mark + "#")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    options = [each for each in command.params if isinstance(each, click.Option)]
    records = [record for each in options if (record := each.get_help_record(context))]  # None where it is hidden
    if records:
        yield "\n| option | what |\n|---|---|"
    for name, text in records:
        yield f"| `{_cell(name)}` | {_cell(text)} |"


def _cell(text: str) -> str:
    return text.replace("|", r"\|")  # even within backquotes


def _paragraph(text: str) -> str:
    """Text, or what click prints line by line, as code."""
    return f"```sh\n{text[2:]}\n```" if text.startswith("\b\n") else text


if __name__ == "__main__":
    click.echo(as_markdown(), nl=False)
