"""Files are written whole or not at all, and every one that cannot be read says why."""

import os
import stat
import threading
from pathlib import Path

import pytest

from core.errors import InputError
from core.files import alone, unreadable
from core.outputs import replacing


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (FileNotFoundError(), "This file is not there"),
        (IsADirectoryError(), "This is a folder"),
        (PermissionError(), "This file may not be read"),
        (OSError(5, "Input/output error"), "This file cannot be read"),
    ],
)
def test_every_reason_has_a_sentence_a_place_and_a_remedy(error, what):
    said = unreadable(Path("a.jsonl"), error)
    assert said.what == what
    assert said.todo
    assert str(said.where) == "a.jsonl"


def test_a_file_appears_whole_when_the_block_ends(tmp_path):
    path = tmp_path / "new" / "file.txt"
    with replacing(path) as file:
        file.write(b"half")
        assert not path.exists()
        file.write(b" and half")
    assert path.read_bytes() == b"half and half"
    assert list(path.parent.iterdir()) == [path]


def test_an_error_in_between_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(TypeError), replacing(path) as file:
        file.writelines([b"new", 3])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_said_with_the_file_that_was_meant(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "below.txt", tmp_path):
        with pytest.raises(InputError, match="cannot be written") as caught, replacing(path) as file:
            file.write(b"x")
        assert caught.value.where.path == str(path)
        assert caught.value.todo


def test_a_full_disk_is_said_and_the_old_file_stays(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with pytest.raises(InputError) as caught, replacing(path):
        raise OSError(28, "No space left on device")
    assert caught.value.why == "No space left on device"
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_said(tmp_path):
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(InputError, match="cannot be written"), replacing(tmp_path / "x") as file:
        file.write(b"x")


def test_only_one_is_let_through_at_a_time(tmp_path):
    order: list[str] = []

    def second() -> None:
        with alone(tmp_path / "folder" / "lock"):
            order.append("second")

    with alone(tmp_path / "folder" / "lock"):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.05)  # it has every chance to go ahead
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_a_lock_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"), alone(tmp_path / "file" / "lock"):
        pass
