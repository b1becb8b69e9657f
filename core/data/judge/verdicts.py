"""The verdicts there are, read from the judges' replies: each of those is paid for and stored once, under its run.

A run's id is `judge/<rehearsal or aws>/<model>/<prompt and temperature>`.
"""

import re
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from core.clock import from_iso, iso
from core.data.annotation.case import AGAIN, Key, key_of
from core.data.judge.verdict import Verdict, parse
from core.inference import Answer
from core.store import Store

Target = Literal["rehearsal", "aws"]
_AFTER_SLASH = "0"  # the character behind `/`: all runs of a target lie between the two
_OVERLAP = timedelta(minutes=1)  # read again, for what another process dated before it was written
_NUMBERED = re.compile(r"\.\d+$")


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


def verdict_of(answers: dict[str, Answer], ask: str) -> Verdict:
    """What a judge said in the end, at the first or the second time.

    Args:
        answers: Of its run, by ask.
        ask: The id of the first ask, which was answered.
    """
    found = answers.get(ask + AGAIN) or answers[ask]
    return parse(found.text, found.stop_reason)


class Verdicts:
    """The verdicts of a project, whoever judged; the newest counts. Reading them again reads what is new."""

    def __init__(self, store: Store, target: Target) -> None:
        """Reads all there are: ten thousand take about a fifth of a second.

        Args:
            store: The project's.
            target: Where it was judged: rehearsed and real verdicts are never mixed.
        """
        self._store = store
        self._runs = (f"judge/{target}/", f"judge/{target}{_AFTER_SLASH}")
        self._newest: dict[str, Judged] = {}
        self._exact: dict[Key, Judged] = {}
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
