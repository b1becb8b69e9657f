"""`outcrop split`: divides records; says what of the test part training has seen, and what that does to a score."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out, say
from tui.present.leakage import said, shares

if TYPE_CHECKING:
    from core.data.split_file import SplitFile

_SIZE = "A share up to 1, above that a number of records."


@click.command("split")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--by", default="table", show_default=True, help="table, row, or a fact such as customer.")
@click.option("--stratify", default="", help="A fact of which every part has the same mix, such as type.")
@click.option("--train", type=float, help=f"{_SIZE} Not named, it is 0.8, or what the others leave.")
@click.option("--validation", type=float, help="In the same way; not named, it is 0.1, or what the others leave.")
@click.option("--test", type=float, help="In the same way; not named, it is 0.1, or what the others leave.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the parts.")
@click.option(
    "--json", "as_json", is_flag=True, help="One object: train, validation, test, leakage, memoriser, warnings."
)
@click.pass_obj
def command(
    context: Context,
    file: Path,
    by: str,
    stratify: str,
    train: float | None,
    validation: float | None,
    test: float | None,
    seed: int,
    output: Path | None,
    as_json: bool,
) -> None:
    """Divides a file of records into train, validation and test; the lines stay as they are.

    FILE may be a folder with train.jsonl and test.jsonl: then nothing is written, and the parts that are there are
    measured. A memoriser, which answers as the most similar training record does, shows what leakage does to a score.
    """
    if output is None and not file.is_dir():
        raise click.UsageError("Missing option '-o' / '--output': where shall the parts go?")
    from core.config import Split
    from core.data.split_file import measure_parts, split_file
    from core.evaluation.squad import squad_f1

    context.say_refused_rule()
    asked = {"train": train, "validation": validation, "test": test}
    plan = Split(by, seed, stratify=stratify, **{part: value for part, value in asked.items() if value is not None})
    with context.work() as (report, cancel):
        if output is None:
            result = measure_parts(file, report, cancel, score=squad_f1)
        else:
            result = split_file(file, plan, output, report, cancel, score=squad_f1)
    if as_json:
        emit({"train": 0, "validation": 0, "test": 0} | result.counts
             | {"leakage": result.leakage, "memoriser": result.memoriser, "warnings": result.warnings})  # fmt: skip
    else:
        _print(result, output or file)
    for warning in result.warnings:
        say(f"! {warning}")


def _print(result: "SplitFile", folder: Path) -> None:
    from core.formatting.parts import measurable

    for part, number in result.counts.items():
        out(f"{part:<10} {count(number):>9}  {folder / (part + '.jsonl')}")
    out(shares(result.leakage, measured=measurable(result.counts)))
    if result.memoriser is not None:
        out(said(result.memoriser))
