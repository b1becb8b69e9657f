"""Splits: seeded, independent of order, no group on both sides, shares kept as nearly as groups allow."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import Split
from core.errors import UsageError
from core.formatting import PARTS, Leakage, Member, Part
from core.formatting import split as splits
from core.formatting.split import columns_of

SIZES = st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=60)
SHARES = st.lists(st.integers(min_value=0, max_value=10), min_size=4, max_size=4).filter(
    lambda each: sum(each[:3]) > 0
)


def members(sizes: list[int]) -> list[Member]:
    """Groups of some sizes; each question is asked of its group alone."""
    return [Member(f"{g:03}-{n}", f"g{g}", f"q{n}") for g, size in enumerate(sizes) for n in range(size)]


def split(found: list[Member], wanted: Split) -> dict[str, Part]:
    """The part of each record that has one."""
    places = splits.split(columns_of(found), wanted).tolist()
    return {each.id: PARTS[place] for each, place in zip(found, places, strict=True) if place != splits.LEFT}


def leakage(found: list[Member], parts: dict[str, Part]) -> Leakage:
    train, test = ([each for each in found if parts.get(each.id) == part] for part in ("train", "test"))
    return splits.leakage_between(columns_of(train), columns_of(test))


def plan(shares: list[int], **more: object) -> Split:
    """Shares out of a sum whose last part belongs to nobody."""
    train, validation, test, _ = (share / sum(shares) for share in shares)
    return Split(train=train, validation=validation, test=test, **more)


@given(sizes=SIZES, seed=st.integers())
@settings(deadline=None)
def test_the_same_seed_gives_the_same_split_whatever_the_order(sizes, seed):
    found = members(sizes)
    shuffled = random.Random(1).sample(found, len(found))
    for by in ("group", "row"):
        assert split(found, Split(seed=seed, by=by)) == split(shuffled, Split(seed=seed, by=by))


def test_another_seed_gives_another_split():
    found = members([5] * 40)
    assert len({tuple(sorted(split(found, Split(seed=seed)).items())) for seed in range(5)}) == 5


@given(sizes=SIZES, shares=SHARES)
@settings(deadline=None)
def test_no_group_ever_stands_in_two_parts(sizes, shares):
    found = members(sizes)
    assigned = split(found, plan(shares))
    parts: dict[str, set[str | None]] = {}
    for each in found:
        parts.setdefault(each.group, set()).add(assigned.get(each.id))
    assert all(len(each) == 1 for each in parts.values())
    assert leakage(found, assigned).table == 0


@given(sizes=SIZES, shares=SHARES, seed=st.integers(0, 5))
@settings(deadline=None)
def test_every_part_comes_within_one_group_of_its_share(sizes, shares, seed):
    wanted = plan(shares, seed=seed)
    counts = Counter(split(members(sizes), wanted).values())
    for part, share in zip(PARTS, (wanted.train, wanted.validation, wanted.test), strict=True):
        assert abs(counts[part] - share * sum(sizes)) <= max(sizes)


@given(sizes=SIZES, shares=SHARES.map(lambda each: [*each[:3], 0]))
@settings(deadline=None)
def test_shares_that_add_up_to_one_leave_nothing_over(sizes, shares):
    assert len(split(members(sizes), plan(shares))) == sum(sizes)


@given(sizes=SIZES)
@settings(deadline=None)
def test_a_part_with_no_share_gets_nothing(sizes):
    assert set(split(members(sizes), Split(train=0.7, validation=0, test=0.3)).values()) <= {"train", "test"}


@given(count=st.integers(min_value=1, max_value=200))
@settings(deadline=None)
def test_by_row_every_part_has_its_share_to_the_record(count):
    counts = Counter(split(members([count]), Split(by="row")).values())
    assert abs(counts["train"] - 0.8 * count) <= 1
    assert sum(counts.values()) == count


def test_no_records_give_no_parts():
    assert split([], Split()) == {}


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [(0.8, 0.2, 0.2), (-0.1, 0.5, 0.5), (0, 0, 0), (2, -1, 0), (float("nan"), 0.1, 0.1), (float("inf"), 0, 0)],
)
def test_shares_that_cannot_be_are_refused_with_their_sum(train, validation, test):
    with pytest.raises(UsageError, match="add up to at most 1") as caught:
        split(members([3]), Split(train=train, validation=validation, test=test))
    assert str(float(train)) in caught.value.why or str(train) in caught.value.why


def test_shares_may_add_up_to_one_with_the_error_of_floats():
    assert len(split(members([1] * 10), Split(train=0.7, validation=0.2, test=0.1))) == 10


def test_leakage_counts_the_record_the_question_and_the_table_of_each_test_row():
    found = [
        Member("a", "g1", "q1"),
        Member("b", "g1", "q1"),  # another table format of the same question
        Member("c", "g1", "q2"),
        Member("d", "g2", "q1"),
        Member("a.2", "g1", "q1"),  # an exact duplicate
    ]
    parts = {"a": "train", "b": "test", "c": "test", "d": "test", "a.2": "test"}
    leaked = leakage(found, parts)
    assert (leaked.record, leaked.question, leaked.table) == (0.25, 0.5, 0.75)


def test_a_record_that_stands_under_another_table_leaks_its_question_and_its_table():
    found = [Member("a", "g1", "q1"), Member("a.2", "g2", "q1"), Member("b", "g2", "q2"), Member("b.2", "", "q2")]
    leaked = leakage(found, {"a": "train", "a.2": "test", "b": "train", "b.2": "test"})
    assert (leaked.record, leaked.question, leaked.table) == (1, 1, 0.5)


def test_groups_that_have_a_record_in_common_are_dealt_as_one():
    again = [Member(f"{g:03}-0.2", f"g{g + 1}", "q0") for g in (3, 4, 11)]  # 3, 4 and 5 in a row, 11 and 12
    found = [*members([3] * 20), *again]
    for seed in range(20):
        parts = split(found, Split(seed=seed))
        stands = {group: {parts[each.id] for each in found if each.group == group} for group in ("g3", "g4", "g5")}
        assert stands["g3"] == stands["g4"] == stands["g5"]
        assert leakage(found, parts) == Leakage(0, 0, 0)


def test_without_a_test_part_nothing_leaks():
    assert leakage(members([3]), {}).table == 0


# Parts by number


@given(seed=st.integers(0, 9))
@settings(deadline=None)
def test_by_row_a_number_is_kept_to_the_record(seed):
    counts = Counter(split(members([5] * 60), Split(by="row", train=123, validation=0, test=45, seed=seed)).values())
    assert counts == {"train": 123, "test": 45}


@given(seed=st.integers(0, 9))
@settings(deadline=None)
def test_by_group_a_number_is_kept_to_the_record_and_nothing_leaks(seed):
    found = members([5] * 60)
    assigned = split(found, Split(train=123, validation=7, test=45, seed=seed))
    assert Counter(assigned.values()) == {"train": 123, "validation": 7, "test": 45}
    assert leakage(found, assigned).table == 0


def test_a_number_and_shares_may_stand_together():
    counts = Counter(split(members([1] * 100), Split(train=0.5, validation=0, test=20)).values())
    assert counts == {"train": 50, "test": 20}


def test_more_than_there_is_cannot_be_asked_for():
    with pytest.raises(UsageError, match="asks for 30 records, there are 20"):
        split(members([2] * 10), Split(train=20, validation=0, test=10))
    with pytest.raises(UsageError, match="is a number of records"):
        split(members([2] * 10), Split(train=1.5, validation=0, test=0))


# Strata and other groups


def mixed(*, by_group: bool) -> list[Member]:
    """Every fifth table, or every fifth record, is of the rare kind."""
    return [
        Member(f"{g:03}-{n}", f"g{g}", f"q{n}", "rare" if (g if by_group else n) % 5 == 0 else "common", f"c{g % 7}")
        for g in range(50)
        for n in range(10)
    ]


@pytest.mark.parametrize("by", ["row", "group"])
@pytest.mark.parametrize("by_group", [True, False])
def test_a_stratified_split_has_the_same_mix_everywhere(by, by_group):
    found = mixed(by_group=by_group)
    strata = {each.id: each.stratum for each in found}
    assigned = split(found, Split(by=by, stratify="type"))
    for part, share in zip(PARTS, (0.8, 0.1, 0.1), strict=True):
        kinds = Counter(strata[identity] for identity, place in assigned.items() if place == part)
        assert abs(kinds["rare"] - share * 100) <= 10
        assert abs(kinds["common"] - share * 400) <= 10


def test_a_split_by_a_fact_keeps_together_what_has_it_in_common():
    found = mixed(by_group=True)
    units = {each.id: each.unit for each in found}
    assigned = split(found, Split(by="customer"))
    parts = [{units[identity] for identity, place in assigned.items() if place == part} for part in PARTS]
    assert not parts[0] & parts[2]
    assert not parts[0] & parts[1]


def test_records_without_a_group_stand_alone_and_leak_no_table():
    found = [Member(f"{n}", "", f"q{n % 10}") for n in range(100)]
    assigned = split(found, Split())
    assert Counter(assigned.values()) == {"train": 80, "validation": 10, "test": 10}
    leaked = leakage(found, assigned)
    assert (leaked.question > 0.9, leaked.table) == (True, 0)
