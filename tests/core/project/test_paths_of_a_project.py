"""Paths as `outcrop.yaml` writes them."""

from pathlib import Path

import pytest

from core.errors import InputError
from core.workspace import below

PROJECT = Path("/project")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("data/records.jsonl", "/project/data/records.jsonl"),
        ("/elsewhere/records.jsonl", "/elsewhere/records.jsonl"),
        ("~/records.jsonl", "{home}/records.jsonl"),
        ("~no-such-user/records.jsonl", "/project/~no-such-user/records.jsonl"),
    ],
)
def test_a_path_is_relative_to_the_project_unless_it_begins_elsewhere(name, path):
    assert below(PROJECT, name) == Path(path.format(home=Path.home()))


def test_what_no_file_system_takes_as_a_path_is_refused_with_its_file():
    with pytest.raises(InputError, match="is not a path") as caught:
        below(PROJECT, "a\0b")
    assert caught.value.where.path == "/project/outcrop.yaml"
