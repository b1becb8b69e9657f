"""Leaf: the project's SQLite file, its schema and the journal of intents."""

from core.store.connection import Store
from core.store.operations import Operation, advance, intents, latest, plan, unsettled

__all__ = ["Operation", "Store", "advance", "intents", "latest", "plan", "unsettled"]
