"""`outcrop export`: the training, validation and test files for a model, and what a job on them would cost."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from core.text import count, money
from tui.commands.context import Context
from tui.commands.printing import emit, out, say, table
from tui.present.leakage import said, shares

if TYPE_CHECKING:
    from core.formatting import Export
    from core.progress import Report
    from core.workspace import Workspace


@click.command("export")
@click.option("--model", default="", help="For another model than the project's, in its own format.")
@click.option(
    "--sample", type=click.IntRange(1), help="Only so many training records; smaller samples are in larger."
)
@click.option(
    "--batch",
    type=click.Choice(["train", "validation", "test"]),
    help="The prompts of a part as the input of a batch inference job, too.",
)
@click.option("--upload", is_flag=True, help="To the project's bucket as well, where a job can read them.")
@click.option("--to", "prefix", default="", help="To an address of your own, s3://bucket/prefix, instead.")
@click.option("--json", "as_json", is_flag=True, help="The manifest.")
@click.pass_obj
def command(
    context: Context, model: str, sample: int | None, batch: str | None, upload: bool, prefix: str, as_json: bool
) -> None:
    """Applies `data.include`, splits, writes the model's own format; the same data gives the same bytes."""
    from core.data.split_file import measure_parts
    from core.data.training_set import prepare
    from core.evaluation.squad import squad_f1

    workspace = context.workspace()
    if model:
        workspace.overrule(model=workspace.catalog.tuning_of(model)[0].key)
    with context.work() as (report, cancel):
        export, folder = prepare(workspace, report, cancel, sample=sample or 0)
        more: dict[str, object] = {"folder": str(folder)}
        if batch:
            more["batch"] = str(_write_batch(folder, export, batch))
        if export.leakage.question:
            more["memoriser"] = measure_parts(folder, report, cancel, score=squad_f1).memoriser
        if upload or prefix:
            more |= _upload(workspace, export, more, prefix, report)
    if as_json:
        emit(msgspec.to_builtins(export) | more | {"warnings": export.warnings})
    else:
        _print(export, more)
    for warning in export.warnings:
        say(f"! {warning}")
    for refusal in export.refusals:
        say(f"a job would be refused: {refusal}")


def _write_batch(folder: Path, export: "Export", wanted: str) -> Path:
    from core.formatting import PARTS, batch_input

    return batch_input.write(folder, export, next(part for part in PARTS if part == wanted))


def _upload(
    workspace: "Workspace", export: "Export", more: dict[str, object], prefix: str, report: "Report"
) -> dict[str, object]:
    from core.formatting import upload
    from core.tuning.submission import word

    settings, folder = workspace.config, Path(str(more["folder"]))
    home = prefix or f"s3://{settings.bucket}/outcrop/{word(settings.name)}"
    if prefix:
        found = upload.upload_below(workspace.connection, folder, export, prefix, report)
    else:
        found = upload.upload(workspace.connection, folder, export, settings.bucket, word(settings.name), report)
    uploaded: dict[str, object] = {"uploaded": found}
    if "batch" in more:
        path = Path(str(more["batch"]))
        uploaded["batch_uploaded"] = upload.upload_batch(workspace.connection, path, home, export, report)
    return uploaded


def _print(export: "Export", more: dict[str, object]) -> None:
    from core.formatting.memoriser import Memoriser
    from core.formatting.parts import measurable

    rows = [
        [part, count(file.records), f"≈ {count(file.tokens)}", count(file.bytes), file.sha256[:12]]
        for part, file in export.files.items()
    ]
    table(["part", "records", "tokens", "bytes", "sha256"], rows, right=(1, 2, 3))
    for reason, number in export.excluded.items():
        out(f"left out by {reason}: {count(number)}")
    for decision, number in export.decisions.items():
        out(f"decided, {decision}: {count(number)}")
    measured = measurable(export.counts)
    if not measured or export.leakage.table or export.leakage.question:
        out(shares(export.leakage, measured=measured))
    memoriser = more.get("memoriser")
    if isinstance(memoriser, Memoriser):
        out(said(memoriser))
    if export.cost is not None:
        out(f"an epoch of training: {money(export.cost.dollars_an_epoch)}")
    out(f"in {more['folder']}")
    if "batch" in more:
        out(f"batch input in {more['batch']}")
    uploaded = more.get("uploaded")
    if uploaded is not None:
        out(f"at {getattr(uploaded, 'training', '')}")
    if "batch_uploaded" in more:
        out(f"batch input at {more['batch_uploaded']}")
