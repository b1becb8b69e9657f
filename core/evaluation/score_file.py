"""Scores a file of predictions: the core of `outcrop score`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec

from core.errors import UsageError, Where
from core.evaluation.bootstrap import RESAMPLES, Score, drawn_sums, interval
from core.evaluation.classification import Classification, classification
from core.evaluation.metric import Case, Metric
from core.evaluation.metrics import ARTICLE, CLASSIFICATION, SQUAD
from core.evaluation.pairs import Prediction, read_pairs
from core.outputs import refuse_if_read_only, replacing
from core.progress import Cancel, Report, silent

_BATCH = 20_000  # pairs scored at a time; fewer never repay the start of polars


class FileScore(msgspec.Struct, frozen=True):
    """Scores of all pairs in a file.

    Attributes:
        n: Number of pairs.
        groups: Number of tables or documents; 0 where the file names none.
        scores: By metric and figure; with an interval where there are two groups or more.
        classification: Labels one by one, where that metric was asked for.
    """

    n: int
    groups: int
    scores: dict[str, dict[str, Score]]
    classification: Classification | None = None

    def value(self, metric: str, figure: str) -> float:
        """The mean of a figure."""
        return self.scores[metric][figure].value


def score_file(
    path: Path,
    *,
    metrics: Sequence[Metric] = (ARTICLE, SQUAD),
    per_record: Path | None = None,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> FileScore:
    """Scores `{"id", "prediction", "reference"}` lines, in memory that does not grow with the file.

    Only the labels of `classification`, and the sums of each group where there are groups, are kept.

    Args:
        path: JSON Lines; see `read_pairs`.
        metrics: By which to score.
        per_record: Where to write the figures of each pair, a line each, in the order of the file. It appears whole,
            when all is scored, or not at all.
        report: Told the bytes read so far.
        cancel: Stops the work.

    Raises:
        InputError: The file or one of its lines cannot be read.
        UsageError: `per_record` is the file itself, or no place for a file.
        OutcropError: `per_record` cannot be written, or a metric of the user's own failed.
        CancelledError: The token was cancelled.
    """
    totals: dict[str, list[float]] = {}
    labelled: list[Case] = []
    label_groups: list[str] = []
    pairs = read_pairs(path, report=report, cancel=cancel)
    with _lines_for(per_record, path) as write:
        while batch := list(islice(pairs, _BATCH)):
            columns = {metric.name: _columns(metric, batch) for metric in metrics}
            _add(totals, batch, [column for figures in columns.values() for column in figures.values()])
            if CLASSIFICATION in metrics:
                labelled += [Case(pair.prediction, pair.reference) for pair in batch]
                label_groups += [pair.group for pair in batch]
            write(_records(batch, columns))
    figures = [(metric.name, figure) for metric in metrics for figure in metric.figures]
    scores: dict[str, dict[str, Score]] = {metric.name: {} for metric in metrics}
    for (name, figure), found in zip(figures, _scores(totals, len(figures)), strict=True):
        scores[name][figure] = found
    groups = 0 if set(totals) == {""} else len(totals)
    told = classification(labelled, label_groups) if labelled else None
    return FileScore(int(sum(sums[-1] for sums in totals.values())), groups, scores, told)


def _columns(metric: Metric, pairs: Sequence[Prediction]) -> dict[str, list[float]]:
    """Each figure of each pair; those two metrics that can are computed on all cores where that pays."""
    if len(pairs) == _BATCH and metric in (ARTICLE, SQUAD):
        from core.evaluation.columnar import article_columns, squad_columns

        return article_columns(pairs) if metric is ARTICLE else squad_columns(pairs)
    return metric.columns([pair.case() for pair in pairs])


def _add(totals: dict[str, list[float]], pairs: Sequence[Prediction], columns: Sequence[Sequence[float]]) -> None:
    """Adds a batch to the sums of its groups: one for each column, and the number of pairs."""
    if not any(pair.group for pair in pairs):
        sums = totals.setdefault("", [0.0] * (len(columns) + 1))
        for place, column in enumerate(columns):
            sums[place] += sum(column)
        sums[-1] += len(pairs)
        return
    for pair, *values in zip(pairs, *columns, strict=True):
        sums = totals.setdefault(pair.group, [0.0] * (len(columns) + 1))
        for place, value in enumerate(values):
            sums[place] += value
        sums[-1] += 1


def _scores(totals: Mapping[str, Sequence[float]], figures: int) -> list[Score]:
    rows = [totals[group] for group in sorted(totals)]
    n = int(sum(row[-1] for row in rows))
    values = [sum(row[place] for row in rows) / n for place in range(figures)]
    if len(rows) < 2:
        return [Score(value, None, None, n) for value in values]
    import numpy as np

    sums = drawn_sums(np.array(rows), seed=0, resamples=RESAMPLES)
    return [Score(value, *interval(sums[:, place] / sums[:, -1]), n) for place, value in enumerate(values)]


def _records(pairs: Sequence[Prediction], columns: Mapping[str, Mapping[str, Sequence[float]]]) -> Iterator[object]:
    for place, pair in enumerate(pairs):
        yield {"id": pair.id} | {
            metric: {figure: values[place] for figure, values in figures.items()}
            for metric, figures in columns.items()
        }


@contextmanager
def _lines_for(target: Path | None, source: Path) -> Iterator[Callable[[Iterable[object]], object]]:
    """Gives a way to write scores, aside until all are there; without a target they go nowhere."""
    if target is None:
        yield lambda _: None
        return
    refuse_if_read_only(target)
    _refuse_to_replace(target, source)
    encode = msgspec.json.Encoder().encode_lines
    with replacing(target) as file:
        yield lambda scores: file.write(encode(list(scores)))


def _refuse_to_replace(target: Path, source: Path) -> None:
    """Raises where a file put at the target would take the place of the input, or of a folder."""
    if target.is_dir():
        why = "It is a folder"
    elif target.exists() and source.exists() and target.samefile(source):
        why = "It is the file that is scored"
    else:
        return
    raise UsageError("Scores cannot be written there", why=why, todo="Name a new file", where=Where(str(target)))
