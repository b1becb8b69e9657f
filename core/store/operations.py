"""Every paid or destructive intent, written down before it is sent, so that a crash never doubles it."""

import sqlite3
import uuid
from datetime import datetime
from typing import Literal

import msgspec

from core.clock import from_iso, iso
from core.store.connection import Store

OperationState = Literal["planned", "sent", "acknowledged", "failed"]


class Operation(msgspec.Struct, frozen=True):
    """One intent.

    Attributes:
        id: Also the client token of a create call: AWS answers a repeat with the first result.
        kind: What is done, as AWS calls it: `CreateModelCustomizationJob`.
        location: Where, as `Location.key` writes it.
        subject: The name of what is made or destroyed.
        request: The request as JSON, to repeat it to the letter.
        state: `planned` is stored before the call, `sent` just before the bytes leave.
        result: The ARN that came back, or the error.
        planned: When it was intended.
    """

    id: str
    kind: str
    location: str
    subject: str
    request: str
    state: OperationState
    result: str
    planned: datetime


def plan(store: Store, *, kind: str, location: str, subject: str, request: bytes, now: datetime) -> Operation:
    """Writes an intent down; returns it with its client token."""
    token = str(uuid.uuid4())
    moment = iso(now)
    store.write(
        "INSERT INTO operations VALUES (?, ?, ?, ?, ?, 'planned', NULL, ?, ?)",
        (token, kind, location, subject, request.decode(), moment, moment),
    )
    return Operation(token, kind, location, subject, request.decode(), "planned", "", now)


def advance(store: Store, operation: Operation, state: OperationState, now: datetime, result: str = "") -> Operation:
    """Notes how far an intent has come."""
    store.write(
        "UPDATE operations SET state = ?, result = ?, changed = ? WHERE id = ?",
        (state, result, iso(now), operation.id),
    )
    return msgspec.structs.replace(operation, state=state, result=result)


def unsettled(store: Store, *, kind: str, location: str) -> list[Operation]:
    """Intents planned or sent and never answered: what a crash may have left, oldest first."""
    rows = store.rows(
        "SELECT * FROM operations WHERE kind = ? AND location = ? AND state IN ('planned', 'sent') ORDER BY planned",
        (kind, location),
    )
    return [_operation(row) for row in rows]


def intents(store: Store, *, kind: str, location: str) -> list[Operation]:
    """All intents of a kind, however far they have come, oldest first."""
    rows = store.rows(
        "SELECT * FROM operations WHERE kind = ? AND location = ? ORDER BY planned, rowid", (kind, location)
    )
    return [_operation(row) for row in rows]


def latest(store: Store, *, kind: str, location: str, subject: str) -> Operation | None:
    """The newest intent on a subject, however far it has come."""
    row = store.row(
        "SELECT * FROM operations WHERE kind = ? AND location = ? AND subject = ? ORDER BY planned DESC, rowid DESC",
        (kind, location, subject),
    )
    return _operation(row) if row else None


def _operation(row: sqlite3.Row) -> Operation:
    return Operation(
        id=row["id"],
        kind=row["kind"],
        location=row["location"],
        subject=row["subject"],
        request=row["request"],
        state=row["state"],
        result=row["result"] or "",
        planned=from_iso(row["planned"]),
    )
