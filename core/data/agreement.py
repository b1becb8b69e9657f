"""How far two raters agree: a judge with the reviewers, or one reviewer with another.

Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20 (1960), 37-46.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from core.data.annotation.verdicts import Judgement, Verdict
from core.data.decisions import Flag

HUMAN: dict[Flag, Judgement] = {"keep": "correct", "reject": "incorrect", "fix": "incorrect"}
"""What a flag says of a record as it stands: one that needs fixing is not right yet."""


class Disagreement(msgspec.Struct, frozen=True):
    """A record on which two raters differ."""

    record: str
    first: str
    second: str


class Agreement(msgspec.Struct, frozen=True):
    """Two raters on the records that both have rated.

    Attributes:
        records: How many those are.
        accuracy: The share, 0 to 1, on which they agree; None without records.
        kappa: Cohen's kappa, -1 to 1; None where it is undefined.
        labels: The labels that occur, sorted.
        confusion: Counts by label: a row for each of the first rater's, a column for each of the second's.
        disagreements: The records on which they differ, in the first rater's order.
    """

    records: int
    accuracy: float | None
    kappa: float | None
    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]
    disagreements: tuple[Disagreement, ...]


def kappa(first: Sequence[str], second: Sequence[str]) -> float | None:
    """Cohen's kappa, (observed - expected) / (1 - expected) agreement, of two raters on the same things.

    Returns:
        1 for full agreement, 0 for what chance would bring, less for less; None without things, or where both raters
        gave one and the same label throughout, so that chance explains everything.
    """
    total = len(first)
    agreed = sum(one == other for one, other in zip(first, second, strict=True))
    once, twice = Counter(first), Counter(second)
    by_chance = sum(count * twice[label] for label, count in once.items())  # of total ** 2; integers, so exact
    if by_chance == total**2:
        return None
    return (agreed * total - by_chance) / (total**2 - by_chance)


def compare(first: Mapping[str, str], second: Mapping[str, str]) -> Agreement:
    """Compares two raters.

    Args:
        first: Labels by record.
        second: The other's.
    """
    both = [record for record in first if record in second]
    ones, others = [first[record] for record in both], [second[record] for record in both]
    labels = tuple(sorted({*ones, *others}))
    pairs = Counter(zip(ones, others, strict=True))
    disagreements = tuple(
        Disagreement(record, first[record], second[record]) for record in both if first[record] != second[record]
    )
    return Agreement(
        records=len(both),
        accuracy=1 - len(disagreements) / len(both) if both else None,
        kappa=kappa(ones, others),
        labels=labels,
        confusion=tuple(tuple(pairs[one, other] for other in labels) for one in labels),
        disagreements=disagreements,
    )


def with_humans(flags: Mapping[str, Flag], verdicts: Mapping[str, Verdict]) -> Agreement:
    """Compares the reviewers, as the first rater, with a judge.

    A record without a flag, and one whose verdict could not be read, is left out.

    Args:
        flags: What reviewers decided, by record.
        verdicts: What the judge said, by record.
    """
    said = {record: each.judgement for record, each in verdicts.items() if each.judgement != "unparsed"}
    return compare({record: HUMAN[flag] for record, flag in flags.items()}, said)
