"""One record as the project's template renders it, and the line that would be written for it."""

from core.data.dataset import Row
from core.data.project_records import open_dataset
from core.records import formats
from core.workspace import Workspace


def preview(workspace: Workspace, number: int) -> tuple[Row, str]:
    """Renders a row of the project's records.

    Args:
        workspace: The project.
        number: The row, from 0; the last one where there are fewer.

    Returns:
        The row, and its line in the project's model's format.

    Raises:
        OutcropError: There are no records, or the template goes wrong on this one.
    """
    _, tuning = workspace.tuning()
    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        while dataset.index.count <= number and dataset.index.grow():
            pass
        row = dataset.row(min(number, dataset.count - 1))
    finally:
        dataset.close()
    if row.chat is None:
        return row, row.problem
    return row, formats.named(tuning.data_format).encode(row.chat).decode("utf-8", "replace")
