"""The plain commands: every view of the dashboard without a terminal, for scripts, screen readers and CI.

Data on stdout, talk on stderr; exit 0 fine, 1 errors found or failed, 2 usage. Each command is a module that is
imported only when it is called, so that starting takes little.
"""

import codecs
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from core.errors import OutcropError, Where
from core.read_only import guarding
from tui.commands import command_table
from tui.commands.context import Context
from tui.commands.printing import complain


class _Lazy(click.Group):
    """A group whose commands are imported when they are called; a path instead of a command opens the dashboard."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the lifecycle."""
        del ctx
        return list(command_table.COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports one command."""
        del ctx
        return command_table.find(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in command_table.COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A file or folder is opened; anything else that is no command is a usage error with the nearest names."""
        if (
            args
            and args[0] not in command_table.COMMANDS
            and (os.sep in args[0] or "." in args[0] or Path(args[0]).exists())
        ):
            return "open", _open, args
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs a command; a reader that has seen enough, such as `head`, is no failure, which click would make it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _print_no_more()
            return 0
        except (OutcropError, click.ClickException, click.exceptions.Exit, click.Abort, OSError):
            raise
        except Exception as error:
            if isinstance(ctx.obj, Context):
                ctx.obj.refuse_damaged(error)
            raise


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
@click.option("--debug", is_flag=True, help="Log more: what errors say, and how calls to AWS are made up.")
@click.option("--task", hidden=True, default="")
@click.version_option(package_name="outcrop", message="%(version)s")
@click.pass_context
def outcrop(
    ctx: click.Context,
    project: Path | None,
    read_only: bool,
    profile: str,
    region: str,
    progress: str,
    debug: bool,
    task: str,
) -> None:
    """A terminal dashboard for the whole life of a fine-tuned model on Amazon Bedrock.

    Without a command it opens the dashboard on the project around you, or on a file: outcrop FILE.jsonl
    """
    if debug:
        os.environ["OUTCROP_DEBUG"] = "1"  # as core.log reads it, also in children
    context = Context(project, read_only=read_only, profile=profile, region=region, progress=progress, task=task)
    ctx.obj = context
    ctx.with_resource(guarding(lambda: context.is_read_only))
    ctx.call_on_close(context.close)
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
