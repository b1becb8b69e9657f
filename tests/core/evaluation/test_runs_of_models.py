"""Runs: found again by what they ask, each answer paid once, openings of the test set counted."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from rehearsed import HAIKU, Rehearsed, turns

from core import catalog
from core.clock import SystemClock
from core.config import Config
from core.errors import CancelledError
from core.evaluation import runs
from core.evaluation.runs import RunSpec
from core.formatting import ExportLine
from core.progress import Cancel
from core.records.record import Chat, Message
from core.store import Store
from core.workspace import Workspace

SPEC = RunSpec(HAIKU, "sha of the test file", "export", "template", 64, 0.0)
LINES = [
    ExportLine(
        f"id-{n}", f"table {n}", "span", Chat(tuple(Message(**turn) for turn in turns(n)), "Answer from the table.")
    )
    for n in range(5)
]


@pytest.fixture
def workspace(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[Workspace]:
    store = Store(tmp_path / "outcrop.db")
    connection = rehearsal.connection()
    yield Workspace(tmp_path, Config(name="tables"), store, catalog.load(), SystemClock(), lambda _: connection)
    store.close()


@pytest.fixture
def asked(workspace: Workspace) -> list[str]:
    """The questions that are sent, as they go."""
    sent: list[str] = []
    events = workspace.connection.client("bedrock-runtime", patient=True).meta.events
    events.register(
        "provide-client-params.bedrock-runtime.Converse",
        lambda params, **_: sent.append(params["messages"][-1]["content"][0]["text"]),
    )
    return sent


def begin(workspace: Workspace, spec: RunSpec = SPEC, label: str = "base") -> runs.Run:
    return runs.begin(workspace, spec, label=label, model="claude-3-haiku")


def test_a_run_is_found_again_by_what_it_asks(workspace):
    first = begin(workspace)
    assert begin(workspace) == first
    assert (first.label, first.spec, first.ended, first.job) == ("base", SPEC, None, "")
    assert first.location == workspace.connection.location.key
    assert first.outcrop


@pytest.mark.parametrize(
    "change",
    [
        {"model": "other"},
        {"test_sha256": "other"},
        {"template_fingerprint": "other"},
        {"max_tokens": 65},
        {"temperature": 0.5},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_else_is_asked_is_another_run(workspace, change):
    assert begin(workspace, msgspec.structs.replace(SPEC, **change)).id != begin(workspace).id


def test_each_run_opens_its_test_set_once(workspace):
    begin(workspace)
    begin(workspace)
    assert runs.openings(workspace.store, SPEC.test_sha256) == 1
    begin(workspace, msgspec.structs.replace(SPEC, model="tuned"))
    assert runs.openings(workspace.store, SPEC.test_sha256) == 2
    assert runs.openings(workspace.store, "another test set") == 0


def test_every_question_is_asked_without_its_answer_and_every_answer_kept(workspace, asked):
    run = begin(workspace)
    runs.ask(workspace, run, LINES)
    assert sorted(asked) == sorted(line.chat.prompt for line in LINES)
    results = runs.results(workspace.store, run, LINES, "whole")
    assert [each.line for each in results] == LINES
    assert [each.truth for each in results] == [str(n) for n in range(5)]
    assert all(each.completion and each.output_tokens for each in results)
    assert runs.get(workspace.store, run.id).ended is not None


def test_what_is_answered_is_never_asked_again(workspace, asked):
    run = begin(workspace)
    runs.ask(workspace, run, LINES[:3])
    assert len(asked) == 3
    runs.ask(workspace, run, LINES)
    assert len(asked) == 5
    runs.ask(workspace, run, LINES)
    assert len(asked) == 5


def test_a_cancelled_run_keeps_what_it_has_paid_for_and_goes_on(workspace, asked):
    run, cancel = begin(workspace), Cancel()
    events = workspace.connection.client("bedrock-runtime", patient=True).meta.events
    events.register("before-call.bedrock-runtime.Converse", lambda **_: cancel.cancel())
    with pytest.raises(CancelledError):
        runs.ask(workspace, run, LINES, cancel=cancel)
    assert len(runs.results(workspace.store, run, LINES, "whole")) == len(asked) > 0
    assert runs.get(workspace.store, run.id).ended is None
    runs.ask(workspace, run, LINES)
    assert sorted(asked) == sorted(line.chat.prompt for line in LINES)
    assert len(runs.results(workspace.store, run, LINES, "whole")) == 5


def test_the_answer_is_taken_out_by_the_templates_rule(workspace):
    run = begin(workspace)
    workspace.store.write(
        "INSERT INTO answers VALUES (?,?,?,?,?,?,?,?)",
        (run.id, "id-0", "So: <answer>7</answer>.", "end_turn", 10, 9, 5, "2025-06-01"),
    )
    [found] = runs.results(workspace.store, run, LINES, "answer")
    assert (found.answer, found.completion, found.output_tokens) == ("7", "So: <answer>7</answer>.", 9)


def test_runs_are_listed_by_place_newest_first(workspace):
    first = begin(workspace)
    second = begin(workspace, msgspec.structs.replace(SPEC, model="tuned"), "tuned")
    place = workspace.connection.location.key
    assert [run.id for run in runs.listing(workspace.store, place)] == [second.id, first.id]
    assert runs.listing(workspace.store, "aws/123456789012/us-west-2") == []
