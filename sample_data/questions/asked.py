"""A question with its answer, and the wording that all makers share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Literal

from sample_data.amounts import Unit, term
from sample_data.tables import Exhibit, Point, Series
from sample_data.words import capitalised, enumeration, is_plural

Type = Literal["span", "multi-span", "arithmetic", "count"]
PERIODS = ("year", "quarter")
ATTRIBUTES = ("that ", "due ", "of ")  # phrases that must follow their noun
AS_NOUN = {"in ": "", "at ": "", "for ": "", "of ": "", "that are ": "those ", "due ": "those due "}


@dataclass(frozen=True)
class Asked:
    """A question.

    Attributes:
        text: As a person would type it.
        answer: Spans, or one number.
        type: TAT-QA's answer type.
        about: What is asked, so that nothing is asked twice in other words.
        derivation: How the answer comes about.
        comparison: Figures had to be compared.
        scale: "", "thousand", "million" or "percent".
        paragraph: The paragraph that holds the answer, from 1; 0 where it is the table.
    """

    text: str
    answer: tuple[str, ...] | Decimal
    type: Type
    about: str
    derivation: str = ""
    comparison: bool = False
    scale: str = ""
    paragraph: int = 0


Maker = Callable[[Exhibit, Random], Asked | None]


def word(rng: Random, patterns: Sequence[str], exhibit: Exhibit, said: str = "", when: str = "", **slots: str) -> str:
    """Fills one of the patterns, with verbs that agree with the measure."""
    if when.startswith(ATTRIBUTES):
        patterns = [pattern for pattern in patterns if "{When}" not in pattern and " to {when}" not in pattern]
    many = is_plural(said)
    text = rng.choice(patterns).format(
        said=said,
        was="were" if many else "was",
        when=when,
        When=capitalised(when),
        co=exhibit.company.short,
        **{"is": "are" if many else "is", "does": "do" if many else "does", **slots},
    )
    return text.replace("s's ", "s' ").replace("total total ", "total ")


def is_dated(series: Series) -> bool:
    """Whether its points are periods, which have an order."""
    return series.over in PERIODS


def in_time(series: Series) -> list[Point]:
    """Its points without totals, oldest first; points that are no periods keep their order."""
    points = [point for point in series.points if not point.total]
    return sorted(points, key=lambda point: point.name) if series.over == "year" else points


def spoken(series: Series, point: Point) -> str:
    """A point as a noun: `2023`, `the first quarter of 2023`, `the Cheese segment`."""
    phrase = point.phrases[0]
    if series.over == "year":
        return point.name
    nouns = (phrase.replace(start, noun, 1) for start, noun in AS_NOUN.items() if phrase.startswith(start))
    return next(nouns, point.name)


def together(rng: Random, points: Sequence[Point]) -> str:
    """Several points in one phrase, saying only once what their phrases begin with: `in 2023 and 2022`."""
    choice = rng.randrange(len(points[0].phrases))
    split = [point.phrases[choice].split(" ") for point in points]
    shared = 0
    while all(len(words) > shared + 1 for words in split) and len({words[shared] for words in split}) == 1:
        shared += 1
    return " ".join([*split[0][:shared], enumeration([" ".join(words[shared:]) for words in split])])


def scale_of(unit: Unit) -> str:
    """The scale of a computed answer in this unit."""
    return "percent" if unit.kind == "percent" else unit.scale


def chain(values: Sequence[Decimal], unit: Unit, sign: Literal["<", ">"]) -> str:
    """A comparison as a derivation: `1,496.5>1,202.9>1,107.7`."""
    return sign.join(term(value, unit) for value in sorted(values, reverse=sign == ">"))


def limit_between(low: Decimal, high: Decimal) -> Decimal | None:
    """The roundest figure strictly between two others."""
    step = Decimal(10) ** (high.adjusted() + 1)
    while step >= Decimal("0.01"):
        for size in (step, step / 2):
            limit = (low // size + 1) * size
            if low < limit < high:
                return limit
        step /= 10
    return None


def with_unit(limit: Decimal, unit: Unit, symbol: str) -> str:
    """A limit in words: `$20,000 thousand`, `5%`, `1,200`."""
    places = max(0, -int(limit.normalize().as_tuple().exponent))
    places = 2 if unit.kind == "price" and places else places
    figure = f"{limit:,.{places}f}"
    if unit.kind == "percent":
        return f"{figure}%"
    sign = symbol if unit.kind in ("money", "price") else ""
    return f"{sign}{figure} {unit.scale}".rstrip()
