"""Questions that compare figures: the highest year, the largest segment, all that exceed a limit, and how many do."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from sample_data.amounts import Unit, term
from sample_data.questions import phrases
from sample_data.questions.asked import Asked, chain, is_dated, limit_between, with_unit, word
from sample_data.tables import Exhibit, Group, Point, Series
from sample_data.words import plural

MOST_LISTED = 6


def extreme_point(exhibit: Exhibit, rng: Random) -> Asked | None:
    """In which year, or for which segment, a measure was highest or lowest."""
    found = [series for series in exhibit.series if len(_comparable(series)) > 1]
    if not found:
        return None
    series = rng.choice(found)
    points = _comparable(series)
    values = [point.value for point in points]
    best, adjective, derivation = _extreme(rng, values, series.unit)
    patterns = phrases.WHEN_EXTREME if is_dated(series) else phrases.WHERE_EXTREME
    text = word(rng, patterns, exhibit, rng.choice(series.said), over=series.over, extreme=adjective)
    about = f"extreme {series.label} {points[best].name}"
    return Asked(text, (points[best].name,), "span", about, derivation, comparison=True)


def extreme_member(exhibit: Exhibit, rng: Random) -> Asked | None:
    """Which sibling had the highest or lowest figure at one point."""
    if not exhibit.groups:
        return None
    group = rng.choice(exhibit.groups)
    points = _at_one_point(group, rng)
    values = [point.value for point in points]
    if len(points) < 2 or len(set(values)) < len(values) or min(values) == 0:
        return None
    best, adjective, derivation = _extreme(rng, values, group.members[0].unit)
    when = rng.choice(points[0].phrases)
    slots = {"noun": group.noun, "nouns": group.nouns, "measure": group.measure, "extreme": adjective}
    text = word(rng, phrases.WHO_EXTREME, exhibit, when=when, **slots)
    label = group.members[best].label
    return Asked(text, (label,), "span", f"extreme {label} {points[0].name}", derivation, comparison=True)


def _extreme(rng: Random, values: Sequence[Decimal], unit: Unit) -> tuple[int, str, str]:
    """Where the extreme is, the adjective for it, and the comparison written out."""
    pair = len(values) == 2
    if rng.random() < 0.65:
        return (
            values.index(max(values)),
            rng.choice(phrases.HIGHER if pair else phrases.HIGHEST),
            chain(values, unit, ">"),
        )
    return values.index(min(values)), rng.choice(phrases.LOWER if pair else phrases.LOWEST), chain(values, unit, "<")


def exceeding(exhibit: Exhibit, rng: Random) -> Asked | None:
    """All points at which a measure exceeded a limit."""
    return _exceeding(exhibit, rng, count=False)


def count_exceeding(exhibit: Exhibit, rng: Random) -> Asked | None:
    """How many points exceeded a limit."""
    return _exceeding(exhibit, rng, count=True)


def _exceeding(exhibit: Exhibit, rng: Random, *, count: bool) -> Asked | None:
    found = [series for series in exhibit.series if len(_comparable(series)) > 2]
    if not found:
        return None
    series = rng.choice(found)
    points = _comparable(series)
    names = [point.name for point in points]
    if is_dated(series):
        patterns = phrases.COUNT_EXCEEDING if count else phrases.EXCEEDING
    else:
        patterns = phrases.COUNT_EXCEEDING_WHERE if count else phrases.EXCEEDING_WHERE
    slots = {"said": rng.choice(series.said), "overs": plural(series.over)}
    return _above(exhibit, rng, patterns, [point.value for point in points], names, series.unit, count=count, **slots)


def members_exceeding(exhibit: Exhibit, rng: Random) -> Asked | None:
    """All siblings above a limit at one point."""
    return _members_exceeding(exhibit, rng, count=False)


def count_members_exceeding(exhibit: Exhibit, rng: Random) -> Asked | None:
    """How many siblings were above a limit at one point."""
    return _members_exceeding(exhibit, rng, count=True)


def _members_exceeding(exhibit: Exhibit, rng: Random, *, count: bool) -> Asked | None:
    if not exhibit.groups:
        return None
    group = rng.choice(exhibit.groups)
    points = _at_one_point(group, rng)
    if len(points) < 3:
        return None
    patterns = phrases.COUNT_MEMBERS_EXCEEDING if count else phrases.MEMBERS_EXCEEDING
    slots = {
        "when": rng.choice(points[0].phrases),
        "noun": group.noun,
        "nouns": group.nouns,
        "measure": group.measure,
    }
    labels = [member.label for member in group.members]
    unit = group.members[0].unit
    return _above(exhibit, rng, patterns, [point.value for point in points], labels, unit, count=count, **slots)


def _above(
    exhibit: Exhibit,
    rng: Random,
    patterns: Sequence[str],
    values: Sequence[Decimal],
    names: Sequence[str],
    unit: Unit,
    *,
    count: bool,
    **slots: str,
) -> Asked | None:
    ordered = sorted(values)
    cut = rng.randrange(1, len(ordered) - (0 if count else 1))
    limit = limit_between(ordered[cut - 1], ordered[cut])
    if limit is None or limit <= 0:
        return None
    above = [(name, value) for name, value in zip(names, values, strict=True) if value > limit]
    text = word(rng, patterns, exhibit, limit=with_unit(limit, unit, exhibit.company.symbol), **slots)
    about = f"above {'/'.join(name for name, _ in above)} {limit}"
    if count:
        return Asked(text, (str(len(above)),), "count", about, "##".join(name for name, _ in above), comparison=True)
    derivation = ", ".join(f"{name}: {term(value, unit)}" for name, value in above)
    return Asked(text, tuple(name for name, _ in above), "multi-span", about, derivation, comparison=True)


def periods(exhibit: Exhibit, rng: Random) -> Asked | None:
    """Which years or quarters the table covers."""
    found = [series for series in exhibit.series if is_dated(series) and 1 < len(_points(series)) <= MOST_LISTED]
    if not found:
        return None
    series = rng.choice(found)
    names = tuple(point.name for point in _points(series))
    text = word(rng, phrases.PERIODS, exhibit, rng.choice(series.said), overs=plural(series.over))
    return Asked(text, names, "multi-span", f"periods {'/'.join(names)}")


def members(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The names of all siblings."""
    group = _only_group(exhibit, rng)
    if group is None or len(group.members) > MOST_LISTED:
        return None
    labels = tuple(member.label for member in group.members)
    text = word(rng, phrases.MEMBERS, exhibit, nouns=group.nouns)
    return Asked(text, labels, "multi-span", f"members {group.nouns}")


def count_members(exhibit: Exhibit, rng: Random) -> Asked | None:
    """How many siblings there are."""
    group = _only_group(exhibit, rng)
    if group is None:
        return None
    labels = [member.label for member in group.members]
    text = word(rng, phrases.COUNT_MEMBERS, exhibit, nouns=group.nouns)
    return Asked(text, (str(len(labels)),), "count", f"members {group.nouns}", "##".join(labels))


def _only_group(exhibit: Exhibit, rng: Random) -> Group | None:
    """A group whose noun means nothing else in the table."""
    nouns = [group.nouns for group in exhibit.groups]
    found = [group for group in exhibit.groups if nouns.count(group.nouns) == 1]
    return rng.choice(found) if found else None


def _points(series: Series) -> list[Point]:
    return [point for point in series.points if not point.total]


def _comparable(series: Series) -> list[Point]:
    """The points of a series that can be ranked: named, all different and positive; otherwise none."""
    points = _points(series) if series.named else []
    values = [point.value for point in points]
    return points if len(set(values)) == len(values) and min(values, default=Decimal(0)) > 0 else []


def _at_one_point(group: Group, rng: Random) -> list[Point]:
    """The figures of all siblings at one point, if all have one there and none is negative; otherwise nothing."""
    name = rng.choice(group.members[0].points).name
    points = [point for member in group.members for point in member.points if point.name == name]
    whole = len(points) == len(group.members) and min(point.value for point in points) >= 0
    return points if whole else []
