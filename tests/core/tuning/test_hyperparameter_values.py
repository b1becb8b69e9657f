"""Hyperparameters as they are typed: held to the model's ranges, sent as strings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import catalog
from core.catalog import Hyperparameter
from core.errors import UsageError
from core.tuning import hyperparameters

_, HAIKU = catalog.load().tuning_of("claude-3-haiku")
_, NOVA = catalog.load().tuning_of("nova-micro")
_, NOVA_2 = catalog.load().tuning_of("nova-2-lite")


def knob(name: str) -> Hyperparameter:
    found = HAIKU.hyperparameter(name) or NOVA.hyperparameter(name)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("epochCount", "1", 1),
        ("epochCount", "10", 10),
        ("batchSize", " 64 ", 64),
        ("learningRateMultiplier", "0.1", 0.1),
        ("learningRateMultiplier", "2", 2.0),
        ("learningRate", "1e-5", 1e-5),
        ("earlyStoppingThreshold", "0", 0.0),
    ],
)
def test_a_value_is_read_as_a_person_types_it(name, typed, value):
    assert hyperparameters.parse(knob(name), typed) == value


@pytest.mark.parametrize(
    ("name", "typed", "what"),
    [
        ("epochCount", "", "must be a whole number, not ''"),
        ("epochCount", "two", "must be a whole number, not 'two'"),
        ("epochCount", "2.5", "must be a whole number"),
        ("epochCount", "0", "cannot be 0"),
        ("epochCount", "11", "cannot be 11"),
        ("batchSize", "3", "cannot be 3"),
        ("learningRateMultiplier", "0.05", "cannot be 0.05"),
        ("learningRateMultiplier", "2.01", "cannot be 2.01"),
        ("learningRateMultiplier", "fast", "must be a number, not 'fast'"),
        ("learningRateMultiplier", "nan", "cannot be nan"),
        ("learningRateMultiplier", "inf", "cannot be inf"),
        ("learningRateMultiplier", "1e400", "cannot be inf"),
        ("learningRate", "0.1", "cannot be 0.1"),
    ],
)
def test_what_is_no_number_or_out_of_range_is_refused_with_the_range(name, typed, what):
    with pytest.raises(UsageError) as caught:
        hyperparameters.parse(knob(name), typed)
    assert caught.value.what.startswith(name)
    assert what in caught.value.what
    assert caught.value.todo == f"Give {hyperparameters.span(knob(name))}"


def test_a_range_reads_as_one_types_it():
    assert hyperparameters.span(knob("learningRate")) == "1e-6 to 1e-4"
    assert hyperparameters.span(knob("epochCount")) == "1 to 10"


@given(st.text())
@settings(deadline=None)
def test_no_text_at_all_is_more_than_refused(typed):
    try:
        value = hyperparameters.parse(knob("learningRateMultiplier"), typed)
    except UsageError:
        return
    assert 0.1 <= value <= 2


def test_what_is_not_chosen_has_its_default():
    assert hyperparameters.effective(HAIKU, {"epochCount": 5.0}) == {
        "epochCount": 5,
        "batchSize": 32,
        "learningRateMultiplier": 1,
        "earlyStoppingThreshold": 0.001,
        "earlyStoppingPatience": 2,
    }


def test_a_choice_that_the_model_does_not_have_names_those_that_it_has():
    with pytest.raises(UsageError, match="no hyperparameter named batchSize") as caught:
        hyperparameters.effective(NOVA, {"batchSize": 4})
    assert caught.value.todo == "It has: epochCount, learningRate, learningRateWarmupSteps"


def test_a_model_without_known_hyperparameters_takes_none():
    assert hyperparameters.effective(NOVA_2, {}) == {}
    with pytest.raises(UsageError, match="no hyperparameter named epochCount") as caught:
        hyperparameters.effective(NOVA_2, {"epochCount": 2})
    assert "its defaults are used" in caught.value.todo


@pytest.mark.parametrize("value", [0, 2.5, 300, float("nan")])
def test_a_value_of_the_configuration_is_held_to_the_range_as_well(value):
    with pytest.raises(UsageError):
        hyperparameters.effective(HAIKU, {"batchSize": value})


def test_every_value_is_sent_as_a_string_without_needless_digits():
    sent = hyperparameters.on_the_wire({"epochCount": 2.0, "learningRate": 1e-5, "learningRateMultiplier": 0.25})
    assert sent == {"epochCount": "2", "learningRate": "1e-5", "learningRateMultiplier": "0.25"}
