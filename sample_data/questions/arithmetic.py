"""Questions that need a calculation, with the calculation as the derivation."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from sample_data.amounts import Unit, rounded, term
from sample_data.questions import phrases
from sample_data.questions.asked import Asked, in_time, is_dated, scale_of, spoken, word
from sample_data.tables import Exhibit, Group, Point, Series
from sample_data.words import enumeration

ADDITIVE = ("money", "shares", "count")
PLACES = 2


@dataclass(frozen=True)
class Result:
    """A computed answer, its derivation and its scale."""

    value: Decimal
    derivation: str
    scale: str

    def asked(self, text: str, about: str) -> Asked | None:
        """The question; none where the answer is nothing."""
        answer = rounded(self.value, PLACES)
        return Asked(text, answer, "arithmetic", about, self.derivation, scale=self.scale) if answer else None


def change(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The change of a measure between two periods."""
    pair = _two_periods(exhibit, rng)
    if pair is None:
        return None
    series, old, new = pair
    difference = new.value - old.value
    patterns: tuple[str, ...] = phrases.CHANGE
    if series.unit.kind == "percent":
        patterns = phrases.POINTS_CHANGE
    elif min(old.value, new.value) > 0 and difference > 0:
        patterns = (*phrases.CHANGE, *phrases.RISE)
    text = _of_pair(exhibit, rng, patterns, series, old, new)
    derivation = f"{term(new.value, series.unit)}-{term(old.value, series.unit)}"
    result = Result(difference, derivation, scale_of(series.unit))
    return result.asked(text, f"change {series.label} {old.name} {new.name}")


def percent_change(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The relative change of a positive measure between two periods."""
    pair = _two_periods(exhibit, rng)
    if pair is None:
        return None
    series, old, new = pair
    if series.unit.kind == "percent" or min(old.value, new.value) <= 0:
        return None
    text = _of_pair(exhibit, rng, phrases.PERCENT_CHANGE, series, old, new)
    before, after = term(old.value, series.unit), term(new.value, series.unit)
    value = (new.value - old.value) * 100 / old.value
    return Result(value, f"({after}-{before})/{before}", "percent").asked(text, f"growth {series.label} {old.name}")


def _two_periods(exhibit: Exhibit, rng: Random) -> tuple[Series, Point, Point] | None:
    if exhibit.changes_told:
        return None
    found = [series for series in exhibit.series if is_dated(series) and len(in_time(series)) > 1]
    if not found:
        return None
    series = rng.choice(found)
    points = in_time(series)
    first = rng.randrange(len(points) - 1)
    last = first + 1 if rng.random() < 0.8 else rng.randrange(first + 1, len(points))
    old, new = points[first], points[last]
    both_negative = max(old.value, new.value) < 0  # "the change in a cost of (120)" has two readings
    return None if both_negative else (series, old, new)


def _of_pair(exhibit: Exhibit, rng: Random, patterns: tuple[str, ...], series: Series, old: Point, new: Point) -> str:
    return word(rng, patterns, exhibit, rng.choice(series.said), a=spoken(series, old), b=spoken(series, new))


def average(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The mean of a measure over two or three periods."""
    run = _run(exhibit, rng, summed=False)
    if run is None:
        return None
    series, points = run
    text = _over(exhibit, rng, phrases.AVERAGE, series, points)
    terms = "+".join(term(point.value, series.unit) for point in points)
    value = sum(point.value for point in points) / Decimal(len(points))
    result = Result(value, f"({terms})/{len(points)}", scale_of(series.unit))
    return result.asked(text, f"average {series.label} {len(points)}")


def total(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The sum of a flow over two or three periods."""
    run = _run(exhibit, rng, summed=True)
    if run is None:
        return None
    series, points = run
    text = _over(exhibit, rng, phrases.SUM, series, points)
    terms = "+".join(term(point.value, series.unit) for point in points)
    value = sum((point.value for point in points), Decimal(0))
    return Result(value, terms, scale_of(series.unit)).asked(text, f"sum {series.label} {len(points)}")


def _run(exhibit: Exhibit, rng: Random, *, summed: bool) -> tuple[Series, list[Point]] | None:
    """Two or three successive periods of a measure that is not negative."""
    found = [
        series
        for series in exhibit.series
        if is_dated(series)
        and len(in_time(series)) > 1
        and min(point.value for point in series.points) >= 0
        and (series.unit.sums if summed else "average" not in series.said[0])
    ]
    if not found:
        return None
    series = rng.choice(found)
    points = in_time(series)
    number = min(len(points), rng.choice((2, 2, 3)))
    start = rng.randrange(len(points) - number + 1)
    return series, points[start : start + number]


def _over(exhibit: Exhibit, rng: Random, patterns: tuple[str, ...], series: Series, points: list[Point]) -> str:
    names = enumeration([spoken(series, point) for point in points])
    return word(rng, patterns, exhibit, rng.choice(series.said), points=names)


def change_of_averages(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The average of the last two years less that of the two before, which overlap in one."""
    found = [series for series in exhibit.series if series.over == "year" and len(in_time(series)) > 2]
    found = [series for series in found if min(point.value for point in series.points) > 0]
    if not found:
        return None
    series = rng.choice(found)
    a, b, c = in_time(series)[-3:]
    first, second = f"{a.name} and {b.name}", f"{b.name} and {c.name}"
    text = word(rng, phrases.CHANGE_OF_AVERAGES, exhibit, rng.choice(series.said), first=first, second=second)
    early, middle, late = (term(point.value, series.unit) for point in (a, b, c))
    derivation = f"({middle}+{late})/2-({early}+{middle})/2"
    return Result((c.value - a.value) / 2, derivation, scale_of(series.unit)).asked(text, f"averages {series.label}")


def difference(exhibit: Exhibit, rng: Random) -> Asked | None:
    """How much larger a measure is for one kind than for another."""
    found = [series for series in exhibit.series if not is_dated(series) and len(_kinds(series)) > 1]
    if not found:
        return None
    series = rng.choice(found)
    small, large = sorted(rng.sample(_kinds(series), 2), key=lambda point: point.value)
    patterns = phrases.DIFFERENCE
    text = word(rng, patterns, exhibit, rng.choice(series.said), a=spoken(series, large), b=spoken(series, small))
    derivation = f"{term(large.value, series.unit)}-{term(small.value, series.unit)}"
    result = Result(large.value - small.value, derivation, scale_of(series.unit))
    return result.asked(text, f"difference {series.label} {large.name} {small.name}")


def _kinds(series: Series) -> list[Point]:
    return [point for point in series.points if not point.total and point.value >= 0]


def gap(exhibit: Exhibit, rng: Random) -> Asked | None:
    """By how much one sibling exceeds another."""
    pair = _two_members(exhibit, rng)
    if pair is None:
        return None
    large, small, when, unit = pair
    text = word(rng, phrases.GAP, exhibit, large[0], when, a=large[0], b=small[0])
    derivation = f"{term(large[1], unit)}-{term(small[1], unit)}"
    return Result(large[1] - small[1], derivation, scale_of(unit)).asked(text, f"gap {large[0]} {small[0]}")


def added(exhibit: Exhibit, rng: Random) -> Asked | None:
    """Two siblings together."""
    pair = _two_members(exhibit, rng)
    if pair is None or pair[3].kind not in ADDITIVE:
        return None
    large, small, when, unit = pair
    patterns = phrases.AMOUNTS_TOGETHER if unit.kind == "money" else phrases.TOGETHER
    text = word(rng, patterns, exhibit, "", when, a=large[0], b=small[0])
    derivation = f"{term(large[1], unit)}+{term(small[1], unit)}"
    return Result(large[1] + small[1], derivation, scale_of(unit)).asked(text, f"added {large[0]} {small[0]}")


def ratio(exhibit: Exhibit, rng: Random) -> Asked | None:
    """One sibling divided by another."""
    pair = _two_members(exhibit, rng)
    if pair is None:
        return None
    large, small, when, unit = pair
    text = word(rng, phrases.RATIO, exhibit, large[0], when, a=large[0], b=small[0])
    derivation = f"{term(large[1], unit)}/{term(small[1], unit)}"
    return Result(large[1] / small[1], derivation, "").asked(text, f"ratio {large[0]} {small[0]}")


Member = tuple[str, Decimal]


def _two_members(exhibit: Exhibit, rng: Random) -> tuple[Member, Member, str, Unit] | None:
    """Two siblings with positive figures at one point, the larger first."""
    if not exhibit.groups:
        return None
    group = rng.choice(exhibit.groups)
    name = rng.choice(group.members[0].points).name
    found = [(member.said[0], point) for member in group.members for point in member.points if point.name == name]
    found = [(said, point) for said, point in found if point.value > 0]
    if len(found) < 2:
        return None
    pair = sorted(rng.sample(found, 2), key=lambda one: -one[1].value)
    (large, first), (small, second) = pair
    return (large, first.value), (small, second.value), rng.choice(first.phrases), group.members[0].unit


def share(exhibit: Exhibit, rng: Random) -> Asked | None:
    """A sibling as a percentage of the total."""
    groups = [group for group in exhibit.groups if group.total is not None]
    if not groups:
        return None
    group = rng.choice(groups)
    member = rng.choice(group.members)
    point = rng.choice([point for point in member.points if not point.total])
    whole = _total_at(group, point.name)
    if whole is None or group.total is None or not 0 < point.value < whole.value:
        return None
    text = word(rng, phrases.SHARE, exhibit, member.said[0], rng.choice(point.phrases), total=group.total.said[0])
    derivation = f"{term(point.value, member.unit)}/{term(whole.value, member.unit)}"
    result = Result(point.value * 100 / whole.value, derivation, "percent")
    return result.asked(text, f"share {member.label} {point.name}")


def _total_at(group: Group, name: str) -> Point | None:
    points = group.total.points if group.total else ()
    return next((point for point in points if point.name == name), None)
