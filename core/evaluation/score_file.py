"""Scores a file of predictions by both metrics: the core of `outcrop score`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec

from core.errors import UsageError, Where
from core.evaluation.article import ArticleScore, article
from core.evaluation.pairs import Pair, read_pairs
from core.evaluation.squad import SquadScore, squad
from core.files import replacing
from core.progress import Cancel, Report, silent

_BATCH = 20_000  # pairs scored at a time; fewer never repay the start of polars


class FileScore(msgspec.Struct, frozen=True):
    """Mean scores of all pairs in a file, 0..100.

    Attributes:
        n: Number of pairs.
        article: By the article's rule.
        squad: By SQuAD v1.1.
    """

    n: int
    article: ArticleScore
    squad: SquadScore


class PairScore(msgspec.Struct, frozen=True, gc=False):
    """Scores of one pair, a line of the per-record file."""

    id: str | int
    article: ArticleScore
    squad: SquadScore


def score_file(
    path: Path, *, per_record: Path | None = None, report: Report = silent, cancel: Cancel | None = None
) -> FileScore:
    """Scores `{"id", "prediction", "reference"}` lines by both metrics, in memory that does not grow with the file.

    Args:
        path: JSON Lines; see `read_pairs`.
        per_record: Where to write a `PairScore` a line, in the order of the file. It appears whole, when all is
            scored, or not at all.
        report: Told the bytes read so far.
        cancel: Stops the work.

    Raises:
        InputError: The file or one of its lines cannot be read.
        UsageError: `per_record` is the file itself, or no place for a file.
        OutcropError: `per_record` cannot be written.
        CancelledError: The token was cancelled.
    """
    totals: list[float] = [0.0] * 5
    n = 0
    pairs = read_pairs(path, report=report, cancel=cancel)
    with _lines_for(per_record, path) as write:
        while batch := list(islice(pairs, _BATCH)):
            scores = _scores(batch)
            n += len(batch)
            values = ((a.precision, a.recall, a.f1, s.em, s.f1) for a, s in scores)
            totals = [sum(column) for column in zip(totals, *values, strict=True)]
            write(PairScore(pair.id, *both) for pair, both in zip(batch, scores, strict=True))
    precision, recall, article_f1, em, squad_f1 = (total / n for total in totals)
    return FileScore(n, ArticleScore(precision, recall, article_f1), SquadScore(em, squad_f1))


def _scores(pairs: Sequence[Pair]) -> list[tuple[ArticleScore, SquadScore]]:
    if len(pairs) < _BATCH:
        return [(article(pair.prediction, pair.reference), squad(pair.prediction, pair.reference)) for pair in pairs]
    from core.evaluation.columnar import article_scores, squad_scores

    return list(zip(article_scores(pairs), squad_scores(pairs), strict=True))


@contextmanager
def _lines_for(target: Path | None, source: Path) -> Iterator[Callable[[Iterable[PairScore]], object]]:
    """Gives a way to write scores, aside until all are there; without a target they go nowhere."""
    if target is None:
        yield lambda _: None
        return
    _refuse_to_replace(target, source)
    encode = msgspec.json.Encoder().encode_lines
    with replacing(target) as file:
        yield lambda scores: file.write(encode(list(scores)))


def _refuse_to_replace(target: Path, source: Path) -> None:
    """Raises where a file put at the target would take the place of the input, a folder or a device."""
    if target.exists() and not target.is_file():
        why = "It is not a regular file"
    elif target.exists() and source.exists() and target.samefile(source):
        why = "It is the file that is scored"
    else:
        return
    raise UsageError("Scores cannot be written there", why=why, todo="Name a new file", where=Where(str(target)))
