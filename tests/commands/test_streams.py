"""Streams as shells hand them over: closed, or in an encoding that lacks the glyphs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def with_streams(redirection: str, folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Runs a command with what a shell makes of its streams."""
    command = ["sh", "-c", f'exec "$@" {redirection}', "sh", sys.executable, "-P", "-m", "tui", *arguments]
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, timeout=60, check=False
    )


@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_one_that_nobody_reads(tmp_path, redirection):
    done = with_streams(redirection, tmp_path, "init")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "outcrop.yaml").is_file()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_a_glyph_that_an_encoding_lacks_is_no_failure(tmp_path, encoding):
    done = with_streams("", tmp_path, "keys", PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"app.quit" in done.stdout


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_ticks_and_crosses_are_spelled_where_an_encoding_lacks_them(tmp_path, encoding):
    done = with_streams("", tmp_path, "doctor", PYTHONIOENCODING=encoding, LANG="C.UTF-8")
    assert done.stdout.startswith(b"ok ")
    assert b"\nno UTF-8" in done.stdout
    assert b"Unset PYTHONIOENCODING" in done.stdout


def test_a_locale_without_an_encoding_gets_utf_8(tmp_path):
    done = with_streams("", tmp_path, "doctor", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.stdout.decode().startswith("✓ ")
    assert "become ok" not in done.stdout.decode()
