"""A project's records: opened where it says they are, rendered by its template, measured for its model."""

from pathlib import Path

from core.config import Config, Format
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.errors import UsageError
from core.formatting.template import Renderer, load
from core.progress import Cancel, Report, silent
from core.records.rule import Rules
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


def project_rules(workspace: Workspace) -> Rules:
    """What the project's model demands of a training file."""
    return workspace.tuning()[1].rules()


def read_facts(
    workspace: Workspace, dataset: Dataset, report: Report = silent, cancel: Cancel | None = None
) -> Facts:
    """Scans the whole dataset for the project's model."""
    facts = Facts(dataset, project_rules(workspace), cache=workspace.hidden / "cache")
    facts.scan(report, cancel)
    return facts
