"""What the article advises by data size, at the very sizes at which the advice changes; nothing for other models."""

import pytest

from core import catalog
from core.tuning import advise
from core.tuning.advice import ARTICLE, batch_band, dominant

MODELS = catalog.load()


@pytest.mark.parametrize(
    ("records", "low", "high"),
    [(1, 4, 16), (32, 4, 16), (499, 4, 16), (500, 16, 32), (999, 16, 32), (1000, 32, 64), (10_000, 32, 64)],
)
def test_the_batch_size_grows_with_the_data(records, low, high):
    assert batch_band(records)[:2] == (low, high)
    advice = next(each for each in advise(MODELS.get("claude-3-haiku"), records) if each.parameter == "batchSize")
    assert (advice.low, advice.high, advice.source) == (low, high, ARTICLE)


@pytest.mark.parametrize(
    ("records", "matters"),
    [
        (31, "No advice"),
        (32, "batch size matters most"),
        (100, "batch size matters most"),
        (101, "No advice"),
        (999, "No advice"),
        (1000, "learning rate matters most"),
        (10_000, "learning rate matters most"),
        (10_001, "No advice"),
    ],
)
def test_which_of_the_two_matters_more_is_said_only_where_the_article_says_it(records, matters):
    assert matters in dominant(records)


def test_the_learning_rate_starts_at_its_default_and_early_stopping_needs_a_validation_set():
    advice = {each.parameter: each for each in advise(MODELS.get("claude-3-haiku"), 500)}
    assert (advice["learningRateMultiplier"].low, advice["learningRateMultiplier"].high) == (1.0, 1.0)
    assert "validation set" in advice["earlyStoppingPatience"].text


def test_advice_is_only_about_hyperparameters_that_the_model_has():
    _, tuning = MODELS.tuning_of("claude-3-haiku")
    parameters = {each.parameter for each in advise(MODELS.get("claude-3-haiku"), 500)} - {""}
    assert parameters <= {knob.name for knob in tuning.hyperparameters or ()}


@pytest.mark.parametrize("key", ["nova-micro", "nova-2-lite", "llama-3-1-8b", "llama-3-3-70b", "claude-3-sonnet"])
def test_for_other_models_nothing_is_published_and_nothing_advised(key):
    advice = advise(MODELS.get(key), 500)
    assert advice[0].text == "There is no published advice for this model."
    assert {(each.parameter, each.low, each.high) for each in advice} == {("", None, None)}


def test_where_ranges_and_defaults_come_from_is_said_for_models_that_have_any():
    assert [each.source for each in advise(MODELS.get("nova-micro"), 500)] == [
        "",
        "docs.aws.amazon.com/bedrock/latest/userguide/custom-models-hp.html",
    ]
    assert len(advise(MODELS.get("nova-2-lite"), 500)) == 1


def test_every_piece_of_advice_has_its_source():
    assert all(each.source for each in advise(MODELS.get("claude-3-haiku"), 500))


@pytest.mark.parametrize(("value", "off"), [(31, True), (32, False), (64, False), (65, True)])
def test_a_value_outside_of_what_is_advised_is_off(value, off):
    advice = next(each for each in advise(MODELS.get("claude-3-haiku"), 1000) if each.parameter == "batchSize")
    assert advice.off(value) == off


@pytest.mark.parametrize(("validation", "off"), [(0, True), (32, False), (None, False)])
def test_early_stopping_without_a_validation_set_is_off(validation, off):
    advice = {each.parameter: each for each in advise(MODELS.get("claude-3-haiku"), 500, validation)}
    assert advice["earlyStoppingPatience"].off(2) == off
    assert ("does not have" in advice["earlyStoppingPatience"].text) == off
