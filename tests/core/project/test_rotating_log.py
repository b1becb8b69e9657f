"""The file of the log: it rotates, other processes may do so, and it can be read in a terminal."""

import logging

import pytest

from core import log


@pytest.fixture
def file(tmp_path):
    """A log of its own."""
    log.begin(tmp_path / "state")
    return tmp_path / "state" / "outcrop.log"


def test_it_rotates_and_older_files_are_dropped(file):
    for number in range(60_000):
        log.logger("aws").info("%s %s", number, "x" * 60)
    kept = sorted(file.parent.iterdir())
    assert [path.name for path in kept] == ["outcrop.log", "outcrop.log.1", "outcrop.log.2", "outcrop.log.3"]
    assert all(path.stat().st_size <= 1_000_000 for path in kept)
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert "59999 xxx" in file.read_text()


@pytest.mark.parametrize("gone", [lambda path: path.rename(path.with_suffix(".1")), lambda path: path.unlink()])
def test_where_another_process_rotated_it_goes_on_in_the_new_file(file, gone):
    log.logger("aws").info("before")
    gone(file)
    log.logger("aws").info("after")
    assert file.read_text().endswith("outcrop.aws after\n")
    assert "before" not in file.read_text()


def test_nothing_in_it_steers_a_terminal(file):
    log.logger("aws").info("%s", "\x1b]0;title\x07")
    assert "\x1b" not in file.read_text()


def test_a_failure_says_its_type_and_place_and_its_message_only_when_more_is_wanted(file, monkeypatch):
    def fail():
        raise ValueError("a record's text")

    for wanted in ("", "1"):
        monkeypatch.setenv("OUTCROP_DEBUG", wanted)
        try:
            fail()
        except ValueError as error:
            log.failed("work", "Reading", error)
        text = file.read_text()
        assert "ERROR outcrop.work Reading: ValueError at test_rotating_log.py:" in text
        assert ("a record's text" in text) == bool(wanted)


def test_other_libraries_do_not_write_into_it(file):
    logging.getLogger("botocore").warning("credentials: AKIA")
    log.logger("aws").info("ours")
    assert "AKIA" not in file.read_text()
