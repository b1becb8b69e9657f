"""A review queue for experts: a sample of the records, one at a time, resumed where it was left."""

import itertools
import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
import numpy as np

from core.clock import from_iso
from core.data.agreement import Agreement, compare
from core.data.view import View
from core.errors import UsageError
from core.store import Store

How = Literal["random", "stratified", "riskiest"]
HOWS: tuple[How, ...] = ("random", "stratified", "riskiest")
_PACE = timedelta(minutes=10)  # the stretch of recent decisions that a pace is measured over


class Queue(msgspec.Struct, frozen=True):
    """Which records are to be looked at, in which order.

    Attributes:
        how: How they were chosen.
        seed: Of the draw.
        records: Their identities.
    """

    how: How
    seed: int
    records: tuple[str, ...]


class ReviewProgress(msgspec.Struct, frozen=True):
    """How far a reviewer is.

    Attributes:
        done: Records of the queue that this reviewer has flagged.
        total: Records of the queue.
        next: The first that is not, or empty.
        an_hour: Decisions an hour, from the last ten minutes; None while there are fewer than two.
    """

    done: int
    total: int
    next: str
    an_hour: float | None


class ReviewerPair(msgspec.Struct, frozen=True):
    """Two reviewers, and how far they agree."""

    first: str
    second: str
    agreement: Agreement


def draw(view: View, how: How, size: int, *, seed: int = 1, strata: str = "type") -> Queue:
    """Chooses records among those that are shown.

    Args:
        view: Fully read.
        how: `random`; `stratified`, with the share of each stratum; or `riskiest`, worst findings and most unusual
            lengths first.
        size: How many; fewer where there are fewer.
        seed: Of the draw.
        strata: The column that strata are made by; without it in the data, by finding.

    Raises:
        UsageError: Nothing is shown to choose from.
    """
    rows = sorted(row for row in view.shown() if row < view.facts.count and view.identity(row))
    if not rows:
        raise UsageError("There is nothing to review", todo="Loosen the filter")
    size = min(size, len(rows))
    if how == "riskiest":
        chosen = _riskiest(view, rows)[:size]
    elif how == "stratified":
        chosen = _stratified(view, rows, size, seed, strata if strata in view.facts.names else "issue")
    else:
        chosen = random.Random(seed).sample(rows, size)  # noqa: S311 - a draw to be repeated, not a secret
    return Queue(how, seed, tuple(view.identity(row) for row in chosen))


def keep(store: Store, queue: Queue) -> None:
    """Keeps the queue for the next time."""
    text = msgspec.json.encode(queue).decode()
    store.remember("review", text)


def kept(store: Store) -> Queue | None:
    """The queue that was kept, or None."""
    row = store.row("SELECT value FROM settings WHERE key = 'review'")
    return msgspec.convert(json.loads(row["value"]), Queue) if row else None


def standing(store: Store, queue: Queue, who: str, now: datetime) -> ReviewProgress:
    """How far one reviewer is with a queue; another's decisions do not count, so that two can be compared."""
    rows = store.rows(
        "SELECT record, MAX(at) AS at FROM decisions WHERE undone IS NULL AND kind = 'flag' AND value IS NOT NULL"
        " AND who = ? AND record IN (SELECT value FROM json_each(?)) GROUP BY record",
        (who, json.dumps(queue.records)),
    )
    times = {row["record"]: from_iso(row["at"]) for row in rows}
    open_records = [record for record in queue.records if record not in times]
    recent = sorted(moment for record in queue.records if (moment := times.get(record)) and now - moment <= _PACE)
    an_hour = None
    if len(recent) > 1:
        an_hour = 3600 * (len(recent) - 1) / max(1.0, (recent[-1] - recent[0]).total_seconds())
    return ReviewProgress(
        done=len(queue.records) - len(open_records),
        total=len(queue.records),
        next=open_records[0] if open_records else "",
        an_hour=an_hour,
    )


def standings(store: Store, queue: Queue, now: datetime) -> dict[str, ReviewProgress]:
    """How far everybody is who has flagged a record of the queue."""
    rows = store.rows(
        "SELECT DISTINCT who FROM decisions WHERE undone IS NULL AND kind = 'flag' AND value IS NOT NULL ORDER BY who"
    )
    found = {row["who"]: standing(store, queue, row["who"], now) for row in rows}
    return {who: each for who, each in found.items() if each.done}


def agreements(flags: Mapping[str, Mapping[str, str]], queue: Queue) -> list[ReviewerPair]:
    """Every two reviewers who flagged the same records of a queue.

    Args:
        flags: Everybody's own, by reviewer and record.
        queue: Which records count.
    """
    own = {who: {record: said[record] for record in queue.records if record in said} for who, said in flags.items()}
    pairs = [
        ReviewerPair(first, second, compare(own[first], own[second]))
        for first, second in itertools.combinations(sorted(own), 2)
    ]
    return [pair for pair in pairs if pair.agreement.records]


def how(name: str) -> How:
    """A way to draw by its name.

    Raises:
        UsageError: There is no such way.
    """
    found = next((each for each in HOWS if each == name), None)
    if found is None:
        raise UsageError(f"A queue cannot be drawn {name!r}", todo=f"Ways: {', '.join(HOWS)}")
    return found


def _riskiest(view: View, rows: Sequence[int]) -> list[int]:
    """Errors, then warnings, then by how far the length of prompt and answer lies from the median."""
    frame = view.frame(("severity", "input_tokens", "output_tokens"), np.array(rows, dtype=np.int64))
    unusual = np.zeros(len(rows))
    for name in ("input_tokens", "output_tokens"):
        logs = np.log1p(frame[name].to_numpy().astype(float))
        spread = np.median(np.abs(logs - np.median(logs))) or 1.0
        unusual = np.maximum(unusual, np.abs(logs - np.median(logs)) / spread)
    ranks = {"error": 0, "warning": 1}
    severity = [ranks.get(each, 2) for each in frame["severity"].to_list()]
    order = sorted(range(len(rows)), key=lambda at: (severity[at], -unusual[at], rows[at]))
    return [rows[at] for at in order]


def _stratified(view: View, rows: Sequence[int], size: int, seed: int, column: str) -> list[int]:
    """From each stratum its share, the largest remainders rounded up."""
    values = view.frame((column,), np.array(rows, dtype=np.int64))[column].to_list()
    strata: dict[str, list[int]] = {}
    for row, value in zip(rows, values, strict=True):
        strata.setdefault(str(value), []).append(row)
    shares = {name: size * len(members) / len(rows) for name, members in strata.items()}
    take = {name: int(share) for name, share in shares.items()}
    for name in sorted(shares, key=lambda each: (take[each] - shares[each], each))[: size - sum(take.values())]:
        take[name] += 1
    drawn = random.Random(seed)  # noqa: S311 - a draw to be repeated, not a secret
    chosen = [row for name in sorted(strata) for row in drawn.sample(strata[name], take[name])]
    drawn.shuffle(chosen)
    return chosen
