"""The endpoints that were created from here: what bills, for which purpose, and whether it is gone."""

from datetime import datetime

import msgspec

from core.clock import from_iso, iso
from core.store import Store


class Entry(msgspec.Struct, frozen=True):
    """One endpoint of ours.

    Attributes:
        arn: Its ARN.
        name: Its name.
        model: The catalogue's key of the model below it, for the price.
        purpose: The evaluation it was made for and is to be deleted after, or empty.
        created: When.
        deleted: When it was deleted from here.
    """

    arn: str
    name: str
    model: str
    purpose: str
    created: datetime
    deleted: datetime | None


def add(store: Store, *, arn: str, location: str, name: str, model: str, purpose: str, now: datetime) -> None:
    """Notes an endpoint; a second note of the same one changes nothing."""
    store.write(
        "INSERT OR IGNORE INTO endpoints VALUES (?,?,?,?,?,?,NULL)", (arn, location, name, model, purpose, iso(now))
    )


def mark_deleted(store: Store, arn: str, now: datetime) -> None:
    """Notes that an endpoint was deleted."""
    store.write("UPDATE endpoints SET deleted = ? WHERE arn = ? AND deleted IS NULL", (iso(now), arn))


def entries(store: Store, location: str) -> dict[str, Entry]:
    """The endpoints created from here at one location, by ARN."""
    rows = store.rows("SELECT * FROM endpoints WHERE location = ? ORDER BY created", (location,))
    return {
        row["arn"]: Entry(
            row["arn"],
            row["name"],
            row["model"],
            row["purpose"],
            from_iso(row["created"]),
            from_iso(row["deleted"]) if row["deleted"] else None,
        )
        for row in rows
    }
