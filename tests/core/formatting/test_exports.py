"""Exports: the same records give the same bytes, identities stand beside, and damage is named."""

import json
import shutil
import threading
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import catalog
from core.config import Split
from core.errors import InputError, UsageError
from core.formatting import ExportLine, Leakage, export
from core.formatting.template import load
from core.records import formats
from core.records.record import Chat, Message

NOW = datetime(2025, 6, 1, 9, tzinfo=UTC)
MODELS = catalog.load()


def lines(part: str, count: int) -> list[ExportLine]:
    return [
        ExportLine(
            f"{part}-{n}", f"table {n % 3}", "span", Chat((Message("user", f"q{n}"), Message("assistant", "a")), "s")
        )
        for n in range(count)
    ]


def recipe(source: Path, key: str = "claude-3-haiku", include: str = "") -> export.Recipe:
    model, tuning = MODELS.tuning_of(key)
    return export.recipe(
        model=model,
        tuning=tuning,
        template=load("table-question"),
        table_format="html",
        split=Split(),
        include=include,
        source=source,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_text("records\n")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "exports"


def written(folder: Path, source: Path, *, now: datetime = NOW, count: int = 4, **more: str) -> export.Export:
    parts = {"train": lines("train", count), "validation": lines("validation", 1), "test": lines("test", 2)}
    return export.write(
        folder,
        parts,
        recipe=recipe(source, **more),
        excluded={"include": 3},
        leakage=Leakage(0.0, 0.0, 0.0),
        now=now,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_an_export_is_a_folder_of_parts_their_identities_and_a_manifest(folder, source):
    made = written(folder, source)
    assert sorted(path.name for path in (folder / made.name).iterdir()) == [
        "manifest.json",
        "test.ids",
        "test.jsonl",
        "train.ids",
        "train.jsonl",
        "validation.ids",
        "validation.jsonl",
    ]
    assert {part: made.records(part) for part in ("train", "validation", "test")} == {
        "train": 4,
        "validation": 1,
        "test": 2,
    }


def test_the_lines_are_the_models_own_and_as_many_as_the_identities_beside_them(folder, source):
    made = written(folder, source)
    decode = formats.named(made.recipe.format).decode
    chats = (folder / made.name / "train.jsonl").read_bytes().splitlines()
    assert [decode(line).prompt for line in chats] == ["q0", "q1", "q2", "q3"]
    beside = (folder / made.name / "train.ids").read_text().splitlines()
    assert beside == [
        "train-0\ttable 0\tspan",
        "train-1\ttable 1\tspan",
        "train-2\ttable 2\tspan",
        "train-3\ttable 0\tspan",
    ]


def test_the_same_records_give_the_same_export_to_the_byte(folder, source):
    first = written(folder, source)
    before = contents(folder)
    second = written(folder, source, now=NOW + timedelta(days=1))
    assert second == first
    assert contents(folder) == before


@pytest.mark.parametrize("change", [{"count": 5}, {"include": "flag IS NULL"}, {"key": "nova-micro"}])
def test_another_recipe_or_other_records_give_another_export_beside_the_first(folder, source, change):
    first = written(folder, source)
    assert written(folder, source, **change).name != first.name
    assert export.read_export(folder / first.name) == first


def test_another_source_gives_another_export(folder, source):
    first = written(folder, source)
    source.write_text("other records\n")
    assert written(folder, source).name != first.name


def test_the_manifest_says_what_was_made_of_what(folder, source):
    made = written(folder, source)
    manifest = json.loads((folder / made.name / "manifest.json").read_bytes())
    assert manifest["name"] == made.name
    assert manifest["recipe"]["model"] == "claude-3-haiku"
    assert manifest["recipe"]["split"] == {
        "by": "group",
        "seed": 1,
        "train": 0.8,
        "validation": 0.1,
        "test": 0.1,
        "stratify": "",
    }
    assert manifest["excluded"] == {"include": 3}
    assert manifest["files"]["train"] | {"sha256": ""} == {
        "name": "train.jsonl",
        "sha256": "",
        "records": 4,
        "bytes": len((folder / made.name / "train.jsonl").read_bytes()),
        "characters": 4 * 4,
        "tokens": 4,
    }
    assert manifest["recipe"]["limits"]["minimum_records"] == 32
    assert manifest["refusals"] == [
        "training: 4 records, fewer than the 32 that the model needs",
        "validation: 1 record, fewer than the 32 that the model needs",
    ]
    assert export.read_export(folder / made.name) == made


def test_a_part_is_read_back_as_it_was_written(folder, source):
    made = written(folder, source)
    assert export.export_lines(folder / made.name, made, "train") == lines("train", 4)


def test_line_separators_and_tabs_in_names_do_no_harm(folder, source):
    odd = "a\u2028b\tc\nd"
    line = ExportLine(odd, odd, odd, Chat((Message("user", odd), Message("assistant", odd))))
    made = export.write(
        folder, {"train": [line]}, recipe=recipe(source), excluded={}, leakage=Leakage(0, 0, 0), now=NOW
    )
    [read] = export.export_lines(folder / made.name, made, "train")
    assert (read.id, read.group, read.kind, read.chat) == ("a b c d", "a b c d", "a b c d", line.chat)


def test_a_part_that_the_export_does_not_have_is_a_mistake_of_the_command(folder, source):
    made = export.write(
        folder, {"train": lines("a", 1)}, recipe=recipe(source), excluded={}, leakage=Leakage(0, 0, 0), now=NOW
    )
    with pytest.raises(UsageError, match="has no test part"):
        export.export_lines(folder / made.name, made, "test")


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("train.jsonl", None),
        ("train.jsonl", b""),
        ("train.jsonl", b"{}\n{}\n{}\n{}\n"),
        ("train.jsonl", b"\xff\n"),
        ("train.ids", None),
        ("train.ids", b""),
        ("train.ids", b"1\t2\n1\t2\n1\t2\n1\t2\n"),
        ("train.ids", b"\xff"),
    ],
)
def test_a_damaged_export_is_named_and_mended_by_exporting_again(folder, source, name, damage):
    made = written(folder, source)
    whole = contents(folder)
    path = folder / made.name / name
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    with pytest.raises(InputError, match="export is damaged") as caught:
        export.export_lines(folder / made.name, made, "train")
    assert caught.value.where.path == str(folder / made.name / "train.jsonl")
    assert caught.value.todo == "Export again"
    assert written(folder, source) == made
    assert contents(folder) == whole


def test_one_changed_byte_is_seen(folder, source):
    made = written(folder, source)
    path = folder / made.name / "train.jsonl"
    path.write_bytes(path.read_bytes().replace(b"q0", b"q9"))
    with pytest.raises(InputError, match="export is damaged") as caught:
        export.export_lines(folder / made.name, made, "train")
    assert "not those that the manifest names" in caught.value.why


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"name": "x"', b"\xff"])
def test_a_folder_without_a_whole_manifest_is_no_export(folder, source, content):
    made = written(folder, source)
    manifest = folder / made.name / "manifest.json"
    manifest.unlink() if content is None else manifest.write_bytes(content)
    with pytest.raises(InputError, match="no export here") as caught:
        export.read_export(folder / made.name)
    assert "outcrop export" in caught.value.todo
    assert export.latest_export(folder) is None


def test_the_latest_export_is_found_among_others(folder, source):
    assert export.latest_export(folder) is None
    written(folder, source, count=3)
    last = written(folder, source, count=5, now=NOW + timedelta(hours=1))
    assert export.latest_export(folder) == (last, folder / last.name)


def test_the_latest_export_is_the_one_asked_for_last_though_it_was_there_before(folder, source):
    whole = written(folder, source, count=5)
    written(folder, source, count=3, now=NOW + timedelta(hours=1))
    assert written(folder, source, count=5, now=NOW + timedelta(hours=2)) == whole
    assert export.latest_export(folder) == (whole, folder / whole.name)


def test_where_the_export_asked_for_last_is_gone_the_newest_is_the_latest(folder, source):
    newer = written(folder, source, count=3, now=NOW + timedelta(hours=1))
    shutil.rmtree(folder / written(folder, source, count=5).name)
    assert export.latest_export(folder) == (newer, folder / newer.name)


def test_a_folder_that_cannot_be_written_is_named(source, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        written(tmp_path / "file" / "exports", source)


def test_an_empty_part_is_an_empty_file(folder, source):
    made = export.write(
        folder,
        {"train": lines("a", 1), "test": []},
        recipe=recipe(source),
        excluded={},
        leakage=Leakage(0, 0, 0),
        now=NOW,
    )
    assert (made.records("test"), export.export_lines(folder / made.name, made, "test")) == (0, [])


def test_two_exports_at_once_never_mix_their_files(folder, source):
    """Two terminals on one project: each finds its own bytes where its manifest says."""
    failed: list[Exception] = []

    def export_often(count: int) -> None:
        try:
            for _ in range(15):
                made = written(folder, source, count=count)
                assert export.export_lines(folder / made.name, made, "train") == lines("train", count)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            failed.append(error)

    both = [threading.Thread(target=export_often, args=(count,)) for count in (20, 30)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert failed == []


def test_an_export_needs_no_more_memory_for_more_records(folder, source):
    def most_held(count: int) -> int:
        stream = (each for n in range(count // 100) for each in lines(str(n), 100))
        tracemalloc.start()
        try:
            export.write(
                folder, {"train": stream}, recipe=recipe(source), excluded={}, leakage=Leakage(0, 0, 0), now=NOW
            )
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most_held(100)  # what is made once, on first use
    assert most_held(20_000) < most_held(1_000) + 100_000
