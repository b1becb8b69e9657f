"""Whatever bytes come from a terminal, and whatever encoding is set, the dashboard goes on."""

import pytest


@pytest.mark.parametrize("sent", [b"\xff", b"\xe9t", b"\xc3", b"\xf0\x9f\x98x"])
def test_a_byte_that_is_not_utf_8_is_shown_as_unreadable(dashboard, sent):
    screen = dashboard()
    screen.press("/")
    screen.send_bytes(b"a" + sent + b"b")
    screen.wait_for("a�+t?x?b")
    screen.press("\x1b")
    screen.send("q")
    assert screen.wait() == 0


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=["PYTHONIOENCODING", "locale"],
)
def test_borders_and_glyphs_are_written_in_utf_8_whatever_the_locale_says(dashboard, environment):
    screen = dashboard(environment=environment)
    assert "│" in screen.text
    assert "\\u" not in screen.text
