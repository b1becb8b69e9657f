"""`outcrop split`: divides records, and says what of the test part training has seen."""

from pathlib import Path

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out


@click.command("split")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", type=click.Choice(["table", "group", "row"]), default="table", show_default=True)
@click.option("--train", type=float, default=0.8, show_default=True)
@click.option("--validation", type=float, default=0.1, show_default=True)
@click.option("--test", type=float, default=0.1, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="Folder for the parts.")
@click.option("--json", "as_json", is_flag=True, help="One object: train, validation, test, leakage.")
@click.pass_obj
def command(
    context: Context,
    file: Path,
    by: str,
    train: float,
    validation: float,
    test: float,
    seed: int,
    output: Path,
    as_json: bool,
) -> None:
    """Divides a file of records into train, validation and test; the lines stay as they are."""
    from core.config import Split
    from core.data.split_file import split_file

    plan = Split("row" if by == "row" else "group", seed, train, validation, test)
    with context.work() as (report, cancel):
        result = split_file(file, plan, output, report, cancel)
    leaked = result.leakage
    if as_json:
        emit(result.counts | {"leakage": leaked})
        return
    for part, number in result.counts.items():
        out(f"{part:<10} {count(number):>9}  {output / (part + '.jsonl')}")
    shares = f"the record {leaked.record:.0%}, the question {leaked.question:.0%}, the table {leaked.table:.0%}"
    out(f"of the test rows, training has seen {shares}")
