"""The dashboard on the terminals that there are."""

import base64
import json
import re

import pytest

_MANY_COLOURS = re.compile(rb"\x1b\[(?:[0-9;]*;)?[34]8;[25];")


def slow(*kinds: str) -> list[object]:
    """Kinds that differ little from the one before them."""
    return [pytest.param(kind, marks=pytest.mark.slow) for kind in kinds]


MANY = ["xterm-256color", *slow("screen-256color", "tmux-256color", "xterm-kitty")]
FEW = ["linux", *slow("xterm", "screen", "vt100")]


@pytest.fixture
def shows_records_and_quits(dashboard):
    """Runs the dashboard on a kind of terminal; returns all that it wrote."""

    def run(kind: str) -> bytes:
        screen = dashboard(environment={"TERM": kind})
        assert "2 DATA" in screen.text
        assert "▌" in screen.text
        screen.send("q")
        assert screen.wait() == 0
        return bytes(screen.raw)

    return run


@pytest.mark.parametrize("kind", FEW)
def test_where_there_are_few_colours_it_uses_the_terminals_own(shows_records_and_quits, kind):
    assert not _MANY_COLOURS.search(shows_records_and_quits(kind))


@pytest.mark.parametrize("kind", MANY)
def test_where_there_are_many_it_uses_them(shows_records_and_quits, kind):
    assert _MANY_COLOURS.search(shows_records_and_quits(kind))


def test_no_color_leaves_attributes_and_no_colour(dashboard):
    screen = dashboard(environment={"NO_COLOR": "1"})
    codes = {code for found in re.findall(rb"\x1b\[([0-9;]*)m", screen.raw) for code in found.split(b";")}
    assert codes <= {b"", b"0", b"1", b"2", b"4", b"7", b"39", b"49"}
    assert b"1" in codes
    assert "▌" in screen.text


def test_a_start_needs_no_answer_from_the_terminal(terminal):
    screen = terminal(answering=False)
    screen.wait_for("1 USE CASE|2 DATA")
    screen.settle()
    screen.send("q")
    assert screen.wait() == 0


def test_the_mouse_chooses_a_tab_and_a_row(dashboard):
    screen = dashboard()
    screen.send("\x1b[<0;10;7M\x1b[<0;10;7m")
    screen.wait_for(r"▌ +4 ")
    screen.send("\x1b[<0;60;2M\x1b[<0;60;2m")
    screen.wait_for("7 DEPLOY|6 EVALUATE")


@pytest.mark.parametrize(
    ("tmux", "begins"), [(None, b"\x1b]52;c;"), ("/tmp/tmux-0/default,1,0", b"\x1bPtmux;\x1b\x1b]52;c;")]
)
def test_copying_goes_through_the_terminal_and_to_a_file(dashboard, tmp_path, tmux, begins):
    screen = dashboard(environment={"OUTCROP_STATE": str(tmp_path), "TMUX": tmux})
    screen.press("g")
    raw = screen.press("y").raw
    assert raw.startswith(begins)
    coded = re.match(rb"[A-Za-z0-9+/=]+", raw.removeprefix(begins))
    kept = (tmp_path / "copied.txt").read_bytes()
    assert base64.b64decode(coded[0]) == kept
    assert json.loads(kept)["fields"]["question"] == "How many shops had company 1 in 2020?"
