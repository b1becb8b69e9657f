from hypothesis import given, settings
from hypothesis import strategies as st
from plain_metrics import texts

from core.evaluation import Prediction, article, squad
from core.evaluation.columnar import article_columns, squad_columns

pairs = st.builds(
    Prediction, id=st.just(""), prediction=texts, reference=st.one_of(texts, st.lists(texts, min_size=1))
)


def defined(rule, figures, pairs):
    """The figures of each pair by the definition."""
    scores = [rule(pair.prediction, pair.reference) for pair in pairs]
    return {figure: [getattr(score, figure) for score in scores] for figure in figures}


@settings(deadline=None)
@given(st.lists(pairs, max_size=20))
def test_columns_never_differ_from_the_definition(pairs):
    assert article_columns(pairs) == defined(article, ("precision", "recall", "f1"), pairs)
    assert squad_columns(pairs) == defined(squad, ("em", "precision", "recall", "f1"), pairs)


def test_no_pairs_have_no_scores():
    assert article_columns([]) == {"precision": [], "recall": [], "f1": []}
    assert squad_columns([]) == {"em": [], "precision": [], "recall": [], "f1": []}
