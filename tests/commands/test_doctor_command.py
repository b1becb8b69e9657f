"""`outcrop doctor`: for people, for scripts, with an exit code, and what it says of terminals."""

import pytest
from test_terminals import at_a_terminal

from tui import terminal
from tui.terminal import Terminal

XTERM = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "en_GB.UTF-8"}


def looked_at(*, attached=True, size=(120, 36), encoding="utf-8", passthrough="", **environment: str) -> dict:
    """What is said of a terminal, by name."""
    shown = Terminal(attached, size, encoding, XTERM | environment, passthrough)
    return {line.name: line for line in terminal.lines(shown)}


def states(lines: dict) -> dict[str, str]:
    return {name: line.state for name, line in lines.items()}


def test_a_project_that_is_sound_ends_with_0_and_says_what_nobody_can_know(outcrop, monkeypatch):
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert outcrop("init").code == 0
    done = outcrop("doctor")
    assert done.code == 0
    assert done.out.startswith("✓ python       Python 3.")
    assert [line.split()[1] for line in done.out.splitlines() if line.startswith("?")] == [
        "records",
        "terminal",
        "size",
        "clipboard",
    ]
    assert "0 failed, 4 unknown" in done.err


def test_a_line_that_fails_ends_with_1_and_has_its_remedy_below(outcrop, tmp_path):
    assert outcrop("init").code == 0
    (tmp_path / "outcrop.yaml").write_text("nome: x\n")
    done = outcrop("doctor")
    assert done.code == 1
    lines = done.out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("✗ project"))
    assert "unknown field `nome`" in lines[at]
    assert lines[at + 1] == f"{'':<15}Mend that field"


def test_for_scripts_there_is_one_object(outcrop):
    done = outcrop("doctor", "--json")
    assert done.code == 0
    lines = {line["name"]: line for line in done.json["lines"]}
    assert lines["project"]["state"] == "unknown"
    assert lines["python"]["state"] == "pass"


def test_aws_is_asked_where_that_is_wished(outcrop):
    assert outcrop("init").code == 0
    done = outcrop("doctor", "--aws")
    assert done.code == 1
    assert "✗ credentials  There are no AWS credentials" in done.out


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("theme: mauve", "✗ theme        There is no theme named 'mauve'"),
        ("keymap: {app.quit: hyperspace}", "✗ keymap       `keymap.app.quit` names no key"),
        ("keymap: {app.quit: f10}", "✓ keymap       1 key of your own"),
    ],
)
def test_what_the_user_has_made_for_the_dashboard_is_looked_at(outcrop, tmp_path, setting, said):
    assert outcrop("init").code == 0
    path = tmp_path / "outcrop.yaml"
    path.write_text(path.read_text() + setting + "\n")
    assert said in outcrop("doctor").out


def test_a_theme_of_ones_own_that_is_broken_is_named(outcrop, tmp_path, monkeypatch):
    monkeypatch.setenv("OUTCROP_CONFIG", str(tmp_path))
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mauve.yaml").write_text("name: mauve\n")
    done = outcrop("doctor")
    assert done.code == 1
    assert "✗ theme" in done.out
    assert "mauve.yaml" in done.out


def test_a_good_terminal_passes_all_but_what_no_terminal_says():
    assert states(looked_at()) == {
        "terminal": "pass",
        "size": "pass",
        "colours": "pass",
        "UTF-8": "pass",
        "clipboard": "unknown",
    }


@pytest.mark.parametrize(
    ("name", "state", "said", "shown"),
    [
        ("terminal", "fail", "TERM is dumb", {"TERM": "dumb"}),
        ("terminal", "fail", "TERM is not set", {"TERM": ""}),
        ("terminal", "unknown", "no terminal here", {"attached": False}),
        ("size", "fail", "39x24 is too small", {"size": (39, 24)}),
        ("size", "pass", "40x12: it works", {"size": (40, 12)}),
        ("size", "unknown", "Nobody says", {"size": None}),
        ("colours", "pass", "none", {"NO_COLOR": ""}),
        ("colours", "pass", "256", {"COLORTERM": ""}),
        ("colours", "pass", "sixteen", {"COLORTERM": "", "TERM": "linux"}),
        ("UTF-8", "fail", "latin-1", {"encoding": "latin-1"}),
        ("UTF-8", "unknown", "C, does not say", {"LANG": "C"}),
        ("UTF-8", "unknown", "C, does not say", {"LC_ALL": "C"}),
        ("clipboard", "fail", "tmux keeps", {"TMUX": "x", "passthrough": "off"}),
        ("clipboard", "unknown", "tmux lets it through", {"TMUX": "x", "passthrough": "on"}),
        ("clipboard", "unknown", "tmux lets it through", {"TMUX": "x", "passthrough": ""}),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_what_a_terminal_says_of_itself(name, state, said, shown):
    line = looked_at(**shown)[name]
    assert line.state == state
    assert said in line.found
    assert line.todo or state == "pass"


def test_a_real_terminal_is_looked_at(tmp_path):
    _, drawn, _ = at_a_terminal(tmp_path, "doctor", TERM="xterm-256color", LC_ALL="C.UTF-8")
    assert "✓ terminal     TERM is xterm-256color" in drawn.decode()
    assert b"\x1b" not in drawn


def test_of_a_tmux_that_does_not_answer_nothing_is_said(monkeypatch, tmp_path):
    monkeypatch.setenv("TMUX", f"{tmp_path}/none,1,0")
    assert terminal.here().passthrough == ""
