"""The development split of the real TAT-QA: how many records each preset takes, and what they lead to."""

from collections import Counter

import pytest

from core.config import Split
from core.formatting import PARTS, Member, tatqa
from core.formatting.split import leakage, split
from core.formatting.template import Renderer, load
from core.records import tables


@pytest.fixture(scope="module")
def members(tatqa_records):
    return [Member(each.id, each.group, each.fields["question"]) for each in tatqa_records]


@pytest.mark.parametrize(("preset", "records"), [("all", 1668), ("article", 918), ("table", 772)])
def test_each_preset_takes_what_was_counted_by_hand(tatqa_file, preset, records):
    assert sum(1 for _ in tatqa.read(tatqa_file, preset=preset)) == records


def test_there_are_278_tables_and_as_many_groups(tatqa_records):
    assert len({each.group for each in tatqa_records}) == 278


def test_identities_are_unique_but_for_the_one_exact_duplicate(tatqa_records):
    ids = [each.id for each in tatqa_records]
    assert len(set(ids)) == 1668
    assert sum("." in each for each in ids) == 1


def test_types_and_scales_are_carried_along(tatqa_records):
    types = Counter(each.facts["type"] for each in tatqa_records)
    assert types == {"span": 701, "multi-span": 217, "arithmetic": 718, "count": 32}
    scales = Counter(each.facts["scale"] for each in tatqa_records)
    assert scales == {"": 794, "thousand": 345, "million": 254, "billion": 7, "percent": 268}


def test_zero_is_an_answer_like_any_other_and_none_is_empty(tatqa_records):
    computed = [str(each.fields["answer"]) for each in tatqa_records if each.facts["type"] == "arithmetic"]
    assert sum(answer.split(" ")[0] == "0" for answer in computed) == 5
    assert all(str(each.fields["answer"]).strip(", ") for each in tatqa_records)


def test_a_split_by_row_puts_nearly_every_test_table_into_training(members):
    leaked = leakage(members, split(members, Split(by="row")))
    assert leaked.table > 0.95
    assert leaked.record < 0.01


def test_a_split_by_table_leaks_nothing(members):
    leaked = leakage(members, split(members, Split()))
    assert (leaked.record, leaked.question, leaked.table) == (0, 0, 0)


def test_shares_are_kept_within_the_largest_table(members):
    assigned = split(members, Split())
    largest = max(Counter(each.group for each in members).values())
    counts = Counter(assigned.values())
    for part, share in zip(PARTS, (0.8, 0.1, 0.1), strict=True):
        assert abs(counts[part] - share * len(members)) <= largest
    assert len(assigned) == len(members)


@pytest.mark.parametrize("table_format", tables.FORMATS)
def test_every_record_is_rendered_in_every_table_format(tatqa_records, table_format):
    renderer = Renderer(load("table-question"), table_format)
    for record in tatqa_records[::7]:
        chat = renderer.chat(record)
        assert chat.question == record.fields["question"].strip()
        assert chat.completion == record.fields["answer"]
        found = tables.find(chat.prompt)
        assert found is not None
        assert (found.format, found.grid) == (table_format, tables.grid(record.fields["table"]))
