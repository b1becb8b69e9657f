"""`outcrop watch`: follows jobs, a line a change, until they are done."""

import random
import sys
from typing import TYPE_CHECKING

import click

from core.text import visible
from tui.commands.context import Context
from tui.commands.jobs import explained, status_line
from tui.commands.printing import out, say
from tui.present import glyphs

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.training.following import JobNews


@click.command("watch")
@click.argument("names", nargs=-1)
@click.pass_obj
def command(context: Context, names: tuple[str, ...]) -> None:
    """Follows jobs by name, id or ARN, or all that run; exit 0 only if all of them completed."""
    from core.training import notification
    from core.training.following import Moved, Pacing, Vanished, follow

    workspace = context.workspace()
    wishes = notification.read()
    well = True
    announced = []
    with context.work() as (_, cancel):
        for news in follow(workspace, names, Pacing(workspace, random.Random()), cancel):  # noqa: S311
            _print(news)
            if isinstance(news, Vanished):
                well = False
            elif isinstance(news, Moved) and not news.job.running:
                well = well and news.job.status == "Completed"
                announced.append(notification.announce(wishes, news.job, workspace.location))
                if wishes.bell and sys.stderr.isatty():
                    click.echo("\a", err=True, nl=False)
    for thread in announced:
        if thread is not None:
            thread.join()
    if not well:
        sys.exit(1)


def _print(news: "JobNews") -> None:
    from core.training.following import AnsweredAgain, FellSilent, Moved

    match news:
        case Moved(job):
            _print_job(job)
        case FellSilent(error, at):
            todo = f". {error.todo}" if error.todo else ""
            say(f"{at.astimezone():%H:%M:%S}  ! {error.what}{todo}; trying again until somebody answers")
        case AnsweredAgain(at):
            say(f"{at.astimezone():%H:%M:%S}    answers again")
        case _:
            out(f"{news.at.astimezone():%H:%M:%S}  ? {news.name}  Bedrock does not know this job any more")


def _print_job(job: "Job") -> None:
    time = (job.ended or job.changed or job.created).astimezone()
    out(f"{time:%H:%M:%S}  {glyphs.JOBS.get(job.status, glyphs.UNKNOWN)[0]} {job.name}  {status_line(job)}")
    if job.failure:
        out(f"          {visible(job.failure)}")
        for line in explained(job.failure):
            out(f"          {line}")
