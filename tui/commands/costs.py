"""`outcrop costs`: what bills by the hour now."""

import click

from core.text import count, money
from tui.commands.context import Context
from tui.commands.printing import emit, out


@click.command("costs")
@click.option("--json", "as_json", is_flag=True, help="One object: dollars_per_hour, unknown, billing.")
@click.pass_obj
def command(context: Context, as_json: bool) -> None:
    """Adds up every endpoint of the account that bills by the hour, also those not made here."""
    snapshot = context.endpoints()
    if as_json:
        emit(snapshot.meter)
        return
    out(f"{count(snapshot.meter.billing, 'endpoint')} by the hour at {snapshot.location}")
    out(f"{money(snapshot.meter.dollars_per_hour)}/h known, {snapshot.meter.unknown} at an unknown price")
