"""`article` and `squad` for many pairs at once, on all cores: several times faster, and never different.

polars and Python agree on lower case, white space and words for plain ASCII only, so just such texts go this way;
the definitions in `article` and `squad` score the rest.
"""

import string
from collections.abc import Callable, Sequence

import msgspec
import polars as pl

from core.evaluation.article import article
from core.evaluation.f1 import References
from core.evaluation.pairs import Prediction
from core.evaluation.squad import squad

_NOT_PLAIN = "[^ -~]"  # other white space than the space, too, is for Python to split on
_MARKS = list(string.punctuation)
_WORD = pl.element()
_PREDICTED, _EXPECTED = pl.col("predicted"), pl.col("expected")
_SHARED = _PREDICTED.list.set_intersection(_EXPECTED).list.len()


def article_columns(pairs: Sequence[Prediction]) -> dict[str, list[float]]:
    """The figures of `article` for each pair; some ten thousand at a time repay the start of polars."""
    stripped = _split(pl.all()).list.eval(_WORD.str.strip_chars(string.punctuation))
    words = _plain_texts(pairs).select(stripped.list.eval(_WORD.filter(_WORD != "")))
    counted = words.with_columns(_SHARED.alias("common"))
    return _columns(counted, ("precision", "recall", "f1"), pairs, article)


def squad_columns(pairs: Sequence[Prediction]) -> dict[str, list[float]]:
    """The figures of `squad` for each pair; some ten thousand at a time repay the start of polars."""
    bare = _split(pl.all().str.replace_many(_MARKS, [""] * len(_MARKS)))
    not_left_out = (_WORD != "") & (_WORD != "a") & (_WORD != "an") & (_WORD != "the")
    words = _plain_texts(pairs).select(bare.list.eval(_WORD.filter(not_left_out)))
    # Where both sides repeat a word, sets do not count it often enough: no count, so that `squad` does it.
    one_is_distinct = pl.any_horizontal(side.list.n_unique() == side.list.len() for side in (_PREDICTED, _EXPECTED))
    common = pl.when("equal").then(_EXPECTED.list.len()).when(one_is_distinct).then(_SHARED)
    counted = words.with_columns((_PREDICTED == _EXPECTED).alias("equal")).with_columns(common.alias("common"))
    return _columns(counted, ("em", "precision", "recall", "f1"), pairs, squad)


def _columns(
    counted: pl.LazyFrame,
    figures: Sequence[str],
    pairs: Sequence[Prediction],
    definition: Callable[[str, References], msgspec.Struct],
) -> dict[str, list[float]]:
    """Figures from counts; the definition gives them where there is no count."""
    common, predicted, expected = pl.col("common"), _PREDICTED.list.len(), _EXPECTED.list.len()
    said: dict[str, pl.Expr] = {
        "precision": _share(100 * common, predicted),
        "recall": _share(100 * common, expected),
        "f1": _share(200 * common, predicted + expected),
    }
    if "em" in figures:
        said["em"] = pl.when("equal").then(100.0).otherwise(0.0)
    frame = counted.select(
        common.is_null().alias("uncounted"), *(said[name].alias(name) for name in figures)
    ).collect()
    found: dict[str, list[float]] = {name: frame[name].to_list() for name in figures}
    for place in frame["uncounted"].arg_true():
        score = definition(pairs[place].prediction, pairs[place].reference)
        for name in figures:
            found[name][place] = getattr(score, name)
    return found


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """A quotient of whole numbers, as Python divides them; 0 where nothing is in common."""
    return pl.when(part > 0).then(part.cast(pl.Float64) / whole.cast(pl.Float64)).otherwise(0.0)


def _plain_texts(pairs: Sequence[Prediction]) -> pl.LazyFrame:
    """Columns `predicted` and `expected`; null where a text is not plain or there are several references."""
    texts = pl.LazyFrame(
        {
            "predicted": [pair.prediction for pair in pairs],
            "expected": [pair.reference if isinstance(pair.reference, str) else None for pair in pairs],
        },
        schema={"predicted": pl.String, "expected": pl.String},
    )
    not_plain = pl.any_horizontal(pl.all().str.contains(_NOT_PLAIN))
    return texts.select(pl.when(~not_plain & _EXPECTED.is_not_null()).then(pl.all()))


def _split(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().str.split(" ")
