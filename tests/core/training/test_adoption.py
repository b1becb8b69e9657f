"""A job made elsewhere becomes this project's, with the leakage that its training file really has."""

import msgspec
import pytest
from rehearsed import Rehearsed, training_set, wait_until
from screens import make_project, opened

from core.aws import customization, s3
from core.config import Split
from core.data.training_set import prepare
from core.errors import RefusedError
from core.evaluation import runs
from core.experiments.evaluation_plan import trained_on
from core.formatting import export as exports
from core.formatting.export import EXPORTS
from core.records.record import Source
from core.training import job_files, jobs
from core.training.adoption import adopt


@pytest.fixture(scope="module")
def server(start_rehearsal) -> Rehearsed:
    return start_rehearsal(pace=0.0)


@pytest.fixture
def project(tmp_path, server: Rehearsed):
    """A project with an export, at a Bedrock that has jobs of others."""
    folder = make_project(tmp_path / "project", records(60), split=Split(train=0.6, validation=0.0, test=0.4))
    workspace = opened(folder)
    connection = server.connection()
    workspace.connect = lambda _: connection
    yield workspace
    workspace.close()


def test_an_adopted_job_is_evaluated_on_the_projects_test_part_with_its_leakage(project, server: Rehearsed):
    own, folder = prepare(project)
    test, train = (exports.export_lines(folder, own, part) for part in ("test", "train"))
    seen = (folder / "test.jsonl").read_bytes().splitlines(keepends=True)[: len(test) // 4]
    body = (folder / "train.jsonl").read_bytes() + b"".join(seen)
    job = server.tuned("of-others", training_uri=server.put("of-others/train.jsonl", body))

    snapshot = jobs.poll(project)
    taken = adopt(project, job, snapshot)
    assert taken.leakage.record == taken.leakage.question == pytest.approx(len(seen) / len(test))
    assert (taken.records("train"), taken.records("test")) == (len(train) + len(seen), len(test))
    found, home = trained_on(project, job), project.folder / EXPORTS / taken.name
    assert found == taken
    assert [line.id for line in exports.export_lines(home, found, "test")] == [line.id for line in test]
    assert len(exports.export_lines(home, found, "train")) == taken.records("train")
    assert runs.spec_for(found, "model").test_sha256 == own.files["test"].sha256

    with pytest.raises(RefusedError, match="belongs to this project already"):
        adopt(project, job, jobs.poll(project))


def test_a_job_that_cannot_be_evaluated_is_not_adopted(project, server: Rehearsed):
    snapshot = jobs.poll(project)
    running = server.tuned("unended")
    for job, said in (
        (msgspec.structs.replace(running, status="InProgress"), "is inprogress"),
        (running, "There is no test part"),
    ):
        with pytest.raises(RefusedError, match=said):
            adopt(project, job, snapshot)
    prepare(project)
    with pytest.raises(RefusedError, match="the job tuned nova-micro"):
        adopt(project, msgspec.structs.replace(running, base_model="amazon.nova-micro-v1:0:128k"), snapshot)


def test_a_clean_up_takes_results_and_data_that_nobody_else_has_read(project, server: Rehearsed):
    shared = server.put("shared-by-two/train.jsonl", training_set())
    alone, together = server.tuned("alone"), server.tuned("together", training_uri=shared)
    server.tuned("together-too", training_uri=shared)
    every = jobs.poll(project).jobs
    wait_until(lambda: len(job_files.find(project.connection, alone, every).results) == 1)

    found = job_files.find(project.connection, together, every)
    assert (len(found.results), found.data, [str(uri) for uri in found.shared]) == (1, (), [shared])
    found = job_files.find(project.connection, alone, every)
    assert [str(uri) for uri in found.data] == [alone.training_uri]
    assert job_files.clean_up(project, alone, found) == 2
    assert job_files.find(project.connection, alone, every).deletable == ()
    assert s3.exists(server.connection(), s3.parse_uri(shared))
    row = project.store.row("SELECT kind, state, result FROM operations ORDER BY rowid DESC")
    assert tuple(row) == ("DeleteJobFiles", "acknowledged", alone.arn)


def test_a_running_jobs_files_are_left_alone(project, server: Rehearsed):
    job = customization.get_job(server.connection(), server.tuned("busy").arn)
    running = msgspec.structs.replace(job, status="InProgress")
    with pytest.raises(RefusedError, match="still running"):
        job_files.clean_up(project, running, job_files.find(project.connection, job, ()))


def records(count: int) -> list[Source]:
    """Questions on small tables, three to a table."""
    found = []
    for number in range(count):
        group, row = divmod(number, 3)
        table = [["", "2019"], *([name, str(100 * at + group)] for at, name in enumerate(("Shops", "Staff", "Vans")))]
        fields = {"table": table, "question": f"How many {table[row + 1][0]}?", "answer": table[row + 1][1]}
        found.append(Source(f"{number:016x}", f"table {group}", fields, {"type": "span"}))
    return found
