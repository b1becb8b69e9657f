"""Invented tables and questions about them: what a base model has read before it meets anybody's data."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.records.tables import Grid

_THINGS = (
    "Apples", "Barley", "Bricks", "Candles", "Copper wire", "Cotton cloth", "Dried fish", "Glass bottles", "Honey",
    "Lamp oil", "Maple timber", "Olive oil", "Paper", "Pottery", "Rice", "Salt", "Ship rope", "Soap", "Sugar beet",
    "Tea", "Tin plates", "Walnuts", "Wheat flour", "Wool",
)  # fmt: skip
_MEASURES = ("harvest", "stock", "shipments", "landings", "exports", "purchases", "losses in store", "deliveries")
_TITLES = ("", "Year ended 31 March", "Twelve months to June", "As of December 31", "Season")
_ASK_AMOUNT = (
    "What was the {measure} of {thing} in {year}?",
    "What is the amount of {thing} for {year}?",
    "How much {thing} was there in the {measure} of {year}?",
    "How many units of {thing} were counted in {year}?",
    "What were {thing} as of {year}?",
)
_ASK_YEAR = (
    "In which year was the {measure} of {thing} {extreme}?",
    "Which year had the {extreme} {measure} of {thing}?",
    "In what year were {thing} the {extreme}?",
)
_ASK_THING = (
    "Which had the {extreme} {measure} in {year}?",
    "What was the item with the {extreme} {measure} in {year}?",
)
_EXTREMES = (
    ("highest", np.argmax),
    ("largest", np.argmax),
    ("greater", np.argmax),
    ("lowest", np.argmin),
    ("smallest", np.argmin),
    ("less", np.argmin),
)


class GenericQuestion(NamedTuple):
    """A question about an invented table.

    Attributes:
        grid: The table.
        question: The question.
        answer: The text of the cell that answers it.
    """

    grid: Grid
    question: str
    answer: str


def generic_questions(count: int, seed: int) -> Iterator[GenericQuestion]:
    """Invents questions, each about a table of its own; the first ones are the same whatever the count.

    Three in five ask for a number, one for the year and one for the row in which a number is highest or lowest.
    """
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield _invent(rng)


def _invent(rng: np.random.Generator) -> GenericQuestion:
    things = [str(thing) for thing in rng.choice(_THINGS, size=rng.integers(3, 8), replace=False)]
    newest = int(rng.integers(1992, 2024))
    years = [str(newest - back) for back in range(rng.integers(2, 4))]
    amounts = rng.integers(20, 90_000, size=(len(things), len(years)))
    measure, title = str(rng.choice(_MEASURES)), str(rng.choice(_TITLES))
    grid = _grid(things, years, amounts, title)
    row, column = int(rng.integers(len(things))), int(rng.integers(len(years)))
    thing, year = things[row], years[column]

    task = rng.integers(5)
    if task == 0:
        extreme, pick = _EXTREMES[rng.integers(len(_EXTREMES))]
        question = rng.choice(_ASK_YEAR).format(thing=thing, measure=measure, extreme=extreme)
        return GenericQuestion(grid, question, years[int(pick(amounts[row]))])
    if task == 1:
        extreme, pick = _EXTREMES[rng.integers(len(_EXTREMES))]
        question = rng.choice(_ASK_THING).format(year=year, measure=measure, extreme=extreme)
        return GenericQuestion(grid, question, things[int(pick(amounts[:, column]))])
    question = rng.choice(_ASK_AMOUNT).format(thing=thing, measure=measure, year=year)
    return GenericQuestion(grid, question, f"{amounts[row, column]:,}")


def _grid(things: list[str], years: list[str], amounts: NDArray[np.int64], title: str) -> Grid:
    head = [("", title, *[""] * (len(years) - 1))] if title else []
    body = [(thing, *(f"{amount:,}" for amount in row)) for thing, row in zip(things, amounts, strict=True)]
    total = ("Total", *(f"{amount:,}" for amount in amounts.sum(axis=0)))
    return (*head, ("", *years), *body, total)
