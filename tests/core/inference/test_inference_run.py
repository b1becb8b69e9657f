"""Asking a model N things: bounded, resumable, each answer paid once."""

import threading

import pytest
from rehearsed import HAIKU, Rehearsed, turns

from core.aws import runtime
from core.aws.errors import AwsError
from core.aws.runtime import Reply
from core.clock import ManualClock
from core.errors import CancelledError, RefusedError
from core.inference import Answer, Ask, AskSettings, converse, kept
from core.inference.asking_progress import Watch
from core.progress import Cancel, Progress
from core.records.record import Chat, Message
from core.store import Store


@pytest.fixture
def store(tmp_path):
    store = Store(tmp_path / "outcrop.db")
    yield store
    store.close()


def asks(count):
    return [Ask(f"ask-{n}", Chat((Message("user", turns(n)[0]["content"]),))) for n in range(count)]


class Service:
    """Answers in the model's place, and remembers what it was asked.

    `troubles` holds errors by ask, raised one after another before it answers.
    """

    def __init__(self, monkeypatch, **troubles):
        self.answered = []
        self.most_at_once = 0
        self._under_way = 0
        self._lock = threading.Lock()
        self._troubles = {name.replace("_", "-"): list(errors) for name, errors in troubles.items()}
        monkeypatch.setattr(runtime, "converse", self)

    def __call__(self, connection, model, chat, *, max_tokens, temperature):
        name = next(ask.id for ask in asks(40) if ask.chat == chat)
        with self._lock:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            trouble = self._troubles[name].pop(0) if self._troubles.get(name) else None
        try:
            if callable(trouble):
                trouble()
            elif trouble is not None:
                raise trouble
        finally:
            with self._lock:
                self._under_way -= 1
        self.answered.append(name)
        return Reply(f"to {name}", "end_turn", 10, 2, 5)


def throttled():
    return AwsError("Too many requests", code="ThrottlingException", status=429)


def forbidden():
    return AwsError("Not authorised", code="AccessDeniedException", status=403)


def run(store, wanted, *, clock=None, at_once=4, connection=None, **more):
    settings = AskSettings(HAIKU, at_once=at_once)
    clock = clock or ManualClock()
    return converse.run(
        wanted, name="run", settings=settings, connection=connection, store=store, clock=clock, **more
    )


def test_every_ask_is_answered_and_kept(rehearsal: Rehearsed, store):
    summary = run(store, asks(12), connection=rehearsal.connection())
    answers = kept(store, "run")
    assert (summary.answered, summary.reused) == (12, 0)
    assert set(answers) == {ask.id for ask in asks(12)}
    assert all(answer.text and answer.output_tokens for answer in answers.values())


def test_a_second_run_asks_nothing(store, monkeypatch):
    service = Service(monkeypatch)
    run(store, asks(5))
    summary = run(store, asks(5))
    assert (summary.answered, summary.reused) == (5, 5)
    assert sorted(service.answered) == [f"ask-{n}" for n in range(5)]


def test_a_larger_run_asks_only_what_is_new(store, monkeypatch):
    service = Service(monkeypatch)
    run(store, asks(3))
    summary = run(store, asks(5))
    assert (summary.answered, summary.reused) == (5, 3)
    assert sorted(service.answered[3:]) == ["ask-3", "ask-4"]


def test_runs_do_not_share_answers(store, monkeypatch):
    service = Service(monkeypatch)
    run(store, asks(1))
    converse.run(
        asks(1), name="other", settings=AskSettings(HAIKU), connection=None, store=store, clock=ManualClock()
    )
    assert service.answered == ["ask-0", "ask-0"]


def test_an_answer_is_kept_as_it_came(store, monkeypatch):
    Service(monkeypatch)
    run(store, asks(1))
    assert kept(store, "run") == {"ask-0": Answer("ask-0", "to ask-0", "end_turn", 10, 2, 5)}


def test_no_more_are_under_way_than_allowed(store, monkeypatch):
    full = threading.Barrier(3, timeout=60)  # lets go when three are under way together
    service = Service(monkeypatch, **{f"ask_{n}": [full.wait] for n in range(30)})
    run(store, asks(30), at_once=3)
    assert service.most_at_once == 3


def test_what_the_service_is_too_busy_for_is_asked_again_after_a_pause_that_doubles(store, monkeypatch):
    clock = ManualClock()
    began = clock.now()
    service = Service(monkeypatch, ask_1=[throttled(), throttled(), throttled()])
    notes = []
    run(store, asks(3), clock=clock, report=lambda progress: notes.append(progress.note))
    assert sorted(service.answered) == ["ask-0", "ask-1", "ask-2"]
    assert (clock.now() - began).total_seconds() == 2 + 4 + 8
    assert "ThrottlingException: 1 to ask again in 2 s" in notes


def test_a_service_that_stays_busy_is_given_up_and_what_it_answered_is_kept(store, monkeypatch):
    Service(monkeypatch, ask_1=[throttled() for _ in range(99)])
    with pytest.raises(AwsError, match="Too many requests"):
        run(store, asks(3))
    assert set(kept(store, "run")) == {"ask-0", "ask-2"}


def test_when_the_service_refuses_for_good_nothing_more_is_asked_but_what_is_under_way_is_kept(store, monkeypatch):
    together = threading.Barrier(4, timeout=60)

    def fail():
        together.wait()
        raise forbidden()

    waiting = {f"ask_{n}": [together.wait] for n in (1, 2, 3)}
    service = Service(monkeypatch, ask_0=[fail], **waiting)
    with pytest.raises(AwsError, match="Not authorised"):
        run(store, asks(30))
    assert set(service.answered) <= set(kept(store, "run"))  # paid for, so kept
    assert {"ask-1", "ask-2", "ask-3"} <= set(kept(store, "run"))
    assert len(service.answered) < 30


def test_after_a_refusal_for_good_the_rest_can_be_asked_later(store, monkeypatch):
    Service(monkeypatch, ask_7=[forbidden()])
    with pytest.raises(AwsError):
        run(store, asks(10))
    before = set(kept(store, "run"))
    service = Service(monkeypatch)
    assert run(store, asks(10)).reused == len(before)
    assert before.isdisjoint(service.answered)
    assert len(kept(store, "run")) == 10


def test_cancelling_keeps_what_is_answered_and_asks_no_more(store, monkeypatch):
    cancel = Cancel()
    service = Service(monkeypatch, ask_5=[cancel.cancel])
    with pytest.raises(CancelledError):
        run(store, asks(40), at_once=2, cancel=cancel)
    assert set(service.answered) == set(kept(store, "run"))
    assert len(service.answered) < 40


def test_cancelling_ends_a_pause_between_rounds(store, monkeypatch):
    cancel = Cancel()
    Service(monkeypatch, ask_0=[throttled() for _ in range(99)])

    def report(progress):
        if progress.note:
            cancel.cancel()

    with pytest.raises(CancelledError):
        run(store, asks(1), cancel=cancel, report=report)


def test_progress_counts_answers_and_ends_complete(store, monkeypatch):
    Service(monkeypatch)
    run(store, asks(2))
    seen = []
    run(store, asks(6), report=seen.append)
    assert (seen[0].done, seen[0].total, seen[0].unit) == (2, 6, "answers")
    assert (seen[-1].done, seen[-1].total) == (6, 6)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)


def test_nothing_to_ask_is_soon_done(store, monkeypatch):
    Service(monkeypatch)
    assert run(store, []).answered == 0


def test_a_read_only_connection_asks_nothing(rehearsal: Rehearsed, store):
    with pytest.raises(RefusedError):
        run(store, asks(3), connection=rehearsal.connection(read_only=True))
    assert kept(store, "run") == {}


def test_while_a_model_is_asked_the_rate_and_the_time_left_are_told_without_what_was_answered_before():
    told, seconds = [], iter([100.0, 100.0, 110.0, 130.0, 130.0])
    watch = Watch(lambda progress: told.append(progress.note), lambda: "$0.10", now=lambda: next(seconds))
    report = watch.reporting()
    for done in (50, 70, 110):
        report(Progress(done, 200, "answers"))
    report(Progress(110, 200, "answers", "busy"))
    assert told == ["$0.10", "2 a second, 1m05 left; $0.10", "2 a second, 45 s left; $0.10", "busy; $0.10"]
