"""`outcrop models`: the catalogue."""

from collections.abc import Mapping
from datetime import UTC, datetime

import click
import msgspec

from tui.commands.context import Context
from tui.commands.printing import emit, out, table


@click.command("models")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@click.pass_obj
def command(context: Context, name: str | None, as_json: bool) -> None:
    """The models that can be tuned, and those to compare and judge with."""
    catalog = context.catalog()
    models = [catalog.get(name)] if name else list(catalog.models)
    today = datetime.now(UTC).date()
    if as_json:
        emit([msgspec.to_builtins(model) | {"stage": model.lifecycle.stage(today)} for model in models])
        return
    if name:
        _details(msgspec.to_builtins(models[0]))
        return
    rows = [
        [
            model.key,
            model.name,
            "tunable" if model.tuning else "compare, judge",
            ", ".join(model.tuning.regions) if model.tuning else "",
            ", ".join(model.tuning.endpoints) if model.tuning else "",
            model.lifecycle.stage(today),
        ]
        for model in models
    ]
    table(["key", "name", "use", "regions", "endpoints", "lifecycle"], rows)


def _details(value: Mapping[str, object], indent: str = "") -> None:
    for key, each in value.items():
        if isinstance(each, dict):
            out(f"{indent}{key}:")
            _details(each, indent + "  ")
        elif isinstance(each, list) and each and isinstance(each[0], dict):
            out(f"{indent}{key}:")
            for item in each:
                out(f"{indent}  {item.pop('name', '')}: " + ", ".join(f"{k} {v}" for k, v in item.items()))
        else:
            shown = ", ".join(map(str, each)) if isinstance(each, list) else each
            out(f"{indent}{key}: {'unknown' if shown in (None, '') else shown!s}")
