"""244 pairs scored by the official code of SQuAD and TAT-QA and by the article's rule, none part of the project."""

import json
from pathlib import Path

import pytest

from core.evaluation import article, article_raw, squad
from core.evaluation.tatqa import tatqa_values

VECTORS = Path(__file__).parents[3].parent / "shared/data/tatqa/metric_vectors.jsonl"


@pytest.fixture(scope="module")
def vectors():
    if not VECTORS.exists():
        pytest.skip("the reference vectors ../shared/data/tatqa/metric_vectors.jsonl are not there")
    return [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


def test_there_are_244_vectors(vectors):
    assert len(vectors) == 244


@pytest.mark.parametrize(("rule", "field"), [(article, "article_strip"), (article_raw, "article_raw")])
def test_the_articles_rule_agrees_with_every_vector(vectors, rule, field):
    for vector in vectors:
        score, counts = rule(vector["pred_text"], vector["gold_text"]), vector[field]
        common = counts["matches"]
        assert score.f1 == pytest.approx(counts["f1_100"], abs=1e-9), vector["id"]
        assert score.precision == pytest.approx(100 * common / (counts["pred_tokens"] or 1), abs=1e-9), vector["id"]
        assert score.recall == pytest.approx(100 * common / (counts["gold_tokens"] or 1), abs=1e-9), vector["id"]


def test_squad_agrees_with_every_vector(vectors):
    for vector in vectors:
        score = squad(vector["pred_text"], vector["gold_text"])
        assert score.em == 100 * vector["squad_em"], vector["id"]
        assert score.f1 == pytest.approx(100 * vector["squad_f1"], abs=1e-9), vector["id"]


def test_tatqa_agrees_with_every_vector_to_the_two_decimals_of_the_official_code(vectors):
    for vector in vectors:
        assert vector["tatqa_error"] is None
        score = tatqa_values(
            vector["tatqa_pred"], vector["pred_scale"], vector["gold"], vector["gold_scale"], vector["answer_type"]
        )
        assert score.em == 100 * vector["tatqa_em"], vector["id"]
        assert round(score.f1 / 100, 2) == vector["tatqa_f1"], vector["id"]
