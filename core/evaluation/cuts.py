"""Scores cut by what is known of the questions: type, source, table format, scale, length of the prompt."""

from collections.abc import Mapping, Sequence

import msgspec

from core.evaluation.bootstrap import RESAMPLES, resampled_sums
from core.evaluation.difference import Difference, difference_of
from core.evaluation.runs import Result
from core.records.tokens import estimate

NAMES = ("type", "source", "table format", "scale", "length")
_FACTS = {"source": "source", "table format": "table_format", "scale": "scale"}
_LENGTHS = (250, 500, 1_000, 2_000, 4_000, 8_000, 16_000)  # tokens of a prompt, estimated


class KindScore(msgspec.Struct, frozen=True):
    """F1 of both models, by SQuAD's rule, on the questions of one kind.

    Attributes:
        kind: Such as `span`, or `≤ 500 tokens`.
        n: How many.
        base: Mean of the base.
        tuned: Mean of the tuned model.
        gain: Tuned minus base, with its interval.
    """

    kind: str
    n: int
    base: float
    tuned: float
    gain: Difference


def cuts(
    results: Sequence[Result],
    base: Sequence[float],
    tuned: Sequence[float],
    facts: Mapping[str, Mapping[str, str]],
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, tuple[KindScore, ...]]:
    """Cuts two models' scores.

    Args:
        results: One model's results.
        base: The base model's score of each.
        tuned: The tuned model's score of each.
        facts: What is known of a record, by its id; as importers write it.
        seed: Of the draws.
        resamples: Number of draws.

    Returns:
        By what is cut: `type` always, anything else where it tells at least two kinds apart. Lengths ascend, of all
        others the most frequent comes first.
    """
    groups = [each.line.group for each in results]
    found: dict[str, tuple[KindScore, ...]] = {}
    for name in NAMES:
        kinds = [_kind(name, each, facts.get(each.line.id, {})) for each in results]
        if name == "type" or len(set(kinds)) > 1:
            found[name] = _cut(name, kinds, base, tuned, groups, seed, resamples)
    return found


def _kind(name: str, result: Result, facts: Mapping[str, str]) -> str:
    if name == "type":
        return result.line.kind or "all"
    if name == "length":
        return _length(result)
    return str(facts.get(_FACTS[name], "") or ("none" if facts and name == "scale" else "unknown"))


def _length(result: Result) -> str:
    tokens = estimate(result.line.chat.prompt)
    most = next((each for each in _LENGTHS if tokens <= each), None)
    return f"≤ {most:,} tokens" if most else f"> {_LENGTHS[-1]:,} tokens"


def _cut(
    name: str,
    kinds: Sequence[str],
    base: Sequence[float],
    tuned: Sequence[float],
    groups: Sequence[str],
    seed: int,
    resamples: int,
) -> tuple[KindScore, ...]:
    """All kinds from the same draws; a kind's interval comes from the draws that hold any of it."""
    rows = {kind: [place for place, each in enumerate(kinds) if each == kind] for kind in dict.fromkeys(kinds)}
    gains = [after - before for before, after in zip(base, tuned, strict=True)]
    columns = [
        [value if kind == each else 0.0 for value, each in zip(values, kinds, strict=True)]
        for kind in rows
        for values in (gains, [1.0] * len(gains))
    ]
    sums = resampled_sums(columns, groups, seed=seed, resamples=resamples)
    scores = []
    for number, (kind, places) in enumerate(rows.items()):
        total, n = sums[:, 2 * number], sums[:, 2 * number + 1]
        within = len({groups[place] for place in places}) > 1
        means = total[n > 0] / n[n > 0] if within else total[:0]
        before, after = (sum(values[place] for place in places) / len(places) for values in (base, tuned))
        gain = difference_of(after - before, means, len(places))
        scores.append(KindScore(kind, len(places), before, after, gain))
    if name == "length":
        order = [f"≤ {each:,} tokens" for each in _LENGTHS]
        return tuple(sorted(scores, key=lambda each: order.index(each.kind) if each.kind in order else len(order)))
    return tuple(sorted(scores, key=lambda each: (-each.n, each.kind)))
