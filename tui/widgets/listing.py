"""Items in memory, listed in a table: narrowed by words, sorted by a column, the cursor kept on its item."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from tui.widgets.table import Row, Sort, Table

Item = TypeVar("Item")


class Listing(Generic[Item]):
    """Fills a table with items.

    Attributes:
        shown: The items that the words leave, in their order.
        words: What narrows them; empty for all.
    """

    def __init__(
        self,
        table: Table,
        row: Callable[[Item], Row],
        key: Callable[[Item], Hashable],
        text: Callable[[Item], str] = lambda _item: "",
        values: Mapping[str, Callable[[Item], Any]] | None = None,
    ) -> None:
        """Prepares an empty list.

        Args:
            table: Shows it.
            row: The cells of an item.
            key: Tells an item from the others, also after it has changed.
            text: All that words are looked for in.
            values: What a column sorts by, by the column's name; other columns do not sort.
        """
        self._table, self._row, self._key, self._text = table, row, key, text
        self._values = values or {}
        self._items: Sequence[Item] = ()
        self._wanted: Hashable | None = None  # the key of the item to come to
        self.shown: Sequence[Item] = ()
        self.words = ""

    @property
    def total(self) -> int:
        """All items, shown or not."""
        return len(self._items)

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        return self.shown[min(self._table.cursor, len(self.shown) - 1)] if self.shown else None

    def fill(self, items: Sequence[Item]) -> None:
        """Lists other items, or the same ones changed."""
        self._items = items
        self._draw()

    def narrow(self, words: str) -> None:
        """Lists only items that have all words somewhere, in any case."""
        self.words = words.strip()
        self._draw()

    def sort(self, sort: Sort) -> None:
        """Lists them in another order."""
        self._table.sort_by(sort)
        self._draw()

    def go_to(self, key: Hashable | None) -> None:
        """Puts the cursor on an item, as soon as it is listed; None gives that up."""
        self._wanted = key
        self._draw()

    def redraw(self) -> None:
        """Draws the same items again, whose cells may be others."""
        self._table.refresh()

    def _draw(self) -> None:
        here = self.item
        asked = self.words.lower().split()
        shown = [each for each in self._items if not asked or _has_all(self._text(each).lower(), asked)]
        name, falling = self._table.sort
        if name in self._values:
            shown.sort(key=self._values[name], reverse=falling)
        self.shown = shown
        self._table.show(len(shown), lambda start, stop: [self._row(each) for each in self.shown[start:stop]])
        places = {self._key(each): at for at, each in enumerate(shown)}
        if self._wanted in places:
            self._table.move_to(places[self._wanted])
            self._wanted = None
        elif here is not None and self._key(here) in places:
            self._table.move_to(places[self._key(here)])


def _has_all(text: str, words: Sequence[str]) -> bool:
    return all(word in text for word in words)
