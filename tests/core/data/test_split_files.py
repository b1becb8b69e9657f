"""`outcrop split`: each line as it is, in exactly one part, and the file itself never touched."""

import json
import re

import numpy as np
import pytest
from record_lines import chat_line, source_line

from core import catalog
from core.config import Split
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.data.split_file import split_file
from core.errors import CancelledError, InputError, UsageError
from core.formatting import PARTS
from core.progress import Cancel


def parts(folder) -> dict[str, list[bytes]]:
    return {part: (folder / f"{part}.jsonl").read_bytes().splitlines(keepends=True) for part in PARTS}


def test_every_line_stands_in_one_part_as_it_was(write, tmp_path):
    lines = [source_line(n) for n in range(90)]
    done = split_file(write(*lines), Split(), tmp_path / "out")
    found = parts(tmp_path / "out")
    assert sorted(line for part in found.values() for line in part) == sorted(lines)
    assert done.counts == {part: len(found[part]) for part in PARTS}
    assert done.counts == {"train": 72, "validation": 9, "test": 9}
    assert done.leakage.table == 0


def test_lines_keep_the_order_of_the_file(write, tmp_path):
    lines = [source_line(n) for n in range(90)]
    split_file(write(*lines), Split(), tmp_path / "out")
    for part in parts(tmp_path / "out").values():
        assert part == sorted(part, key=lines.index)


def test_the_same_seed_gives_the_same_files(write, tmp_path):
    path = write(*[source_line(n) for n in range(90)])
    for name in ("one", "two"):
        split_file(path, Split(seed=3), tmp_path / name)
    assert parts(tmp_path / "one") == parts(tmp_path / "two")


def test_chats_go_by_the_table_in_their_prompt(write, tmp_path):
    path = write(*[chat_line(f"q{n}", "a", table=f"T{n // 4}") for n in range(80)])
    assert split_file(path, Split(), tmp_path / "table").leakage.table == 0
    assert split_file(path, Split(by="row"), tmp_path / "row").leakage.table > 0.5


def test_chats_of_several_turns_go_by_the_table_in_an_earlier_one(write, tmp_path):
    def chat(number: int) -> bytes:
        said = (f"<table>T{number // 4}</table> Look at it.", "Yes.", f"What is {number}?", str(number))
        turns = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(said)]
        return json.dumps({"messages": turns}).encode() + b"\n"

    path = write(*map(chat, range(80)))
    split_file(path, Split(), tmp_path)
    groups = [{re.search(rb"T\d+", line)[0] for line in part} for part in parts(tmp_path).values()]
    assert sum(map(len, groups)) == len(set().union(*groups)) == 20
    facts = Facts(Dataset(path), catalog.load().tuning_of("claude-3-haiku")[1].requirements())
    facts.scan()
    assert facts.hashes("group", np.arange(80)).all()
    assert len(set(facts.contexts(np.arange(80)).tolist()) - {0}) == 20


def test_duplicates_are_all_kept(write, tmp_path):
    split_file(write(*[chat_line("q", "a")] * 10), Split(by="row"), tmp_path / "chats")
    assert sum(map(len, parts(tmp_path / "chats").values())) == 10
    split_file(write(*[source_line(7, answer=str(n)) for n in range(10)]), Split(by="row"), tmp_path / "sources")
    assert len({line for part in parts(tmp_path / "sources").values() for line in part}) == 10


def test_lines_that_cannot_be_read_belong_to_no_part(write, tmp_path):
    done = split_file(write(source_line(1), b"broken\n", b"\n", source_line(9)), Split(by="row"), tmp_path / "out")
    assert sum(done.counts.values()) == 2


def test_a_last_line_without_its_break_is_a_line(write, tmp_path):
    split_file(write(source_line(1), source_line(9).rstrip()), Split(train=1, validation=0, test=0), tmp_path / "out")
    assert parts(tmp_path / "out")["train"] == [source_line(1), source_line(9)]


def test_the_parts_never_take_the_place_of_the_file_itself(write, tmp_path):
    path = write(*[source_line(n) for n in range(9)], name="train.jsonl")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="take the place of the file") as caught:
        split_file(path, Split(), tmp_path)
    assert caught.value.todo == "Name another folder"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "test.jsonl").symlink_to(path)
    with pytest.raises(UsageError, match="take the place of the file"):
        split_file(path, Split(), tmp_path / "out")
    assert path.read_bytes() == before


def test_a_cancelled_split_writes_nothing(write, tmp_path):
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        split_file(write(source_line(1)), Split(), tmp_path / "out", cancel=cancel)
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_read_or_written_is_named(write, tmp_path):
    with pytest.raises(InputError, match="not there"):
        split_file(tmp_path / "none", Split(), tmp_path / "out")
    with pytest.raises(UsageError, match="add up to at most 1"):
        split_file(write(source_line(1)), Split(train=-2), tmp_path / "out")
    path = write(source_line(1))
    with pytest.raises(InputError, match="cannot be written"):
        split_file(path, Split(), path / "out")


def test_parts_that_are_there_are_replaced_together_or_not_at_all(write, tmp_path):
    path, out = write(*[source_line(n) for n in range(90)]), tmp_path / "out"
    split_file(path, Split(seed=1), out)
    first = parts(out)
    (out / "test.jsonl").unlink()
    (out / "test.jsonl" / "in the way").mkdir(parents=True)
    with pytest.raises(InputError, match="cannot be written"):
        split_file(path, Split(seed=2), out)
    assert (out / "train.jsonl").read_bytes().splitlines(keepends=True) == first["train"]
