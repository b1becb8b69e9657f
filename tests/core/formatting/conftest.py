"""The real TAT-QA, where a copy of it is at hand."""

from pathlib import Path

import pytest
import raw_tatqa

from core.records.record import Source

TATQA = Path(__file__).parents[3] / "../shared/data/tatqa/tatqa_dataset_dev.json"


@pytest.fixture(scope="session")
def tatqa_file() -> Path:
    if not TATQA.exists():
        pytest.skip(f"TAT-QA is absent: {TATQA} is not there")
    return TATQA


@pytest.fixture(scope="session")
def tatqa_records(tatqa_file: Path) -> list[Source]:
    return list(raw_tatqa.read(tatqa_file))
