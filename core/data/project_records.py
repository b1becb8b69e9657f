"""A project's records: opened where it says they are, rendered by its template, measured for its model."""

from pathlib import Path

from core.config import Config, Format
from core.data import decisions, edits
from core.data.dataset import Dataset, DatasetRow
from core.data.facts import Facts
from core.errors import UsageError
from core.formatting.template import Renderer, load
from core.progress import Cancel, Report, silent
from core.records.requirements import Requirements
from core.workspace import Workspace, below

TEMPLATES = "templates"


def open_dataset(config: Config, folder: Path) -> Dataset:
    """The project's records, rendered by its template.

    Raises:
        UsageError: The project has none yet.
        InputError: The file is not there or not of records.
    """
    source = config.data.source
    if not source:
        raise UsageError(
            "This project has no records yet",
            todo="Import some with `outcrop import`, or set `data.source` in outcrop.yaml",
        )
    return Dataset(below(folder, source), renderer(folder, config.format))


def renderer(folder: Path, chosen: Format) -> Renderer:
    """A template of a project, with a table format.

    Args:
        folder: The project's folder.
        chosen: Which template, and which table format.

    Raises:
        InputError: The template cannot be read.
    """
    return Renderer(load(chosen.template, folder / TEMPLATES), chosen.table_format)


def project_requirements(workspace: Workspace) -> Requirements:
    """What the project's model demands of a training file."""
    return workspace.tuning()[1].requirements()


def read_facts(
    workspace: Workspace, dataset: Dataset, report: Report = silent, cancel: Cancel | None = None
) -> Facts:
    """Scans the whole dataset for the project's model."""
    facts = Facts(dataset, project_requirements(workspace), cache=workspace.hidden / "cache")
    facts.scan(report, cancel)
    return facts


def row_as_edited(workspace: Workspace, dataset: Dataset, number: int) -> DatasetRow:
    """One row as its edit makes it: what is exported, previewed, judged and asked.

    Args:
        workspace: The project.
        dataset: Its records.
        number: The row's, from 0.
    """
    row = dataset.row(number)
    if not row.identity or not decisions.has_edits(workspace.store, row.identity):
        return row
    identity = read_facts(workspace, dataset).ids.of(number)  # which of several equal records it is
    return edits.as_it_stands(dataset, row, {row.identity: decisions.of_record(workspace.store, identity)})
