"""Defects put into real TAT-QA by seed: nearly all are found, and hardly anything else; the known ones are, too."""

from collections.abc import Callable, Sequence
from pathlib import Path

import injectors
import pytest
from checked import by_rule, leaks, scanned
from injected import Injected, with_fields
from injected_near_duplicates import near_duplicates
from injected_personal_data import personal_data

from core.data import issues
from core.records.record import Source

RECALL, PRECISION = 0.98, 0.95
CLEAN = 0.01  # of clean rows, flagged at most
SEEDS = (1, 2)
OF_ROWS: dict[str, Callable[[Sequence[Source], int], Injected]] = {
    "personal-data": personal_data,
    "control-characters": injectors.control_characters,
    "duplicate": injectors.duplicates,
    "near-duplicate": near_duplicates,
    "unsupported-answer": injectors.unsupported_answers,
    "derivation": injectors.derivations,
    "length-outlier": injectors.length_outliers,
}


@pytest.fixture(scope="session")
def already(good_records: list[Source], tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[int]]:
    """What each rule says of the records before anything is put into them."""
    return by_rule(tmp_path_factory.mktemp("good"), good_records)


def precision_and_recall(flagged: set[int], broken: set[int]) -> tuple[float, float]:
    return len(flagged & broken) / max(1, len(flagged)), len(flagged & broken) / len(broken)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rule", OF_ROWS)
def test_defects_are_found_and_look_alikes_are_not(rule, seed, good_records, already, tmp_path):
    injected = OF_ROWS[rule](good_records, seed)
    flagged = by_rule(tmp_path, injected.records).get(rule, set())
    new = flagged - (already.get(rule, set()) - injected.broken - injected.alike)
    precision, recall = precision_and_recall(new, injected.broken)
    assert len(injected.broken) >= 20
    assert recall >= RECALL, sorted(injected.broken - new)[:10]
    assert precision >= PRECISION, sorted(new - injected.broken)[:10]


@pytest.mark.parametrize("seed", SEEDS)
def test_contradictions_are_found_on_both_sides(seed, good_records, tmp_path):
    injected = injectors.contradictions(good_records, seed)
    first = {(record.group, str(record.fields["question"])): row for row, record in enumerate(good_records)}
    both = {
        row
        for late in injected.broken
        for row in (late, first[injected.records[late].group, str(injected.records[late].fields["question"])])
    }
    flagged = by_rule(tmp_path, injected.records)["contradiction"]
    precision, recall = precision_and_recall(flagged, both)
    assert (recall >= RECALL, precision >= PRECISION) == (True, True), sorted(flagged ^ both)[:10]


def test_leaks_are_found_by_how_they_came_about(good_records, tmp_path):
    planted = found_of_planted = 0
    for seed in SEEDS:
        split = injectors.leakage(good_records, seed)
        found = leaks(tmp_path, split.train, split.test)
        seen = set.union(*split.rows.values())
        assert set(found.any().tolist()) == seen
        assert set(found.record.tolist()) == split.rows["record"]
        assert set(found.question.tolist()) == split.rows["record"] | split.rows["question"]
        assert found.share(found.any()) == len(seen) / len(split.test)
        planted += len(split.rows["reworded"])
        found_of_planted += len(set(found.reworded.tolist()) & split.rows["reworded"])
    assert found_of_planted >= RECALL * planted


@pytest.mark.parametrize("table_format", ["json", "markdown"])
def test_leaks_are_told_alike_whatever_format_their_tables_are_in(good_records, tmp_path, table_format):
    split = injectors.leakage(good_records, seed=1)
    found = leaks(tmp_path, split.train, split.test, table_format)
    assert set(found.record.tolist()) == split.rows["record"]
    assert set(found.question.tolist()) == split.rows["record"] | split.rows["question"]
    assert not set(found.reworded.tolist()) & split.rows["record"]


@pytest.mark.parametrize("rule", ["personal-data", "near-duplicate"])
def test_of_clean_records_at_most_one_in_a_hundred_is_flagged(rule, good_records, already):
    assert len(already.get(rule, set())) <= CLEAN * len(good_records)


def test_a_clean_data_set_is_nearly_free_of_findings(good_records, already):
    assert set(already) <= {"near-duplicate", "unsupported-answer", "derivation", "length-outlier"}
    assert all(len(rows) <= CLEAN * len(good_records) for rows in already.values())


def row_of(records: Sequence[Source], question: str) -> list[int]:
    return [row for row, record in enumerate(records) if record.fields["question"] == question]


def test_the_known_defects_of_tatqa_are_found(tatqa_records, tmp_path):
    found = by_rule(tmp_path, tatqa_records)
    twice = row_of(tatqa_records, "What is the average discount rate over the 3 year period from 2017 to 2019?")
    opposed = row_of(tatqa_records, "What was the leasehold external and internal valuation in 2019?")
    empty = row_of(tatqa_records, "What financial items are listed in the table?")
    assert found["duplicate"] == set(twice[1:])
    assert found["contradiction"] == set(opposed)
    assert found["unsupported-answer"] & set(empty)


def test_no_pair_of_tatqas_own_similar_questions_is_offered_for_removal(tatqa_records, tmp_path):
    dataset, facts = scanned(tmp_path, tatqa_records)
    assert issues.fixed(dataset, facts, "near-duplicate").changes == ()
    dataset.close()


def test_of_near_duplicates_only_those_with_equal_answers_are_offered_for_removal(good_records, tmp_path):
    injected = near_duplicates(good_records, seed=1)
    contrary = set(sorted(injected.broken)[::2])
    for row in contrary:
        injected.records[row] = with_fields(injected.records[row], answer="something else altogether")
    dataset, facts = scanned(tmp_path, injected.records)
    found = set(issues.rows_of(facts, "near-duplicate"))
    offered = {change.row for change in issues.fixed(dataset, facts, "near-duplicate").changes}
    assert len(found & contrary) >= 0.8 * len(contrary)  # a slip of the pen is forgiven for equal answers only
    assert len(offered) >= RECALL * len(injected.broken - contrary)
    assert offered <= injected.broken - contrary
    dataset.close()


def test_what_is_found_does_not_depend_on_how_tables_are_written(good_records, already, tmp_path: Path):
    for table_format in ("markdown", "json", "latex"):
        found = by_rule(tmp_path, good_records, table_format)
        for rule in ("near-duplicate", "derivation", "personal-data", "control-characters", "duplicate"):
            assert found.get(rule, set()) == already.get(rule, set()), (rule, table_format)
