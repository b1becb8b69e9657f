"""The plain commands: every view of the dashboard without a terminal, for scripts, screen readers and CI.

Data on stdout, talk on stderr; exit 0 fine, 1 errors found or failed, 2 usage. Each command is a module that is
imported only when it is called, so that starting takes little.
"""

import codecs
import importlib
import io
import os
import sys
from pathlib import Path
from typing import Any

import click

from core.errors import OutcropError, Where
from tui.commands.context import Context
from tui.commands.printing import complain

# The command, its module in this package, and its line in the help.
_COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Make a project: outcrop.yaml."),
    "import": ("import_", "Turn a dataset into source records."),
    "check": ("check", "Does the model accept this file?"),
    "judge": ("judge", "Let a model judge the records."),
    "stats": ("stats", "What a column of records holds."),
    "tokens": ("tokens", "How many tokens the records have, with the error of it."),
    "diff": ("diff", "What differs between two files of records."),
    "review": ("review", "The queue of records that people are to look at."),
    "flags": ("flags", "Decisions as a file that goes into git."),
    "format": ("format", "Templates, and what they make of a record."),
    "rationale": ("rationale", "Let a model write the reasoning before each answer."),
    "split": ("split", "Divide records by table, with the leakage of it."),
    "export": ("export", "Write the training, validation and test files."),
    "preflight": ("preflight", "Everything a submit needs, asked before it."),
    "iam": ("iam", "The policies a project needs."),
    "submit": ("submit", "Start a customization job."),
    "jobs": ("jobs", "Every job of the account."),
    "watch": ("watch", "Follow jobs until they are done."),
    "metrics": ("metrics", "Loss curves of a job."),
    "stop": ("stop", "Stop a job."),
    "sweep": ("sweep", "Many jobs as one experiment."),
    "evaluate": ("evaluate", "Ask models the test set, and compare them."),
    "batch": ("batch", "Batch inference jobs: list, stop."),
    "compare": ("compare", "Runs of an evaluation side by side."),
    "score": ("score", "Score a file of predictions."),
    "report": ("report", "What an evaluation found: Markdown, HTML, CSV, JSON."),
    "deploy": ("deploy", "Endpoints: list, create, ask, delete."),
    "costs": ("costs", "What bills by the hour now."),
    "models": ("models", "The catalogue of models."),
    "doctor": ("doctor", "Is this machine fit for it, and the way to AWS?"),
    "rehearse": ("rehearse", "Bedrock on this machine, for any client."),
    "demo": ("demo", "All seven stages on a scratch project."),
    "keys": ("keys", "The keys of the dashboard."),
    "themes": ("themes", "The themes of the dashboard."),
    "paths": ("paths", "Where everything is kept."),
}


class _Lazy(click.Group):
    """A group whose commands are imported when they are called; a path instead of a command opens the dashboard."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the lifecycle."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"tui.commands.{_COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A file or folder is opened; anything else that is no command is a usage error with the nearest names."""
        if args and args[0] not in _COMMANDS and (os.sep in args[0] or "." in args[0] or Path(args[0]).exists()):
            return "open", _open, args
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; a reader that has seen enough, such as `head`, is no failure, which click would make it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _print_no_more()
            return 0


@click.command("open", hidden=True)
@click.argument("path", type=click.Path(path_type=Path))
@click.pass_obj
def _open(context: Context, path: Path) -> None:
    """Opens a file of records, or a project's folder, in the dashboard."""
    from tui.commands.dashboard import open_path

    open_path(context, path)


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--project", type=click.Path(path_type=Path), help="The project's folder; else the nearest above.")
@click.option("--read-only", is_flag=True, help="Refuse whatever changes or costs anything.")
@click.option("--profile", default="", help="AWS profile, over the project's.")
@click.option("--region", default="", help="AWS region, over the project's.")
@click.option("--progress", type=click.Choice(["auto", "json", "none"]), default="auto", help="How progress is told.")
@click.option("--task", hidden=True, default="")
@click.version_option(package_name="outcrop", message="%(version)s")
@click.pass_context
def outcrop(
    ctx: click.Context, project: Path | None, read_only: bool, profile: str, region: str, progress: str, task: str
) -> None:
    """A terminal dashboard for the whole life of a fine-tuned model on Amazon Bedrock.

    Without a command it opens the dashboard on the project around you, or on a file: outcrop FILE.jsonl
    """
    ctx.obj = Context(project, read_only=read_only, profile=profile, region=region, progress=progress, task=task)
    if ctx.invoked_subcommand is None:
        from tui.commands.dashboard import open_here

        open_here(ctx.obj)


def main(arguments: list[str] | None = None) -> None:
    """The command `outcrop`."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would wait awake while others work; sums are small here
    _hold_streams()
    try:
        code = outcrop.main(args=arguments, prog_name="outcrop", standalone_mode=False)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except OutcropError as error:
        complain(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:  # a mistake in the command line
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # as above, where all of it fitted into the buffer
        _print_no_more()
        sys.exit(0)
    except OSError as error:  # such as a full disk that stdout leads to
        _print_no_more()
        what = "This cannot be read or written" if error.filename else "The output cannot be written"
        todo = "Check permissions and free space"
        where = Where(str(error.filename or ""))
        complain(OutcropError(what, why=error.strerror or str(error), todo=todo, where=where))
        sys.exit(1)
    except click.Abort as error:  # ctrl+c, or a question that was answered with no
        sys.exit(130 if isinstance(error.__cause__, KeyboardInterrupt) else 1)
    except Exception as error:  # noqa: BLE001 - a mistake of ours, whatever it is
        complain(_mistake(error))
        sys.exit(1)


def _mistake(error: Exception) -> OutcropError:
    """What to say of an error that nobody expected; the traceback is kept where crash reports are."""
    from datetime import UTC, datetime

    from core.workspace import own_state
    from tui.quirks import keep_crash

    try:
        why = f"the report is in {keep_crash(error, own_state(), datetime.now(UTC))}"
    except OutcropError as unkept:
        why = f"{error}, and no report could be kept: {unkept.what}"
    todo = "Send that to whoever keeps Outcrop; nothing decided is lost"
    return OutcropError(f"Outcrop stopped: {type(error).__name__}", why=why, todo=todo)


def _hold_streams() -> None:
    """A closed stream, which Python leaves out, is one that nobody reads; what an encoding lacks is spelled."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    codecs.register_error("outcrop", _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="outcrop")


def _spell(error: UnicodeError) -> tuple[str, int]:
    """Writes `ok` and `no` where an encoding lacks ✓ and ✗, and `?` for anything else that it lacks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join({"✓": "ok", "✗": "no"}.get(letter, "?") for letter in lacking), error.end


def _print_no_more() -> None:
    """Python writes what is left when it ends, and would complain that nobody takes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
