"""`outcrop demo --json`: all seven stages in one command, every figure computed, nothing left behind."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from rehearsed import wait_until


class Demo:
    """The demo, taken once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        done = subprocess.run(
            [sys.executable, "-P", "-m", "tui", "demo", "--plain", "--json", "--pace", "0"],
            cwd=folder,
            env=os.environ | {"TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=90,  # the promise: less, on two cores
            check=False,
        )
        self.code, self.said = done.returncode, done.stderr
        self.told = json.loads(done.stdout)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return Demo(tmp_path_factory.mktemp("demo"))


def test_it_ends_well_and_says_that_it_is_a_rehearsal(demo):
    assert demo.code == 0
    assert demo.told["rehearsal"] is True


def test_it_prints_one_object_of_exactly_the_promised_shape(demo):
    scores = {"squad": {"em": float, "f1": float}, "article": {"precision": float, "recall": float, "f1": float}}
    tokens = {"mean": float, "median": float, "sd": float, "min": int, "max": int}
    assert shape(demo.told) == {
        "rehearsal": bool,
        "records": {"train": int, "validation": int, "test": int},
        "job": {"status": str, "arn": str},
        "loss": {"first": float, "last": float},
        "scores": {"base": scores, "tuned": scores},
        "tokens": {"base": tokens, "tuned": tokens},
        "gain": {"total": float, "brevity": float, "skill": float},
    }


def shape(value: object) -> object:
    """A value with its leaves' types instead of themselves."""
    return {key: shape(each) for key, each in value.items()} if isinstance(value, dict) else type(value)


def test_the_job_completed_and_its_loss_fell(demo):
    assert demo.told["job"]["status"] == "Completed"
    assert ":model-customization-job/anthropic.claude-3-haiku-20240307-v1:0:200k/" in demo.told["job"]["arn"]
    assert demo.told["loss"]["last"] < demo.told["loss"]["first"] / 2


def test_the_parts_are_large_enough_for_claude_3_haiku(demo):
    records = demo.told["records"]
    assert records["train"] > 500
    assert min(records["validation"], records["test"]) >= 32


def test_scores_are_between_nought_and_a_hundred_and_training_helped(demo):
    scores = demo.told["scores"]
    figures = [figure for model in scores.values() for metric in model.values() for figure in metric.values()]
    assert all(0 <= figure <= 100 for figure in figures)
    assert scores["tuned"]["squad"]["f1"] > scores["base"]["squad"]["f1"] + 30
    assert scores["tuned"]["squad"]["em"] > scores["base"]["squad"]["em"]


def test_the_gain_is_that_of_the_scores_and_both_halves_add_up(demo):
    gain, scores = demo.told["gain"], demo.told["scores"]
    assert gain["total"] == pytest.approx(scores["tuned"]["squad"]["f1"] - scores["base"]["squad"]["f1"])
    assert gain["brevity"] + gain["skill"] == pytest.approx(gain["total"])
    assert gain["brevity"] > 0
    assert gain["skill"] > 0


def test_the_tuned_model_answers_in_fewer_tokens(demo):
    tokens = demo.told["tokens"]
    assert tokens["tuned"]["mean"] < tokens["base"]["mean"]
    for model in tokens.values():
        assert model["min"] <= model["median"] <= model["max"]
        assert model["min"] <= model["mean"] <= model["max"]


def test_every_stage_says_what_it_did_on_stderr(demo):
    stages = [line.split()[0] for line in demo.said.splitlines()]
    assert stages == ["1", "2", "3", "4", "5", "6", "7"]
    assert "asked the endpoint and deleted it" in demo.said


def test_nothing_is_left_behind(demo):
    assert list(demo.folder.iterdir()) == []
    processes = Path("/proc")
    if not processes.is_dir():
        pytest.skip("this system has no /proc to look for processes in")
    wait_until(lambda: not [command for command in commands(processes) if str(demo.folder) in command])


def commands(processes: Path) -> Iterator[str]:
    """The command lines of all processes."""
    for path in processes.glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            yield path.read_text("utf-8", "replace")
