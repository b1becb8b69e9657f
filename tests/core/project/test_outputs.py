"""What is written destroys nothing: links stay, modes stay, pipes and devices are written, sets are whole."""

import os
import random
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InputError
from core.outputs import finish, replacing, replacing_all

NOBODY = 65534
SET = ("train.jsonl", "validation.jsonl", "test.jsonl")


def put(path: Path, text: bytes = b"new") -> None:
    with replacing(path) as file:
        file.write(text)


def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path):
    target = tmp_path / "elsewhere" / "target.txt"
    target.parent.mkdir()
    target.write_text("old")
    (tmp_path / "second").symlink_to(target)
    (tmp_path / "first").symlink_to("second")
    put(tmp_path / "first")
    assert target.read_text() == "new"
    assert (tmp_path / "first").readlink() == Path("second")
    assert (tmp_path / "second").is_symlink()
    assert [path.name for path in target.parent.iterdir()] == ["target.txt"]


def test_a_link_to_nothing_yet_makes_what_it_leads_to(tmp_path):
    (tmp_path / "link").symlink_to("folder/target.txt")
    put(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "target.txt").read_text() == "new"


def test_links_that_lead_round_are_refused_in_a_sentence(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(InputError, match="cannot be written"):
        put(tmp_path / "a")
    assert (tmp_path / "a").is_symlink()


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path, mode):
    path = tmp_path / "file.txt"
    path.touch()
    path.chmod(mode)
    put(path)
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_that_is_replaced_keeps_its_owner(tmp_path):
    path = tmp_path / "file.txt"
    path.touch()
    os.chown(path, NOBODY, NOBODY)
    put(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (NOBODY, NOBODY)


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_new_file_obeys_the_umask_and_a_private_one_is_its_owners_alone(tmp_path, umask):
    put(tmp_path / "file.txt")
    assert stat.S_IMODE((tmp_path / "file.txt").stat().st_mode) == 0o640
    with replacing(tmp_path / "file.txt", private=True) as file:
        file.write(b"secret")
    assert stat.S_IMODE((tmp_path / "file.txt").stat().st_mode) == 0o600


@pytest.mark.parametrize("folder", [".", "..", "/", "below", "below/."])
def test_a_folder_is_refused_in_a_sentence(tmp_path, folder, monkeypatch):
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="cannot be written") as caught:
        put(Path(folder))
    assert caught.value.why == "It is a folder; name a file in it"
    assert (tmp_path / "below").is_dir()


def test_a_pipe_is_written_and_stays_one(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()))
    reader.start()
    put(path, b"through the pipe")
    reader.join()
    assert read == [b"through the pipe"]
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert list(tmp_path.iterdir()) == [path]


WRITE = f"""
import os, pathlib, sys
from core.errors import OutcropError
from core.outputs import replacing
if os.geteuid() == 0:  # as somebody who may replace nothing outside of a folder of their own
    os.setgroups([])
    os.setuid({NOBODY})
try:
    with replacing(pathlib.Path(sys.argv[1])) as file:
        file.write(b"new\\n")
except OutcropError as error:
    sys.exit(str(error))
"""


def write(path: str, command: str = '"$0" -P -c "$1" "$2"') -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", command, sys.executable, WRITE, path], capture_output=True, text=True)


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_is_written_by_its_names(path):
    done = write(path)
    assert (done.stdout, done.stderr) == ("new\n", "")


def test_what_stands_in_a_redirected_file_already_stays_in_it(tmp_path):
    path = tmp_path / "redirected"
    write("/dev/stdout", f'(echo before; "$0" -P -c "$1" "$2"; echo after) > {path}')
    assert path.read_text() == "before\nnew\nafter\n"


def test_a_command_that_a_shell_puts_in_place_of_a_file_reads_it():
    done = write("", '"$0" -P -c "$1" >(sed s/new/read/)')
    assert (done.stdout, done.stderr) == ("read\n", "")


def test_a_device_is_written():
    before = Path("/dev/null").stat()
    assert write("/dev/null").stderr == ""
    assert Path("/dev/null").stat().st_rdev == before.st_rdev
    full = write("/dev/full")
    assert full.stderr.startswith("/dev/full: This file cannot be written. No space left on device.")


def a_set(folder: Path, text: str) -> dict[str, str]:
    with replacing_all([folder / name for name in SET]) as files:
        for name, file in zip(SET, files, strict=True):
            file.write(f"{text} {name}".encode())
    return contents(folder)


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_an_error_leaves_all_of_a_set_as_it_was(tmp_path):
    old = a_set(tmp_path, "old")
    with pytest.raises(InputError), replacing_all([tmp_path / name for name in SET]):
        raise OSError(28, "No space left on device")
    assert contents(tmp_path) == old


def test_what_cannot_be_moved_into_place_puts_the_others_back(tmp_path):
    (tmp_path / "train.jsonl").write_text("old")
    with pytest.raises(InputError), replacing_all([tmp_path / name for name in SET]):
        (tmp_path / "test.jsonl" / "in the way").mkdir(parents=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["test.jsonl", "train.jsonl"]
    assert (tmp_path / "train.jsonl").read_text() == "old"


REPLACE = """
import os, pathlib, signal, sys
from core.outputs import replacing_all

folder, stop = pathlib.Path(sys.argv[1]), int(sys.argv[2])
steps = 0

def count(event, arguments):
    "Kills this process at the chosen one of the calls that touch a file."
    global steps
    if event in ("open", "os.rename", "os.remove", "os.link") and str(folder) in str(arguments[0]):
        steps += 1
        if steps == stop:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
names = ("train.jsonl", "validation.jsonl", "test.jsonl")
with replacing_all([folder / name for name in names]) as files:
    for name, file in zip(names, files):
        file.write(b"new " + name.encode())
print(steps)
"""


def replace(folder: Path, stop: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", REPLACE, str(folder), str(stop)], capture_output=True, text=True
    )


def test_a_kill_at_any_call_leaves_a_set_that_is_all_old_or_all_new_once_somebody_looks(tmp_path):
    whole = tmp_path / "whole"
    whole.mkdir()
    a_set(whole, "old")
    calls = int(replace(whole, 0).stdout)
    new = contents(whole)
    assert set(new) == set(SET)
    for stop in random.Random(0).sample(range(1, calls + 1), 12):
        folder = tmp_path / str(stop)
        folder.mkdir()
        old = a_set(folder, "old")
        assert replace(folder, stop).returncode == -signal.SIGKILL
        finish(folder)
        left = {name: text for name, text in contents(folder).items() if name in SET}
        assert left in (old, new), stop
        replace(folder, 0)
        assert contents(folder) == new


def half_replaced(folder: Path) -> None:
    """A set whose writer was killed between two renames."""
    a_set(folder, "old")
    calls = int(replace(folder, 0).stdout)
    for stop in range(1, calls + 1):
        a_set(folder, "old")
        replace(folder, stop)
        texts = {text.split()[0] for name, text in contents(folder).items() if name in SET}
        if texts == {"old", "new"}:
            return
    raise AssertionError("no kill came between two renames")


def test_what_somebody_wrote_since_a_kill_is_not_replaced(tmp_path):
    half_replaced(tmp_path)
    (tmp_path / "test.jsonl").write_text("mine")
    finish(tmp_path)
    assert (tmp_path / "test.jsonl").read_text() == "mine"
    assert not list(tmp_path.glob(".outcrop*"))


def test_what_a_killed_process_wrote_aside_is_swept_and_what_a_living_one_writes_is_not(tmp_path):
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    dead = tmp_path / f".records.jsonl.{gone.stdout.strip()}.part"
    alive = tmp_path / f".records.jsonl.{os.getppid()}.part"
    for path in (dead, alive, tmp_path / ".mine.part"):
        path.touch()
    with replacing(tmp_path / "one"):
        put(tmp_path / "two")
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two", alive.name, ".mine.part"}
