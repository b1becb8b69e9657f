"""Verdicts of a judge: how one is read from a reply, and all that a project has.

A reply holds the word in `<judgement>` and the text in `<reason>`, whatever else stands around them. Five kinds hold
no verdict: without a `<judgement>`, with an empty one, with another word in it, cut off before it, and with both
words. A judge that replies so is asked once more.

Replies are stored once, under the id of their run: `judge/<rehearsal or aws>/<model>/<prompt and temperature>`.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from core.clock import from_iso, iso
from core.data.annotation.brief import key_of, last_answer
from core.inference import Answer
from core.store import Store
from core.text import clip

Judgement = Literal["correct", "incorrect", "unparsed"]
MOST_SENTENCES = 4  # of a reason, says the article's prompt

_TAG = re.compile(r"<\s*(?:(/)\s*)?(reason|judge?ment)\s*>", re.IGNORECASE)
_LIST_MARK = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…][\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])")
_AROUND_A_WORD = " \t\r\n*_`'\"“”‘’.,:;!()[]"
_QUOTED = 40  # characters of a reply that a note repeats
_AFTER_SLASH = "0"  # the character behind `/`: all runs of a target lie between the two
_OVERLAP = timedelta(minutes=1)  # read again, for what another process dated before it was written
_NUMBERED = re.compile(r"\.\d+$")


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


class Judged(msgspec.Struct, frozen=True):
    """A verdict and what it is about.

    Attributes:
        record: The record's identity.
        content: The hash of what was judged, as `Case.content`; another one makes the verdict stale.
        verdict: What the judge said.
        model: The judge: a key of the catalogue, or what Converse was given.
        at: When.
    """

    record: str
    content: str
    verdict: Verdict
    model: str
    at: datetime


def verdict_of(answers: Mapping[str, Answer], ask: str) -> Verdict:
    """What a judge said in the end, at the first or the second time.

    Args:
        answers: Of its run, by ask.
        ask: The id of the first ask, which was answered.
    """
    found = last_answer(answers, ask)
    return parse(found.text, found.stop_reason)


class Verdicts:
    """The verdicts of a project, whoever judged; the newest counts. Reading them again reads what is new."""

    def __init__(self, store: Store, target: Literal["rehearsal", "aws"]) -> None:
        """Reads all there are: ten thousand take about a fifth of a second.

        Args:
            store: The project's.
            target: Where it was judged: rehearsed and real verdicts are never mixed.
        """
        self._store = store
        self._runs = (f"judge/{target}/", f"judge/{target}{_AFTER_SLASH}")
        self._newest: dict[str, Judged] = {}
        self._exact: dict[tuple[str, str], Judged] = {}
        self._since = ""  # a moment as the store writes it; all come after nothing
        self.refresh()

    def __len__(self) -> int:
        """How many records have a verdict."""
        return len(self._newest)

    def newest(self) -> dict[str, Judged]:
        """The newest verdict on each record by its identity, stale or not."""
        return dict(self._newest)

    def of(self, record: str, content: str) -> Judged | None:
        """The verdict on a record as it is now, else the newest on what it was: its `content` tells.

        Exact duplicates, told apart by a number behind their identity, share a verdict.
        """
        bare = _NUMBERED.sub("", record)
        exact = self._exact.get((record, content)) or self._exact.get((bare, content))
        return exact or self._newest.get(record)

    def refresh(self) -> set[str]:
        """Reads what has come in since; returns the records that it is about."""
        rows = self._store.rows(
            "SELECT run, ask, text, stop_reason, at FROM answers WHERE run > ? AND run < ? AND at >= ? ORDER BY at",
            (*self._runs, self._since),
        )
        changed = set()
        for row in rows:
            key, at = key_of(row["ask"]), from_iso(row["at"])
            held = self._exact.get(key)
            if held is not None and held.at >= at:
                continue
            found = Judged(*key, parse(row["text"], row["stop_reason"]), _model(row["run"]), at)
            self._exact[key] = found
            newest = self._newest.get(found.record)
            if newest is None or newest.at <= at:
                self._newest[found.record] = found
            changed.add(found.record)
        if rows:
            self._since = iso(from_iso(rows[-1]["at"]) - _OVERLAP)
        return changed


def _model(run: str) -> str:
    return run.split("/", 2)[2].rpartition("/")[0]


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
