from hypothesis import given, settings
from hypothesis import strategies as st
from plain_metrics import texts

from core.evaluation import Pair, article, squad
from core.evaluation.columnar import article_scores, squad_scores

pairs = st.builds(Pair, id=st.just(""), prediction=texts, reference=st.one_of(texts, st.lists(texts, min_size=1)))


@settings(deadline=None)
@given(st.lists(pairs, max_size=20))
def test_columns_never_differ_from_the_definition(pairs):
    assert article_scores(pairs) == [article(pair.prediction, pair.reference) for pair in pairs]
    assert squad_scores(pairs) == [squad(pair.prediction, pair.reference) for pair in pairs]


def test_no_pairs_have_no_scores():
    assert article_scores([]) == squad_scores([]) == []
