"""`outcrop evaluate`, `compare` and `score` as a person and a script use them."""

import json
import shutil
from pathlib import Path

import pytest

VALIDATION = ("--part", "validation")


@pytest.fixture(scope="session")
def apart(travelled, start_rehearsal, tmp_path_factory):
    """A copy of the project that the whole way was gone on, so that what is asked here is asked nowhere else."""
    running = shutil.ignore_patterns("server.*", "door.json")
    folder = Path(shutil.copytree(travelled.folder, tmp_path_factory.mktemp("apart") / "project", ignore=running))
    project = type(travelled)(folder, start_rehearsal(folder / ".outcrop" / "rehearsal", pace=0.0))
    project.said |= travelled.said
    return project


@pytest.fixture(scope="session")
def several(apart):
    """The base, another model and the tuned one, each without examples and with two, on the validation part."""
    job = apart.said["submit"].json["name"]
    shots = ("--shots", "0", "--shots", "2")
    done = apart.run("evaluate", job, *VALIDATION, "--model", "nova-micro", *shots, "--yes", "--json")
    assert done.code == 0, done.err
    return done.json


def test_every_model_is_asked_in_every_variant(several):
    labels = [each["run"]["label"] for each in several["models"]]
    assert labels == [
        "base",
        "nova-micro",
        "tuned",
        "base, 2 examples",
        "nova-micro, 2 examples",
        "tuned, 2 examples",
    ]
    assert len(several["pairs"]) == 15
    assert all(each["tokens"]["n"] == several["n"] for each in several["models"])


def test_a_run_carries_its_lineage(several):
    run = several["models"][2]["run"]
    lineage = run["lineage"]
    assert lineage["template"] == "table-question"
    assert lineage["hyperparameters"]["epochCount"] == "5"
    assert {"outcrop", "python", "boto3"} <= set(lineage["versions"])
    assert len(lineage["source_sha256"]) == 64
    assert run["spec"]["part"] == "validation"


def test_no_endpoint_is_left(apart, several):
    assert apart.run("deploy", "--json").json["endpoints"] == []


def test_runs_are_listed_and_compared_by_id_label_and_job(apart, several):
    listed = apart.run("evaluate", "--list", "--json").json
    ids = [each["run"]["id"] for each in several["models"]]
    assert set(ids) <= {each["id"] for each in listed}
    found = apart.run("compare", ids[0], ids[3][:9], "--json").json
    assert [each["run"]["id"] for each in found["models"]] == [ids[0], ids[3]]
    [pair] = found["pairs"]
    total, brevity, skill = (pair["gain"][name]["value"] for name in ("total", "brevity", "skill"))
    assert total == brevity + skill
    assert apart.run("compare", "base, 2 examples", "tuned, 2 examples").code == 0


def test_a_comparison_says_that_it_is_rehearsed_and_whether_a_difference_is_beyond_noise(apart, several):
    ids = [each["run"]["id"] for each in several["models"]]
    done = apart.run("compare", *ids[:3])
    assert done.out.startswith("REHEARSAL")
    for said in ("beyond noise", "target squad 50: ", "upper bound", "brevity", "recall", "tatqa"):
        assert said in done.out


def test_a_judge_is_one_more_metric_and_is_paid_once(apart, several):
    ids = [each["run"]["id"] for each in several["models"]][:2]
    first = apart.run("compare", *ids, "--judge", "default", "--yes", "--json").json
    again = apart.run("compare", *ids, "--judge", "default", "--json")  # nothing to pay, so nothing to confirm
    assert again.json == first
    judge = first["models"][0]["metrics"]["judge"]
    assert judge["headline"] == "correct"
    assert 0 <= judge["figures"]["correct"]["value"] <= 100
    assert "judge" not in first["perfect"]


def test_a_judge_of_answers_is_forecast_before_it_is_asked(apart, several):
    ids = [each["run"]["id"] for each in several["models"]][2:4]
    done = apart.run("compare", *ids, "--judge", "default")
    assert done.code == 2
    for said in ("answers to judge", "to send", "counted", "a reply", "cost"):
        assert said in done.err


def test_a_forecast_says_who_counted_its_tokens_and_how_far_they_may_be_off(apart, several):
    wanted = ("evaluate", *VALIDATION, "--model", "claude-3-sonnet", "--forecast")
    assert "error unknown" in (before := apart.run(*wanted).out)
    assert "by nobody yet" in before
    assert apart.run("tokens", "--sample", "100").code == 0
    [told] = apart.run(*wanted, "--json").json
    basis = told["forecast"]["basis"]
    assert basis["by"] == "CountTokens of claude-3-haiku, not of claude-3-sonnet"
    assert f"± {basis['error']:.1%} (95 %)" in apart.run(*wanted).out


def test_a_forecast_asks_nobody(apart, several):
    told = apart.run("evaluate", *VALIDATION, "--model", "claude-3-sonnet", "--forecast", "--json").json
    assert [(each["label"], each["forecast"]["to_ask"]) for each in told] == [("claude-3-sonnet", several["n"])]
    labels = [each["label"] for each in apart.run("evaluate", "--list", "--json").json]
    assert "claude-3-sonnet" not in labels


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare"], "Two runs or more"),
        (["compare", "base"], "Two runs or more"),
        (["compare", "nothing", "nothing"], "There is no run 'nothing'"),
        (["evaluate", "nobody", "--yes"], "There is no job named 'nobody'"),
        (["metrics", "nobody"], "There is no job named 'nobody'"),
        (["stop", "nobody", "--yes"], "There is no job named 'nobody'"),
        (["deploy", "create", "nobody", "--yes"], "There is no job named 'nobody'"),
        (["sweep", "start", "alone", "--yes"], "Nothing varies in this sweep"),
        (["evaluate", "--model", "no-such-model", "--yes"], "no-such-model"),
        (["evaluate", "--template", "no-such-template", "--yes"], "no-such-template"),
        (["evaluate", "--shots", "100", "--yes", "--forecast"], "no 100 examples"),
        (["evaluate", "--test", "none.jsonl", "--yes"], "not there"),
        (["evaluate", "--metric", "bleu", "--yes"], "There is no metric named 'bleu'"),
        (["evaluate", "--model", "nova-micro", *VALIDATION, "--max-tokens", "7"], "Add --yes"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said(apart, arguments, said):
    done = apart.run(*arguments)
    assert done.code != 0
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_file_is_scored_by_the_metrics_asked_for(outcrop, tmp_path):
    lines = [
        {
            "id": n,
            "prediction": "about 14.07%" if n % 2 else "two",
            "reference": "14.07 percent",
            "type": "arithmetic",
        }
        for n in range(6)
    ]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    told = outcrop("score", "answers.jsonl", "--metric", "tatqa", "--metric", "classification", "--json").json
    assert told["tatqa"]["em"] == 50.0
    assert told["tatqa"]["unparsable"] == 50.0
    assert told["labels"]["macro_f1"]["value"] == 0.0
    assert "squad" not in told
    shown = outcrop("score", "answers.jsonl", "--metric", "classification").out
    assert "macro-F1 0.00" in shown
    assert "(other)" in shown


def test_a_schema_and_a_metric_of_ones_own_score_a_file(outcrop, tmp_path, monkeypatch):
    own = tmp_path / "own"
    own.mkdir()
    (own / "metrics.yaml").write_text("short: {function: mine:short}\n")
    (own / "mine.py").write_text(
        "def short(prediction, reference, facts):\n    return 100 * (len(prediction) < 20)\n"
    )
    monkeypatch.setenv("OUTCROP_CONFIG", str(own))
    (tmp_path / "schema.json").write_text('{"type": "object", "required": ["total"]}')
    said = ['{"total": 3}', '{"sum": 3}', "three", '{"total": "a long text, longer than others"}']
    lines = [{"id": n, "prediction": each, "reference": '{"total": 3}'} for n, each in enumerate(said)]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = ("score", "answers.jsonl", "--metric", "json", "--metric", "short", "--schema", "schema.json", "--json")
    told = outcrop(*command).json
    assert told["json"] == {"valid": 75.0, "schema": 50.0, "equal": 25.0}
    assert told["short"] == {"score": 75.0}


def test_batch_jobs_are_listed_and_stopped_by_name(apart):
    assert apart.run("batch").out.splitlines()[-1] == "0 batch jobs at REHEARSAL us-west-2, 0 under way"
    unknown = apart.run("batch", "stop", "nobody", "--yes")
    assert unknown.code == 2
    assert "There is no batch job named 'nobody'" in unknown.err
