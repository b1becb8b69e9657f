"""Two Outcrops on one project see each other's decisions, without anybody asking."""

from pathlib import Path

import pytest
from screens import make_project


@pytest.fixture
def folder(tmp_path: Path, start_rehearsal) -> Path:
    folder = make_project(tmp_path / "both")
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    return folder


def test_a_flag_given_here_is_seen_there_and_taken_back_there_is_gone_here(dashboard, folder):
    one, other = dashboard(folder=folder), dashboard(folder=folder)
    one.press("x")
    other.wait_for("1 decided")
    assert "✗" in other.text.splitlines()[3]
    other.press("u")
    one.wait_for("0 decided")
    assert "✗" not in one.text.splitlines()[3]


def test_one_who_only_reads_sees_them_too(dashboard, folder):
    reader = dashboard("--read-only", folder=folder)
    writer = dashboard(folder=folder)
    writer.press(" ")
    reader.wait_for("1 decided")
    assert "READ-ONLY" in reader.text
    assert "✓" in reader.text.splitlines()[3]
