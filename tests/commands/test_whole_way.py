"""The whole way by plain commands: what each prints for people and for scripts, and what it leaves behind."""

import json

import pytest
from rehearsed import finished

from core.aws.customization import create_job


@pytest.fixture(scope="session")
def job(travelled) -> str:
    return travelled.said["submit"].json["name"]


def test_init_writes_the_project_and_says_what_comes_next(travelled):
    assert travelled.said["init"].out == "outcrop.yaml\n"
    assert "fine-tuning High, prompting + RAG Medium" in travelled.said["init"].err
    text = (travelled.folder / "outcrop.yaml").read_text()
    assert "name: tables" in text
    assert "target: 50" in text


def test_import_writes_source_records_and_the_project_adopts_them(travelled):
    told = travelled.said["import"].json
    path = travelled.folder / told["path"]
    assert told["records"] == len(path.read_bytes().splitlines())
    assert told["tables"] <= 110
    assert "source: data/records.jsonl" in (travelled.folder / "outcrop.yaml").read_text()
    assert "data.source" in travelled.said["import"].err


def test_export_prints_its_manifest_and_where_it_lies(travelled):
    told = travelled.said["export"].json
    assert set(told["files"]) == {"train", "validation", "test"}
    assert told["leakage"] == {"record": 0, "question": 0, "table": 0}
    home = travelled.folder / "exports" / told["name"]
    assert str(home) == told["folder"]
    assert len((home / "train.jsonl").read_bytes().splitlines()) == told["files"]["train"]["records"]


def test_the_same_export_again_is_the_same_and_reads_as_a_table(travelled):
    done = travelled.run("export")
    assert done.code == 0
    assert done.out.splitlines()[0].split() == ["part", "records", "tokens", "bytes", "sha256"]
    assert travelled.said["export"].json["name"] in done.out
    assert travelled.run("export", "--json").json == travelled.said["export"].json


def test_export_can_upload_to_where_a_job_can_read(travelled):
    told = travelled.run("export", "--upload", "--json").json
    assert told["uploaded"]["training"].startswith("s3://outcrop-rehearsal-us-west-2/outcrop/tables/")


def test_submit_keeps_its_hyperparameters_in_the_project(travelled, job):
    told = travelled.said["submit"].json
    assert set(told) == {"arn", "name", "already"}
    assert told["already"] is False
    assert "epochCount: 5" in (travelled.folder / "outcrop.yaml").read_text()
    [sent] = [each for each in travelled.run("jobs", "--json").json if each["name"] == job]
    assert sent["hyperparameters"] == {
        "epochCount": "5",
        "batchSize": "16",
        "learningRateMultiplier": "1",
        "earlyStoppingThreshold": "0.001",
        "earlyStoppingPatience": "2",
    }


def test_the_same_submit_again_finds_the_first_job(travelled, job):
    done = travelled.run("submit", "--yes", "--json")
    assert (done.code, done.json["already"], done.json["name"]) == (0, True, job)
    assert len(travelled.run("jobs", "--json").json) == 1


def test_without_yes_and_without_a_terminal_nothing_is_paid_for(travelled):
    for command in (["submit", "--again"], ["evaluate", "--temperature", "1"], ["deploy", "create"]):
        done = travelled.run(*command)
        assert done.code == 2
        assert "Add --yes" in done.err
        assert done.out == ""
    assert "model      Claude 3 Haiku" in travelled.run("submit", "--again").err
    assert len(travelled.run("jobs", "--json").json) == 1


def test_watch_tells_each_change_and_ends_well_when_all_completed(travelled, job):
    last = travelled.said["watch"].out.splitlines()[-1]
    assert f"✓ {job}  Completed after" in last
    assert travelled.run("watch", job).code == 0
    assert travelled.run("watch").code == 0  # nothing runs


def test_jobs_are_listed_and_shown_with_their_phases(travelled, job):
    listed = travelled.run("jobs").out
    assert f"✓ {job}" in listed
    assert "1 job, 1 custom model at REHEARSAL us-west-2" in listed
    shown = travelled.run("jobs", job).out
    for phase in ("validation", "data processing", "training"):
        assert f"{phase:<16}Completed" in shown


def test_metrics_are_the_loss_curves(travelled, job):
    curves = travelled.run("metrics", job, "--json").json
    losses = [point["loss"] for point in curves["training"]]
    assert losses[-1] < losses[0]
    assert curves["validation"]
    assert travelled.run("metrics", job).out.splitlines()[0].split() == ["step", "epoch", "loss", "perplexity"]


def test_evaluation_compares_both_models_and_says_that_it_is_a_rehearsal(travelled):
    told = travelled.said["evaluate"].json
    assert told["n"] == travelled.said["export"].json["files"]["test"]["records"]
    base, tuned = (told[side]["metrics"]["squad"]["figures"]["f1"]["value"] for side in ("base", "tuned"))
    assert tuned > base
    done = travelled.run("evaluate", "--yes")  # from the answers that are there
    assert done.code == 0
    assert "REHEARSAL" in done.out
    assert "gain +" in done.out
    assert "target squad F1 50: met with" in done.out


def test_an_evaluation_leaves_no_endpoint_behind(travelled):
    assert travelled.run("deploy", "--json").json["endpoints"] == []
    assert travelled.run("costs", "--json").json == {"dollars_per_hour": 0.0, "unknown": 0, "billing": 0}


def test_an_endpoint_is_made_asked_counted_and_deleted(travelled, job):
    made = travelled.run("deploy", "create", job, "--yes")
    assert made.code == 0
    arn = made.out.strip()
    [endpoint] = travelled.run("deploy", "--json").json["endpoints"]
    assert (endpoint["arn"], endpoint["state"], endpoint["kind"]) == (arn, "ready", "provisioned")
    listed = travelled.run("deploy").out
    assert f"✓ {endpoint['name']}" in listed
    assert "unknown" in listed
    assert "1 at an unknown price" in travelled.run("costs").out
    asked = travelled.run("deploy", "ask", endpoint["name"], "How much?")
    assert asked.code == 0
    assert asked.out.strip()
    assert "tokens in" in asked.err
    deleted = travelled.run("deploy", "delete", endpoint["name"], "--yes")
    assert (deleted.code, deleted.out) == (0, f"{endpoint['name']} is deleted\n")
    assert travelled.run("deploy", "--json").json["endpoints"] == []


def test_check_uses_the_projects_model_and_template(travelled):
    done = travelled.run("check", "data/records.jsonl", "--json")
    assert done.json["records"] == travelled.said["import"].json["records"]


def test_a_failed_job_makes_watch_fail_and_is_explained(travelled):
    server = travelled.server

    connection = server.connection()
    bad = server.put("bad/train.jsonl", b'{"messages": []}\n' * 40)
    arn = create_job(connection, server.request("bad", training_uri=bad), "token-bad")
    finished(connection, arn)
    done = travelled.run("watch", "bad")
    assert done.code == 1
    assert "✗ bad  Failed after" in done.out
    shown = travelled.run("jobs", "bad").out
    assert "that means  records do not follow the model's format" in shown
    assert "do          Run `outcrop check`" in shown


@pytest.mark.parametrize(
    "command",
    [
        ["jobs", "nope"],
        ["watch", "nope"],
        ["deploy", "delete", "nope", "--yes"],
        ["submit", "--yes", "--set", "epochs=3"],
        ["submit", "--yes", "--set", "epochCount=eleven"],
        ["submit", "--yes", "--set", "epochCount=11"],
        ["submit", "--yes", "--set", "learningRateMultiplier=nan"],
        ["submit", "--yes", "--set", "epochCount"],
    ],
    ids=" ".join,
)
def test_a_name_or_a_value_that_does_not_fit_is_a_mistake_of_the_command(travelled, command):
    done = travelled.run(*command)
    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("outcrop: ")
    assert "do: " in done.err


def test_read_only_refuses_whatever_changes_or_costs(travelled, job):
    for command in (["submit", "--again", "--yes"], ["stop", job, "--yes"], ["deploy", "create", job, "--yes"]):
        done = travelled.run("--read-only", *command)
        assert done.code == 1
        assert "read-only" in done.err
    assert travelled.run("--read-only", "jobs").code == 0


def test_progress_can_be_told_as_json(travelled):
    done = travelled.run("--progress", "json", "export", "--json")
    assert done.code == 0
    told = [json.loads(line) for line in done.err.splitlines()]
    assert told
    assert {"done", "total", "unit", "note"} == set(told[0])
