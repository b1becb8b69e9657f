"""Reads a judge's reply: the word in `<judgement>`, the text in `<reason>`, whatever else stands around them.

Five kinds of reply hold no verdict: without a `<judgement>`, with an empty one, with another word in it, cut off
before it, and with both words. A judge that replies so is asked once more.
"""

import re
from typing import Literal

import msgspec

from core.text import clip

Judgement = Literal["correct", "incorrect", "unparsed"]
MOST_SENTENCES = 4  # of a reason, says the article's prompt

_TAG = re.compile(r"<\s*(?:(/)\s*)?(reason|judge?ment)\s*>", re.IGNORECASE)
_LIST_MARK = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")
_AROUND_A_WORD = " \t\r\n*_`'\"“”‘’.,:;!()[]"
_QUOTED = 40  # characters of a reply that a note repeats


class Verdict(msgspec.Struct, frozen=True):
    """What a judge said of one record.

    Attributes:
        judgement: Its word; `unparsed` where there was none.
        reason: Why, in its words; where it used no `<reason>`, whatever it wrote around the judgement.
        note: What was unusual about the reply, or what it lacked; mostly nothing.
    """

    judgement: Judgement
    reason: str
    note: str = ""


class _Element(msgspec.Struct, frozen=True):
    """One `<reason>` or `<judgement>`.

    Attributes:
        name: `reason` or `judgement`.
        content: Its text.
        ended: Whether another tag follows; otherwise the reply ends within it.
    """

    name: str
    content: str
    ended: bool


def parse(reply: str, stop_reason: str = "end_turn") -> Verdict:
    """Reads a reply; every text has a verdict.

    Case, white space, marks around the word, the order of the elements and `<judgment>` for `<judgement>` do not
    matter, and neither do elements without either word beside one that has it. Several that agree count as one.

    Args:
        reply: The completion.
        stop_reason: Why it ended, as Converse names it.
    """
    elements, outside = _take_apart(reply)
    judgements = [each for each in elements if each.name == "judgement"]
    reasons = [each.content.strip() for each in elements if each.name == "reason" and each.content.strip()]
    reason = reasons[-1] if reasons else outside
    said = {word for each in judgements if (word := _word(each.content)) in ("correct", "incorrect")}
    if said == {"correct"}:
        return Verdict("correct", reason, _remarks(reason, reasons))
    if said == {"incorrect"}:
        return Verdict("incorrect", reason, _remarks(reason, reasons))
    return Verdict("unparsed", reason, _lack(judgements, stop_reason, contradictory=bool(said)))


def sentences(reason: str) -> int:
    """About how many sentences a reason has; the numbers of a list are none, and neither are initials."""
    lines = [line for line in _LIST_MARK.sub("", reason).splitlines() if line.strip()]
    return len(lines) + sum(
        not _after_initial(line, end.start()) for line in lines for end in _SENTENCE_END.finditer(line)
    )


def _take_apart(reply: str) -> tuple[list[_Element], str]:
    """The elements of a reply in order, and the text outside them."""
    elements: list[_Element] = []
    tags = list(_TAG.finditer(reply))
    outside = [reply[: tags[0].start()] if tags else reply]
    for number, tag in enumerate(tags):
        ended = number + 1 < len(tags)
        text = reply[tag.end() : tags[number + 1].start() if ended else len(reply)]
        if tag[1]:
            outside.append(text)
        else:
            elements.append(_Element("reason" if tag[2].lower() == "reason" else "judgement", text, ended))
    return elements, "\n".join(text.strip() for text in outside if text.strip())


def _after_initial(line: str, stop: int) -> bool:
    """Whether a full stop follows a single capital, as in U.S."""
    return line[max(0, stop - 1) : stop].isupper() and not line[max(0, stop - 2) : stop - 1].isalnum()


def _word(content: str) -> str:
    return content.strip(_AROUND_A_WORD).lower()


def _remarks(reason: str, reasons: list[str]) -> str:
    """What is unusual about a reply with a verdict."""
    if not reason:
        return "no reason"
    count = sentences(reason)
    remarks = [
        "" if reasons else "its reason stands outside <reason>",
        f"a reason of {count} sentences" if count > MOST_SENTENCES else "",
    ]
    return "; ".join(remark for remark in remarks if remark)


def _lack(judgements: list[_Element], stop_reason: str, *, contradictory: bool) -> str:
    """Why a reply has no verdict: one of the five kinds."""
    if contradictory:
        return "both correct and incorrect"
    if not (judgements[-1].ended if judgements else stop_reason != "max_tokens"):
        return "cut off before its judgement"
    if not judgements:
        return "no <judgement>" + ("" if stop_reason == "end_turn" else f": {stop_reason}")
    words = next((words for each in reversed(judgements) if (words := each.content.strip())), "")
    return f"<judgement> says “{clip(words, _QUOTED)}”" if words else "an empty <judgement>"
