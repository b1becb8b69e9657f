"""The rehearsal starts after any crash, or says what to remove; what was acknowledged is there."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from rehearsed import BUCKET, Rehearsed

from core import config
from core.aws import s3
from core.clock import SystemClock
from core.config import Config
from core.doctor import examine
from core.doctor.context import DoctorContext
from core.errors import OutcropError
from core.rehearsal import process
from core.rehearsal.process import Options

Start = Callable[..., Rehearsed]
SAVED, OTHER = s3.S3Uri(BUCKET, "kept.txt"), s3.S3Uri(BUCKET, "other.txt")


@pytest.fixture
def folder(tmp_path: Path, start_rehearsal: Start) -> Path:
    """Where a rehearsal has kept two objects and was ended."""
    home = tmp_path / ".outcrop" / "rehearsal"
    server = start_rehearsal(home)
    for uri in (SAVED, OTHER):
        s3.write(server.connection(), uri, b"bytes")
    process.stop(home)
    return home


def keys(server: Rehearsed) -> list[str]:
    return [uri.key for uri in s3.listing(server.connection(), s3.S3Uri(BUCKET, ""))]


def test_a_bucket_that_was_being_made_is_not_there(folder, start_rehearsal):
    (folder / "s3" / "half-made").mkdir()
    (folder / "s3" / "half-made" / ".region.99999999.part").write_text("us-")
    server = start_rehearsal(folder)
    assert keys(server) == ["kept.txt", "other.txt"]
    assert not (folder / "s3" / "half-made").exists()


def test_a_bucket_that_has_lost_its_region_keeps_its_objects(folder, start_rehearsal):
    (folder / "s3" / BUCKET / ".region").unlink()
    assert keys(start_rehearsal(folder)) == ["kept.txt", "other.txt"]


def test_an_object_that_has_lost_its_headers_is_left_out(folder, start_rehearsal):
    for path in (folder / "s3" / BUCKET).glob("*.headers"):
        if "other" in path.read_text():
            path.unlink()
    assert keys(start_rehearsal(folder)) == ["kept.txt"]


@pytest.mark.parametrize("ports", [(70_000, 1), (-1, 80), ("x", None)])
def test_ports_that_cannot_be_are_chosen_anew(folder, start_rehearsal, ports):
    door = msgspec.json.decode((folder / "door.json").read_bytes())
    door["bedrock"], door["storage"] = ports
    (folder / "door.json").write_bytes(msgspec.json.encode(door))
    assert keys(start_rehearsal(folder)) == ["kept.txt", "other.txt"]


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(b"x" * 9000), lambda path: path.write_bytes(path.read_bytes()[:5000])],
    ids=["something else", "cut off"],
)
def test_a_memory_that_cannot_be_read_says_what_to_remove_and_so_does_the_doctor(folder, tmp_path, damage):
    memory, whole = folder / "rehearsal.db", tmp_path / "whole.db"
    with closing(sqlite3.connect(memory)) as db, closing(sqlite3.connect(whole)) as copy:
        db.backup(copy)
    for path in folder.glob("rehearsal.db-*"):  # what its log holds would mend it
        path.unlink()
    whole.replace(memory)
    damage(memory)
    with pytest.raises(OutcropError, match="The rehearsal's memory is damaged") as caught:
        process.ensure(folder, Options())
    assert caught.value.todo.startswith(f"Remove {folder}: ")
    config.write_new(tmp_path / config.FILE, Config("shops"))
    context = DoctorContext(tmp_path, tmp_path / "none", tmp_path / "none", SystemClock(), {})
    (line,) = [line for line in examine(context).lines if line.name == "rehearsal"]
    assert (line.state, line.todo) == ("fail", caught.value.todo)


KILLED = """
import os, pathlib, signal, sys
from core.rehearsal.process import Options
from core.rehearsal.server import serve

folder, stop = pathlib.Path(sys.argv[1]), int(sys.argv[2])
steps = 0

def count(event, arguments):
    "Kills this process at the chosen one of the calls that change the folder."
    global steps
    if event in ("os.mkdir", "os.rename", "os.remove") and str(folder) in str(arguments[0]):
        steps += 1
        if steps == stop:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
serve(folder, Options(), idle=0.0, ready=lambda _: None)
"""


@pytest.mark.parametrize("stop", [2, 4, 6, 8, 11])
def test_a_kill_while_it_is_made_does_not_keep_the_next_one_from_starting(tmp_path, start_rehearsal, stop):
    home = tmp_path / "rehearsal"
    command = [sys.executable, "-P", "-c", KILLED, str(home), str(stop)]
    assert subprocess.run(command, capture_output=True).returncode == -signal.SIGKILL
    server = start_rehearsal(home)
    s3.write(server.connection(), SAVED, b"bytes")
    assert keys(server) == ["kept.txt"]
