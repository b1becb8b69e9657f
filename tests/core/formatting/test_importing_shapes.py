"""What a shape may do: make records of rows, as many as it likes, and name the fields it leaves."""

import gzip
import json
from collections.abc import Iterator

import pytest
import raw_tatqa

from core.errors import InputError
from core.formatting.importing import KINDS, ImportPlan, Input, detect, options
from core.formatting.importing.container import FileRow, FileRows
from core.formatting.importing.containers.json_file import JSON
from core.formatting.importing.kinds import CONTAINERS, SHAPES
from core.formatting.importing.shape import Draft, Drafts, Shape, ShapeContext, one_by_one
from core.formatting.importing.unmapped import UnfitRow


def card(row: FileRow, _reading: ShapeContext) -> Iterator[Draft | UnfitRow]:
    for number, each in enumerate(row["cards"]):
        if "back" in each:
            yield Draft(fields={"question": each["front"], "answer": each["back"]}, unused=("deck",))
        else:
            yield UnfitRow(f"cards[{number}]", "it has no back", "Write one")


def paired(rows: FileRows, _reading: ShapeContext) -> Drafts:
    """Every second row answers the one before."""
    for (line, asked), (_, answered) in zip(rows, rows, strict=True):
        assert isinstance(asked, dict)
        assert isinstance(answered, dict)
        yield line, Draft(fields={"question": asked["text"], "answer": answered["text"]})


CARDS = Shape(name="cards", fits=lambda row: "cards" in row, drafts=one_by_one(card))
PAIRS = Shape(name="pairs", fits=lambda row: "text" in row, drafts=paired)


@pytest.fixture
def reading(tmp_path):
    return ShapeContext(Input(tmp_path / "cards.json"), ImportPlan("cards"))


def test_a_row_may_make_several_records_and_refuse_a_part_of_itself(reading):
    rows = iter([(4, {"cards": [{"front": "f", "back": "b"}, {"front": "g"}, {"front": "h", "back": "i"}]})])
    first, missed, last = CARDS.drafts(rows, reading)
    assert (first[0], missed[0], last[0]) == (4, 4, 4)
    assert (first[1].fields["answer"], missed[1].field, last[1].fields["answer"]) == ("b", "cards[1]", "i")
    assert first[1].unused == ("deck",)


def test_a_record_may_need_several_rows(reading):
    rows = iter([(1, {"text": "q"}), (2, {"text": "a"}), (3, {"text": "r"}), (4, {"text": "b"})])
    made = [(line, draft.fields["question"], draft.fields["answer"]) for line, draft in PAIRS.drafts(rows, reading)]
    assert made == [(1, "q", "a"), (3, "r", "b")]


def test_a_row_that_the_container_could_not_read_is_passed_on_with_its_line(reading):
    broken = UnfitRow("", "it is no row", "Mend it")
    assert list(CARDS.drafts(iter([(7, broken)]), reading)) == [(7, broken)]


def test_a_json_file_gives_the_objects_of_its_list(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('\ufeff[{"a": 1}, 5, {"a": 1e999}, {"a": [2]}]')
    (_, first), (_, number), (_, large), (place, last) = JSON.rows(path, ImportPlan("tatqa"))
    assert (first, last, place) == ({"a": 1}, {"a": [2]}, 4)
    assert number.reason == "it must be an object, not a number"
    assert "out of range" in large.reason


@pytest.mark.parametrize("content", ["", "{}", "[1", "[" * 100_000])
def test_a_json_file_that_is_no_list_is_refused_with_its_place(tmp_path, content):
    path = tmp_path / "rows.json"
    path.write_text(content)
    with pytest.raises(InputError) as caught:
        list(JSON.rows(path, ImportPlan("tatqa")))
    assert caught.value.where.path == str(path)


def test_every_kind_has_a_name_of_its_own_and_every_shape_a_container():
    containers = {each.name for each in CONTAINERS}
    assert len(set(KINDS)) == len(KINDS) == len(SHAPES) + sum(each.columns is not None for each in CONTAINERS)
    assert all(containers.issuperset(each.containers) and each.containers for each in SHAPES)
    assert all(options(kind) <= set(ImportPlan.__struct_fields__) for kind in KINDS)


def test_a_packed_tatqa_file_is_told_and_read(tmp_path):
    raw = [{"table": {"uid": "t", "table": [["a"]]}, "questions": [{"question": "q", "answer": ["a"]}]}]
    path = tmp_path / "tatqa.json.gz"
    path.write_bytes(gzip.compress(json.dumps(raw).encode()))
    assert detect(path) == "tatqa"
    assert [each.fields["question"] for each in raw_tatqa.read(path)] == ["q"]


def test_a_csv_file_whose_packing_is_cut_off_is_refused(tmp_path):
    path = tmp_path / "rows.csv.gz"
    path.write_bytes(gzip.compress(b"question,answer\n" + b"q,a\n" * 10_000)[:-20])
    with pytest.raises(InputError, match="cannot be unpacked"):
        list(next(each for each in CONTAINERS if each.name == "csv").rows(path, ImportPlan("csv")))
