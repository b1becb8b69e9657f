"""The answers already paid for: each stands in the store before it is counted."""

from datetime import datetime

from core.clock import iso
from core.inference.ask import Answer
from core.store import Store


def keep(store: Store, run: str, answer: Answer, now: datetime) -> None:
    """Writes an answer down; a second one to the same ask changes nothing."""
    store.write(
        "INSERT OR IGNORE INTO answers VALUES (?,?,?,?,?,?,?,?)",
        (
            run,
            answer.id,
            answer.text,
            answer.stop_reason,
            answer.input_tokens,
            answer.output_tokens,
            answer.latency_ms,
            iso(now),
        ),
    )


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
