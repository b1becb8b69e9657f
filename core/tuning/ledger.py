"""The jobs that were submitted from here, and what each was trained on."""

from datetime import datetime

import msgspec

from core.clock import from_iso, iso
from core.formatting import Export
from core.store import Store


class SubmittedJob(msgspec.Struct, frozen=True):
    """One job of ours."""

    arn: str
    name: str
    model: str
    export: Export
    created: datetime


def add(store: Store, *, arn: str, location: str, name: str, model: str, export: Export, now: datetime) -> None:
    """Notes a job; a second note of the same job changes nothing."""
    manifest = msgspec.json.encode(export).decode()
    store.write("INSERT OR IGNORE INTO jobs VALUES (?,?,?,?,?,?)", (arn, location, name, model, manifest, iso(now)))


def entries(store: Store, location: str) -> dict[str, SubmittedJob]:
    """The jobs submitted from here to one location, by ARN, oldest first."""
    rows = store.rows("SELECT * FROM jobs WHERE location = ? ORDER BY created", (location,))
    return {
        row["arn"]: SubmittedJob(
            row["arn"],
            row["name"],
            row["model"],
            msgspec.json.decode(row["manifest"], type=Export),
            from_iso(row["created"]),
        )
        for row in rows
    }
