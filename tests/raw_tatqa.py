"""TAT-QA's raw files, read as an import reads them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.formatting.importing import ImportPlan, Input
from core.formatting.importing.importer import read as read_all


def read(path: Path, **options: Any) -> Iterator[Any]:
    """Records, and the questions that cannot become any."""
    return read_all([Input(path)], ImportPlan("tatqa", **options))
