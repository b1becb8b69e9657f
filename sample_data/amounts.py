"""Figures, and how an annual report prints them: `$  1,452.4`, `(71)`, `12.5%`, an em dash for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Literal

Kind = Literal["money", "shares", "price", "percent", "count", "measure", "text"]


@dataclass(frozen=True)
class Unit:
    """What a figure counts.

    Attributes:
        kind: `price` is money a piece (never scaled); `measure` is anything else, such as years or
            tonnes; `text` is no figure at all.
        scale: "", "thousand" or "million": what one unit in the cell stands for.
        places: Decimal places in print.
        sums: Whether figures of several periods may be added (flows, not balances or rates).
    """

    kind: Kind
    scale: str = ""
    places: int = 0
    sums: bool = False


PERCENT = Unit("percent", places=1)
PRICE = Unit("price", places=2)
COUNT = Unit("count")
YEARS = Unit("measure", places=1)
TEXT = Unit("text")


@dataclass(frozen=True)
class Style:
    """The habits of one printed table.

    Attributes:
        symbol: The currency sign.
        shown: Which money cells carry it: the first row and the totals, all, or none.
        gap: What stands between sign and figure: nothing, one blank or two.
        minus: `(71)` or `-71`.
        nil: The dash that stands for zero.
    """

    symbol: str
    shown: Literal["edges", "all", "none"]
    gap: str
    minus: Literal["brackets", "hyphen"]
    nil: str

    def cell(self, value: Decimal | str | None, unit: Unit, *, edge: bool = False) -> str:
        """One cell; None is an empty one and text stays as it is."""
        if value is None or isinstance(value, str):
            return value or ""
        signed = self.shown == "all" or (self.shown == "edges" and edge)
        sign = self.symbol + self.gap if unit.kind == "price" or (unit.kind == "money" and signed) else ""
        if value == 0 and unit.kind in ("money", "shares", "count"):
            return sign + self.nil
        percent = "%" if unit.kind == "percent" else ""
        figure = f"{abs(value):,.{unit.places}f}"
        if value >= 0:
            return f"{sign}{figure}{percent}"
        return f"{sign}({figure}){percent}" if self.minus == "brackets" else f"-{sign}{figure}{percent}"


def style(rng: Random, symbol: str) -> Style:
    """A table's habits, at random; brackets and few currency signs are the commonest."""
    shown: tuple[Literal["edges", "all", "none"], ...] = ("edges", "edges", "all", "none", "none")
    minus: tuple[Literal["brackets", "hyphen"], ...] = ("brackets", "brackets", "brackets", "hyphen")
    return Style(
        symbol=symbol,
        shown=rng.choice(shown),
        gap=rng.choice(("", "", "", " ", "  ")),
        minus=rng.choice(minus),
        nil=rng.choice(("—", "—", "–", "-")),
    )


def term(value: Decimal, unit: Unit) -> str:
    """A figure as a derivation writes it: `1,204`, `2.7%`; negatives in brackets with their sign: `(-71)`."""
    figure = f"{value:,.{unit.places}f}" + ("%" if unit.kind == "percent" else "")
    return f"({figure})" if value < 0 else figure


def in_words(value: Decimal, unit: Unit, symbol: str) -> str:
    """A sum of money as running text says it: `$12.3 million`, `$845,000`, `$1.2 billion`."""
    whole = abs(value) * {"": 1, "thousand": 1_000, "million": 1_000_000}[unit.scale]
    for size, name in ((1_000_000_000, "billion"), (1_000_000, "million")):
        if whole >= size:
            return f"{symbol}{rounded(whole / size, 1):,.1f} {name}"
    return f"{symbol}{whole:,.0f}"


def rounded(value: Decimal, places: int) -> Decimal:
    """Half up, as an accountant rounds."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def between(rng: Random, low: float, high: float, places: int = 0) -> Decimal:
    """A figure from a range, with so many decimal places."""
    step: int = 10**places
    return Decimal(rng.randint(round(low * step), round(high * step))) / step


def part(rng: Random, whole: Decimal, low: float, high: float, places: int) -> Decimal:
    """Between `low` and `high` percent of a whole."""
    return rounded(whole * between(rng, low, high, 2) / 100, places)


def walk(rng: Random, start: Decimal, periods: int, low: float, high: float, places: int) -> list[Decimal]:
    """A series that changes by between `low` and `high` percent from one period to the next, oldest first."""
    values = [start]
    while len(values) < periods:
        values.append(rounded(values[-1] * (100 + between(rng, low, high, 1)) / 100, places))
    return values


def drift(rng: Random, low: float, high: float, periods: int, places: int = 1) -> list[Decimal]:
    """A rate that stays inside a range and moves by at most a sixth of it at a time."""
    step = (high - low) / 6
    values = [between(rng, low, high, places)]
    while len(values) < periods:
        last = float(values[-1])
        values.append(between(rng, max(low, last - step), min(high, last + step), places))
    return values


def split(rng: Random, whole: Decimal, weights: Sequence[float], places: int) -> list[Decimal]:
    """Parts that add up to the whole exactly, in rough proportion to the weights."""
    shaken = [Decimal(str(weight)) * between(rng, 0.94, 1.06, 3) for weight in weights]
    parts = [rounded(whole * weight / sum(shaken), places) for weight in shaken[1:]]
    return [whole - sum(parts, Decimal(0)), *parts]


def weights(rng: Random, number: int, *, ordered: bool = False) -> list[float]:
    """Uneven shares, the larger ones first, or, unless they must be `ordered`, second."""
    shares = [1 / (position + rng.randint(10, 25) / 10) for position in range(number)]
    if ordered:
        return sorted(shares, reverse=True)
    if number > 2 and rng.random() < 0.5:
        shares[0], shares[1] = shares[1], shares[0]
    return shares
