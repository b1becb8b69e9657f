"""Questions whose answers stand in the table or in the text: cells, pairs of cells, lists, sentences."""

from random import Random

from sample_data.amounts import Unit
from sample_data.questions import phrases
from sample_data.questions.asked import Asked, Type, together, word
from sample_data.tables import Exhibit, Point, Series


def figure(exhibit: Exhibit, rng: Random) -> Asked | None:
    """One figure of a series: "What was revenue in 2023?"."""
    if not exhibit.series:
        return None
    series = rng.choice(exhibit.series)
    points = [point for point in series.points if point.value != 0]
    if not points:
        return None
    point = rng.choice(points)
    text = word(rng, _patterns(series, rng), exhibit, rng.choice(series.said), rng.choice(point.phrases))
    return Asked(text, (point.text,), "span", f"cell {point.text}", scale=_cell_scale(series.unit))


def _patterns(series: Series, rng: Random) -> tuple[str, ...]:
    if series.asks and rng.random() < 0.6:
        return series.asks
    return {"money": phrases.AMOUNT, "price": phrases.AMOUNT, "percent": phrases.RATE}.get(
        series.unit.kind, phrases.NUMBER
    )


def _cell_scale(unit: Unit) -> str:
    return "" if unit.kind == "percent" else unit.scale


def listed(exhibit: Exhibit, rng: Random) -> Asked | None:
    """A question with words of its own whose answer is one cell."""
    return _looked_up(exhibit, rng, "span")


def listed_together(exhibit: Exhibit, rng: Random) -> Asked | None:
    """The same with several cells."""
    return _looked_up(exhibit, rng, "multi-span")


def _looked_up(exhibit: Exhibit, rng: Random, kind: Type) -> Asked | None:
    found = [lookup for lookup in exhibit.lookups if lookup.kind == kind]
    if not found:
        return None
    lookup = rng.choice(found)
    text = word(rng, lookup.asks, exhibit)
    return Asked(text, lookup.answers, kind, f"cell {'/'.join(lookup.answers)}", scale=lookup.scale)


def counted(exhibit: Exhibit, rng: Random) -> Asked | None:
    """How many rows say something: a lookup that is counted."""
    found = [lookup for lookup in exhibit.lookups if lookup.kind == "count"]
    if not found:
        return None
    lookup = rng.choice(found)
    text = word(rng, lookup.asks, exhibit)
    return Asked(text, (str(len(lookup.answers)),), "count", f"count {text}", "##".join(lookup.answers))


def told(exhibit: Exhibit, rng: Random) -> Asked | None:
    """A span from a paragraph."""
    return _told(exhibit, rng, several=False)


def told_together(exhibit: Exhibit, rng: Random) -> Asked | None:
    """Several spans from one sentence."""
    return _told(exhibit, rng, several=True)


def _told(exhibit: Exhibit, rng: Random, *, several: bool) -> Asked | None:
    found = [
        (order, fact)
        for order, facts in enumerate(exhibit.paragraphs, 1)
        for fact in facts
        if fact.asks and (len(fact.answers) > 1) == several
    ]
    if not found:
        return None
    order, fact = rng.choice(found)
    kind: Type = "multi-span" if several else "span"
    return Asked(word(rng, fact.asks, exhibit), fact.answers, kind, f"text {fact.text}", paragraph=order)


def respectively(exhibit: Exhibit, rng: Random) -> Asked | None:
    """A series at two or three points."""
    found = [series for series in exhibit.series if len(_filled(series)) > 1]
    if not found:
        return None
    series = rng.choice(found)
    points = _filled(series)
    number = min(len(points), rng.choice((2, 2, 2, 3)))
    start = rng.randrange(len(points) - number + 1)
    points = points[start : start + number]
    patterns = phrases.AMOUNTS_RESPECTIVELY if series.unit.kind in ("money", "price") else phrases.RESPECTIVELY
    text = word(rng, patterns, exhibit, rng.choice(series.said), points=together(rng, points))
    about = f"cells {series.label} {start} {number}"
    return Asked(text, tuple(point.text for point in points), "multi-span", about, scale=_cell_scale(series.unit))


def _filled(series: Series) -> list[Point]:
    points = [point for point in series.points if point.value != 0 and not point.total]
    return points if len({len(point.phrases) for point in points}) == 1 else []
