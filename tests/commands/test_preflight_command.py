"""`outcrop preflight` and `outcrop iam`: for people, for scripts, and with an exit code."""

import json
from pathlib import Path

import pytest
from shop_projects import shop_project

from core.aws import identity

ROLE = "arn:aws:iam::123456789012:role/OutcropRehearsal"


@pytest.fixture
def folder(tmp_path: Path, start_rehearsal):
    """A project that could be submitted; its rehearsal runs."""
    shop_project(tmp_path, start_rehearsal)
    return tmp_path


def change(folder: Path, before: str, after: str) -> None:
    path = folder / "outcrop.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))


def test_a_project_that_could_be_submitted(folder, outcrop):
    done = outcrop("preflight")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0] == "✓ credentials  account 123456789012, as user/rehearser"
    assert [line for line in lines if line.startswith(("✗", "?"))] == [
        "? organisation IAM says nothing of service control policies here"
    ]
    assert "0 failed, 1 unknown, of 20 lines at REHEARSAL us-west-2" in done.err


def test_a_line_that_fails_ends_with_1_and_shows_its_remedy_and_its_command(folder, outcrop):
    change(folder, ROLE, "arn:aws:iam::123456789012:role/Nobody")
    done = outcrop("preflight")
    assert done.code == 1
    at = next(number for number, line in enumerate(done.out.splitlines()) if line.startswith("✗ role "))
    assert done.out.splitlines()[at + 1].strip() == "Make it, then run `outcrop preflight` again"
    assert done.out.splitlines()[at + 2].strip().startswith("$ aws iam create-role --role-name Nobody ")


def test_for_scripts_there_is_one_object_with_the_policies_as_they_are(folder, outcrop):
    change(folder, ROLE, "arn:aws:iam::123456789012:role/Nobody")
    done = outcrop("preflight", "--json")
    assert done.code == 1
    lines = {line["name"]: line for line in done.json["lines"]}
    assert lines["role"]["state"] == "fail"
    assert lines["role"]["policy"] == identity.bedrock_trust("123456789012", "us-west-2")
    assert done.json["location"]["target"] == "rehearsal"


def test_a_project_without_records_is_told_so(tmp_path, outcrop):
    outcrop("init", "--name", "empty", "--task", "Answer")
    done = outcrop("preflight")
    assert done.code == 2
    assert "has no records yet" in done.err


@pytest.mark.parametrize("which", ["trust", "permissions", "caller"])
def test_one_policy_alone_is_what_the_aws_cli_takes(folder, outcrop, which):
    alone = outcrop("iam", f"--{which}").json
    assert alone == outcrop("iam").json[which]
    assert alone["Version"] == "2012-10-17"


def test_the_policies_are_of_this_project_and_no_more(folder, outcrop):
    change(folder, "role: ", "kms_key: 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f\nrole: ")
    found = outcrop("iam").json
    resources = [each["Resource"] for each in found["permissions"]["Statement"]]
    bucket = "arn:aws:s3:::outcrop-rehearsal-us-west-2"
    assert resources == [
        [bucket],
        [f"{bucket}/outcrop/shops/*/train.jsonl", f"{bucket}/outcrop/shops/*/validation.jsonl"],
        [f"{bucket}/outcrop/shops/*/results/*"],
        ["arn:aws:kms:us-west-2:123456789012:key/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"],
    ]
    passing = [each for each in found["caller"]["Statement"] if "iam:PassRole" in each["Action"]]
    assert [each["Resource"] for each in passing] == [[ROLE]]
    assert json.dumps(found).count('"*"') == 1  # listings, which name no resource


def test_without_a_bucket_there_is_nothing_to_allow(folder, outcrop):
    change(folder, "bucket: outcrop-rehearsal-us-west-2", "bucket: ''")
    done = outcrop("iam")
    assert done.code == 2
    assert "No bucket is set" in done.err
