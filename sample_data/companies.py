"""Invented companies: a name, a trade, a currency, a fiscal year, and revenue that all its tables agree on."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sample_data.amounts import Unit, between, part, walk
from sample_data.sectors import Sector, sectors

YEARS_KEPT = 7
LEGAL_FORMS = ("plc", "Inc.", "Corp.", "Group", "Ltd", "N.V.", "AG", "AB", "ASA", "AS", "A/S", "S.A.", "Company")
CURRENCIES = (("$", "dollars"), ("£", "pounds"), ("€", "euros"))

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
REGIONS = (
    ("United Kingdom", "Germany", "Nordic countries", "Rest of Europe", "Other countries"),
    ("North America", "Europe", "Asia Pacific", "Latin America", "Middle East and Africa"),
    ("United States", "Canada", "Mexico", "Brazil", "Rest of the world"),
    ("France", "Benelux", "Southern Europe", "Central Europe", "Overseas"),
)


@dataclass(frozen=True)
class Company:
    """An invented company.

    Attributes:
        name: As on its report.
        short: As people say it, without the legal form.
        british: British words, dates and fiscal years instead of American ones.
        symbol: Currency sign.
        currency: Its plural in words.
        month: Month in which the fiscal year ends, 1 to 12.
        last_year: The latest fiscal year reported.
        money: The unit of its tables: scale and decimal places.
        revenue: By fiscal year, in that unit.
    """

    name: str
    short: str
    sector: Sector
    british: bool
    symbol: str
    currency: str
    month: int
    last_year: int
    money: Unit
    revenue: dict[int, Decimal]

    def date(self, year: int) -> str:
        """The last day of a fiscal year: `December 31, 2023` or `31 March 2023`."""
        day, month = calendar.monthrange(year, self.month)[1], MONTHS[self.month - 1]
        return f"{day} {month} {year}" if self.british else f"{month} {day}, {year}"

    def day(self) -> str:
        """The same without the year: `December 31,` or `31 March`."""
        return self.date(self.last_year).removesuffix(f" {self.last_year}")

    def years(self, number: int) -> list[int]:
        """The latest fiscal years, newest first."""
        return [self.last_year - back for back in range(number)]

    def sales(self, years: Sequence[int]) -> list[Decimal]:
        """Revenue of these years, in their order."""
        return [self.revenue[year] for year in years]

    def parts(self, rng: Random, whole: Sequence[Decimal], low: float, high: float) -> list[Decimal]:
        """For each figure between `low` and `high` percent of it: about the same share, a little shaken."""
        middle = float(between(rng, low, high, 2))
        return [part(rng, figure, middle * 0.93, middle * 1.07, self.money.places) for figure in whole]


def companies(rng: Random) -> list[Company]:
    """One company for every name in `sectors.yaml`, trades well mixed."""
    made = [_company(rng, sector, name) for sector in sectors() for name in sector.names]
    rng.shuffle(made)
    return made


def _company(rng: Random, sector: Sector, name: str) -> Company:
    american = name.endswith(("Inc.", "Corp."))
    symbol, currency = (
        CURRENCIES[0] if american else rng.choice(CURRENCIES[1:] if name.endswith("plc") else CURRENCIES)
    )
    large = rng.random() < 0.45
    places = rng.choice((0, 1, 1)) if large else 0
    money = Unit("money", "million" if large else "thousand", places, sums=True)
    last_year = rng.choice((2019, 2020, 2021, 2022, 2023, 2023, 2024, 2024))
    first = between(rng, 420, 8_900, places) if large else between(rng, 24_000, 690_000)
    growth = walk(rng, first, YEARS_KEPT, -8, 16, places)
    years = range(last_year - YEARS_KEPT + 1, last_year + 1)
    return Company(
        name=name,
        short=short_name(name),
        sector=sector,
        british=not american,
        symbol=symbol,
        currency=currency,
        month=rng.choice((12, 12, 12, 6, 9)) if american else rng.choice((12, 12, 3, 3, 6, 9)),
        last_year=last_year,
        money=money,
        revenue=dict(zip(years, growth, strict=True)),
    )


def short_name(name: str) -> str:
    """The name without its legal form."""
    for form in LEGAL_FORMS:
        name = name.removesuffix(f" {form}")
    return name.removesuffix(",")
