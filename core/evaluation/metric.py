"""A metric as everything that scores sees it: a name, its figures, and a rule for one record."""

from collections.abc import Callable, Sequence

import msgspec

from core.evaluation.f1 import References


class Case(msgspec.Struct, frozen=True, gc=False):
    """One answer beside its truth.

    Attributes:
        prediction: The answer as the template takes it out of the completion.
        reference: The truth, or several accepted answers.
        id: The record's.
        kind: Its type of question, or empty.
        scale: Of the truth, or empty.
        question: What was asked.
        context: What it was asked of.
    """

    prediction: str
    reference: References
    id: str = ""
    kind: str = ""
    scale: str = ""
    question: str = ""
    context: str = ""


class Metric(msgspec.Struct, frozen=True):
    """A metric.

    Attributes:
        name: As one chooses it.
        figures: What it says of a record, in the order in which they are shown.
        headline: The figure that models are sorted by and a target is set for.
        rule: Gives a record's figures, in 0..100.
        asks: Whether a model was asked for them, so that nothing is known of other answers.
    """

    name: str
    figures: tuple[str, ...]
    headline: str
    rule: Callable[[Case], Sequence[float]]
    asks: bool = False

    def columns(self, cases: Sequence[Case]) -> dict[str, list[float]]:
        """Each figure of each record, in order."""
        rows = [self.rule(case) for case in cases]
        return {figure: [row[place] for row in rows] for place, figure in enumerate(self.figures)}


def of_struct(name: str, figures: Sequence[str], headline: str, score: Callable[[Case], msgspec.Struct]) -> Metric:
    """A metric whose rule gives a struct that has the figures as attributes."""

    def rule(case: Case) -> tuple[float, ...]:
        found = score(case)
        return tuple(getattr(found, figure) for figure in figures)

    return Metric(name, tuple(figures), headline, rule)
