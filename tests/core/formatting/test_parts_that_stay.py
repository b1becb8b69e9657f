"""Parts that stay: what was dealt once keeps its part, whatever is decided, added, taken out or re-ordered."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.config import Split
from core.errors import InputError
from core.formatting import PARTS, Member, remembered
from core.formatting.remembered import LEFT, NOTHING
from core.formatting.split import Dealt, columns_of, deal, keys_of, leakage_between
from core.formatting.subsample import nested

PLANS = [
    Split(),
    Split(by="row"),
    Split(by="customer"),
    Split(stratify="type"),
    Split(train=0.5, validation=0.1, test=0.2),
    Split(train=40, validation=0, test=20),
    Split(by="row", train=40, validation=8, test=20, stratify="type"),
]
NAMES = [f"{plan.by} {plan.train:g} {plan.stratify}" for plan in PLANS]


def records(tables: list[int]) -> list[Member]:
    """Tables with so many questions each."""
    return [
        Member(f"{g:03}{n:03}", f"table {g}", f"q{n}", "rare" if (g + n) % 4 == 0 else "common", f"customer {g % 17}")
        for g, size in enumerate(tables)
        for n in range(size)
    ]


def parts(found: list[Member], dealt: Dealt, fit: Any = None) -> dict[str, str]:
    """The part of each record that has one and is taken."""
    places = dealt.assigned.tolist()
    taken = [True] * len(found) if fit is None else fit.tolist()
    return {
        each.id: PARTS[place]
        for each, place, fits in zip(found, places, taken, strict=True)
        if place != LEFT and fits
    }


TABLES = st.lists(st.integers(2, 6), min_size=60, max_size=80)


@pytest.mark.parametrize("plan", PLANS, ids=NAMES)
@given(tables=TABLES, seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=15)
def test_no_record_ever_changes_its_part(plan, tables, seed):
    chance = random.Random(seed)
    every = records(tables)
    there, memory, before = every[: len(every) * 3 // 4], NOTHING, dict[str, str]()
    for _ in range(4):
        fit = np.array([chance.random() > 0.1 for _ in there])
        dealt = deal(columns_of(there), plan, memory, fit=fit)
        assert not dealt.joins.any()
        now = parts(there, dealt, fit)
        assert {each for each in now if before.get(each, now[each]) != now[each]} == set()
        before |= now
        memory = dealt.remembered
        there = [each for each in every if chance.random() > 0.1]
        chance.shuffle(there)


@pytest.mark.parametrize("plan", PLANS, ids=NAMES)
def test_what_was_rejected_leaves_its_part_and_moves_nobody(plan):
    found = records([5] * 40)
    whole = parts(found, first := deal(columns_of(found), plan))
    for rejected in (1, 2, 20, 90):
        fit = np.ones(len(found), dtype=bool)
        fit[random.Random(rejected).sample(range(len(found)), rejected)] = False
        for memory in (NOTHING, first.remembered):
            now = parts(found, deal(columns_of(found), plan, memory, fit=fit), fit)
            assert {each for each in now.keys() & whole.keys() if now[each] != whole[each]} == set()
            if plan.train <= 1:
                assert now == {each.id: whole[each.id] for each, fits in zip(found, fit, strict=True)
                               if fits and each.id in whole}  # fmt: skip


@pytest.mark.parametrize("plan", PLANS, ids=NAMES)
def test_the_same_dealt_again_is_the_same_in_any_order(plan):
    found = records([3] * 60)
    first = deal(columns_of(found), plan)
    shuffled = random.Random(1).sample(found, len(found))
    again = deal(columns_of(shuffled), plan, first.remembered)
    assert parts(shuffled, again) == parts(found, first) == parts(shuffled, deal(columns_of(shuffled), plan))
    assert again.remembered.records.keys.tolist() == first.remembered.records.keys.tolist()


def test_added_tables_are_dealt_over_the_room_that_is_left_with_the_same_mix():
    found, plan = records([4] * 100), Split(stratify="type")
    dealt = deal(columns_of(found), plan, deal(columns_of(found[:200]), plan).remembered)
    for part, share in zip(PARTS, (320, 40, 40), strict=True):
        kinds = Counter(each.stratum for each, place in zip(found, dealt.assigned, strict=True)
                        if PARTS[place] == part)  # fmt: skip
        assert abs(kinds.total() - share) <= 4
        assert abs(kinds["rare"] - share / 4) <= 4


def test_a_question_that_is_added_to_a_table_goes_where_its_table_is():
    found = records([5] * 40)
    old = [each for each in found if not each.id.endswith("004")]
    dealt = deal(columns_of(found), Split(), deal(columns_of(old), Split()).remembered)
    of_table: dict[str, set[int]] = {}
    for each, place in zip(found, dealt.assigned.tolist(), strict=True):
        of_table.setdefault(each.group, set()).add(place)
    assert {len(places) for places in of_table.values()} == {1}


def test_a_part_by_number_fills_from_what_belongs_to_none_and_gives_back():
    found, plan = records([5] * 40), Split(train=100, validation=0, test=50)
    first = deal(columns_of(found), plan)
    tested = np.flatnonzero(first.assigned == PARTS.index("test"))
    fit = np.ones(len(found), dtype=bool)
    fit[tested[:7]] = False
    filled = deal(columns_of(found), plan, first.remembered, fit=fit)
    assert Counter(parts(found, filled, fit).values()) == {"train": 100, "test": 50}
    given_back = deal(columns_of(found), plan, filled.remembered)
    assert Counter(parts(found, given_back).values()) == {"train": 100, "test": 50}


def of(part: str, found: list[Member], dealt: Dealt) -> Member:
    return next(each for each, place in zip(found, dealt.assigned, strict=True) if PARTS[place] == part)


def test_a_record_that_stands_with_a_training_table_and_a_test_table_belongs_to_no_part():
    found = records([5] * 40)
    first = deal(columns_of(found), Split())
    trained, tested = of("train", found, first), of("test", found, first)
    copy = Member(trained.id + ".2", tested.group, trained.question)
    more = Member("fff", tested.group, "another")
    dealt = deal(columns_of([*found, copy, more]), Split(), first.remembered)
    assert dealt.assigned[:-2].tolist() == first.assigned.tolist()
    assert PARTS[dealt.assigned[-1]] == "test"
    assert (dealt.assigned[-2], dealt.joins.nonzero()[0].tolist()) == (LEFT, [len(found)])
    again = deal(columns_of([copy, *found, more]), Split(), dealt.remembered)
    assert again.assigned[0] == LEFT


def test_a_record_that_comes_again_under_another_table_does_not_bring_it_into_its_part():
    found = records([5] * 40)
    first = deal(columns_of(found), Split())
    trained, tested = of("train", found, first), of("test", found, first)
    moved = [Member(each.id, tested.group, each.question) if each == trained else each for each in found]
    dealt = deal(columns_of(moved), Split(), first.remembered)
    assert dealt.joins.tolist() == [each == trained for each in found]
    sides = [[each for each, place in zip(moved, dealt.assigned, strict=True) if place == PARTS.index(part)]
             for part in ("train", "test")]  # fmt: skip
    assert leakage_between(*map(columns_of, sides)).table == 0


def test_a_closed_part_takes_nothing_new_and_training_has_its_room():
    found = records([5] * 60)
    first = deal(columns_of(found[:150]), Split())
    dealt = deal(columns_of(found), Split(), first.remembered, closed=("test",))
    counts = Counter(parts(found, dealt).values())
    assert counts["test"] == Counter(parts(found[:150], first).values())["test"]
    assert counts.total() == 300


def test_many_units_are_dealt_at_once_with_their_shares_and_their_mix(monkeypatch):
    from core.formatting import piles

    monkeypatch.setattr(piles, "MANY", 10)
    found = records([4] * 200)
    dealt = deal(columns_of(found), Split(train=0.6, validation=0.1, test=0.2, stratify="type"))
    counts = Counter(parts(found, dealt).values())
    for part, share in {"train": 480, "validation": 80, "test": 160}.items():
        assert abs(counts[part] - share) <= 8


# Sub-samples


def test_a_sample_that_was_drawn_stays_when_records_are_added():
    found = records([3] * 60)
    old, every = columns_of(found[:120]), columns_of(found)
    drawn = keys_of(old.taken(nested(old, [30])[30]))
    memory = NOTHING.with_drawn(1, drawn)
    later = nested(every, [20, 30, 60], drawn=memory.drawn[1])
    assert keys_of(every.taken(later[30])).tolist() == drawn.tolist()
    assert keys_of(every.taken(later[20])).tolist() == drawn[:20].tolist()
    assert set(later[30].tolist()) < set(later[60].tolist())


# The file


@given(tables=TABLES, seed=st.integers(0, 3))
@settings(deadline=None, max_examples=10)
def test_what_was_dealt_comes_back_as_it_was_written(tables, seed, tmp_path_factory):
    path, plan = tmp_path_factory.mktemp("dealt") / "splits" / "a.txt", Split(train=0.5, seed=seed)
    found = columns_of(records(tables))
    dealt = deal(found, plan).remembered.with_drawn(seed, keys_of(found)[:7])
    remembered.write(path, dealt, plan)
    read = remembered.read(path)
    assert read is not None
    assert read.same_as(dealt)
    assert not read.same_as(NOTHING)
    assert all(line[:1] in "#[" or len(line) == 16 for line in path.read_text().splitlines())


def test_nothing_was_dealt_where_there_is_no_file(tmp_path: Path):
    assert remembered.read(tmp_path / "none.txt") is None


def test_lines_of_two_branches_merge_and_a_conflict_says_its_line(tmp_path: Path):
    path = tmp_path / "merged.txt"
    path.write_text(
        "# dealt\n[records test]\n00000000000000aa\n[records train]\n00000000000000aa\n00000000000000bb\n"
    )
    read = remembered.read(path)
    assert read is not None
    assert dict(zip(read.records.keys.tolist(), read.records.places.tolist(), strict=True)) == {0xAA: 2, 0xBB: 0}
    path.write_text("# dealt\n[records test]\n00000000000000aa\n<<<<<<< ours\n")
    with pytest.raises(InputError, match="cannot be read") as caught:
        remembered.read(path)
    assert caught.value.where is not None
    assert caught.value.where.line == 4
    path.write_text("[units nowhere]\n")
    with pytest.raises(InputError, match="cannot be read"):
        remembered.read(path)
