"""Extractive answers that their prompt does not hold.

Only for records whose type says that the answer was copied from the prompt: one span of it, or several.
"""

import re
from collections.abc import Iterator

from core.data.checks.normal_form import normal, tight, value, values_in
from core.data.checks.one_record import Record, RecordRule, listed, of_sources
from core.records.finding import Finding
from core.records.rule import OUTCROP

ONE_SPAN = frozenset({"span", "extractive"})
SEVERAL_SPANS = frozenset({"multi-span"})
EXTRACTIVE = ONE_SPAN | SEVERAL_SPANS
_BETWEEN = re.compile(r",(?:\s|$)")  # how importers join spans
_IN_NUMBERS = (".", ",")
_DASH = re.compile(r"(?<!\w)-+(?!\w)")  # a lone dash in a table is a zero
_TRIES = 1000  # places within longer words and numbers that are passed over
_AT_EDGES = " .,;:\"'"


def find(prompt: str, answer: str, kind: str) -> tuple[str, ...]:
    """The spans of an answer that are not in the prompt.

    White space, case, kinds of dashes and quotes, and how a table's format writes a cell make no difference; a number
    is compared by its amount. Text must begin and end where words do.

    Args:
        prompt: What the model is shown.
        answer: The answer; several spans are joined by commas.
        kind: The record's type; of types that are not extractive nothing is known.

    Returns:
        The spans in order; an empty one where a span is empty.
    """
    if kind not in EXTRACTIVE or not answer:
        return ()
    spans = list(_spans(answer, kind))
    missing = [span for span in spans if not _stands_in(span, prompt)]
    if not any(missing) or not prompt:
        return tuple(missing)
    if all(missing) and _stands_in(answer.strip(_AT_EDGES), prompt):
        return ()
    plain = tight(normal("\n".join([prompt, *_cells(prompt)])))
    amounts: set[float] | None = None
    found = []
    for span in missing:
        if span and _stands_in(tight(normal(span)).strip(_AT_EDGES), plain):
            continue
        number = value(span) if span else None
        if number is not None:
            amounts = values_in(plain) if amounts is None else amounts
            if abs(number) in amounts or (number == 0 and _DASH.search(plain)):
                continue
        found.append(span)
    return tuple(found)


def _spans(answer: str, kind: str) -> Iterator[str]:
    """A span that holds a comma counts as several: where it stands in the prompt, so do its parts."""
    if kind in ONE_SPAN:
        yield answer.strip()
        return
    for span in _BETWEEN.split(answer):
        yield span.strip()


def _cells(prompt: str) -> Iterator[str]:
    """What the tables of a prompt say, whatever their formats escape."""
    from core.records import tables

    for found in tables.find_all(prompt):
        for row in found.grid:
            yield from row


def _stands_in(span: str, text: str) -> bool:
    """Whether a text holds a span that neither begins nor ends within a word or a number."""
    if not span:
        return False
    at = text.find(span)
    for _ in range(_TRIES):
        if at < 0:
            break
        end = at + len(span)
        if _begins(text[max(0, at - 2) : at], span[0]) and _begins(text[end : end + 2][::-1], span[-1]):
            return True
        at = text.find(span, at + 1)
    return False


def _begins(outside: str, inside: str) -> bool:
    """Whether a word or number may begin here; a letter may touch a digit, as footnote marks do.

    Args:
        outside: The two characters beyond the edge, the nearer one last.
        inside: The character within it.
    """
    near = outside[-1:]
    if inside.isdigit():
        return not (near.isdigit() or (near in _IN_NUMBERS and outside[:1].isdigit()))
    return not (inside.isalpha() and near.isalpha())


def _find(record: Record) -> Iterator[Finding]:
    source = record.source
    kind = str(source.facts.get("type", "")) if source else ""
    if source is None or kind not in EXTRACTIVE:
        return
    missing = find(record.chat.prompt, str(source.fields.get("answer", "")), kind)
    if missing:
        pieces = [repr(span) if span else "an empty span" for span in missing]
        yield Finding("unsupported-answer", "warning", f"not in the prompt: {listed(pieces)}", record.line)


RULE = RecordRule(
    name="unsupported-answer",
    severities=("warning",),
    finds="The answer should be copied from the prompt, but does not stand there: the model would learn to make it "
    "up.",
    todo="Correct the answer, or complete the prompt.",
    source=OUTCROP,
    find=_find,
    applies=of_sources,
)
