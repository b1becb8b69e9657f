"""Projects small enough to be quick, and large enough to be submitted."""

from collections.abc import Callable
from pathlib import Path

import msgspec
from rehearsed import Rehearsed

from core import catalog
from core.config import Data
from core.formatting import source_file
from core.records.record import Source
from core.usecase import project

TABLES = 90  # of four questions each: enough for a validation part of 32


def shop_project(folder: Path, start: Callable[..., Rehearsed]) -> Rehearsed:
    """A project with records on small tables, and its rehearsal."""
    wanted = msgspec.structs.replace(project.table_questions("shops"), data=Data(source="records.jsonl"))
    project.create(folder, wanted, catalog.load())
    source_file.write(folder / "records.jsonl", [_record(number) for number in range(4 * TABLES)])
    return start(folder / ".outcrop" / "rehearsal")


def _record(number: int) -> Source:
    group, row = divmod(number, 4)
    names = ("Shops", "Staff", "Vans", "Sites")
    table = [["", "2020"], *([name, str(7 * at + group)] for at, name in enumerate(names, 1))]
    question = f"How many {names[row].lower()} had company {group} in 2020?"
    fields = {"table": table, "paragraphs": [], "question": question, "answer": table[row + 1][1]}
    return Source(f"{number:016x}", f"table-{group}", fields, {"type": "span"})
