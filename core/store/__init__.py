"""Leaf: the project's SQLite file, its schema and the journal of intents."""

from core.store.connection import SqlValue, Store
from core.store.damage import refuse_lost
from core.store.operations import Operation, advance, intents, latest, plan, unsettled

__all__ = ["Operation", "SqlValue", "Store", "advance", "intents", "latest", "plan", "refuse_lost", "unsettled"]
