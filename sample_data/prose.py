"""The paragraphs round a table: what it shows, why figures moved, and facts that only the text tells."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random

from sample_data.amounts import between, in_words
from sample_data.companies import MONTHS, Company
from sample_data.tables import Exhibit, Fact, Series, Sheet
from sample_data.words import capitalised, enumeration

BACKGROUND = (
    "The accounting policies are unchanged from the previous year, except where a note says otherwise.",
    "Amounts in foreign currencies are translated at average rates for flows and at closing rates for balances.",
    "Estimates are revised when new information comes to light, and the effect is recognised in the same period.",
    "Management reviews these figures every month with the heads of the segments and compares them with the budget.",
    "Comparative figures have been regrouped where the presentation has changed; totals are not affected.",
    "The note should be read together with the management report, which describes markets and outlook.",
    "Balances and transactions between companies of the group are eliminated in full on consolidation.",
    "No events after the end of the year call for a change of the amounts shown.",
    "Subsidiaries are consolidated from the day on which control passes until the day on which it ends.",
    "The figures are prepared on a going concern basis and at historical cost, unless fair value is required.",
    "Judgement is applied where the rules leave room, and the most important judgements are named in the notes.",
    "Internal controls over these figures are tested each year by the internal audit department.",
    "Where several items are combined, none of them is material on its own.",
    "The Company has only one class of shares, and all shares carry the same rights.",
)


def fact(text: str, answer: str, *asks: str) -> Fact:
    """A sentence with `{}` where its answer stands, and questions for it."""
    return Fact(text.format(answer), (answer,), asks)


def listed(text: str, answers: Sequence[str], *asks: str) -> Fact:
    """A sentence with `{}` where several answers are enumerated."""
    return Fact(text.format(enumeration(answers)), tuple(answers), asks)


def exhibit(
    co: Company, rng: Random, sheet: Sheet, topic: str, shows: str, facts: Sequence[Fact], *, moves: str = ""
) -> Exhibit:
    """Puts a table and its paragraphs together.

    Args:
        co: Whose table.
        rng: Decides on order and length.
        sheet: The finished sheet.
        topic: Its heading: `Inventories`.
        shows: Completes "The table shows …".
        facts: Sentences that belong to the topic; some of them are used.
        moves: The name of a series whose last change is explained, if any.
    """
    told = rng.sample(list(facts), min(len(facts), rng.choice((1, 2, 2, 3))))
    told += [moved(co, rng, series) for series in sheet.series if series.said[0] == moves and _explainable(series)]
    told += [_about(co, rng)] if rng.random() < 0.45 else []
    heading = topic if rng.random() < 0.5 else f"{rng.choice(('Note', 'NOTE'))} {rng.randint(2, 31)}. {topic}"
    introduction = (_introduction(co, rng, shows, told=sheet.header.told),)
    bodies = _in_paragraphs(rng, told, [Fact(text) for text in rng.sample(BACKGROUND, rng.choice((0, 1, 2, 3)))])
    first = rng.random() < 0.8  # otherwise it stands last, as a lead into the table
    paragraphs = [(Fact(heading),), *([introduction, *bodies] if first else [*bodies, introduction])]
    return Exhibit(
        company=co,
        topic=topic,
        grid=tuple(sheet.rows),
        series=tuple(sheet.series),
        groups=tuple(sheet.groups),
        lookups=tuple(sheet.lookups),
        sums=tuple(sheet.sums),
        paragraphs=tuple(paragraphs),
        scale_told_in=0 if sheet.header.told else paragraphs.index(introduction) + 1,
        changes_told=any(column.change for column in sheet.header.columns),
    )


def _in_paragraphs(rng: Random, told: Sequence[Fact], background: Sequence[Fact]) -> list[tuple[Fact, ...]]:
    """One or two sentences a paragraph, each with some background or none."""
    left, paragraphs, behind = list(told), list[tuple[Fact, ...]](), list(background)
    while left:
        size = rng.choice((1, 1, 2))
        paragraphs.append((*behind[:1], *left[:size]))
        left, behind = left[size:], behind[1:]
    return [*paragraphs, *[(fact,) for fact in behind]]


def moved(co: Company, rng: Random, series: Series) -> Fact:
    """Why the newest figure of a series differs from the one before."""
    new, old = sorted((point for point in series.points if not point.total), key=lambda point: point.name)[-1:-3:-1]
    rose = new.value > old.value
    verb = rng.choice(("rose", "increased", "grew") if rose else ("fell", "declined", "decreased"))
    reason = rng.choice(co.sector.ups if rose else co.sector.downs)
    change = in_words(new.value - old.value, series.unit, co.symbol)
    percent = abs(new.value - old.value) * 100 / old.value
    because = rng.choice(("mainly because of", "primarily as a result of", "which was largely due to", "reflecting"))
    said = series.said[0]
    noun = "increase" if rose else "decrease"
    return fact(
        f"{capitalised(said)} {verb} by {change}, or {percent:.1f}%, in {new.name}, {because} {{}}.",
        reason,
        f"Why did the {said} {noun} in {new.name}?",
        f"What was the main reason for the {noun} in the {said} in {new.name}?",
        f"What does {co.short} give as the cause of the {new.name} {noun} in the {said}?",
        f"What explains the {noun} in the {said} between {old.name} and {new.name}?",
    )


def _explainable(series: Series) -> bool:
    points = [point for point in series.points if not point.total]
    return (
        series.unit.kind == "money"
        and len(points) > 1
        and all(point.value > 0 for point in points)
        and points[0].value != points[1].value
    )


def _introduction(co: Company, rng: Random, shows: str, *, told: bool) -> Fact:
    scale = "" if told else f" ({rng.choice(_scale_words(co))})"
    company = rng.choice((co.short, "the Company", "the Group" if co.british else "the Company"))
    text = rng.choice(
        (
            f"The following table sets out {{}}{scale}.",
            f"The table below shows {{}}{scale}.",
            f"{capitalised(company)} reports {{}} as follows{scale}:",
            f"A summary of {{}} is given in the table{scale}.",
        )
    )
    asks = (
        f"What does the table about {co.short} show?",
        f"What is set out in {co.short}'s table?",
        f"What does {co.short} summarise in the table?",
    )
    return fact(text, shows, *asks)


def _scale_words(co: Company) -> tuple[str, str, str]:
    scale = co.money.scale
    return f"in {scale}s", f"in {scale}s of {co.currency}", f"all amounts in {scale}s"


def _about(co: Company, rng: Random) -> Fact:
    """Something about the company that any of its reports may mention."""
    day, month = rng.randint(2, 27), MONTHS[(co.month + 1) % 12]  # two months after the year's end
    year = co.last_year + (co.month + 2 > 12)
    approved = f"{day} {month} {year}" if co.british else f"{month} {day}, {year}"
    founded = str(rng.randint(1871, 2006))
    tenure = rng.choice(("three", "four", "six", "seven", "nine"))
    return rng.choice(
        (
            fact(
                f"{co.name} {{}}.",
                co.sector.business,
                f"What does {co.short} do?",
                f"What is the business of {co.short}?",
                f"How does {co.short} describe its business?",
            ),
            fact(
                "The Board approved these financial statements on {}.",
                approved,
                f"When did the Board approve the financial statements of {co.short}?",
                f"On what date were {co.short}'s financial statements approved?",
            ),
            fact(
                f"{co.short} was founded in {{}} and has been listed since {int(founded) + rng.randint(9, 16)}.",
                founded,
                f"When was {co.short} founded?",
                f"In which year was {co.short} founded?",
            ),
            fact(
                f"The fiscal year of {co.short} ends on {{}} of each year.",
                co.day().rstrip(","),
                f"When does {co.short}'s fiscal year end?",
                f"On which day does the fiscal year of {co.short} end?",
            ),
            fact(
                "The present auditor has served for {} years.",
                tenure,
                f"For how many years has the present auditor of {co.short} served?",
                f"How long has {co.short}'s auditor been in office, in years?",
            ),
        )
    )


def percent(rng: Random, low: float, high: float, places: int = 1) -> str:
    """A rate in running text: `4.2%`."""
    return f"{between(rng, low, high, places):.{places}f}%"


def money(co: Company, rng: Random, low: float, high: float) -> str:
    """A sum between `low` and `high` percent of the last year's revenue, in words."""
    whole = co.revenue[co.last_year] * between(rng, low, high, 2) / Decimal(100)
    return in_words(whole, co.money, co.symbol)
