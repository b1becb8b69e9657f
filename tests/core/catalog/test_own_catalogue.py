"""The user's own YAML: it adds models, overrides shipped ones field by field, and says where it is wrong."""

from datetime import date
from pathlib import Path

import pytest

from core import catalog
from core.errors import InputError

MINE = """
- key: my-model
  name: My Model
  provider: Me
  model_id: me.my-model-v1
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir()
    return folder


def test_a_folder_that_is_not_there_changes_nothing(own):
    assert catalog.load(own / "none") == catalog.load(None) == catalog.load()


def test_an_entry_with_a_new_key_is_a_new_model(own):
    (own / "mine.yaml").write_text(MINE)
    found = catalog.load(own)
    assert found.get("my-model").name == "My Model"
    assert len(found.models) == len(catalog.load().models) + 1


def test_an_entry_with_a_known_key_overrides_field_by_field(own):
    (own / "prices.yaml").write_text(
        "- key: claude-3-haiku\n  prices:\n    training: {dollars: 8, as_of: 2026-01-02, source: my account team}\n"
    )
    shipped, found = catalog.load().get("claude-3-haiku"), catalog.load(own).get("claude-3-haiku")
    assert found.prices.training is not None
    assert (found.prices.training.dollars, found.prices.training.as_of) == (8, date(2026, 1, 2))
    assert found.prices.input == shipped.prices.input
    assert found.tuning == shipped.tuning


def test_a_deep_field_is_overridden_alone(own):
    (own / "limits.yaml").write_text("- key: claude-3-haiku\n  tuning: {limits: {training_records: 20000}}\n")
    tuning = catalog.load(own).tuning_of("claude-3-haiku")[1]
    assert (tuning.limits.training_records, tuning.limits.minimum_records) == (20_000, 32)


def test_several_files_are_read_in_the_order_of_their_names(own):
    (own / "b.yaml").write_text("- {key: my-model, name: Second}")
    (own / "a.yaml").write_text(MINE)
    assert catalog.load(own).get("my-model").name == "Second"


def test_other_files_in_the_folder_are_left_alone(own):
    (own / "notes.txt").write_text("not YAML: [")
    assert catalog.load(own) == catalog.load()


@pytest.mark.parametrize(
    ("text", "field", "why"),
    [
        ("- {key: nova-micro, prize: 3}", "nova-micro", "unknown field `prize`"),
        ("- {key: my-model, name: Mine}", "my-model", "missing required field `provider`"),
        ("- {name: Mine}", "", "missing required field `key`"),
        ("- {key: 3, name: Mine, provider: me, model_id: x}", "3.key", "Expected `str`, got `int`"),
        ("- {key: nova-micro, prices: {training: {dollars: 1}}}", "nova-micro.prices.training", "field `as_of`"),
        ("- {key: nova-micro, prices: {input: {dollars: much, as_of: 2025-01-01, source: x}}}",
         "nova-micro.prices.input.dollars", "Expected `float`, got `str`"),
        ("- {key: nova-micro, lifecycle: {end: tomorrow}}", "nova-micro.lifecycle.end", "Invalid RFC3339"),
        ("- {key: nova-micro, tuning: {data_format: csv}}", "nova-micro.tuning.data_format", "Invalid enum value"),
        ("- {key: nova-micro, tuning: {hyperparameters: [{name: x}]}}", "nova-micro.tuning.hyperparameters[0]",
         "missing required field"),
        ("- hello", "[0]", "Expected `object`, got `str`"),
        ("key: nova-micro", "", "Expected `array`, got `object`"),
        ("", "", "Expected `array`, got `null`"),
    ],
)  # fmt: skip
def test_an_entry_of_the_wrong_shape_is_named_with_its_file_and_field(own, text, field, why):
    (own / "mine.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        catalog.load(own)
    assert (caught.value.where.path, caught.value.where.field) == (str(own / "mine.yaml"), field)
    assert why in caught.value.why
    assert caught.value.todo


@pytest.mark.parametrize(
    ("content", "what", "line"),
    [
        (b"- key: [\n", "cannot be read", 2),
        (b"- key: a\n  key: b\n", "cannot be read", 2),
        (b"\xff\xfe", "not UTF-8", 0),
        (b"".join(b" " * depth + b"a:\n" for depth in range(2000)), "nested too deeply", 0),
    ],
)
def test_a_file_that_is_no_yaml_is_named_with_its_line(own, content, what, line):
    (own / "mine.yaml").write_bytes(content)
    with pytest.raises(InputError, match=what) as caught:
        catalog.load(own)
    assert (caught.value.where.path, caught.value.where.line) == (str(own / "mine.yaml"), line)


def test_a_folder_named_like_a_file_is_called_a_folder(own):
    (own / "mine.yaml").mkdir()
    with pytest.raises(InputError, match="This is a folder"):
        catalog.load(own)


def test_the_wrong_file_of_several_is_named(own):
    (own / "a.yaml").write_text(MINE)
    (own / "b.yaml").write_text("- {key: my-model, size: 3}")
    with pytest.raises(InputError) as caught:
        catalog.load(own)
    assert caught.value.where.path == str(own / "b.yaml")
