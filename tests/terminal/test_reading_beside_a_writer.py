"""Who only reads a project sees what another decides there, without anybody asking."""

from pathlib import Path

import pytest
from screens import make_project


@pytest.fixture
def folder(tmp_path: Path, start_rehearsal) -> Path:
    folder = make_project(tmp_path / "both")
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    return folder


def test_one_who_only_reads_sees_them_too(dashboard, folder):
    reader = dashboard("--read-only", folder=folder)
    writer = dashboard(folder=folder)
    writer.press(" ")
    reader.wait_for("1 decided")
    assert "READ-ONLY" in reader.text
    assert "✓" in reader.text.splitlines()[3]
