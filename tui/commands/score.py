"""`outcrop score`: scores a file of predictions."""

from pathlib import Path

import click

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out


@click.command("score")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--metric", type=click.Choice(["article", "squad"]), help="Print only this one.")
@click.option("--json", "as_json", is_flag=True, help="One object: n, article, squad.")
@click.option(
    "--per-record", type=click.Path(path_type=Path), metavar="OUT", help="Each record's scores, as JSON Lines."
)
@click.pass_obj
def command(context: Context, file: Path, metric: str | None, as_json: bool, per_record: Path | None) -> None:
    """Reads lines {"id", "prediction", "reference"} and prints precision, recall, F1 and exact match, 0 to 100."""
    from core.evaluation.score_file import score_file

    with context.work() as (report, cancel):
        found = score_file(file, per_record=per_record, report=report, cancel=cancel)
    if as_json:
        emit(found)
        return
    out(count(found.n, "pair"))
    if metric != "squad":
        article = found.article
        out(f"article  precision {article.precision:.2f}  recall {article.recall:.2f}  F1 {article.f1:.2f}")
    if metric != "article":
        out(f"squad    EM {found.squad.em:.2f}  F1 {found.squad.f1:.2f}")
