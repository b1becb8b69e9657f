"""What holds of a project's decisions, kept up with the journal by reading only what is new in it."""

import threading
from collections.abc import Callable, Sequence

from core.data import decisions
from core.data.decisions import Decided, DecisionNews, Held
from core.store import Store

_AT_ONCE = 5000  # changes read at once, about 20 ms: the store's lock is free between two reads
_NOTHING = Decided()


class Holding:
    """The decisions that hold. Any thread may ask and any may bring news; they are taken one after another."""

    def __init__(self, store: Store | None, learned: Callable[[Sequence[Held]], None] = lambda _: None) -> None:
        """Reads all that holds.

        Args:
            store: The project's; without one nothing is ever decided.
            learned: Called with everything that has changed since, before the next news are taken.
        """
        self._store = store
        self._lock = threading.Lock()
        self._decided: dict[str, Decided] = {}
        self._columns: dict[str, dict[str, str]] = {"flag": {}, "note": {}, "tag": {}, "edit": {}}
        self._learned: Callable[[Sequence[Held]], None] = lambda _: None
        self._seq = decisions.latest(store) if store else 0  # before what holds is read, which may be newer then
        after = 0
        while store:
            found, after = decisions.held(store, after, _AT_ONCE)
            if not found:
                break
            self._apply(found)
        self._learned = learned

    @property
    def flagged(self) -> int:
        """How many records have a flag."""
        return len(self._columns["flag"])

    def of(self, record: str) -> Decided:
        """What holds for a record."""
        return self._decided.get(record, _NOTHING)

    def every(self) -> dict[str, Decided]:
        """What holds, by record."""
        return self._decided.copy()

    def column(self, kind: str) -> dict[str, str]:
        """Flags, notes, tags or edits by record. It changes as decisions are made: copy it to go through it."""
        return self._columns[kind]

    def take(self, news: DecisionNews) -> bool:
        """Takes news that follow what is known; False where they do not, so that the journal is to be read."""
        with self._lock:
            if news.after != self._seq:
                return news.seq <= self._seq
            self._apply(news.held)
            self._seq = news.seq
            return True

    def catch_up(self) -> bool:
        """Reads what has been decided or undone since, by whichever process; True where there was anything."""
        before = self._seq
        while self._store and (news := decisions.since(self._store, self._seq, _AT_ONCE)):
            self.take(news)
        return self._seq != before

    def _apply(self, held: Sequence[Held]) -> None:
        for each in held:
            found = each.over(self._decided.get(each.record, _NOTHING))
            if found == _NOTHING:
                self._decided.pop(each.record, None)
            else:
                self._decided[each.record] = found
            column = self._columns[each.kind]
            if each.value:
                column[each.record] = each.value
            else:
                column.pop(each.record, None)
        self._learned(held)
