"""Characters that nobody sees: which ones are meant, what they are called, and how they go."""

import pytest

from core.data.checks import control_characters
from core.data.checks.control_characters import strip
from core.data.checks.one_record import outline

INVISIBLE = {
    "\x00": "U+0000 NUL",
    "\x07": "U+0007 BEL",
    "\r": "U+000D CR",
    "\x1b": "U+001B ESC",
    "\x7f": "U+007F DEL",
    "\x85": "U+0085 NEL",
    "\x9b": "U+009B control",
    "\u00ad": "U+00AD soft hyphen",
    "\u061c": "U+061C arabic letter mark",
    "\u200b": "U+200B zero width space",
    "\u200c": "U+200C zero width non-joiner",
    "\u200d": "U+200D zero width joiner",
    "\u200f": "U+200F right-to-left mark",
    "\u2028": "U+2028 line separator",
    "\u202e": "U+202E right-to-left override",
    "\u2060": "U+2060 word joiner",
    "\u2069": "U+2069 pop directional isolate",
    "\ufeff": "U+FEFF zero width no-break space",
    "\U000e0041": "U+E0041 tag latin capital letter a",
}
VISIBLE = [
    "plain\n\ttext",
    "naïve",
    "財務",
    "1\u00a0000",
    "a\u2009b",
    "−5",
    "“so”",
    "👩\u200d🚀",
    "می\u200cخواهم",
    "",
]
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize("character", INVISIBLE)
@pytest.mark.parametrize("text", ["{}", "ab{}cd", "{}end", "begin{}", "naïve {} 財務"])
def test_an_invisible_character_is_found_by_its_name(character, text):
    assert control_characters.find(text.format(character)) == (INVISIBLE[character],)


@pytest.mark.parametrize("text", [*VISIBLE, ENGLAND])
def test_visible_text_in_any_script_is_left_alone(text):
    assert control_characters.find(text) == ()
    assert strip(text) == text


def test_each_character_is_named_once_in_the_order_of_the_text():
    assert control_characters.find("\x1b[1m \u202eabc\x1b[0m") == ("U+001B ESC", "U+202E right-to-left override")


def test_stripping_takes_them_out_and_ends_lines_where_they_did():
    assert strip("a\x1b[1mb\u200bc\r\nd\re\x0cf\u2028g") == "a[1mbc\nd\ne\nf\ng"


@pytest.mark.parametrize("character", sorted(INVISIBLE))
def test_after_stripping_nothing_is_found(character):
    assert control_characters.find(strip(f"a{character}b\n{character}")) == ()


@pytest.mark.parametrize("text", [*(f"ab{each}cd" for each in INVISIBLE), *(f"é{each}é" for each in INVISIBLE)])
def test_the_quick_look_never_misses_what_is_found(text):
    coded = text.encode()
    assert control_characters.may_hold(coded, outline(coded)) or not control_characters.find(text)


@pytest.mark.parametrize("text", ["plain\n\ttext", "naïve “so” – 1\u00a0000", "財務"])
def test_the_quick_look_spares_ordinary_texts(text):
    coded = text.encode()
    assert not control_characters.may_hold(coded, outline(coded))
