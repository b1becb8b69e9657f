"""Header rows: fiscal years, balance sheet dates, quarters and plain kinds, in the layouts that reports use."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Literal

from sample_data.amounts import PERCENT, Unit
from sample_data.companies import Company
from sample_data.tables import Column, Header

Told = Literal["corner", "row", "paragraph"]


def fiscal_years(co: Company, rng: Random, number: int, *, change: bool = False, scaled: bool = True) -> Header:
    """Columns for whole years, newest first as a rule.

    Args:
        co: Whose years.
        rng: Decides on the layout.
        number: How many.
        change: Add columns for the change between the two newest.
        scaled: The table is in thousands or millions, which must be told somewhere.
    """
    years = co.years(number)
    if not change and rng.random() < 0.12:
        years.reverse()
    kind = rng.choice(("plain", "plain", "plain", "plain", "short", "fiscal"))
    columns = [_year(co, year, kind) for year in years]
    if change:
        columns += _changes(rng, co)
    above = rng.random() < 0.5
    if above:
        spanning = f"{rng.choice(('Year ended', 'Years ended', 'Fiscal year ended'))} {co.day()}"
        at = 0 if rng.random() < 0.7 else (number - 1) // 2
        columns = [
            _under(spanning if place == at else "Change" if place == number else "", column)
            for place, column in enumerate(columns)
        ]
    return replace(header(co, rng, columns, scaled=scaled), years=tuple(years))


def balance_dates(co: Company, rng: Random, number: int = 2, *, change: bool = False, scaled: bool = True) -> Header:
    """Columns for the ends of fiscal years."""
    years = co.years(number)
    whole = rng.random() < 0.3
    columns = []
    for year in years:
        date = co.date(year)
        phrases = (f"at {date}", f"as of {date}", f"at the end of {year}", f"at year-end {year}", f"in {year}")
        columns.append(Column((date if whole else str(year),), str(year), phrases))
    if change:
        columns += _changes(rng, co)
    if not whole:
        spanning = co.day() if rng.random() < 0.6 else f"As of {co.day()}" if not co.british else f"At {co.day()}"
        columns = [
            _under(spanning if place == 0 else "Change" if place == number else "", column)
            for place, column in enumerate(columns)
        ]
    return replace(header(co, rng, columns, scaled=scaled), years=tuple(years))


def quarters(co: Company, rng: Random, year: int, *, total: bool, scaled: bool = True) -> Header:
    """The four quarters of a year, with the year itself if asked for."""
    short = rng.random() < 0.4
    words = ("first", "second", "third", "fourth")
    columns = []
    for number, word in enumerate(words, 1):
        name = f"Q{number}" if short else word.capitalize()
        phrases: tuple[str, ...] = (f"in the {word} quarter of {year}", f"for the {word} quarter of fiscal {year}")
        if short:
            phrases = (f"in Q{number} of {year}", f"in Q{number} {year}", *phrases)
        columns.append(Column((name,) if short else (name, "quarter"), name, phrases))
    if total:
        head = ("Year",) if short else ("Full", "year")
        columns.append(
            Column(head, str(year), (f"in {year}", f"for the full year {year}", f"in fiscal {year}"), True)
        )
    spanning = rng.choice((f"Fiscal {year}", str(year), f"Year ended {co.date(year)}"))
    columns = [_under(spanning if place == 0 else "", column) for place, column in enumerate(columns)]
    return header(co, rng, columns, scaled=scaled)


def kinds(
    co: Company,
    rng: Random,
    names: Sequence[str],
    phrase: str,
    *,
    total: str = "",
    spanning: str = "",
    scaled: bool = True,
    corner: str = "",
) -> Header:
    """Columns that are no periods: segments, levels, categories.

    Args:
        co: Whose table.
        rng: Decides on the layout.
        names: One a column.
        phrase: With `{}` for the name: `for the {} segment`.
        total: The name of a last column that adds them up, if there is one.
        spanning: A line above them all.
        scaled: The table is in thousands or millions.
        corner: The first cell.
    """
    columns = [Column((name,), name, (phrase.format(name),)) for name in names]
    if total:
        columns.append(Column((total,), total, ("in total",), True))
    if spanning:
        columns = [_under(spanning if place == 0 else "", column) for place, column in enumerate(columns)]
    return header(co, rng, columns, scaled=scaled, corner=corner)


def plain(units: Mapping[str, Unit], corner: str = "") -> Header:
    """Columns of a register: names with their units, and no scale."""
    return Header((corner,), tuple(Column((name,), name, unit=unit) for name, unit in units.items()))


def header(co: Company, rng: Random, columns: Sequence[Column], *, scaled: bool, corner: str = "") -> Header:
    """Adds the corner and, where the table is scaled, tells the scale in the corner, in a row, or leaves it out."""
    rows = len(columns[0].head)
    cells = [""] * rows
    cells[-1] = corner
    if not scaled:
        return Header(tuple(cells), tuple(columns))
    told: Told = rng.choice(("paragraph", "paragraph", "corner", "row"))
    if corner and told == "corner":
        told = "paragraph"
    if told == "corner":
        cells[-1] = _in_the_corner(co, rng)
    if told == "row":
        unit = _unit_cell(co, rng)
        cells.append("")
        columns = [replace(column, head=(*column.head, _unit(column, unit))) for column in columns]
    return Header(tuple(cells), tuple(columns), told != "paragraph")


def _in_the_corner(co: Company, rng: Random) -> str:
    """The scale as a first cell tells it: `(in thousands)`."""
    scale = co.money.scale
    return rng.choice(
        (f"(in {scale}s)", f"({co.symbol} in {scale}s)", f"In {scale}s of {co.currency}", f"{co.symbol} {scale}s")
    )


def _unit_cell(co: Company, rng: Random) -> str:
    """The scale as a row under the years tells it: `$'000`, `€m`."""
    if co.money.scale == "million":
        return rng.choice((f"{co.symbol}m", f"{co.symbol} million"))
    return rng.choice((f"{co.symbol}'000", f"{co.symbol}000"))


def _unit(column: Column, money: str) -> str:
    """What the unit row says above a column: nothing above words and plain numbers."""
    if column.unit is None:
        return money
    return "%" if column.unit == PERCENT else ""


def _year(co: Company, year: int, kind: str) -> Column:
    if kind == "short":
        name = f"FY{year % 100:02d}"
        return Column((name,), name, (f"in {name}", f"for {name}", f"during {name}"))
    phrases = (f"in fiscal {year}", f"for fiscal {year}", f"during fiscal {year}")
    if kind == "fiscal":
        return Column((f"Fiscal {year}",), str(year), phrases)
    ended = f"for the year ended {co.date(year)}"
    return Column(
        (str(year),), str(year), (f"in {year}", f"in {year}", f"for {year}", f"during {year}", phrases[0], ended)
    )


def _changes(rng: Random, co: Company) -> list[Column]:
    both = rng.random() < 0.6
    percent = Column((rng.choice(("%", "% change")),), "percentage change", change=("percent", 0, 1), unit=PERCENT)
    amount = Column((co.symbol if both else "Change",), "change", change=("amount", 0, 1))
    return [amount, percent] if both else [percent]


def _under(line: str, column: Column) -> Column:
    return replace(column, head=(line, *column.head))
