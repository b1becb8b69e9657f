"""Real AWS as the target: no credentials, nobody answering, no such profile: each said at once, with a remedy."""

from datetime import UTC, datetime

import pytest

from core.deployment import Meter
from core.deployment.last_known import LastKnown, keep
from core.workspace import open_project

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
CLOSED = "http://127.0.0.1:9"  # the discard port, where nobody listens
COMMANDS = (["jobs"], ["deploy"], ["costs"], ["stop", "x", "--yes"], ["evaluate", "--yes"], ["metrics", "x"])


@pytest.fixture
def on_aws(outcrop, monkeypatch) -> None:
    """A project whose target is AWS, and a HOME without any configuration."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    bucket = ("--bucket", "my-bucket", "--role", "arn:aws:iam::123456789012:role/R")
    assert outcrop("init", "--aws", *bucket).code == 0


def refused(done, said: str, remedy: str) -> None:
    assert (done.code, done.out) == (1, ""), done
    assert said in done.err
    assert remedy in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_credentials_it_is_said_how_to_get_some(outcrop, on_aws, command):
    refused(outcrop(*command), "There are no AWS credentials", "aws configure sso")


@pytest.mark.parametrize("command", [["jobs"], ["stop", "x", "--yes"]], ids=" ".join)
def test_where_nobody_answers_the_place_is_named(outcrop, on_aws, monkeypatch, command):
    for name, value in (KEYS | {"AWS_ENDPOINT_URL": CLOSED}).items():
        monkeypatch.setenv(name, value)
    refused(outcrop(*command), "No answer from AWS in us-west-2", "Check the network")


def test_a_profile_that_is_not_there_is_named(outcrop, on_aws):
    done = outcrop("--profile", "nobody", "jobs")
    refused(done, "There is no AWS profile named 'nobody'", "aws configure list-profiles")


def test_an_expired_sso_session_names_the_command_that_renews_it(outcrop, on_aws, monkeypatch, tmp_path):
    (tmp_path / "config").write_text(
        "[profile work]\nsso_session = home\nsso_account_id = 123456789012\nsso_role_name = R\nregion = us-west-2\n"
        "[sso-session home]\nsso_start_url = https://example.com/start\nsso_region = us-west-2\n"
        "sso_registration_scopes = sso:account:access\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    refused(outcrop("--profile", "work", "jobs"), "expired", "aws sso login --profile work")


def test_a_region_given_on_the_command_line_counts(outcrop, on_aws, monkeypatch):
    for name, value in (KEYS | {"AWS_ENDPOINT_URL": CLOSED}).items():
        monkeypatch.setenv(name, value)
    refused(outcrop("--region", "eu-west-1", "jobs"), "No answer from AWS in eu-west-1", "the region")


@pytest.fixture
def records(tmp_path) -> None:
    """Enough of them, each with a table of its own."""
    record = '{"id": "%s", "group": "g%s", "fields": {"table": [["a"]], "question": "q", "answer": "a"}}\n'
    (tmp_path / "records.jsonl").write_text("".join(record % (n, n) for n in range(400)))


@pytest.mark.parametrize(
    ("setting", "said"),
    [("bucket", "No bucket is set"), ("role", "No role is set"), ("region", "cannot be tuned in eu-west-1")],
)
def test_what_a_submit_needs_is_asked_for_before_anybody_is_called(outcrop, records, setting, said):
    wanted = {"bucket": "my-bucket", "role": "arn:aws:iam::123456789012:role/R"}
    wanted.pop(setting, None)
    given = [word for name, value in wanted.items() for word in (f"--{name}", value)]
    assert outcrop("init", "--aws", "--model", "llama-3-2-1b", "--data", "records.jsonl", *given).code == 0
    elsewhere = ["--region", "eu-west-1"] if setting == "region" else []
    done = outcrop(*elsewhere, "submit", "--yes")
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "do: " in done.err


def test_a_submit_after_the_models_end_of_life_is_refused_and_the_nearest_named(outcrop, records, tmp_path):
    assert outcrop("init", "--data", "records.jsonl").code == 0
    path = tmp_path / "outcrop.yaml"
    path.write_text(path.read_text().replace("2025-06-01", "2026-09-10"))
    done = outcrop("submit", "--yes")
    assert (done.code, done.out) == (1, "")
    assert "Claude 3 Haiku reached its end of life on 2026-09-10" in done.err
    assert "Tune llama-3-1-8b instead" in done.err
    assert not (tmp_path / ".outcrop" / "rehearsal").exists()


@pytest.mark.parametrize(
    "command", [["costs"], ["costs", "--json"], ["deploy"], ["deploy", "delete", "served"]], ids=" ".join
)
def test_where_nobody_answers_the_last_answer_about_endpoints_is_named(outcrop, on_aws, tmp_path, command):
    refused(outcrop(*command), "There are no AWS credentials", "not known: nobody has answered yet")
    workspace = open_project(tmp_path)
    known = LastKnown(datetime(2025, 5, 30, 12, tzinfo=UTC), "AWS us-west-2", 2, Meter(16.2, billing=1))
    keep(workspace.store, workspace.config, known)
    workspace.close()
    said = "2 endpoints at AWS us-west-2, $16.20/h."
    refused(outcrop(*command), "There are no AWS credentials", said)
