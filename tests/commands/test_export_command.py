"""`outcrop export`: the project's records in a model's own format, with what a job on them needs and costs."""

import json

import pytest
from rehearsed import BUCKET

from core import config
from core.aws import s3


@pytest.fixture
def project(outcrop, tmp_path):
    """A project of two hundred chats, every fifth with two exchanges."""
    turns = [{"role": "user", "content": "How?"}, {"role": "assistant", "content": "So."}]
    lines = [
        {"messages": [*(turns if n % 5 == 0 else []), {"role": "user", "content": f"Number {n}?"},
                      {"role": "assistant", "content": f"It is {n}."}], "topic": f"t{n % 4}"}
        for n in range(200)
    ]  # fmt: skip
    (tmp_path / "chats.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert outcrop("init", "project").code == 0
    assert outcrop("--project", "project", "import", "chats.jsonl", "-o", "project/data").code == 0

    def run(*arguments):
        return outcrop("--project", "project", *arguments)

    run.folder = tmp_path / "project"
    return run


def test_the_manifest_has_hashes_counts_rule_split_limits_tokens_and_cost(project):
    done = project("export", "--json").json
    assert {part: file["records"] for part, file in done["files"].items()} == {
        "train": 160,
        "validation": 20,
        "test": 20,
    }
    assert all(len(file["sha256"]) == 64 and file["tokens"] > 0 for file in done["files"].values())
    assert done["recipe"]["include"] == "flag IS NULL OR flag = 'keep'"
    assert done["recipe"]["limits"]["training_records"] == 10000
    assert done["cost"]["tokens"] == done["files"]["train"]["tokens"]


def test_what_a_job_would_be_refused_for_is_said_at_once(project):
    done = project("export")
    assert done.code == 0
    assert "a job would be refused: validation: 20 records, fewer than the 32 that the model needs" in done.err
    assert "an epoch of training: " in done.out


def test_a_part_that_came_out_empty_is_warned_of(project):
    path = project.folder / "outcrop.yaml"
    path.write_text(path.read_text().replace("by: group", "by: everything"))
    records = project.folder / "data" / "records.jsonl"
    lines = [json.loads(line) for line in records.read_text().splitlines()]
    records.write_text("".join(json.dumps(line | {"facts": {"everything": "x"}}) + "\n" for line in lines))
    done = project("export")
    assert "the question –" in done.out
    assert "! the test part has no records" in done.err
    assert [each.split()[1] for each in project("export", "--json").json["warnings"]] == ["validation", "test"]


@pytest.mark.parametrize(
    ("model", "keys"),
    [
        ("claude-3-haiku", {"messages"}),
        ("nova-micro", {"schemaVersion", "messages"}),
        ("llama-3-1-8b", {"prompt", "completion"}),
    ],
)
def test_every_model_gets_its_own_format_and_what_does_not_fit_is_left_out_with_its_reason(project, model, keys):
    done = project("export", "--model", model, "--json").json
    lines = (project.folder / "exports" / done["name"] / "train.jsonl").read_text().splitlines()
    assert {frozenset(json.loads(line)) for line in lines} == {frozenset(keys)}
    assert done["excluded"] == ({"error: schema": 40} if model == "llama-3-1-8b" else {})
    assert config.read(project.folder / "outcrop.yaml").model == "claude-3-haiku"


def test_samples_are_nested_and_leave_validation_and_test_as_they_are(project):
    def exported(*more):
        done = project("export", "--json", *more).json
        folder = project.folder / "exports" / done["name"]
        ids = {
            part: set((folder / f"{part}.ids").read_text().splitlines()) for part in ("train", "validation", "test")
        }
        return done, ids

    few, more = exported("--sample", 20), exported("--sample", 60)
    assert (few[0]["files"]["train"]["records"], few[0]["recipe"]["sample"]) == (20, 20)
    assert few[1]["train"] < more[1]["train"] < exported()[1]["train"]
    assert few[1]["test"] == more[1]["test"]
    assert project("export", "--sample", 161).code == 2


def test_a_batch_input_asks_each_test_question_without_its_answer(project):
    first = project("export", "--batch", "test", "--json").json
    path = project.folder / "exports" / first["name"] / "batch-test.jsonl"
    before = path.read_bytes()
    lines = [json.loads(line) for line in before.splitlines()]
    assert len({line["recordId"] for line in lines}) == len(lines) == 20
    for line in lines:
        assert line["modelInput"]["messages"][-1]["role"] == "user"
        assert line["modelInput"]["inferenceConfig"]["maxTokens"] == 512
    project("export", "--batch", "test")
    assert path.read_bytes() == before


def test_a_split_by_topic_and_by_number_is_the_projects_too(project):
    path = project.folder / "outcrop.yaml"
    plan = "split:\n  by: topic\n  train: 90\n  validation: 0\n  test: 30\n  seed: 1\n"
    head, _, tail = path.read_text().partition("split:\n")
    path.write_text(head + plan + tail[tail.index("\nc") + 1 :] if "\nc" in tail else head + plan)
    done = project("export", "--json").json
    assert {part: file["records"] for part, file in done["files"].items()} == {
        "train": 90,
        "validation": 0,
        "test": 30,
    }


def test_an_upload_to_an_address_of_ones_own_and_one_that_bedrock_forbids(project, start_rehearsal):
    server = start_rehearsal(project.folder / ".outcrop" / "rehearsal")
    done = project("export", "--batch", "test", "--to", f"s3://{BUCKET}/mine", "--json").json
    home = f"s3://{BUCKET}/mine/{done['name']}"
    assert (done["uploaded"]["training"], done["batch_uploaded"]) == (
        f"{home}/train.jsonl",
        f"{home}/batch-test.jsonl",
    )
    held = s3.read(server.connection(), s3.parse_uri(f"{home}/train.jsonl"))
    assert held == (project.folder / "exports" / done["name"] / "train.jsonl").read_bytes()
    for forbidden in (f"s3://{BUCKET}/a b", f"s3://{BUCKET}/a=b", "s3://Bucket/x", "mine"):
        refused = project("export", "--to", forbidden)
        assert (refused.code, "not an S3 address that Bedrock accepts" in refused.err) == (2, True)


def test_an_export_that_leaks_says_so_and_what_that_does_to_a_score(project):
    path = project.folder / "outcrop.yaml"
    path.write_text(path.read_text().replace("by: group", "by: row"))
    assert "memoriser" not in project("export", "--json").json
    records = project.folder / "data" / "records.jsonl"
    lines = [json.loads(line) for line in records.read_text().splitlines()]
    again = [line | {"group": "t"} for line in lines] + [
        line | {"group": "t", "id": f"{line['id']}.2", "facts": {"copy": 1}} for line in lines
    ]
    records.write_text("".join(json.dumps(line) + "\n" for line in again))
    done = project("export", "--json").json
    assert done["leakage"]["question"] > 0.5
    assert done["memoriser"]["leaked"] > done["memoriser"]["others"]
    assert "leakage may flatter a model by up to" in project("export").out
