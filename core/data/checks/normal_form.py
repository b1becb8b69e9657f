"""Texts and numbers in one spelling, so that what differs in notation only compares equal."""

import re
import unicodedata
import zlib
from html import unescape

_SPELLING = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        "\u00ad": None,  # soft hyphen
        "\u200b": None,  # zero-width space
    }
)
_NUMBER = re.compile(
    r"""(?P<open>\()? \s* (?P<before>-)? \s* (?:[$€£¥₹`]|(?:usd|eur|gbp|us\$)\b)? \s* (?P<inner>[-(])? \s*
        (?P<digits>\d[\d,]*(?:\.\d+)?|\.\d+) \s* \)? \s* (?:%|percent)? \s* \)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NUMBERS_IN = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_SEPARATED = re.compile(r",(?=\d{3}(?!\d))")
_ZEROS = re.compile(r"\.(\d*[1-9])?0+(?!\d)")
_SIGNS = tuple((pair, pair.strip()) for pair in ("$ ", "€ ", "£ ", "( ", " )", " %"))
_SHORT = 200  # characters of an answer up to which its numbers are compared by value


def normal(text: str) -> str:
    """A text without what is mere spelling: case, white space, kinds of dashes and quotes, ligatures, entities."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_SPELLING)
    if "&" in text:
        text = unescape(text)
    return " ".join(text.casefold().split())


def tight(text: str) -> str:
    """A text whose currency and percent signs and parentheses stand right beside their numbers."""
    if " " in text:
        for apart, together in _SIGNS:
            text = text.replace(apart, together)
    return text


def value(text: str) -> float | None:
    """The number that a text is: `$ (1,452.4)` is -1452.4, `12 %` is 12; None where it is something else."""
    match = _NUMBER.fullmatch(normal(text))
    if match is None or not _THOUSANDS.fullmatch(match["digits"]):
        return None
    negative = bool(match["open"] or match["before"] or match["inner"])
    return (-1 if negative else 1) * float(match["digits"].replace(",", ""))


def values_in(text: str) -> set[float]:
    """The amounts of all numbers in a text, without their signs."""
    return {float(found.replace(",", "")) for found in _NUMBERS_IN.findall(text)}


def answer_form(answer: str) -> str:
    """An answer as it is compared with others: `$ 1,450.0` and `$1450`, `Yes.` and `yes` are the same."""
    text = normal(answer).rstrip(".;!")
    if len(text) > _SHORT:
        return text
    text = tight(text)
    if "," in text:
        text = _SEPARATED.sub("", text)
    return _ZEROS.sub(lambda found: f".{found[1]}" if found[1] else "", text) if "." in text else text


def answer_key(answer: str) -> int:
    """An answer's form as 64 bits: equal for equal forms, and hardly ever for two different ones."""
    return checksum(answer_form(answer).encode("utf-8", "surrogatepass"))


def checksum(text: bytes) -> int:
    """A text by its checksum and length."""
    return zlib.crc32(text) | len(text) << 32
