"""`outcrop score`: scores a file of predictions."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out, table

if TYPE_CHECKING:
    from core.evaluation.classification import Classification
    from core.evaluation.score_file import FileScore

_DEFAULT = ("article", "squad")


@click.command("score")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--metric",
    "metrics",
    multiple=True,
    metavar="NAME",
    help="article, squad, tatqa, exact, classification, json, tools, or one of your own; may be given again."
    "  [default: article and squad]",
)
@click.option("--schema", type=click.Path(path_type=Path), help="A JSON Schema, for the metric json.")
@click.option("--json", "as_json", is_flag=True, help="One object: n, groups, and the figures of each metric.")
@click.option(
    "--per-record", type=click.Path(path_type=Path), metavar="OUT", help="Each record's scores, as JSON Lines."
)
@click.pass_obj
def command(
    context: Context,
    file: Path,
    metrics: tuple[str, ...],
    schema: Path | None,
    as_json: bool,
    per_record: Path | None,
) -> None:
    """Reads lines {"id", "prediction", "reference"} and prints the mean of every figure, 0 to 100.

    Lines may have "type" and "scale", which tatqa goes by, and "group", by which intervals are drawn.
    """
    from core.evaluation.metrics import named
    from core.evaluation.score_file import score_file
    from core.workspace import own_folder

    chosen = named(metrics or _DEFAULT, schema=schema, own=own_folder())
    with context.work() as (report, cancel):
        found = score_file(file, metrics=chosen, per_record=per_record, report=report, cancel=cancel)
    if as_json:
        emit(_as_object(found))
        return
    out(count(found.n, "pair") + (f" of {count(found.groups, 'group')}" if found.groups else ""))
    width = max(len(name) for name in found.scores)
    for name, figures in found.scores.items():
        said = "  ".join(f"{_NAMES.get(figure, figure)} {_figure(score)}" for figure, score in figures.items())
        out(f"{name:<{width}}  {said}")
    if found.classification is not None:
        _print_labels(found.classification)


_NAMES = {"f1": "F1", "em": "EM"}


def _figure(score: object) -> str:
    value, low, high = (getattr(score, name) for name in ("value", "low", "high"))
    return f"{value:.2f}" + (f" [{low:.2f} {high:.2f}]" if low is not None else "")


def _as_object(found: "FileScore") -> dict[str, object]:
    """Means under each metric's name, and intervals apart, where there are groups."""
    means = {name: {figure: each.value for figure, each in scores.items()} for name, scores in found.scores.items()}
    whole: dict[str, object] = {"n": found.n, **means}
    if found.groups:
        whole["groups"] = found.groups
        whole["intervals"] = {
            name: {figure: [each.low, each.high] for figure, each in scores.items()}
            for name, scores in found.scores.items()
        }
    if found.classification is not None:
        whole["labels"] = found.classification
    return whole


def _print_labels(found: "Classification") -> None:
    from core.evaluation.classification import OTHER

    out(f"macro-F1 {_figure(found.macro_f1)}")
    rows = [
        [each.label, count(each.n), f"{each.precision:.2f}", f"{each.recall:.2f}", f"{each.f1:.2f}"]
        for each in found.labels
    ]
    table(["label", "n", "precision", "recall", "F1"], rows, right=range(1, 5))
    names = [each.label for each in found.labels]
    counts = [[name, *map(count, row)] for name, row in zip(names, found.confusion, strict=True)]
    table(["truth \\ answer", *names, OTHER], counts, right=range(1, len(names) + 2))
