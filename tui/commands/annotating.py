"""What `outcrop judge` and `outcrop rationale` share: both ask a model about records."""

from typing import TYPE_CHECKING

import click

from core.errors import UsageError
from tui.commands.printing import out

if TYPE_CHECKING:
    from core.data.annotation.prompt import AnnotationPrompt
    from core.workspace import Workspace

MODEL = click.option("--model", default="", help="A catalogue key or model id; else the prompt's, claude-3-5-sonnet.")
SEED = click.option(
    "--seed", type=int, default=1, show_default=True, help="Of the sample; a larger one holds a smaller."
)
AT_ONCE = click.option(
    "--at-once", type=click.IntRange(1, 64), default=8, show_default=True, help="Asks under way at a time."
)
YES = click.option("--yes", is_flag=True, help="Do not ask.")


def print_the_prompt(workspace: "Workspace", kind: "type[AnnotationPrompt]") -> None:
    """Prints the prompt that the project uses, to be changed as its own."""
    from core.data.project_records import TEMPLATES  # with jinja2

    out(kind.text(workspace.folder / TEMPLATES).rstrip("\n"))


def check_how_many(question: str, sample: int | None, *, everything: bool) -> None:
    """Holds the command to one of `--sample` and `--all`.

    Raises:
        UsageError: Neither or both are given.
    """
    if everything == (sample is not None):
        raise UsageError(question, todo="Give either --sample N or --all")
