"""Items in memory, listed in a table."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from tui import theme
from tui.widgets.listing import Listing
from tui.widgets.table import Column, Table

FRUIT = ("pear", "apple", "fig", "grape")


class Basket(App[None]):
    """A table of fruit."""

    look = theme.look(theme.begin("", Path()))

    def compose(self) -> ComposeResult:
        self.table = Table([Column("fruit"), Column("letters")], across=True)
        yield self.table


@pytest.fixture
async def listing():
    app = Basket()
    async with app.run_test():
        made = Listing[str](
            app.table,
            row=lambda fruit: (fruit, str(len(fruit))),
            key=lambda fruit: fruit,
            text=lambda fruit: fruit,
            values={"fruit": str, "letters": len},
        )
        made.fill(FRUIT)
        yield made


async def test_lists_items_as_they_come(listing):
    assert list(listing.shown) == list(FRUIT)
    assert listing.item == "pear"


async def test_words_in_any_case_leave_the_items_that_have_all_of_them(listing):
    listing.narrow("AP E")
    assert list(listing.shown) == ["apple", "grape"]
    assert listing.total == 4


async def test_the_cursor_stays_on_its_item_in_another_order(listing):
    listing.go_to("fig")
    listing.sort(("fruit", False))
    assert list(listing.shown) == ["apple", "fig", "grape", "pear"]
    assert listing.item == "fig"


async def test_the_cursor_stays_on_its_item_when_others_come(listing):
    listing.go_to("grape")
    listing.fill(("date", *FRUIT))
    assert listing.item == "grape"


async def test_an_item_that_is_asked_for_early_gets_the_cursor_when_it_comes(listing):
    listing.go_to("date")
    listing.fill((*FRUIT, "date"))
    assert listing.item == "date"


async def test_a_falling_order_is_the_rising_one_turned_round(listing):
    listing.sort(("letters", True))
    assert list(listing.shown) == ["apple", "grape", "pear", "fig"]


async def test_an_empty_list_has_no_item(listing):
    listing.narrow("melon")
    assert listing.item is None
