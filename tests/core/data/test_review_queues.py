"""A review queue: drawn, kept, gone on with, and two reviewers compared."""

from collections import Counter
from datetime import timedelta

import pytest
from record_lines import chat_line, source_line

from core.clock import ManualClock
from core.data import review
from core.data.decisions import Subject, decide
from core.errors import UsageError

THIRTY = [source_line(n, facts={"type": "span" if n % 3 else "count"}) for n in range(30)]


def flag(store, clock: ManualClock, who: str, record: str, value: str = "keep") -> None:
    decide(store, [Subject(record, "h")], "flag", value, who=who, now=clock.now())


def test_a_random_queue_is_the_same_for_the_same_seed_and_another_for_another(look):
    view = look(*THIRTY)
    first, again, other = (review.draw(view, "random", 10, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert len(set(first.records)) == 10
    assert first.records != other.records


def test_a_stratified_queue_has_each_stratums_share(look):
    view = look(*THIRTY)
    kinds = Counter(
        view.frame(("type",))["type"][int(record, 16)] for record in review.draw(view, "stratified", 9).records
    )
    assert kinds == {"span": 6, "count": 3}


def test_the_riskiest_queue_begins_with_errors_then_warnings_then_unusual_lengths(look):
    usual = [chat_line(f"question {n}", "answer") for n in range(8)]
    view = look(*usual, chat_line("q", ""), chat_line("question", "long " * 400), chat_line("\nHuman: q", "x"))
    rows = [view.facts.ids.of_all().index(record) for record in review.draw(view, "riskiest", 3).records]
    assert rows == [10, 8, 9]


def test_a_queue_is_drawn_among_the_records_that_are_shown_and_no_longer_than_they_are(look):
    view = look(*THIRTY)
    view.apply("type = 'count'")
    queue = review.draw(view, "random", 50)
    assert len(queue.records) == 10
    view.apply("row = 99")
    with pytest.raises(UsageError, match="nothing to review"):
        review.draw(view, "random", 5)


def test_a_queue_that_was_kept_is_there_the_next_time(look, store):
    assert review.kept(store) is None
    queue = review.draw(look(*THIRTY), "random", 5)
    review.keep(store, queue)
    assert review.kept(store) == queue


def test_a_reviewer_goes_on_where_that_reviewer_stopped_whatever_others_did(look, store):
    clock, queue = ManualClock(), review.draw(look(*THIRTY), "random", 5)
    for record in queue.records[:2]:
        flag(store, clock, "ann", record)
    flag(store, clock, "bob", queue.records[4])
    ann, bob = (review.standing(store, queue, who, clock.now()) for who in ("ann", "bob"))
    assert (ann.done, ann.total, ann.next) == (2, 5, queue.records[2])
    assert (bob.done, bob.next) == (1, queue.records[0])
    assert list(review.standings(store, queue, clock.now())) == ["ann", "bob"]


def test_the_pace_is_that_of_the_last_ten_minutes(look, store):
    clock, queue = ManualClock(), review.draw(look(*THIRTY), "random", 10)
    flag(store, clock, "ann", queue.records[0])
    assert review.standing(store, queue, "ann", clock.now()).an_hour is None
    clock.advance(timedelta(hours=1).total_seconds())
    for record in queue.records[1:5]:
        clock.advance(10)
        flag(store, clock, "ann", record)
    assert review.standing(store, queue, "ann", clock.now()).an_hour == 360


def test_a_queue_that_is_done_has_no_next_record(look, store):
    clock, queue = ManualClock(), review.draw(look(*THIRTY), "random", 2)
    for record in queue.records:
        flag(store, clock, "ann", record)
    assert review.standing(store, queue, "ann", clock.now()).next == ""


def test_two_reviewers_are_compared_on_the_records_of_the_queue_that_both_flagged(look):
    queue = review.draw(look(*THIRTY), "random", 4)
    one, two, three, four = queue.records
    flags = {
        "ann": {one: "keep", two: "reject", three: "keep", "elsewhere": "keep"},
        "bob": {one: "keep", two: "keep", four: "keep", "elsewhere": "reject"},
        "eve": {},
    }
    [pair] = review.agreements(flags, queue)
    assert (pair.first, pair.second, pair.agreement.records) == ("ann", "bob", 2)
    assert [each.record for each in pair.agreement.disagreements] == [two]


def test_kappa_of_two_reviewers_is_that_of_a_table_worked_by_hand(look):
    view = look(*THIRTY)
    queue = review.draw(view, "random", 10)
    said = zip(queue.records, "kkkkkkrrrr", "kkkkrrrrrk", strict=True)
    names = {"k": "keep", "r": "reject"}
    ann, bob = {}, {}
    for record, one, other in said:
        ann[record], bob[record] = names[one], names[other]
    [pair] = review.agreements({"ann": ann, "bob": bob}, queue)
    # observed 7/10; by chance (6/10 * 5/10) + (4/10 * 5/10) = 1/2; kappa = (0.7 - 0.5) / 0.5
    assert pair.agreement.kappa == pytest.approx(0.4)
    assert len(pair.agreement.disagreements) == 3


def test_a_way_to_draw_that_does_not_exist_is_refused_with_those_that_do():
    assert review.how("riskiest") == "riskiest"
    with pytest.raises(UsageError) as caught:
        review.how("best")
    assert "riskiest" in caught.value.todo
