"""Where the dashboard was: tab, row, filter and sort come back after a dropped line."""

import contextlib
import json
import sqlite3
import threading
import time

from core.errors import OutcropError
from core.store import Store

_PATIENCE = 60.0  # seconds that a value waits for others to have written
_AGAIN = 0.05  # seconds between two attempts


class Settings:
    """Small values by name, on disk as soon as they change. Keeping one never waits for another process."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owed: set[str] = set()  # what a thread is about to write
        self._kept = {row["key"]: row["value"] for row in store.rows("SELECT key, value FROM settings")}

    def keep(self, key: str, value: object) -> None:
        """Writes a value, unless it is there already; a full disk is no reason to stop looking at records."""
        text = json.dumps(value)
        if self._kept.get(key) != text:
            self._kept[key] = text
            with contextlib.suppress(OutcropError):
                if not self._store.remember_at_once(key, text) and key not in self._owed:
                    self._owed.add(key)
                    threading.Thread(target=self._keep_later, args=(key,), name="settings", daemon=True).start()

    def _keep_later(self, key: str) -> None:
        """Tries until nobody else writes; writes again what has changed meanwhile.

        It never waits inside the store, where whoever reads would wait with it.
        """
        until = time.monotonic() + _PATIENCE
        with contextlib.suppress(OutcropError, sqlite3.ProgrammingError):  # the second where the store was closed
            while time.monotonic() < until:
                text = self._kept[key]
                if self._store.remember_at_once(key, text) and self._kept[key] == text:
                    break
                time.sleep(_AGAIN)
        self._owed.discard(key)

    def get(self, key: str) -> object:
        """A value, or None."""
        try:
            return json.loads(self._kept.get(key, "null"))
        except ValueError:  # another program's, such as the reviewer's name
            return None

    def number(self, key: str, otherwise: int) -> int:
        """A whole number."""
        value = self.get(key)
        return value if isinstance(value, int) else otherwise

    def text(self, key: str) -> str:
        """A text, or nothing."""
        value = self.get(key)
        return value if isinstance(value, str) else ""
