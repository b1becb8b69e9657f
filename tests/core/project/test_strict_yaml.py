"""One strict reading of YAML: no trap of YAML 1.1 gets through, every mistake has a line."""

from datetime import date

import msgspec
import pytest

from core import yaml_file
from core.errors import InputError


class Price(msgspec.Struct, forbid_unknown_fields=True):
    dollars: float
    day: date | None = None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-5", 1e-5), ("1E5", 1e5), ("1.5e+3", 1500.0), ("-2e-3", -0.002), (".5", 0.5), ("1.", 1.0),
        ("12", 12), ("-3", -3), ("+4", 4), ("0", 0), (".inf", float("inf")),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("on", "on"), ("yes", "yes"), ("NO", "NO"), ("off", "off"), ("y", "y"),
        ("012345678901", "012345678901"), ("1_000", "1_000"), ("1:30", "1:30"), ("190:20:30", "190:20:30"),
        ("0x1f", "0x1f"), ("0o17", "0o17"), ("0b1", "0b1"), ("1.2.3", "1.2.3"), ("2025-06-01", "2025-06-01"),
        ("'12'", "12"), ("1e", "1e"), ("e5", "e5"), ("-", [None]), ("=", "="),
    ],
)  # fmt: skip
def test_a_value_is_what_it_looks_like(text, value):
    assert yaml_file.load(text) == value
    assert type(yaml_file.load(text)) is type(value)


def test_a_date_becomes_one_where_a_date_is_wanted():
    assert yaml_file.load_as(Price, "dollars: 1.95\nday: 2026-01-02").day == date(2026, 1, 2)


def test_anchors_and_merged_keys_work_and_what_stands_there_wins():
    assert yaml_file.load("a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  c: 3\n")["d"] == {"b": 1, "c": 3}


@pytest.mark.parametrize(
    ("text", "why", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "'a' stands twice", 3),
        ("x:\n  - {b: 1, b: 1}\n", "'b' stands twice", 2),
        ("a: [1, 2\n", "", 2),
        ("a: 1\n b: 2\n", "", 2),
        ("? [1]\n: 2\n", "a key must be a word", 1),
        ("a: 1\n---\nb: 1\n", "another document", 2),
        ("!!python/object/apply:os.system ['true']", "could not determine a constructor", 1),
        ("a: *nowhere", "undefined alias", 1),
        ("\tkey: 1", "", 1),
    ],
)
def test_a_mistake_has_its_line(text, why, line):
    with pytest.raises(InputError, match="cannot be read") as caught:
        yaml_file.load(text, "file.yaml")
    assert why in caught.value.why
    assert (caught.value.where.path, caught.value.where.line) == ("file.yaml", line)


@pytest.mark.parametrize("text", ["a: \0", "a: \x1b", "a: " + "9" * 5000, "[" * 1000])
def test_what_is_no_yaml_at_all_is_said_with_what_to_do(text):
    with pytest.raises(InputError) as caught:
        yaml_file.load(text, "file.yaml")
    assert caught.value.where.path == "file.yaml"
    assert caught.value.todo


@pytest.mark.parametrize(
    ("text", "field", "why"),
    [
        ("dollars: much", "dollars", "Expected `float`, got `str`"),
        ("dollars: 1\nday: soon", "day", "Invalid RFC3339"),
        ("dollars: 1\ncents: 5", "", "unknown field `cents`"),
        ("{}", "", "missing required field `dollars`"),
        ("[1]", "", "Expected `object`, got `array`"),
    ],
)
def test_what_does_not_fit_is_named_by_its_field(text, field, why):
    with pytest.raises(InputError) as caught:
        yaml_file.load_as(Price, text, "file.yaml")
    assert caught.value.where.field == field
    assert why in caught.value.why


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"name: Caf\xe9")
    for name, what in (("none.yaml", "not there"), ("", "a folder"), ("latin.yaml", "not UTF-8")):
        with pytest.raises(InputError, match=what) as caught:
            yaml_file.read_as(Price, tmp_path / name)
        assert caught.value.where.path == str(tmp_path / name)
