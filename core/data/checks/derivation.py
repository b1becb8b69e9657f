"""A derivation worked out and held against the answer it is given for, as TAT-QA writes both.

Annotators' notation is understood: `[…]` for parentheses, `(71)` for a negative number, `$` and thousands separators,
`12%` as 12 or as 0.12, amounts with `million`, a ratio answered in percent, and answers rounded to their own digits.
Nothing is ever run: the text is parsed, and only numbers and the four operations are worked out.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Literal

import msgspec

from core.data.checks.normal_form import normal, value
from core.data.checks.one_record import Record, RecordRule, of_sources
from core.records.finding import Finding

DerivationOutcome = Literal["ok", "disagrees", "unreadable", "none"]

COUNTED = "count"  # the type whose derivation lists what is counted
COMPUTED = frozenset({"arithmetic", COUNTED})
_SEPARATOR = "##"  # between the things that are counted
_LONGEST = 2000  # characters of a calculation; Python's parser is recursive
_LONGEST_NUMBER = 100  # characters of an answer that may be a number
_SHOWN = 60  # characters of an answer that a message quotes
_SCALES = {
    "thousand": 1e3, "thousands": 1e3, "k": 1e3, "million": 1e6, "millions": 1e6, "m": 1e6, "mn": 1e6,
    "billion": 1e9, "billions": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12,
}  # fmt: skip
_SPELLING = str.maketrans({"[": "(", "]": ")", "{": "(", "}": ")", "×": "*", "·": "*", "÷": "/", "⁄": "/"})
_CURRENCY = re.compile(r"us\$|usd|eur|gbp|[$€£¥₹`]")
_THOUSANDS = re.compile(r"(?<=\d),\s?(?=\d{3}(?!\d))")
_SCALED = re.compile(r"(?<!\d)(\d+(?:\.\d+)?)\s*(thousands?|millions?|billions?|trillion|k|mn?|bn?)\b")
_PERCENT = re.compile(r"((?<!\d)\d+(?:\.\d+)?|\))\s*(?:%|percent\b)")
_NEGATIVE = re.compile(r"(?<![\w.)])\(\s*(\d+(?:\.\d+)?)\s*\)")  # a lone number within parentheses
_PLAIN = str.maketrans({"[": "(", "]": ")", "$": None, ",": None})
_FACTORS = {"percent": (1, 100)}
_UNIT = re.compile(r"\s*(?:thousand|million|billion|percent|%)?\s*$", re.IGNORECASE)
_ALLOWED = re.compile(r"[\d\s.+\-*/()]+")
_OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SIGNS: dict[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_EXACT = 1e-9  # relative, for what binary fractions cannot hold


class DerivationCheck(msgspec.Struct, frozen=True):
    """What became of a derivation.

    Attributes:
        outcome: `none` where there is nothing to compare.
        computed: Its value as it is written, in the answer's unit; None where it cannot be read.
        message: What is wrong, in words; empty where nothing is.
    """

    outcome: DerivationOutcome
    computed: float | None = None
    message: str = ""


_NOTHING = DerivationCheck("none")


def check(derivation: str, answer: str, scale: str = "", kind: str = "arithmetic") -> DerivationCheck:
    """Holds a derivation against an answer.

    Args:
        derivation: `(1,452.4 - 1,271.8) / 1,271.8`, or the things counted with `##` between them.
        answer: `14.2 percent`, with or without its scale.
        scale: `percent`, `thousand`, `million`, `billion` or nothing.
        kind: The record's type; of types that are not computed nothing is said.
    """
    derivation = derivation.strip()
    if kind not in COMPUTED or not derivation:
        return _NOTHING
    stated, decimals = _stated(answer, scale)
    if stated is None:
        return DerivationCheck("unreadable", None, f"the answer {_cut(answer)!r} is not a number")
    if kind == COUNTED:
        return _count(derivation, stated)
    if len(derivation) > _LONGEST:
        return DerivationCheck("unreadable", None, "the derivation is not a calculation")
    plain = _work_out(derivation.translate(_PLAIN))
    if plain is not None and any(_rounds_to(plain * each, stated, decimals) for each in _FACTORS.get(scale, (1,))):
        return DerivationCheck("ok", plain)
    computed = list(_readings(derivation, scale))
    if not computed:
        return DerivationCheck("unreadable", None, "the derivation is not a calculation")
    if any(_rounds_to(each, stated, decimals) for each in computed):
        return DerivationCheck("ok", computed[0])
    return DerivationCheck(
        "disagrees", computed[0], f"the derivation gives {computed[0]:,.10g}, the answer says {stated:,.10g}"
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _count(derivation: str, stated: float) -> DerivationCheck:
    things = sum(1 for thing in derivation.split(_SEPARATOR) if thing.strip())
    if things == stated:
        return DerivationCheck("ok", things)
    return DerivationCheck("disagrees", things, f"the derivation lists {things}, the answer says {stated:g}")


def _stated(answer: str, scale: str) -> tuple[float | None, int]:
    """The answer's number in its own unit, and how many decimals it has."""
    text = _UNIT.sub("", answer.removesuffix(scale)) if len(answer) <= _LONGEST_NUMBER else ""
    number = value(text)
    return number, len(text.partition(".")[2].rstrip(" )")) if number is not None else 0


def _readings(derivation: str, scale: str) -> Iterator[float]:
    """Every value that the derivation may mean, in the answer's unit; the plainest first."""
    text = _CURRENCY.sub("", normal(derivation).translate(_SPELLING))
    text = _THOUSANDS.sub("", text).rstrip("= ")
    scaled = _SCALED.search(text) is not None
    if scaled:
        text = _SCALED.sub(lambda found: f"({found[1]}*{_SCALES[found[2]]:.0f})", text)
    percent = _PERCENT.search(text) is not None
    unit = _SCALES.get(scale, 1.0) if scaled else 1.0
    for ratio, negative in product((False, True) if percent else (False,), (False, True)):
        written = _PERCENT.sub(r"(\1/100)" if ratio else r"\1", text) if percent else text
        if negative and written == (written := _NEGATIVE.sub(r"(-\1)", written)):
            continue
        result = _work_out(written)
        if result is not None:
            yield result / unit
            if scale == "percent" or percent:
                yield result * 100


def _work_out(text: str) -> float | None:
    """The value of a calculation; None where the text is none, divides by zero or leaves all bounds."""
    if len(text) > _LONGEST or not _ALLOWED.fullmatch(text):
        return None
    try:
        result = _evaluate(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, LookupError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return result if math.isfinite(result) else None


def _evaluate(node: ast.expr) -> float:
    if isinstance(node, ast.BinOp):
        return _OPERATIONS[type(node.op)](_evaluate(node.left), _evaluate(node.right))
    if isinstance(node, ast.UnaryOp):
        return _SIGNS[type(node.op)](_evaluate(node.operand))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    raise ValueError("no calculation")


def _rounds_to(computed: float, stated: float, decimals: int) -> bool:
    """Whether the value, rounded to so many decimals, is the answer's number; halves go either way."""
    return abs(computed - stated) <= 10.0**-decimals / 2 + _EXACT * max(1.0, abs(computed))


def _find(record: Record) -> Iterator[Finding]:
    source = record.source
    kind = str(source.facts.get("type", "")) if source else ""
    if source is None or kind not in COMPUTED:
        return
    facts, answer = source.facts, str(source.fields.get("answer", ""))
    verdict = check(str(facts.get("derivation", "")), answer, str(facts.get("scale", "")), kind)
    if verdict.message:
        yield Finding("derivation", "warning", verdict.message, record.line)


RULE = RecordRule(
    name="derivation",
    severities=("warning",),
    finds="The calculation given with the record does not lead to its answer, or cannot be read.",
    todo="Correct whichever of the two is wrong.",
    source="TAT-QA's annotation, worked out",
    find=_find,
    applies=of_sources,
)
