"""The development split of the real TAT-QA: how many records each preset takes, and what they lead to."""

import random
from collections import Counter

import msgspec
import numpy as np
import pytest
import raw_tatqa

from core import catalog
from core.config import Split
from core.formatting import PARTS, Member
from core.formatting.importing import ImportPlan, Input, run
from core.formatting.importing.importer import read as read_all
from core.formatting.remembered import NOTHING
from core.formatting.split import columns_of, counts, deal, leakage, split
from core.formatting.template import Renderer, load
from core.records import formats, tables
from core.records.check import check_line
from core.records.record import Source


@pytest.fixture(scope="module")
def members(tatqa_records):
    return columns_of(Member(each.id, each.group, each.fields["question"]) for each in tatqa_records)


@pytest.mark.parametrize(("preset", "records"), [("all", 1668), ("article", 918), ("table", 772)])
def test_each_preset_takes_what_was_counted_by_hand(tatqa_file, preset, records):
    assert sum(1 for _ in raw_tatqa.read(tatqa_file, preset=preset)) == records


def test_there_are_278_tables_and_as_many_groups(tatqa_records):
    assert len({each.group for each in tatqa_records}) == 278


def test_an_import_counts_its_tables_once_whatever_their_formats(tatqa_file, tmp_path):
    done = run([Input(tatqa_file)], ImportPlan("tatqa", table_formats=tables.FORMATS), tmp_path)
    assert (done.records, done.tables, done.unmapped) == (4 * 1668, 278, 0)


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
    largest = max(Counter(members.groups.tolist()).values())
    records = counts(assigned)
    for part, share in zip(PARTS, (0.8, 0.1, 0.1), strict=True):
        assert abs(records[part] - share * len(members)) <= largest
    assert sum(records.values()) == len(members)


@pytest.mark.parametrize("by", ["group", "row"])
def test_rejects_move_nobody_and_only_they_leave_the_test(members, by):
    first = deal(members, Split(by=by))
    tested = first.assigned == PARTS.index("test")
    for rejected in (1, 2, 20, 90):
        fit = np.ones(len(members), dtype=bool)
        fit[random.Random(rejected).sample(range(len(members)), rejected)] = False
        for before in (NOTHING, first.remembered):
            assigned = deal(members, Split(by=by), before, fit=fit).assigned
            assert (assigned == first.assigned).all()
            assert np.count_nonzero((assigned == PARTS.index("test")) & fit) == np.count_nonzero(tested & fit)


@pytest.mark.parametrize("by", ["group", "row"])
@pytest.mark.parametrize("shares", [(0.8, 0.1, 0.1), (700, 0, 300)])
def test_of_1200_records_that_were_dealt_468_more_move_none(members, by, shares):
    plan = Split(by, 1, *shares)
    first = deal(members.taken(np.arange(1200)), plan)
    assigned = deal(members, plan, first.remembered).assigned
    assert np.count_nonzero(assigned[:1200] != first.assigned) == 0
    assert counts(assigned)["test"] == pytest.approx(shares[2] if shares[2] > 1 else 0.1 * 1668, abs=20)


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


@pytest.fixture(scope="module")
def in_four_formats(tatqa_file):
    """The `article` preset, each question once in every table format."""
    plan = ImportPlan("tatqa", preset="article", table_formats=tables.FORMATS)
    return [each for each in read_all([Input(tatqa_file)], plan) if isinstance(each, Source)]


@pytest.mark.parametrize(("preset", "records"), [("all", 1668), ("article", 918), ("table", 772)])
def test_all_table_formats_are_four_records_a_question_with_the_format_as_a_fact(tatqa_file, preset, records):
    plan = ImportPlan("tatqa", preset=preset, table_formats=tables.FORMATS)
    found = list(read_all([Input(tatqa_file)], plan))
    assert Counter(each.facts["table_format"] for each in found) == dict.fromkeys(tables.FORMATS, records)
    assert len({each.id for each in found}) == 4 * records


@pytest.mark.parametrize("key", ["claude-3-haiku", "nova-micro"])
def test_every_record_in_every_format_passes_the_models_check(in_four_formats, key):
    _, tuning = catalog.load().tuning_of(key)
    rules, renderer = tuning.requirements(), Renderer(load("table-question"))
    encode = formats.named(tuning.data_format).encode
    findings = [check_line(encode(renderer.chat(each)), 1, rules)[1] for each in in_four_formats]
    assert not any(findings)


def test_the_articles_protocol_leaves_the_same_question_in_training_for_most_test_rows(in_four_formats):
    """Rows drawn at random from four formats: 10,000 of 36,036 for training, 3,572 for test, in shares."""
    rows = columns_of(Member(each.id, each.group, each.fields["question"]) for each in in_four_formats)
    protocol = Split(by="row", train=0.2775, validation=0, test=0.099)
    leaked = leakage(rows, split(rows, protocol))
    assert leaked.question == pytest.approx(0.62, abs=0.08)
    assert leaked.table > 0.9
    by_table = leakage(rows, split(rows, msgspec.structs.replace(protocol, by="group")))
    assert (by_table.record, by_table.question, by_table.table) == (0, 0, 0)
