"""The real TAT-QA, where a copy of it is at hand, and its records without the four known defects."""

from pathlib import Path

import pytest
import raw_tatqa

from core.records.record import Source

TATQA = Path(__file__).parents[4] / "../shared/data/tatqa/tatqa_dataset_dev.json"
KNOWN_DEFECTS = (
    "What is the average discount rate over the 3 year period from 2017 to 2019?",  # stands twice
    "What was the leasehold external and internal valuation in 2019?",  # has two answers
)


@pytest.fixture(scope="session")
def tatqa_records() -> list[Source]:
    if not TATQA.exists():
        pytest.skip(f"TAT-QA is absent: {TATQA} is not there")
    return list(raw_tatqa.read(TATQA))


@pytest.fixture(scope="session")
def good_records(tatqa_records: list[Source]) -> list[Source]:
    """Those that no rule has anything to say against; the one with an empty span is left out, too."""
    return [
        record
        for record in tatqa_records
        if record.fields["question"] not in KNOWN_DEFECTS and not str(record.fields["answer"]).endswith(", ")
    ]
