"""The generator of the sample data: the same bytes come out again, small enough to ship."""

import os
import subprocess
import sys
from pathlib import Path

import sample_data
from sample_data import contexts, generate

FILES = (sample_data.FINANCE_QA, sample_data.FAULTY, sample_data.MANIFEST)


def test_the_command_writes_the_shipped_bytes_again_whatever_the_hash_seed(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "sample_data.generate", "--output", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    for name in FILES:
        assert (tmp_path / name).read_bytes() == sample_data.path(name).read_bytes(), name


def test_another_seed_gives_another_data_set() -> None:
    other = contexts.make(generate.SEED + 1, 3)
    assert [one.context for one in other] != [one.context for one in contexts.make(generate.SEED, 3)]


def test_the_first_contexts_do_not_depend_on_how_many_follow(made: list[contexts.Made]) -> None:
    assert contexts.make(generate.SEED, 5) == made[:5]


def test_the_files_are_small_enough_to_ship() -> None:
    assert sum(sample_data.path(name).stat().st_size for name in FILES) < 3_000_000
