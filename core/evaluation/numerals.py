"""Numbers as TAT-QA's metric reads them in text: sign in parentheses, currency, thousands, percent, scale words.

The reading follows `tatqa_utils.py` of Zhu et al., "TAT-QA", ACL 2021, in what it accepts; see `docs/6-evaluate.md`.
"""

import functools
import math
import re
from collections.abc import Callable

SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "percent": 0.01}
"""The scales of a TAT-QA answer; no scale is the empty text."""

_WORTH = (("hundred", 100), ("thousand", 1000), ("million", 1_000_000), ("billion", 1_000_000_000), ("percent", 0.01))
_REMEMBERED = 1 << 14  # texts
_LONGEST = 64  # characters of a text worth remembering
_DIGIT = re.compile(r"\d")
_AROUND = str.maketrans("", "", "'\"\\$€£¥%(),[]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_NEGATIVE = re.compile(r"\([\d.\s]+\)")
_PERCENT = re.compile(r"[\d.\s]+%")
_WITH_WORD = re.compile(r"[\d.]+\s?[a-zA-Z]+")


def worth(scale: str) -> float:
    """What a scale word multiplies by; 1 for anything else."""
    lower = scale.lower()
    return next((value for word, value in _WORTH if word in lower), 1)


def is_number(text: str) -> bool:
    """Whether a text is a number, alone or with a scale word behind it: `(71)`, `$ 1,452.4`, `5 million`, `23%`.

    One too long for a float is text, so that it equals nothing but itself.
    """
    return bool(_DIGIT.search(text)) and (_remembered if len(text) <= _LONGEST else _is_number)(text)


def _is_number(text: str) -> bool:
    words = " ".join(word.translate(_AROUND) for word in text.split()).split()
    value = _float(words[0]) if words else None
    if value is None or not math.isfinite(value):
        return False
    return len(words) == 1 or worth(words[1]) != 1


_remembered = functools.lru_cache(maxsize=_REMEMBERED)(_is_number)


def number(text: str) -> float | None:
    """The value of a text that `is_number`, with its sign, percent sign and scale word; None without digits."""
    found = _NUMBER.search(text.translate(_AROUND))
    if found is None or found[0].lstrip("+-").startswith("."):
        return None
    digits: Callable[[str], float] = float if "." in found[0] else int
    word = _WITH_WORD.search(text)
    sign = -1 if _NEGATIVE.search(text.strip()) else 1
    percent = 0.01 if _PERCENT.search(text.strip()) else 1
    try:
        return round(digits(found[0]) * (worth(word[0]) if word else 1) * sign * percent, 4)
    except OverflowError:  # some three hundred digits, times a scale
        return None


def _float(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None
