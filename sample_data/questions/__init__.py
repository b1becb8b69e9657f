"""Questions about an exhibit, each with its answer and how that was derived."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal

from sample_data.questions import arithmetic, comparisons, lookups
from sample_data.questions.asked import Asked, Maker
from sample_data.tables import Exhibit

Wanted = Literal["cell", "text", "multi-span", "count", "arithmetic"]

TRIES = 60
# The commoner a question should be, the more often its maker stands here.
MAKERS: Mapping[Wanted, Sequence[Maker]] = {
    "cell": (
        *[lookups.figure] * 4,
        *[lookups.listed] * 3,
        comparisons.extreme_point,
        comparisons.extreme_member,
    ),
    "text": (lookups.told,),
    "multi-span": (
        *[lookups.respectively] * 4,
        *[lookups.listed_together] * 3,
        lookups.told_together,
        comparisons.exceeding,
        comparisons.members_exceeding,
        comparisons.periods,
        comparisons.members,
    ),
    "count": (
        lookups.counted,
        comparisons.count_exceeding,
        comparisons.count_members_exceeding,
        comparisons.count_members,
    ),
    "arithmetic": (
        *[arithmetic.change] * 5,
        *[arithmetic.percent_change] * 5,
        *[arithmetic.average] * 3,
        *[arithmetic.share] * 3,
        *[arithmetic.difference] * 2,
        arithmetic.total,
        arithmetic.gap,
        arithmetic.added,
        arithmetic.ratio,
        arithmetic.change_of_averages,
    ),
}
ORDER = ("span", "multi-span", "count", "arithmetic")

__all__ = ["Asked", "Wanted", "ask"]


def ask(exhibit: Exhibit, rng: Random, wanted: Sequence[Wanted], taken: set[str]) -> list[Asked]:
    """Asks one question of each kind wanted; where a kind is not to be had, another takes its place.

    Args:
        exhibit: What to ask about.
        rng: Chooses.
        wanted: Kinds of question; `text` is a span from a paragraph, `cell` one from the table.
        taken: The texts of all questions so far. It grows, so that nothing is asked twice in the same words.
    """
    asked: list[Asked] = []
    for first in wanted:
        others: tuple[Wanted, ...] = ("cell", "multi-span", "text", "count")
        about = {question.about for question in asked}
        found = next((one for kind in (first, *others) if (one := _draw(exhibit, rng, kind, taken, about))), None)
        if found:
            taken.add(found.text)
            asked.append(found)
    return sorted(asked, key=lambda question: (ORDER.index(question.type), question.paragraph == 0))


def _draw(exhibit: Exhibit, rng: Random, kind: Wanted, taken: set[str], about: set[str]) -> Asked | None:
    for _ in range(TRIES):
        found = rng.choice(MAKERS[kind])(exhibit, rng)
        if found and found.text not in taken and found.about not in about:
            return found
    return None
