"""`outcrop rehearse`: a Bedrock in the foreground whose `AWS_*` lines serve any client."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

CLIENT = """
import boto3
bedrock, s3, sts = boto3.client("bedrock"), boto3.client("s3"), boto3.client("sts")
print(sts.get_caller_identity()["Account"])
print("tunable", sum("FINE_TUNING" in each["customizationsSupported"]
                     for each in bedrock.list_foundation_models()["modelSummaries"]))
print([each["Name"] for each in s3.list_buckets()["Buckets"]])
answer = boto3.client("bedrock-runtime").converse(
    modelId="anthropic.claude-3-haiku-20240307-v1:0",
    messages=[{"role": "user", "content": [{"text": "How much?"}]}])
print(answer["stopReason"])
"""


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A rehearsal in the foreground, and the variables that it printed."""
    folder = tmp_path_factory.mktemp("rehearse")
    child = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", "rehearse", "--folder", "state", "--pace", "0"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    lines = [child.stdout.readline() for _ in range(9)]
    printed = dict(line.removeprefix("export ").rstrip().split("=", 1) for line in lines)
    yield child, printed | {"folder": str(folder)}
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        child.communicate()
    child.stdout.close()
    child.stderr.close()


def test_the_lines_are_what_a_shell_evaluates(rehearsed):
    _, printed = rehearsed
    assert {name for name in printed if name.startswith("AWS_ENDPOINT_URL_")} == {
        f"AWS_ENDPOINT_URL_{service}" for service in ("BEDROCK", "BEDROCK_RUNTIME", "S3", "IAM", "STS")
    }
    assert printed["AWS_REGION"] == printed["AWS_DEFAULT_REGION"] == "us-west-2"


def test_plain_boto3_works_against_it_by_these_lines_alone(rehearsed):
    _, printed = rehearsed
    environment = {"PATH": os.environ["PATH"], "HOME": printed["folder"]}
    environment |= {name: value for name, value in printed.items() if name.startswith("AWS_")}
    done = subprocess.run([sys.executable, "-P", "-c", CLIENT], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    account, tunable, buckets, stopped = done.stdout.splitlines()
    assert (account, tunable, stopped) == ("123456789012", "tunable 8", "end_turn")
    assert "outcrop-rehearsal-us-west-2" in buckets


def test_a_second_one_on_the_same_state_prints_the_lines_of_the_first(rehearsed):
    _, printed = rehearsed
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui", "rehearse", "--folder", "state"],
        cwd=printed["folder"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert "One is running already" in done.stderr
    assert f"export AWS_ENDPOINT_URL_BEDROCK={printed['AWS_ENDPOINT_URL_BEDROCK']}" in done.stdout


def test_an_interrupt_ends_it_in_good_order(rehearsed):
    child, printed = rehearsed
    child.send_signal(signal.SIGINT)
    _, said = child.communicate()
    assert child.returncode in (0, 130)
    assert "Traceback" not in said
    assert "REHEARSAL on 2025-06-01 in us-west-2" in said
    done = subprocess.run(
        [sys.executable, "-P", "-m", "tui", "rehearse", "--folder", "state", "--stop"],
        cwd=printed["folder"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "none was running\n")
