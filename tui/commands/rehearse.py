"""`outcrop rehearse`: Bedrock on this machine in the foreground, for any client."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from tui.commands.context import Context, day, seconds
from tui.commands.printing import out, say

if TYPE_CHECKING:
    from core.aws.session import Endpoints


@click.command("rehearse")
@click.option("--as-of", callback=day, help="The day it lives on, or `today`.")
@click.option("--pace", type=float, callback=seconds, help="Seconds that a job takes.")
@click.option("--faults", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file of faults.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), help="Where it keeps its state; else the project's."
)
@click.option("--stop", is_flag=True, help="Ends one that is running.")
@click.pass_obj
def command(
    context: Context, as_of: str | None, pace: float | None, faults: Path | None, folder: Path | None, stop: bool
) -> None:
    """Answers as Bedrock, S3, IAM and STS on loopback; prints the AWS_* lines that point any client at it."""
    from core.rehearsal import process
    from core.workspace import own_state, rehearsal_folder, rehearsal_options

    project = context.folder()
    home = folder or (rehearsal_folder(project) if project else own_state() / "rehearsal")
    if stop:
        context.refuse_if_read_only()
        out("stopped" if process.stop(home) else "none was running")
        return
    options = process.Options()
    if project and not folder:
        workspace = context.workspace()
        options = rehearsal_options(workspace.folder, workspace.config)
    wishes = {"as_of": as_of, "pace": pace, "region": context.region or None}
    wishes["faults"] = str(faults.resolve()) if faults else None
    options = msgspec.structs.replace(options, **{name: value for name, value in wishes.items() if value is not None})
    running = process.running(home)
    if running:
        say("One is running already:")
        _print_lines(running.endpoints)
        return
    from core.rehearsal.server import serve

    serve(home, options, idle=None, ready=_ready)


def _ready(endpoints: "Endpoints") -> None:
    _print_lines(endpoints)
    say(f"REHEARSAL on {endpoints.as_of} in {endpoints.region}; ctrl+c ends it, its jobs and objects stay")


def _print_lines(endpoints: "Endpoints") -> None:
    lines = {
        "AWS_ACCESS_KEY_ID": endpoints.access_key,
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_DEFAULT_REGION": endpoints.region,
        "AWS_REGION": endpoints.region,
        "AWS_ENDPOINT_URL_BEDROCK": endpoints.bedrock,
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": endpoints.bedrock,
        "AWS_ENDPOINT_URL_S3": endpoints.storage,
        "AWS_ENDPOINT_URL_IAM": endpoints.storage,
        "AWS_ENDPOINT_URL_STS": endpoints.storage,
    }
    for name, value in lines.items():
        out(f"export {name}={value}")
    sys.stdout.flush()
