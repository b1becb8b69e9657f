"""What the shipped catalogue says of Bedrock's models: AWS's documented facts, and nothing where AWS states none."""

from datetime import date

import pytest

from core import catalog
from core.catalog import Catalog, Model, Tuning
from core.errors import RefusedError, UsageError
from core.records.formats import FORMATS

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
LLAMAS = ("llama-3-1-8b", "llama-3-1-70b", "llama-3-2-1b", "llama-3-2-3b", "llama-3-2-11b", "llama-3-2-90b")
NOVAS = ("nova-micro", "nova-lite", "nova-pro")


@pytest.fixture(scope="module")
def models() -> Catalog:
    return catalog.load()


def tuning(models: Catalog, key: str) -> Tuning:
    return models.tuning_of(key)[1]


def ranges(found: Tuning) -> dict[str, tuple[str, float, float, float]]:
    """Type, default, minimum and maximum, by hyperparameter."""
    return {knob.name: (knob.type, knob.default, knob.minimum, knob.maximum) for knob in found.hyperparameters or ()}


def test_claude_3_haiku_is_tuned_under_one_name_and_asked_under_another(models):
    model = models.get("claude-3-haiku")
    assert model.inference_id == HAIKU
    assert tuning(models, "claude-3-haiku").base_id == f"{HAIKU}:200k"
    assert tuning(models, "claude-3-haiku").regions == ("us-west-2",)
    assert model.identifiers() == (HAIKU, f"{HAIKU}:200k")


def test_claude_3_haiku_has_the_hyperparameters_of_its_page(models):
    assert ranges(tuning(models, "claude-3-haiku")) == {
        "epochCount": ("int", 2, 1, 10),
        "batchSize": ("int", 32, 4, 256),
        "learningRateMultiplier": ("float", 1, 0.1, 2),
        "earlyStoppingThreshold": ("float", 0.001, 0, 0.1),
        "earlyStoppingPatience": ("int", 2, 1, 10),
    }


def test_claude_3_haiku_is_served_by_provisioned_throughput_alone(models):
    assert tuning(models, "claude-3-haiku").endpoints == ("provisioned",)


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2024, 3, 12), "not yet"),
        (date(2024, 3, 13), "active"),
        (date(2026, 3, 9), "active"),
        (date(2026, 3, 10), "legacy"),
        (date(2026, 9, 9), "legacy"),
        (date(2026, 9, 10), "end-of-life"),
        (date(2030, 1, 1), "end-of-life"),
    ],
)
def test_claude_3_haiku_ages_by_awss_dates(models, day, stage):
    assert models.get("claude-3-haiku").lifecycle.stage(day) == stage


def test_a_model_whose_dates_nobody_states_is_of_unknown_age(models):
    assert models.get("nova-micro").lifecycle.stage(date(2026, 11, 23)) == "unknown"


@pytest.mark.parametrize(("key", "base"), [("nova-micro", "amazon.nova-micro-v1:0:128k"),
    ("nova-lite", "amazon.nova-lite-v1:0:300k"), ("nova-pro", "amazon.nova-pro-v1:0:300k"),
    ("nova-2-lite", "amazon.nova-2-lite-v1:0:256k")])  # fmt: skip
def test_nova_is_tuned_in_us_east_1_from_conversations_and_served_on_demand(models, key, base):
    found = tuning(models, key)
    assert (found.base_id, found.regions) == (base, ("us-east-1",))
    assert found.data_format == "bedrock-conversation-2024"
    assert "on-demand" in found.endpoints
    assert found.reserved == ("User:", "Bot:", "Assistant:", "System:", "<image>", "<video>", "[EOS]")


@pytest.mark.parametrize("key", NOVAS)
def test_nova_has_a_learning_rate_of_its_own(models, key):
    assert ranges(tuning(models, key)) == {
        "epochCount": ("int", 2, 1, 5),
        "learningRate": ("float", 1e-5, 1e-6, 1e-4),
        "learningRateWarmupSteps": ("int", 10, 0, 100),
    }


@pytest.mark.parametrize("key", LLAMAS)
def test_llama_is_tuned_in_us_west_2_with_a_batch_of_one(models, key):
    found = tuning(models, key)
    assert found.regions == ("us-west-2",)
    assert found.base_id == f"meta.{key.replace('llama-3-', 'llama3-')}-instruct-v1:0:128k"
    assert ranges(found) == {
        "epochCount": ("int", 5, 1, 10),
        "batchSize": ("int", 1, 1, 1),
        "learningRate": ("float", 1e-4, 5e-6, 0.1),
    }


@pytest.mark.parametrize("key", [*LLAMAS, "llama-3-3-70b"])
def test_llama_takes_a_hundred_to_ten_thousand_records(models, key):
    limits = tuning(models, key).limits
    assert (limits.minimum_records, limits.total_records) == (100, 10_000)
    assert limits.record_tokens == (10_000 if key == "llama-3-2-90b" else 16_000)


def test_llama_3_1_takes_prompts_and_completions_and_later_ones_conversations(models):
    formats = {key: tuning(models, key).data_format for key in (*LLAMAS, "llama-3-3-70b")}
    assert {key for key, name in formats.items() if name == "prompt-completion"} == {"llama-3-1-8b", "llama-3-1-70b"}
    assert {name for key, name in formats.items() if "3-1" not in key} == {"bedrock-conversation-2024"}


def test_of_the_llamas_only_3_3_is_served_on_demand(models):
    assert "on-demand" in tuning(models, "llama-3-3-70b").endpoints
    assert all(tuning(models, key).endpoints == ("provisioned",) for key in LLAMAS)


@pytest.mark.parametrize("key", ["nova-2-lite", "llama-3-3-70b"])
def test_hyperparameters_that_were_not_verified_are_left_out(models, key):
    assert tuning(models, key).hyperparameters is None


@pytest.mark.parametrize("key", [*NOVAS, "nova-2-lite"])
def test_record_limits_that_were_not_verified_are_unknown(models, key):
    limits = tuning(models, key).limits
    assert {limits.minimum_records, limits.training_records, limits.record_tokens, limits.training_bytes} == {None}


def test_no_price_is_made_up(models):
    """AWS publishes neither the price of tuning Claude 3 Haiku nor that of serving it."""
    prices = models.get("claude-3-haiku").prices
    assert (prices.training, prices.storage, prices.model_unit) == (None, None, None)
    assert prices.input is not None
    assert (prices.input.dollars, prices.input.as_of, bool(prices.input.source)) == (0.25, date(2026, 3, 10), True)


def test_every_price_has_a_day_and_a_source_and_every_tuning_a_page(models):
    prices = [getattr(model.prices, name) for model in models.models for name in model.prices.__struct_fields__]
    assert all(price.source and price.as_of for price in prices if price)
    assert all(model.tuning.source for model in models.tunable() if model.tuning)


def test_every_key_and_every_identifier_belongs_to_one_model(models):
    names = [name for model in models.models for name in (model.key, *model.identifiers())]
    assert len(names) == len(set(names))


def test_models_to_compare_and_to_judge_with_cannot_be_tuned(models):
    with pytest.raises(RefusedError, match="Claude 3 Sonnet cannot be fine-tuned") as caught:
        models.tuning_of("claude-3-sonnet")
    assert "claude-3-haiku" in caught.value.todo


def test_newer_models_are_asked_by_their_inference_profile(models):
    assert models.get("claude-haiku-4-5").inference_id == "us.anthropic.claude-haiku-4-5-20251001-v1:0"


@pytest.mark.parametrize(
    "name",
    [
        "claude-3-haiku",
        HAIKU,
        f"{HAIKU}:200k",
        f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}",
        f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}:200k",
    ],
)
def test_a_model_is_found_by_any_of_its_names(models, name):
    assert models.get(name).key == "claude-3-haiku"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("claude-3-hiaku", "claude-3-haiku"), ("nova-mirco", "nova-micro"), ("llama-3.1-8b", "llama-3-1-8b")],
)
def test_a_name_that_is_nearly_right_brings_the_right_one(models, typed, meant):
    with pytest.raises(UsageError, match=f"no model named '{typed}'") as caught:
        models.get(typed)
    assert caught.value.todo.startswith("Did you mean")
    assert meant in caught.value.todo


def test_a_name_like_no_other_points_to_the_list(models):
    with pytest.raises(UsageError) as caught:
        models.get("xyz")
    assert caught.value.todo == "See `outcrop models`"


def test_a_submit_after_the_end_of_life_is_refused_with_the_date_and_the_nearest_living_model(models):
    model = models.get("claude-3-haiku")
    models.refuse_if_ended(model, date(2026, 9, 9))
    with pytest.raises(RefusedError, match="reached its end of life on 2026-09-10") as caught:
        models.refuse_if_ended(model, date(2026, 9, 10))
    assert caught.value.todo == "Tune llama-3-1-8b instead"  # the first that is tuned in the same region


def test_the_nearest_living_model_is_of_the_same_maker_where_there_is_one(models):
    nearest = models.nearest_living(models.get("nova-lite"), date(2026, 11, 23))
    assert nearest is not None
    assert nearest.provider == "Amazon"


def test_where_nothing_lives_there_is_no_nearest():
    alone = Model("only", "Only", "Somebody", "only-v1")
    assert Catalog((alone,)).nearest_living(alone, date(2026, 1, 1)) is None


def test_every_model_trains_in_a_wire_format_that_there_is(models: Catalog):
    found = {model.tuning.data_format for model in models.models if model.tuning}
    assert found <= set(FORMATS)
