"""What tests of the importers share: files made of rows, and what becomes of them."""

import json
from pathlib import Path
from typing import Any

from core.formatting.importing import ImportPlan, Input, Unmapped, detect
from core.formatting.importing.importer import read
from core.records.record import Source


def json_lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def imported(path: Path, plan: ImportPlan | None = None) -> tuple[list[Source], list[Unmapped]]:
    """The records and the rows that cannot become any."""
    found = list(read([Input(path)], plan or ImportPlan(detect(path))))
    records = [each for each in found if isinstance(each, Source)]
    return records, [each for each in found if isinstance(each, Unmapped)]


def one(path: Path, plan: ImportPlan | None = None) -> Source:
    [record], missed = imported(path, plan)
    assert missed == []
    return record
