"""An export killed at any moment leaves whole files only, and the next one finishes as if nothing had been."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, pathlib, signal, sys
from datetime import UTC, datetime
from core import catalog
from core.config import Split
from core.formatting import Leakage, ExportLine, export
from core.formatting.template import load
from core.records.record import Chat, Message

folder, stop = pathlib.Path(sys.argv[1]), int(sys.argv[2])
(folder / "records.jsonl").write_text("records")
model, tuning = catalog.load().tuning_of("claude-3-haiku")
recipe = export.recipe(model=model, tuning=tuning, template=load("table-question"), table_format="html",
                       split=Split(), include="", source=folder / "records.jsonl")
steps = 0

def count(event, arguments):
    "Kills this process at the chosen one of the calls that touch a file."
    global steps
    if event in ("open", "os.rename", "os.remove", "os.mkdir") and str(folder) in str(arguments[0]):
        steps += 1
        if steps == stop:
            os.kill(os.getpid(), signal.SIGKILL)

def lines(part, many):
    for n in range(many):
        yield ExportLine(f"{part}{n}", "g", "span", Chat((Message("user", "q" * 500), Message("assistant", str(n)))))

sys.addaudithook(count)
parts = {part: lines(part, 60) for part in ("train", "validation", "test")}
export.write(folder / "exports", parts, recipe=recipe, excluded={}, leakage=Leakage(0, 0, 0),
             now=datetime(2025, 6, 1, tzinfo=UTC))
print(steps)
"""


def run(folder: Path, stop: int) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, str(folder), str(stop)], capture_output=True, text=True
    )


def finished(folder: Path) -> dict[str, bytes]:
    """The files of the exports, without what was being written aside."""
    homes = [path for path in (folder / "exports").glob("*") if not path.name.startswith(".")]
    return {
        f"{home.name}/{path.name}": path.read_bytes()
        for home in homes
        for path in home.iterdir()
        if path.suffix != ".part"
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], int]:
    """What an undisturbed export leaves, and how many calls it makes."""
    folder = tmp_path_factory.mktemp("whole")
    done = run(folder, 0)
    assert done.returncode == 0, done.stderr
    return finished(folder), int(done.stdout)


@pytest.mark.parametrize("draw", range(8))
def test_a_kill_leaves_whole_files_and_the_next_export_finishes(draw, whole, tmp_path):
    expected, calls = whole
    killed = run(tmp_path, random.Random(draw).randint(1, calls))
    assert killed.returncode == -signal.SIGKILL
    left = finished(tmp_path)
    assert left.items() <= expected.items()
    assert run(tmp_path, 0).returncode == 0
    assert finished(tmp_path) == expected


def test_a_manifest_stands_only_beside_all_of_its_files(whole, tmp_path):
    """Killed at each of the last calls, where files are moved into place and the manifest is written."""
    expected, calls = whole
    for stop in range(calls - 6, calls + 1):
        folder = tmp_path / str(stop)
        assert run(folder, stop).returncode == -signal.SIGKILL
        left = finished(folder)
        if any(name.endswith("manifest.json") for name in left):
            assert left == expected


AT_A_BYTE = PROGRAM.replace(
    "sys.addaudithook(count)",
    """import resource
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the kernel ends the process at the byte over the limit
if stop:
    resource.setrlimit(resource.RLIMIT_FSIZE, (stop, stop))""",
)


@pytest.mark.parametrize("draw", range(8))
def test_a_kill_at_any_byte_leaves_the_old_export_and_the_next_one_finishes(draw, whole, tmp_path):
    expected, _ = whole
    old = tmp_path / "exports" / "claude-3-haiku-00000000"
    old.mkdir(parents=True)
    (old / "train.jsonl").write_text("the old one")
    largest = max(map(len, expected.values()))
    stop = random.Random(draw).randint(10, largest - 1)
    command = [sys.executable, "-P", "-c", AT_A_BYTE, str(tmp_path), str(stop)]
    assert subprocess.run(command, capture_output=True).returncode == -signal.SIGXFSZ
    kept = {"claude-3-haiku-00000000/train.jsonl": b"the old one"}
    assert finished(tmp_path).items() <= (expected | kept).items()
    assert (old / "train.jsonl").read_text() == "the old one"
    assert run(tmp_path, 0).returncode == 0
    assert finished(tmp_path) == expected | kept
