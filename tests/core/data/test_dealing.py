"""A project's parts: what an export has dealt is remembered, and whoever asks is told the same."""

import random
from collections.abc import Sequence

import msgspec
import pytest
from record_lines import source_line

from core.clock import ManualClock
from core.data import split_figures
from core.data.decisions import decide
from core.data.project_view import opened
from core.data.training_set import place, prepare
from core.formatting import PARTS, export
from core.workspace import Workspace

NOW = ManualClock().now()
LINES = [source_line(n, facts={"type": "span" if n % 3 else "count"}) for n in range(200)]


@pytest.fixture
def project(workspace: Workspace) -> Workspace:
    """200 records."""
    fill(workspace, LINES)
    return workspace


def fill(workspace: Workspace, lines: Sequence[bytes]) -> None:
    (workspace.folder / "records.jsonl").write_bytes(b"".join(lines))


def flag(workspace: Workspace, value: str, rows: Sequence[int]) -> None:
    with opened(workspace) as view:
        decide(workspace.store, view.subjects(list(rows)), "flag", value, who="ann", now=NOW)


def exported(workspace: Workspace, **how: int) -> dict[str, str]:
    """The part of each record in an export that is written now."""
    made, folder = prepare(workspace, **how)
    return {each: part for part in PARTS for each in export.identities(folder, made, part)}


def in_the_table(workspace: Workspace) -> dict[str, str]:
    """The part of each record as the Data tab shows it."""
    with opened(workspace) as view:
        return dict(view.by_record("split"))


@pytest.mark.parametrize("by", ["group", "row"])
@pytest.mark.parametrize("rejected", [1, 2, 20, 90])
def test_before_a_test_is_frozen_rejects_leave_it_and_move_nobody(project, by, rejected):
    project.change_config(split__by=by)
    before = exported(project)
    rows = random.Random(rejected).sample(range(200), rejected)
    flag(project, "reject", rows)
    with opened(project) as view:
        gone = {view.identity(row) for row in rows}
    assert exported(project) == {each: part for each, part in before.items() if each not in gone}


def test_a_decision_that_is_taken_back_gives_the_export_before(project):
    first, _ = prepare(project)
    flag(project, "reject", [3, 5])
    assert prepare(project)[0].name != first.name
    flag(project, "keep", [3, 5])
    assert prepare(project)[0].name == first.name


def test_table_figures_and_export_say_the_same_before_and_after_anything_is_remembered(project):
    flag(project, "reject", range(0, 60, 7))
    looked_at, figures = in_the_table(project), split_figures.figures(project)
    assert not (project.folder / "splits").exists()
    written = exported(project)
    assert looked_at == written == in_the_table(project)
    assert figures == split_figures.figures(project)
    assert figures.counts == {part: list(written.values()).count(part) for part in PARTS}
    assert next(way for way in split_figures.ways(project) if way.by == "group").figures == figures


def test_records_that_are_added_and_re_ordered_move_nobody(project):
    fill(project, LINES[:150])
    before = exported(project)
    fill(project, random.Random(2).sample(LINES, len(LINES)))
    after = exported(project)
    assert {each: after[each] for each in before} == before
    assert len(after) == 200
    assert abs(list(after.values()).count("test") - 20) <= 3  # a table has three records


def test_a_table_that_comes_back_has_the_part_that_it_had(project):
    before = exported(project)
    fill(project, LINES[100:])
    exported(project)
    fill(project, LINES)
    assert exported(project) == before


def test_another_split_deals_anew_and_the_first_one_is_found_again(project):
    first = exported(project)
    project.change_config(split__seed=2)
    assert exported(project) != first
    project.change_config(split__seed=1)
    assert exported(project) == first
    assert len(list((project.folder / "splits").iterdir())) == 2


def test_an_export_that_deals_nothing_new_leaves_the_file_as_it_is(project):
    prepare(project)
    (path,) = (project.folder / "splits").iterdir()
    before = path.stat()
    flag(project, "reject", [4])
    prepare(project)
    assert path.stat() == before


def test_read_only_remembers_nothing(project):
    project.overrule(read_only=True)
    with place(project.config, project.folder) as exports:
        prepare(project, exports=exports)
    assert not (project.folder / "splits").exists()


def test_a_sub_sample_stays_and_grows_when_records_are_added(project):
    def drawn(sample: int) -> set[str]:
        return {each for each, part in exported(project, sample=sample).items() if part == "train"}

    fill(project, LINES[:150])
    small = drawn(40)
    fill(project, LINES)
    assert drawn(40) == small
    assert small < drawn(80)


def test_a_record_that_stands_with_a_training_table_and_a_test_table_is_counted_as_left_out(project):
    parts = exported(project)
    lines = {msgspec.json.decode(line)["group"]: line for line in LINES}
    with opened(project) as view:
        of_row = {row: parts[view.identity(row)] for row in range(200)}
    trained = next(row for row, part in of_row.items() if part == "train")
    tested = next(row for row, part in of_row.items() if part == "test")
    groups = [msgspec.json.decode(LINES[row])["group"] for row in (trained, tested)]
    copy = lines[groups[0]].replace(f'"{groups[0]}"'.encode(), f'"{groups[1]}"'.encode())
    fill(project, [*LINES, copy])
    made, _ = prepare(project)
    assert made.excluded == {"stands with records of two parts": 1}
    assert exported(project) == parts
    assert split_figures.figures(project).left == 0


# Projects that remember nothing


def test_the_parts_of_the_last_export_are_taken_over_where_nothing_is_remembered(project):
    parts = exported(project)
    for path in (project.folder / "splits").iterdir():
        path.unlink()
    flag(project, "reject", range(0, 200, 11))
    with opened(project) as view:
        gone = {view.identity(row) for row in range(0, 200, 11)}
    assert exported(project) == {each: part for each, part in parts.items() if each not in gone}


def test_what_a_sub_sample_left_out_trains_once_the_sample_is_taken_over(project):
    whole = exported(project)
    exported(project, sample=50)
    for path in (project.folder / "splits").iterdir():
        path.unlink()
    assert exported(project) == whole
