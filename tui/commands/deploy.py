"""`outcrop deploy`: endpoints with what they cost, made, asked and deleted."""

from typing import TYPE_CHECKING

import click
import msgspec

from core.text import count, duration, money
from tui.commands.context import Context, confirmed, found
from tui.commands.printing import emit, out, say, table
from tui.present import glyphs

if TYPE_CHECKING:
    from core.aws.endpoints import Endpoint


@click.group("deploy", invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Endpoints of tuned models; without a subcommand, a list of them."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json)


@command.command("create")
@click.argument("job", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait/--no-wait", default=True, help="Until it answers.")
@click.pass_obj
def create(context: Context, job: str | None, yes: bool, wait: bool) -> None:
    """Makes an endpoint for a completed job's model."""
    from core.catalog.model import EndpointKind
    from core.deployment import endpoints
    from core.deployment.meter import rate_in_words
    from core.training.named import job_named

    context.refuse_if_read_only()
    workspace = context.workspace()
    chosen = job_named(workspace.connection, job or _newest(context))
    request = endpoints.request_for(workspace.catalog, chosen)
    kind: EndpointKind = request.kind
    say(f"where      {workspace.location}")
    say(f"model      {chosen.model_name}")
    say(f"endpoint   {request.name}, {kind}, {rate_in_words(workspace.catalog, chosen.model_arn, kind)}")
    confirmed("Create it?", yes=yes)
    arn = endpoints.create(workspace, request)
    with context.work() as (report, cancel):
        if wait:
            endpoints.wait_ready(workspace.connection, workspace.clock, arn, report, cancel)
    out(arn)


@command.command("ask")
@click.argument("endpoint")
@click.argument("prompt")
@click.option("--system", default="", help="A system prompt.")
@click.pass_obj
def ask(context: Context, endpoint: str, prompt: str, system: str) -> None:
    """Asks an endpoint, by name or ARN, or a foundation model."""
    from core.deployment.endpoints import ask_model

    context.refuse_if_read_only()
    workspace = context.workspace()
    names = {each.name: each.arn for each in _endpoints(context)}
    reply = ask_model(workspace.connection, names.get(endpoint, endpoint), prompt, system)
    out(reply.text)
    say(f"{count(reply.input_tokens)} tokens in, {count(reply.output_tokens)} out, {reply.latency_ms} ms")


@command.command("delete")
@click.argument("endpoint")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def delete(context: Context, endpoint: str, yes: bool) -> None:
    """Deletes an endpoint, by name or ARN."""
    from core.deployment import endpoints

    context.refuse_if_read_only()
    workspace = context.workspace()
    chosen = found(endpoint, _endpoints(context), lambda each: (each.name, each.arn), "endpoint")
    confirmed(f"Delete {chosen.name} at {workspace.location}?", yes=yes)
    endpoints.delete(workspace, chosen)
    out(f"{chosen.name} is deleted")


def _list(context: Context, as_json: bool) -> None:
    from core.deployment.meter import hourly, spent

    workspace = context.workspace()
    snapshot = context.endpoints()
    if as_json:
        emit(msgspec.to_builtins(snapshot))
        return
    rows = [
        [
            f"{glyphs.ENDPOINTS.get(each.state, glyphs.UNKNOWN)[0]} {each.name}",
            each.kind,
            each.state,
            duration((snapshot.at - each.created).total_seconds()),
            money(hourly(each, workspace.catalog), "/h"),
            money(spent(each, workspace.catalog, snapshot.at)),
        ]
        for each in snapshot.endpoints
    ]
    table(["  endpoint", "kind", "state", "age", "rate", "so far"], rows, right=(3, 4, 5))
    out(f"{count(len(rows), 'endpoint')} at {snapshot.location}, {snapshot.meter}")


def _endpoints(context: Context) -> "list[Endpoint]":
    return list(context.endpoints().endpoints)


def _newest(context: Context) -> str:
    from core.training.jobs import newest_done

    return newest_done(context.workspace())
