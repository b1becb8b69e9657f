"""`outcrop export`: the training, validation and test files for the project's model."""

import click
import msgspec

from core.text import count
from tui.commands.context import Context
from tui.commands.printing import emit, out, table


@click.command("export")
@click.option("--upload", is_flag=True, help="To S3 as well, where a job can read them.")
@click.option("--json", "as_json", is_flag=True, help="The manifest.")
@click.pass_obj
def command(context: Context, upload: bool, as_json: bool) -> None:
    """Applies `data.include`, splits, writes the model's own format; the same data gives the same bytes."""
    from core.data.training_set import prepare

    workspace = context.workspace()
    with context.work() as (report, cancel):
        export, folder = prepare(workspace, report, cancel)
        addresses = None
        if upload:
            from core.formatting import upload as uploads

            settings = workspace.config
            addresses = uploads.upload(workspace.connection, folder, export, settings.bucket, settings.name, report)
    if as_json:
        extra = {"folder": str(folder)} | ({"uploaded": addresses} if addresses else {})
        emit(msgspec.to_builtins(export) | extra)
        return
    rows = [[part, count(file.records), count(file.bytes), file.sha256[:12]] for part, file in export.files.items()]
    table(["part", "records", "bytes", "sha256"], rows, right=(1, 2))
    for reason, number in export.excluded.items():
        out(f"left out by {reason}: {count(number)}")
    out(f"in {folder}")
    if addresses:
        out(f"at {addresses.training}")
