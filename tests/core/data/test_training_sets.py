"""What gets trained on: one rule, counted by reason; the same records and rule give the same export."""

import pytest
from record_lines import chat_line, source_line

from core.clock import ManualClock
from core.data import decisions
from core.data.decisions import decide
from core.data.include import check_include
from core.data.project_records import open_dataset, read_facts
from core.data.selection import select
from core.data.training_set import prepare
from core.data.view import View
from core.errors import InputError, UsageError
from core.formatting import export
from core.records import tables

NOW = ManualClock().now()


def fill(workspace, *lines: bytes) -> None:
    (workspace.folder / "records.jsonl").write_bytes(b"".join(lines))


def flag(workspace, value: str, *rows: int) -> None:
    dataset = open_dataset(workspace.config, workspace.folder)
    view = View(dataset, read_facts(workspace, dataset), workspace.store)
    decide(workspace.store, view.subjects(rows), "flag", value, who="ann", now=NOW)
    dataset.close()


def selection(workspace):
    dataset = open_dataset(workspace.config, workspace.folder)
    found = select(workspace.config, workspace.folder, View(dataset, read_facts(workspace, dataset), workspace.store))
    dataset.close()
    return found


LINES = [source_line(n, facts={"type": "span"}) for n in range(60)]


def test_by_default_everything_trains_that_has_no_error_and_was_not_flagged_otherwise(workspace):
    fill(workspace, *LINES[:6], b"broken\n", b"\n", source_line(8, answer="\nHuman: x"), source_line(9, answer=""))
    flag(workspace, "keep", 0)
    flag(workspace, "reject", 1, 2)
    flag(workspace, "fix", 3)
    found = selection(workspace)
    assert found.rows.tolist() == [0, 4, 5, 9]  # an empty answer is a warning
    assert found.excluded == {
        "error: json": 1,
        "error: blank-line": 1,
        "error: reserved-keyword": 1,
        "flag: reject": 2,
        "flag: fix": 1,
    }
    assert decisions.count(workspace.store) == 4


def test_another_rule_leaves_others_out_and_says_so(workspace):
    fill(workspace, *LINES[:6])
    workspace.change_config(data__include="row <= 4 AND (flag IS NULL OR flag = 'keep')")
    flag(workspace, "reject", 1)
    found = selection(workspace)
    assert found.rows.tolist() == [0, 2, 3]
    assert found.excluded == {"include": 2, "flag: reject": 1}


def test_a_flag_is_a_reason_only_where_the_rule_leaves_it_out(workspace):
    fill(workspace, *LINES[:6])
    flag(workspace, "keep", 0, 1)
    flag(workspace, "reject", 2)
    flag(workspace, "fix", 3, 4)
    workspace.change_config(data__include="row = 4 OR flag = 'reject'")
    found = selection(workspace)
    assert found.rows.tolist() == [2, 3]
    assert found.excluded == {"include": 4}
    workspace.change_config(data__include="row = 1 AND (flag IS NULL OR flag = 'keep')")
    assert selection(workspace).excluded == {"flag: fix": 2, "include": 2, "flag: reject": 1}


def test_without_a_rule_only_errors_are_left_out(workspace):
    fill(workspace, *LINES[:3], b"{\n")
    workspace.change_config(data__include="")
    flag(workspace, "reject", 0)
    assert (selection(workspace).rows.tolist(), selection(workspace).excluded) == ([0, 1, 2], {"error: json": 1})


def test_an_error_counts_before_a_flag(workspace):
    fill(workspace, source_line(0, answer="\nHuman:"), source_line(1))
    flag(workspace, "reject", 0)
    assert selection(workspace).excluded == {"error: reserved-keyword": 1}


def test_a_condition_that_is_neither_true_nor_false_leaves_the_record_out(workspace):
    fill(workspace, *LINES[:3])
    workspace.change_config(data__include="flag = 'keep'")
    flag(workspace, "keep", 1)
    assert selection(workspace).rows.tolist() == [1]


@pytest.mark.parametrize("include", ["flag IS NUL", "flg = 'keep'", "just words", "EXISTS (SELECT 1) OR flag = 'x'"])
def test_a_rule_that_is_no_condition_is_refused_before_anything_is_written(workspace, include):
    fill(workspace, *LINES)
    workspace.change_config(data__include=include)
    with pytest.raises(UsageError):
        prepare(workspace)
    with pytest.raises(UsageError):
        check_include(include)
    assert not (workspace.folder / "exports").exists()


@pytest.mark.parametrize("include", ["", "flag IS NULL OR flag = 'keep'", "type = 'span'", "output_tokens < 50"])
def test_a_rule_over_known_columns_is_taken(include):
    check_include(include)


def test_the_export_is_divided_by_table_and_says_why_the_others_are_missing(workspace):
    fill(workspace, *LINES, b"broken\n")
    flag(workspace, "reject", 5)
    made, folder = prepare(workspace)
    assert folder == workspace.folder / "exports" / made.name
    assert sum(made.records(part) for part in ("train", "validation", "test")) == 59
    assert made.excluded == {"error: json": 1, "flag: reject": 1}
    assert made.leakage.table == 0
    groups = {part: {line.group for line in export.export_lines(folder, made, part)} for part in ("train", "test")}
    assert groups["train"].isdisjoint(groups["test"])
    assert {line.kind for line in export.export_lines(folder, made, "train")} == {"span"}


def test_chats_are_divided_by_the_cells_of_their_tables_whatever_their_format(workspace):
    grids = [tables.grid([["", "2019"], ["Revenue", str(n)]]) for n in range(20)]
    written = [tables.render(grid, name) for grid in grids for name in tables.FORMATS]
    fill(workspace, *(chat_line("How much?", str(n // 4), table=table) for n, table in enumerate(written)))
    made, folder = prepare(workspace)
    assert made.leakage.table == 0
    answers = {
        part: {line.chat.completion for line in export.export_lines(folder, made, part)} for part in ("train", "test")
    }
    assert (len(answers["train"]), len(answers["test"])) == (16, 2)
    assert answers["train"].isdisjoint(answers["test"])


def test_the_same_again_is_the_same_export_and_a_flag_makes_another(workspace):
    fill(workspace, *LINES)
    first, folder = prepare(workspace)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert prepare(workspace) == (first, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    flag(workspace, "reject", 5)
    assert prepare(workspace)[0].name != first.name


def test_what_is_exported_is_what_the_template_makes(workspace):
    fill(workspace, *LINES)
    workspace.change_config(format__table_format="markdown")
    made, folder = prepare(workspace)
    line = export.export_lines(folder, made, "train")[0]
    assert "| cell" in line.chat.prompt
    assert line.chat.completion == line.chat.question.removeprefix("question ")


def test_the_manifest_names_the_formats_in_which_tables_are_written(workspace):
    def recorded(*formats):
        fill(workspace, *(source_line(n, facts={"table_format": each} if each else None)
                          for n in range(40) for each in formats))  # fmt: skip
        return prepare(workspace)[0].recipe.table_format

    assert recorded("") == "html"
    assert recorded("latex") == "latex"
    assert recorded("latex", "json", "html") == "html, json, latex"
    assert recorded("json", "") == "html, json"  # a record whose import fixed none goes by the project


def test_a_rule_that_leaves_nothing_is_a_mistake(workspace):
    fill(workspace, *LINES)
    workspace.change_config(data__include="row < 1")
    with pytest.raises(UsageError, match="leaves no record to train on") as caught:
        prepare(workspace)
    assert "data.include" in caught.value.todo


def test_where_the_template_is_at_fault_the_error_shows_what_it_lacks_and_names_another_as_the_remedy(workspace):
    fill(workspace, b"broken\n", *(source_line(n).replace(b'"table"', b'"grid"') for n in range(4)))
    flag(workspace, "reject", 4)
    with pytest.raises(UsageError, match="No record is left") as caught:
        prepare(workspace)
    assert caught.value.why.startswith("left out: error: unrendered 4, error: json 1; line 2: 'table' is")
    assert "format.template" in caught.value.todo


def test_where_the_lines_are_broken_the_remedy_is_to_look_at_them(workspace):
    fill(workspace, source_line(0, answer="\nHuman:"), source_line(1, answer="\nHuman:"))
    with pytest.raises(UsageError) as caught:
        prepare(workspace)
    assert "line 1: " in caught.value.why
    assert "outcrop check" in caught.value.todo


def test_a_project_without_records_says_how_to_get_some(workspace):
    with pytest.raises(InputError, match="not there"):
        prepare(workspace)
    workspace.change_config(data__source="")
    with pytest.raises(UsageError, match="no records yet") as caught:
        prepare(workspace)
    assert "outcrop import" in caught.value.todo
