"""TAT-QA's metric: a number counts with its scale, spans count in any order, arithmetic is right or wrong.

Source: `tatqa_metric.py` of Zhu et al., "TAT-QA: A Question Answering Benchmark on a Hybrid of Tabular and Textual
Content in Finance", ACL 2021. What crashes there has a defined result here: no scale is the empty scale, the answer
to a count may be a list of one, and a number too long for a float is text.
"""

import functools
import math
import re
import string
from collections.abc import Callable, Sequence
from itertools import chain

import msgspec

from core.evaluation.f1 import References

ALL_OR_NOTHING = ("arithmetic", "count")  # types of question whose F1 is their exact match
_REMEMBERED = 1 << 14  # words, and texts that may be numbers
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "percent": 0.01}
"""The scales of a TAT-QA answer; no scale is the empty text."""

_WORTH = (("hundred", 100), ("thousand", 1000), ("million", 1_000_000), ("billion", 1_000_000_000), ("percent", 0.01))
_LONGEST = 64  # characters of a text worth remembering
_DIGIT = re.compile(r"\d")
_AROUND = str.maketrans("", "", "'\"\\$€£¥%(),[]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?|[+-]?\.\d+")
_NEGATIVE = re.compile(r"\([\d.\s]+\)")
_PERCENT = re.compile(r"[\d.\s]+%")
_WITH_WORD = re.compile(r"[\d.]+\s?[a-zA-Z]+")
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_BETWEEN_SPANS = re.compile(r",? and (?=[$€£¥(−-]?\s?\d)|, (?=\S)|;\s+|\n+")
_SCALE_WORD = "|".join(SCALES)
_WITH_SCALE = re.compile(rf"(.+?)\s+({_SCALE_WORD})s?", re.IGNORECASE | re.DOTALL)
_DIGITS = r"\d(?:[\d,]*\d)?(?:\.\d+)?"
_IN_TEXT = re.compile(
    rf"(?<![\w.,])(?P<open>\()?[-+−]?\s?(?P<sign>[$€£¥])?\s?[-+−]?{_DIGITS}(?(open)\))"
    rf"(?P<unit>\s?%|\s+(?:{_SCALE_WORD})\b)?(?![\w])",
    re.IGNORECASE,
)

TatqaValue = str | int | float
"""One span, or one number."""


class TatqaScore(msgspec.Struct, frozen=True, gc=False):
    """One answer by TAT-QA's metric, or the mean of many; em and f1 in 0..100, f1 rounded as the official code does.

    Attributes:
        em: Exact match: 100 or 0 for one answer.
        precision: Distinct words in common over those of the prediction; of arithmetic and count it is `em`.
        recall: Distinct words in common over those of the truth; of arithmetic and count it is `em`.
        f1: Of both; of arithmetic and count it is `em`.
        unparsable: The percentage of answers in which no value could be told.
    """

    em: float
    precision: float
    recall: float
    f1: float
    unparsable: float = 0.0


class Parsed(msgspec.Struct, frozen=True):
    """An answer as the metric takes it: its spans or its number, and the scale beside it."""

    values: tuple[TatqaValue, ...]
    scale: str = ""


_UNPARSABLE = TatqaScore(0.0, 0.0, 0.0, 0.0, 100.0)
_NOTHING = TatqaScore(0.0, 0.0, 0.0, 0.0)


def tatqa(prediction: str, reference: References, kind: str = "", scale: str = "") -> TatqaScore:
    """Scores free text.

    Args:
        prediction: What the model answered, as a person would write it: `14.07 percent`, `2019, 2018`.
        reference: The truth, written likewise; of several the best counts.
        kind: The type of question: `span`, `multi-span`, `arithmetic`, `count`; empty where nobody knows.
        scale: Of the truth, where the record has it. A truth that is written without its scale, as spans are, is
            right with it and without.
    """
    parsed = parse(prediction, kind)
    if parsed is None:
        return _UNPARSABLE
    accepted = []
    for text in (reference,) if isinstance(reference, str) else reference:
        truth = parse(text, kind)
        if truth is not None:
            accepted.append(truth)
            if scale and not truth.scale:
                accepted.append(Parsed(truth.values, scale))
    scores = (tatqa_values(parsed.values, parsed.scale, each.values, each.scale, kind) for each in accepted)
    return max(scores, key=lambda each: (each.f1, each.em), default=_NOTHING)


def parse(text: str, kind: str = "") -> Parsed | None:
    """Reads free text as a value and a scale.

    1. White space around it and one final full stop go; what is left empty has no value.
    2. A number with `thousand`, `million`, `billion` or `percent` behind it is that number in that scale.
    3. An answer to a multi-span question is cut at `, `, `; `, line ends, and at `and` before a number.
    4. An answer to arithmetic or count that is not a number as a whole is searched for numbers: if exactly one has
       a unit (currency, %, scale word) it is that one, else if there is exactly one number it is that one; equal ones
       count once. Otherwise nobody can tell which number is meant, and it has no value.
    5. Anything else is one span.

    Returns:
        The value, or None where there is none.
    """
    text = text.strip()
    text = (text.removesuffix(".")).rstrip()
    if not text:
        return None
    if kind == "multi-span":
        return Parsed(tuple(span for span in (part.strip() for part in _BETWEEN_SPANS.split(text)) if span))
    whole = _whole_number(text)
    if whole is not None:
        return whole
    return _number_inside(text) if kind in ALL_OR_NOTHING else Parsed((text,))


def tatqa_values(
    prediction: TatqaValue | Sequence[TatqaValue],
    scale: str | None,
    gold: TatqaValue | Sequence[TatqaValue],
    gold_scale: str | None,
    kind: str = "",
) -> TatqaScore:
    """Scores a prediction that comes as value and scale, as in TAT-QA's own prediction files.

    Args:
        prediction: A number, a text, or several. As in the official code an empty one, or the *number* 0, scores 0.
        scale: Of the prediction; None is no scale.
        gold: The truth.
        gold_scale: Its scale.
        kind: The type of question.
    """
    predicted, expected = _listed(prediction), _listed(gold)
    if not prediction or not predicted or not expected:
        return _NOTHING
    candidates = [_as_text(predicted, scale or "")]
    first = str(predicted[0])
    if len(predicted) == 1 and not scale and "%" not in first and is_number(first):
        bare = number(first)
        if bare is not None:
            candidates.append(f"{bare:.4f}")  # 0.2342 for 23.42 percent, where no scale was given
    truth = _as_text(expected, gold_scale or "")
    best = max((_against(each, truth) for each in candidates), key=lambda each: (each.em, each.f1))
    return TatqaScore(best.em, best.em, best.em, best.em) if kind in ALL_OR_NOTHING else best


def _whole_number(text: str) -> Parsed | None:
    with_scale = _WITH_SCALE.fullmatch(text)
    if with_scale and is_number(with_scale[1]):
        return Parsed((with_scale[1],), with_scale[2].lower())
    return Parsed((text,)) if is_number(text) else None


def _number_inside(text: str) -> Parsed | None:
    found: dict[Parsed, bool] = {}
    for match in _IN_TEXT.finditer(text):
        value = _whole_number(match[0].replace("−", "-"))
        if value is not None:
            found[value] = found.get(value, False) or bool(match["sign"] or match["unit"])
    with_unit = [value for value, has_unit in found.items() if has_unit]
    chosen = with_unit if len(with_unit) == 1 else list(found)
    return chosen[0] if len(chosen) == 1 else None


def _listed(value: TatqaValue | Sequence[TatqaValue]) -> list[TatqaValue]:
    return [value] if isinstance(value, str | int | float) else list(value)


def _as_text(values: Sequence[TatqaValue], scale: str) -> str:
    """Values in sorted order as one text, numbers multiplied out by the scale."""
    return " ".join(_with_scale(text, scale) for text in sorted(map(str, values)))


def _with_scale(text: str, scale: str) -> str:
    value = number(text) if is_number(text) else None
    try:
        if value is not None:
            return f"{value:.4f}" if "%" in text else f"{round(value, 2) * worth(scale):.4f}"
    except OverflowError:  # too long for a float: text
        pass
    return f"{text} {scale}" if scale else text


def _against(predicted: str, expected: str) -> TatqaScore:
    ours, theirs = _words(predicted), _words(expected)
    ours_set, theirs_set = set(ours), set(theirs)
    common = len(ours_set & theirs_set)
    precision = common / len(ours_set) if ours_set else 1.0
    recall = common / len(theirs_set) if theirs_set else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return TatqaScore(100.0 * (ours == theirs), 100 * precision, 100 * recall, 100 * round(f1, 2))


def _words(text: str) -> list[str]:
    return list(chain.from_iterable(map(_normalised, text.lower().split(" "))))


@functools.lru_cache(maxsize=_REMEMBERED)
def _normalised(token: str) -> tuple[str, ...]:
    """A word without punctuation and articles; a number as its value."""
    if not is_number(token):
        token = token.translate(_NO_PUNCTUATION)
    if is_number(token):
        token = str(number(token))
    return tuple(_ARTICLES.sub(" ", token).split())


# Numbers, as `tatqa_utils.py` reads them: sign in parentheses, currency, thousands, percent, scale words


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
