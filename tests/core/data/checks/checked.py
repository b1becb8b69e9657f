"""Source records as a scan of their file sees them, from the importer's line to the facts."""

from collections.abc import Sequence
from pathlib import Path

from core import catalog
from core.data.check_file import leaked
from core.data.checks.leakage import LeakedRows
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.formatting import source_file
from core.formatting.template import Renderer, load
from core.records import tables
from core.records.record import Source

HAIKU = catalog.load().tuning_of("claude-3-haiku")[1].requirements()
Scanned = tuple[Dataset, Facts]


def scanned(folder: Path, records: Sequence[Source], table_format: tables.TableFormat = "html") -> Scanned:
    path = folder / f"{len(list(folder.iterdir()))}.jsonl"
    source_file.write(path, records)
    dataset = Dataset(path, Renderer(load("table-question"), table_format))
    facts = Facts(dataset, HAIKU)
    facts.scan()
    return dataset, facts


def by_rule(
    folder: Path, records: Sequence[Source], table_format: tables.TableFormat = "html"
) -> dict[str, set[int]]:
    """The rows that each rule flags."""
    dataset, facts = scanned(folder, records, table_format)
    dataset.close()
    return {rule: set(rows.tolist()) for (rule, _), rows in facts.rows_by_finding().items()}


def leaks(
    folder: Path, train: Sequence[Source], test: Sequence[Source], table_format: tables.TableFormat = "html"
) -> LeakedRows:
    """What a test set, its tables in some format, shares with a training set in HTML."""
    return leaked(*scanned(folder, train), *scanned(folder, test, table_format))
