"""Sub-samples: nested by size, seeded, independent of the file's order, in proportion, whole tables where asked."""

import itertools
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import UsageError
from core.formatting import Member, subsample
from core.formatting.split import columns_of

SIZES = [5, 20, 60, 120]


def members(count: int = 120) -> list[Member]:
    return [Member(f"{n:04}", f"table {n % 20}", f"q{n}", "span" if n % 4 else "count") for n in range(count)]


def nested(found: list[Member], sizes: list[int], **how: Any) -> dict[int, tuple[str, ...]]:
    """The identities of each sample, in the order of drawing."""
    drawn = subsample.nested(columns_of(found), sizes, **how)
    return {size: tuple(found[place].id for place in places) for size, places in drawn.items()}


def order(found: list[Member]) -> list[str]:
    return [found[place].id for place in subsample.order(columns_of(found))]


@pytest.mark.parametrize("by", ["row", "group"])
@given(seed=st.integers())
@settings(deadline=None, max_examples=20)
def test_each_sample_is_a_part_of_the_next_and_has_its_size(by, seed):
    drawn = nested(members(), SIZES, seed=seed, by=by)
    assert [len(drawn[size]) for size in SIZES] == SIZES
    for smaller, larger in itertools.pairwise(SIZES):
        assert set(drawn[smaller]) < set(drawn[larger])


@pytest.mark.parametrize("by", ["row", "group"])
def test_the_draw_is_the_same_whatever_the_order_of_the_file(by):
    shuffled = random.Random(3).sample(members(), 120)
    assert nested(shuffled, SIZES, by=by) == nested(members(), SIZES, by=by)


def test_another_seed_draws_another_sample():
    assert len({nested(members(), [10], seed=seed)[10] for seed in range(5)}) == 5


def test_every_sample_has_the_strata_in_proportion():
    strata = {each.id: each.stratum for each in members()}
    for size, drawn in nested(members(), SIZES).items():
        counts = Counter(strata[identity] for identity in drawn)
        assert abs(counts["count"] - size / 4) <= 1


def test_a_sample_by_table_has_whole_tables_but_for_the_last():
    groups = {each.id: each.group for each in members()}
    [drawn] = nested(members(), [40], by="group").values()
    assert sorted(Counter(groups[identity] for identity in drawn).values())[1:] == [6] * 6


def test_records_that_come_later_leave_the_others_in_their_order():
    plain = [Member(each.id, each.group, each.question) for each in members()]
    before = order(plain[:100])
    assert [identity for identity in order(plain) if identity in set(before)] == before


@pytest.mark.parametrize("sizes", [[0], [-1, 5], [121]])
def test_a_size_that_cannot_be_drawn_is_refused(sizes):
    with pytest.raises(UsageError, match="cannot be drawn") as caught:
        nested(members(), sizes)
    assert "120 training records" in caught.value.why
