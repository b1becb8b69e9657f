"""Classification: accuracy, macro-F1 and the confusion matrix of answers that are labels."""

import string
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from core.evaluation.bootstrap import RESAMPLES, Score, interval, resampled_sums, score
from core.evaluation.f1 import References, f1
from core.evaluation.metric import Case

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OTHER = "(other)"  # an answer that is no label of the test set
_AROUND = string.punctuation + string.whitespace + "“”‘’"


class LabelScore(msgspec.Struct, frozen=True):
    """One label; n is how often it is the truth, the rest in 0..100."""

    label: str
    n: int
    precision: float
    recall: float
    f1: float


class Classification(msgspec.Struct, frozen=True):
    """How well labels are told.

    Attributes:
        accuracy: Percentage of right labels.
        macro_f1: The unweighted mean of the F1 of the labels that occur as truth.
        labels: One by one, the most frequent first.
        confusion: How often each truth (row) was given each answer (column), in the order of `labels`, with one more
            column for answers that are no label.
    """

    accuracy: Score
    macro_f1: Score
    labels: tuple[LabelScore, ...]
    confusion: tuple[tuple[int, ...], ...]


def label_of(text: str) -> str:
    """A label as it is compared: case folded, white space run together, punctuation at both ends stripped."""
    return " ".join(text.casefold().split()).strip(_AROUND)


def accuracy(prediction: str, reference: References) -> float:
    """100 where the label is right, else 0; of several labels each is right."""
    accepted = (reference,) if isinstance(reference, str) else reference
    return 100.0 if label_of(prediction) in map(label_of, accepted) else 0.0


def classification(
    cases: Sequence[Case], groups: Sequence[str], *, seed: int = 0, resamples: int = RESAMPLES
) -> Classification:
    """Scores labels.

    Args:
        cases: Answers; where a truth has several labels, the one that was answered counts, else the first.
        groups: The table or document of each.
        seed: The same seed gives the same intervals.
        resamples: Number of draws.

    Raises:
        InputError: There are no cases.
    """
    pairs = [_labels(case) for case in cases]
    right = score([100.0 * (truth == said) for truth, said in pairs], groups, seed=seed, resamples=resamples)
    truths = Counter(truth for truth, _ in pairs)
    labels = sorted(truths, key=lambda label: (-truths[label], label))
    counts = Counter((truth, said if said in truths else OTHER) for truth, said in pairs)
    by_label = tuple(_label_score(label, pairs) for label in labels)
    low, high = interval(_resampled_macro_f1(pairs, labels, groups, seed, resamples))
    macro = sum(each.f1 for each in by_label) / len(by_label)
    confusion = tuple(tuple(counts[truth, said] for said in (*labels, OTHER)) for truth in labels)
    return Classification(right, Score(macro, low, high, len(cases)), by_label, confusion)


def _labels(case: Case) -> tuple[str, str]:
    """The truth and the answer."""
    said = label_of(case.prediction)
    accepted = [label_of(each) for each in ([case.reference] if isinstance(case.reference, str) else case.reference)]
    return (said if said in accepted else accepted[0]), said


def _label_score(label: str, pairs: Sequence[tuple[str, str]]) -> LabelScore:
    right = sum(truth == said == label for truth, said in pairs)
    expected = sum(truth == label for truth, _ in pairs)
    given = sum(said == label for _, said in pairs)
    precision = 100 * right / given if given else 0.0
    return LabelScore(label, expected, precision, 100 * right / expected, f1(right, given, expected))


def _resampled_macro_f1(
    pairs: Sequence[tuple[str, str]], labels: Sequence[str], groups: Sequence[str], seed: int, resamples: int
) -> "NDArray[np.float64]":
    """The macro-F1 of each draw; a label that is neither truth nor answer in a draw does not count there."""
    import numpy as np

    right = [[float(truth == said == label) for truth, said in pairs] for label in labels]
    both = [[float((truth == label) + (said == label)) for truth, said in pairs] for label in labels]
    sums = resampled_sums([*right, *both], groups, seed=seed, resamples=resamples)
    if not sums.size:
        return np.empty(0)
    common, total = sums[:, : len(labels)], sums[:, len(labels) : -1]
    seen = total > 0
    each = np.divide(200 * common, total, out=np.zeros_like(total), where=seen)
    means: NDArray[np.float64] = each.sum(axis=1) / seen.sum(axis=1)
    return means
