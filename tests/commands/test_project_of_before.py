"""A project made by Outcrop 0.1.0 opens, loses nothing, and is not charged again for what it has paid for.

`project_of_before.tar.xz` went all the way: imported records, a template of its own, decisions by two reviewers (one
undone, one an edit), a review queue, an export, a tuned job, an evaluation, a judge and a sweep, with the rehearsal
that answered.
"""

import json
import shutil
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from plain_commands import Outcrop
from rehearsed import Rehearsed

from core.aws.session import Connection
from core.clock import ManualClock
from core.data.decisions import Subject, decide
from core.store import Store

ARCHIVE = Path(__file__).with_name("project_of_before.tar.xz")
EXPORT = "claude-3-haiku-d006e3d2"
JOB, OTHER = "shops-d006e3d2-121d63", "shops-d006e3d2-5235cf"
BASE, TUNED = "83aef9015654", "3740c8cfe0e3"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, start_rehearsal: Callable[..., Rehearsed]) -> Path:
    """The project, and its rehearsal as it was."""
    folder = tmp_path_factory.mktemp("before") / "shops"
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    start_rehearsal(folder / ".outcrop" / "rehearsal", pace=0.0)
    return folder


@pytest.fixture
def project(served: Path, tmp_path: Path) -> Path:
    """A copy of its own for each test, which asks the same rehearsal."""
    folder = Path(shutil.copytree(served, tmp_path / "shops", ignore=shutil.ignore_patterns("rehearsal")))
    (folder / ".outcrop" / "rehearsal").symlink_to(served / ".outcrop" / "rehearsal")
    return folder


@pytest.fixture
def before(project: Path, outcrop: Outcrop, monkeypatch: pytest.MonkeyPatch) -> Outcrop:
    """Runs commands on it."""
    monkeypatch.chdir(project)
    return outcrop


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each operation is called."""
    seen: Counter[str] = Counter()
    made = Connection.call

    def counted(connection, service, operation, **parameters):
        seen[operation] += 1
        return made(connection, service, operation, **parameters)

    monkeypatch.setattr(Connection, "call", counted)
    return seen


def test_every_decision_holds_as_it_did(before):
    lines = before("flags", "export", "-").out.splitlines()
    held = Counter((kind, who) for line in lines for kind, who in [_kind_and_who(line)])
    assert held == {("flag", "ada"): 14, ("note", "ada"): 1, ("tag", "bob"): 2, ("edit", "ada"): 1}
    assert '"note","value":"The table says 2019"' in "".join(lines)
    assert '"answer\\":\\"1,000\\"' in "".join(lines)


def _kind_and_who(line: str) -> tuple[str, str]:
    said = json.loads(line)
    return said["kind"], said["who"]


def test_what_was_undone_stays_in_the_journal(before, project):
    before("flags", "export", "-")
    store = Store(project / ".outcrop" / "outcrop.db")
    undone = store.rows("SELECT who, undone_by FROM decisions WHERE undone IS NOT NULL")
    store.close()
    assert [tuple(row) for row in undone] == [("bob", "bob")] * 2


def test_every_job_run_queue_and_sweep_is_there(before):
    jobs = before("jobs", "--json").json
    assert [(job["name"], job["status"], job["ours"]) for job in jobs] == [
        (OTHER, "Completed", True),
        (JOB, "Completed", True),
    ]
    runs = before("evaluate", "--list", "--json").json
    assert {(run["id"], run["label"], bool(run["ended"])) for run in runs} == {
        (BASE, "base", True),
        (TUNED, "tuned", True),
    }
    assert len(before("review", "--json").json["queue"]["records"]) == 8
    (sweep,) = before("sweep", "--json").json
    assert (sweep["state"], [cell["job"] for cell in sweep["cells"]]) == ("done", [JOB, OTHER])


def test_every_answer_is_there(before, project):
    report = before("report", "--format", "csv").out
    assert "squad F1,met,1" in report
    store = Store(project / ".outcrop" / "outcrop.db")
    counted = dict(map(tuple, store.rows("SELECT run, COUNT(*) FROM answers GROUP BY run")))
    store.close()
    assert (counted[BASE], counted[TUNED]) == (16, 16)


def test_an_export_written_anew_has_the_same_name_and_bytes(before, project):
    old = {path.name: path.read_bytes() for path in (project / "exports" / EXPORT).iterdir()}
    shutil.rmtree(project / "exports")
    shutil.rmtree(project / ".outcrop" / "cache")
    written = before("export", "--json").json
    assert written["name"] == EXPORT
    new = {path.name: path.read_bytes() for path in (project / "exports" / EXPORT).iterdir()}
    assert new.keys() == old.keys()
    assert {name for name in new if new[name] != old[name]} == {"manifest.json"}  # when it was written
    assert written["recipe"]["template"] == "shop-question"


def test_its_parts_are_those_of_its_last_export_whatever_is_decided_later(before, project):
    old = parts_of(project)
    before("stats")
    before("--read-only", "preflight")
    assert not (project / "splits").exists()
    rejected = min(each for each, part in old.items() if part == "train")
    store = Store(project / ".outcrop" / "outcrop.db")
    decide(store, [Subject(rejected, "")], "flag", "reject", who="ada", now=ManualClock().now())
    store.close()
    name = before("export", "--json").json["name"]
    assert name != EXPORT
    assert parts_of(project, name) == {each: part for each, part in old.items() if each != rejected}
    assert len(list((project / "splits").glob("*.txt"))) == 1


def parts_of(project: Path, name: str = EXPORT) -> dict[str, str]:
    """The part of each record in an export."""
    return {
        line.split("\t")[0]: path.stem
        for path in (project / "exports" / name).glob("*.ids")
        for line in path.read_text().splitlines()
    }


def test_the_same_submitted_again_answers_with_the_job_that_is_there(before, calls):
    said = before("submit", "--yes", "--json").json
    assert (said["name"], said["already"]) == (JOB, True)
    assert calls["create_model_customization_job"] == 0


def test_the_same_evaluated_again_asks_nothing_and_makes_no_endpoint(before, calls):
    said = before("evaluate", JOB, "--yes", "--json")
    assert said.code == 0, said.err
    assert not [name for name in calls if name.startswith("create") or "converse" in name or "invoke" in name]
    assert said.json["n"] == 16


def test_a_sweep_resumed_submits_nothing(before, calls):
    assert before("sweep", "resume", "epochs").code == 0
    assert calls["create_model_customization_job"] == 0


def test_what_a_judge_said_is_asked_again_for_the_record_alone_that_was_edited(before, calls):
    said = before("judge", "--sample", "4", "--yes", "--json").json
    assert said["summary"]["reused"] == 3  # 0.1.0 showed a judge the record as it was before the edit
    assert calls["converse"] == 1


def test_the_doctor_finds_nothing_wrong(before):
    found = {line["name"]: line["state"] for line in before("doctor", "--json").json["lines"]}
    assert (found["project"], found["database"], found["records"]) == ("pass", "pass", "pass")
