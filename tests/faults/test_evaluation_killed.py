"""Outcrop is killed -9 while it evaluates two throttled models: every answer once, no endpoint left behind."""

import random
import subprocess
import sys

import pytest
import small_tables
from rehearsed import finished, wait_until

from core import catalog
from core.aws.endpoints import list_endpoints
from core.config import Config, Data, Format, Split
from core.data.training_set import prepare
from core.evaluation import runs
from core.store import Store
from core.tuning import submission
from core.usecase import project

TABLES = 40
KILLS = (3, pytest.param(10, marks=pytest.mark.slow))
ASKED = 48  # 24 questions, asked of the base and of the tuned model


@pytest.fixture(scope="module", params=KILLS)
def kills(request) -> int:
    """How often Outcrop is killed."""
    return request.param


@pytest.fixture(scope="module")
def trained(kills, start_rehearsal, tmp_path_factory):
    """A project with a finished job, on a server that throttles three calls of ten; and the server."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / ".outcrop" / "rehearsal").mkdir(parents=True)
    throttled = {"operation": "Converse", "share": 0.3, "answer": "throttle", "seed": 4}
    server = start_rehearsal(folder / ".outcrop" / "rehearsal", faults=[throttled])
    wanted = Config(
        name="killed",
        data=Data(source="records.jsonl"),
        format=Format(table_format="markdown"),
        split=Split(train=0.8, validation=0.0, test=0.2),
        hyperparameters={"epochCount": 1, "batchSize": 16},
    )
    project.create(folder, wanted, catalog.load())
    small_tables.write(folder / "records.jsonl", TABLES * small_tables.TO_A_TABLE)
    workspace = small_tables.opened(folder, server)
    exported, home = prepare(workspace)
    done = submission.submit(workspace, submission.prepare(workspace, exported, home))
    assert finished(workspace.connection, done.arn).status == "Completed"
    workspace.close()
    return folder, server


def answers(store: Store) -> dict[tuple[str, str], str]:
    """When each answer was kept."""
    return {(row["run"], row["ask"]): row["at"] for row in store.rows("SELECT run, ask, at FROM answers")}


@pytest.fixture(scope="module")
def story(kills, trained):
    """Kills the evaluation at seeded points, lets it end at last; what was kept at each kill, and in the end."""
    folder, _ = trained
    command = [sys.executable, "-P", "-m", "tui", "--project", str(folder), "evaluate", "--yes", "--at-once", "4"]
    store, kept = Store(folder / ".outcrop" / "outcrop.db"), []
    for at in sorted(random.Random(8).sample(range(ASKED - 6), kills)):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            wait_until(lambda at=at, child=child: len(answers(store)) >= at + 1 or child.poll() is not None)
            child.kill()
        kept.append(answers(store))
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    yield kept, answers(store), ended.stdout
    store.close()


def test_it_was_killed_in_the_middle_each_time(kills, story):
    kept, _, _ = story
    assert len(kept) == kills
    assert all(0 < len(each) < ASKED for each in kept)


def test_in_the_end_every_question_is_answered_once_by_each_model(story):
    _, final, _ = story
    assert len(final) == ASKED
    assert len({run for run, _ in final}) == 2


def test_what_was_kept_at_a_kill_was_never_asked_again(story):
    kept, final, _ = story
    for each in kept:
        assert each.items() <= final.items()


def test_no_endpoint_is_left_behind(trained, story):
    _, server = trained
    assert list(list_endpoints(server.connection())) == []


def test_the_runs_have_ended_and_opened_the_test_set_once_each(trained, story):
    folder, server = trained
    workspace = small_tables.opened(folder, server)
    known = runs.listing(workspace.store, workspace.connection.location.key)
    assert [each.label for each in known] == ["tuned", "base"]
    assert all(each.ended for each in known)
    assert runs.openings(workspace.store, known[0].spec.test_sha256) == 2
    workspace.close()


def test_the_comparison_is_of_all_questions(story):
    _, _, shown = story
    assert f"test: {ASKED // 2} questions" in shown
