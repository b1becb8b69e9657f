"""Text from outside is shown, and never steers the terminal: not on any tab, in any pane, list or question."""

import json
import re

import nasty
import pytest
from screens import make_project, records

from tui import keys

_ALLOWED = re.compile(rb"\x1b\]22;default\x07|\x1b\[[0-9;:<=>?]*[ $'\"!]?[A-Za-z]|\x1b[()][0AB]|[\r\n\t]")
_C1 = re.compile("[\x80-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def steering(raw):
    """What is neither text nor one of the plain sequences that place a cursor or set a style."""
    rest = _ALLOWED.sub(b"", raw)
    return re.findall(rb"[\x00-\x1f\x7f].{0,20}", rest) + _C1.findall(raw.decode())


@pytest.fixture(scope="module")
def nasty_project(tmp_path_factory, start_rehearsal):
    """Each text of the corpus in a record of its own; then lines that are no records at all."""
    folder = tmp_path_factory.mktemp("nasty") / "project"
    name = nasty.TEXTS["title"] + nasty.TEXTS["bidi"]
    make_project(folder, records(1), name=name)
    lines = [
        json.dumps({"id": f"{number:016x}", "group": text[:99], "fields": fields(text), "facts": {"type": text[:99]}})
        for number, text in enumerate(nasty.TEXTS.values())
    ]
    none = [nasty.TEXTS["clear"], '{"a": "' + nasty.TEXTS["clipboard"], "\ufeff{}", "[" * 10_000, "\x00" * 100]
    (folder / "records.jsonl").write_text("\n".join([*lines, *none]))
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    return folder


def fields(text):
    """A table question that says the same thing everywhere."""
    table = [["", text[:99]], [text[:99], "1"]]
    return {"question": text, "answer": text, "paragraphs": [text[:99]], "table": table}


@pytest.fixture
def screen(dashboard, nasty_project):
    return dashboard(folder=nasty_project)


def is_whole(screen):
    """Whether the panes stand side by side, between the lines that every tab has."""
    lines = screen.text.splitlines()
    border = set.intersection(*screen.columns("│")[2:-2])
    return "REHEARSAL" in lines[0] and "DATA" in lines[1] and border == {52} and lines[-1].rstrip().endswith("? help")


def test_rows_and_the_record_beside_them_steer_nothing_and_stay_in_their_columns(screen):
    for _ in range(len(nasty.TEXTS) + 4):
        assert is_whole(screen), screen.text
        screen.press("j")
    assert steering(screen.raw) == []


@pytest.mark.slow
def test_the_same_where_the_record_has_the_whole_screen(dashboard, nasty_project):
    screen = dashboard(folder=nasty_project, columns=60)
    screen.press("g", patience=0.3)
    for _ in nasty.TEXTS:
        for key in ("\r", "G", "\x1b", "j"):
            screen.press(key, quiet=0.05, patience=0.1)
    assert screen.text.splitlines()[-1].rstrip().endswith("? help")
    assert steering(screen.raw) == []


def test_every_tab_shows_such_a_project(screen):
    for number, name in enumerate(keys.STAGES, 1):
        screen.send(str(number))
        screen.wait_for(f"{number} {name.upper()}")
        screen.settle(patience=0.5)
        assert "pwned" in screen.text.splitlines()[0]
        assert screen.text.splitlines()[-1].rstrip().endswith("? help")
    assert steering(screen.raw) == []


def test_what_is_pasted_into_the_field_and_kept_as_a_note_steers_nothing(screen):
    pasted = "".join(nasty.TEXTS[name] for name in ("c1", "bidi", "zero width", "wide", "markup"))
    screen.press("g", patience=0.3)
    screen.press("m")
    screen.press(f"\x1b[200~{pasted}\x1b[201~")
    screen.press("\r")
    screen.wait_for("npg?|gnp")
    assert is_whole(screen), screen.text
    screen.press("/")
    screen.press(f"\x1b[200~'{pasted}\x1b[201~")
    screen.press("\r")
    screen.wait_for("0 of 20")
    assert steering(screen.raw) == []


def test_a_file_that_is_named_so_is_named_safely(terminal, nasty_project, tmp_path):
    path = tmp_path / ("a" + nasty.CLEAR + "\u202eb.jsonl")
    path.write_bytes((nasty_project / "records.jsonl").read_bytes())
    screen = terminal(str(path), folder=tmp_path)
    screen.wait_for("20 records")
    screen.settle()
    assert steering(screen.raw) == []
