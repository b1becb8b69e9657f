"""The answers already paid for: each stands in the store before it is counted."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from core.clock import iso
from core.inference.ask import Answer
from core.store import Store


class Usage(msgspec.Struct, frozen=True):
    """Tokens as billed."""

    input_tokens: int = 0
    output_tokens: int = 0

    def __sub__(self, earlier: "Usage") -> "Usage":
        """What came after an earlier count."""
        return Usage(self.input_tokens - earlier.input_tokens, self.output_tokens - earlier.output_tokens)

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        return Usage(self.input_tokens + other.input_tokens, self.output_tokens + other.output_tokens)


def keep_all(store: Store, run: str, answers: Iterable[Answer], now: datetime) -> None:
    """Writes answers down in one transaction; a second one to the same ask changes nothing."""
    moment = iso(now)
    rows = (
        (
            run,
            answer.id,
            answer.text,
            answer.stop_reason,
            answer.input_tokens,
            answer.output_tokens,
            answer.latency_ms,
            moment,
        )
        for answer in answers
    )
    store.write_many("INSERT OR IGNORE INTO answers VALUES (?,?,?,?,?,?,?,?)", rows)


def kept(store: Store, run: str) -> dict[str, Answer]:
    """All answers of a run by the ask's id."""
    rows = store.rows("SELECT * FROM answers WHERE run = ?", (run,))
    return {
        row["ask"]: Answer(
            row["ask"],
            row["text"],
            row["stop_reason"],
            row["input_tokens"],
            row["output_tokens"],
            row["latency_ms"],
        )
        for row in rows
    }


def usage(store: Store, run: str) -> Usage:
    """What a run has taken until now."""
    row = store.row("SELECT SUM(input_tokens) AS sent, SUM(output_tokens) AS said FROM answers WHERE run = ?", (run,))
    return Usage(row["sent"] or 0, row["said"] or 0) if row else Usage()
