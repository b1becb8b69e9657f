"""`outcrop submit`: presets, a cost that is confirmed by hand, and one job however many terminals."""

import json
import os
import pty
import shlex
import subprocess
import sys
import zlib
from pathlib import Path

import msgspec
import pytest
from rehearsed import Rehearsed
from shop_projects import shop_project

from core.aws import customization
from core.config import read
from core.rehearsal.process import Options

PROGRAM = [sys.executable, "-P", "-m", "tui"]
PRICE = """
- key: claude-3-haiku
  prices:
    training: {dollars: 100000, as_of: 2026-11-23, source: a test}
"""


class Shops(msgspec.Struct):
    """A project and its rehearsal."""

    folder: Path
    server: Rehearsed

    def jobs(self) -> list[customization.Job]:
        """The project's own, among those of others."""
        own = f"{read(self.folder / 'outcrop.yaml').name}-"
        listed = customization.list_jobs(self.server.connection())
        return [job for job in listed if job.name.startswith(own)]


@pytest.fixture
def shops(tmp_path: Path, rehearsal: Rehearsed):
    """A project that could be submitted, under a name of its own, and the shared rehearsal as its own."""
    name = f"shops-{zlib.crc32(str(tmp_path).encode()):x}"
    shop_project(tmp_path, rehearsal.lent_to)
    settings = tmp_path / "outcrop.yaml"
    settings.write_text(settings.read_text().replace("name: shops", f"name: {name}"))
    return Shops(tmp_path, rehearsal)


@pytest.fixture
def dear(tmp_path_factory) -> dict[str, str]:
    """An environment in which training costs more than a plain yes is for."""
    folder = tmp_path_factory.mktemp("dear")
    (folder / "catalog").mkdir()
    (folder / "catalog" / "prices.yaml").write_text(PRICE)
    return os.environ | {"OUTCROP_CONFIG": str(folder)}


def typed(folder: Path, answer: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`outcrop submit` with somebody at the keyboard, who types an answer."""
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer.encode() + b"\n")
    try:
        return subprocess.run(
            [*PROGRAM, "submit"],
            cwd=folder,
            env=environment,
            stdin=terminal,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        os.close(terminal)
        os.close(keyboard)


def test_submitted_from_two_terminals_at_once_there_is_one_job(shops):
    command = [*PROGRAM, "submit", "--yes", "--json"]
    both = [subprocess.Popen(command, cwd=shops.folder, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [json.loads(each.communicate(timeout=120)[0]) for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert sorted(answer["already"] for answer in answers) == [False, True]
    (job,) = shops.jobs()
    assert {answer["arn"] for answer in answers} == {job.arn}


def test_a_preset_is_taken_and_single_values_over_it(shops, outcrop):
    done = outcrop("submit", "--yes", "--json", "--preset", "article", "--set", "epochCount=3")
    assert done.code == 0, done.err
    (job,) = shops.jobs()
    wanted = {"batchSize": "16", "epochCount": "3", "learningRateMultiplier": "1"}
    assert wanted.items() <= customization.get_job(shops.server.connection(), job.arn).hyperparameters.items()
    assert read(shops.folder / "outcrop.yaml").hyperparameters == {"batchSize": 16, "epochCount": 3}


def test_a_preset_that_is_not_there_submits_nothing(shops, outcrop):
    done = outcrop("submit", "--yes", "--preset", "fast")
    assert (done.code, shops.jobs()) == (2, [])
    assert "There are: defaults, article" in done.err


def test_above_the_threshold_a_yes_is_not_enough(shops, dear, outcrop, monkeypatch):
    monkeypatch.setenv("OUTCROP_CONFIG", dear["OUTCROP_CONFIG"])
    done = outcrop("submit", "--yes")
    assert (done.code, shops.jobs()) == (1, [])
    assert "--confirm-cost" in done.err
    cost = done.err.split("--confirm-cost ")[1].split()[0]
    done = outcrop("submit", "--yes", "--confirm-cost", cost)
    assert done.code == 0, done.err
    assert len(shops.jobs()) == 1


def test_above_the_threshold_the_jobs_name_is_typed(shops, dear):
    done = typed(shops.folder, "yes", dear)
    assert (done.returncode, shops.jobs()) == (1, [])
    assert "at $100,000.00 a million tokens (2026-11-23, a test)" in done.stderr
    name = done.stderr.split("It is ")[1].split()[0]
    done = typed(shops.folder, name, dear)
    assert done.returncode == 0, done.stderr
    assert [job.name for job in shops.jobs()] == [name]


def test_below_it_a_y_is_enough_and_an_unknown_price_is_called_that(shops):
    done = typed(shops.folder, "y", dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert "unknown: add a price to " in done.stderr
    assert "prices.yaml line 1" in done.stderr
    assert "no like job of yours yet" in done.stderr
    assert "19 passed, 0 failed" in done.stderr
    assert len(shops.jobs()) == 1


def test_nothing_is_submitted_for_a_model_at_its_end_of_life(tmp_path, outcrop):
    shop_project(tmp_path, lambda _: None)  # refused before anybody is asked
    text = (tmp_path / "outcrop.yaml").read_text()
    (tmp_path / "outcrop.yaml").write_text(text.replace(Options().as_of, "today"))
    done = outcrop("submit", "--yes")
    assert done.code == 1
    assert "reached its end of life on 2026-09-10" in done.err
    assert "Tune " in done.err


def test_the_command_of_the_aws_cli_sends_what_outcrop_would_send(shops, outcrop):
    done = outcrop("submit", "--show-command", "--set", "epochCount=3")
    assert (done.code, shops.jobs()) == (0, [])
    words = shlex.split(done.out)
    assert words[:5] == ["aws", "bedrock", "create-model-customization-job", "--region", "us-west-2"]
    assert words[5] == "--cli-input-json"
    sent = json.loads(words[6])
    assert outcrop("submit", "--yes").code == 0
    (job,) = shops.jobs()
    found = shops.server.client("bedrock").get_model_customization_job(jobIdentifier=job.arn)
    for name in ("jobName", "roleArn", "hyperParameters", "trainingDataConfig", "outputDataConfig"):
        assert sent[name] == found[name]
    assert "clientRequestToken" not in sent


def test_a_profile_that_is_none_is_nothing_to_the_rehearsal(shops, outcrop, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    done = outcrop("submit", "--yes")
    assert done.code == 0, done.err
    assert len(shops.jobs()) == 1


def test_without_a_way_to_aws_a_preflight_says_so_in_a_line(shops, outcrop, monkeypatch):
    text = (shops.folder / "outcrop.yaml").read_text()
    (shops.folder / "outcrop.yaml").write_text(text.replace("target: rehearsal", "target: aws"))
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    done = outcrop("preflight")
    assert done.code == 1
    assert "✗ credentials  There is no AWS profile named 'nobody'" in done.out
    assert "✗ role         not asked: there is no way to AWS" in done.out
    assert "✓ names " in done.out
