"""`outcrop format`: templates listed, shown, checked; a record previewed; what the last change changes."""

import msgspec
import pytest
from screens import edit_record, make_project, records

MINE = """name: mine
system: Be brief.
user: |-
  {{ question }}
assistant: "{{ answer }}"
"""


@pytest.fixture
def project(tmp_path):
    make_project(tmp_path)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "mine.yaml").write_text(MINE)
    return tmp_path


def test_templates_are_listed_with_the_metric_that_fits_or_judge_only(outcrop, project):
    lines = outcrop("format", "list").out.splitlines()
    found = {line.split()[0]: line for line in lines[1:]}
    assert "judge only" in found["summary"]
    assert found["mine"].split()[1] == "own"
    by_name = {each["name"]: each for each in outcrop("format", "list", "--json").json}
    assert by_name["sql"]["answer"] == "sql"
    assert by_name["mine"]["own"]


def test_a_ready_made_template_is_shown_to_start_ones_own_from(outcrop, project):
    (project / "templates" / "other.yaml").write_text(outcrop("format", "show", "sql").out)
    assert "is valid" in outcrop("format", "check", "other").out


def test_a_mistake_is_told_with_line_and_column(outcrop, project):
    (project / "templates" / "mine.yaml").write_text(MINE.replace("{{ question }}", "{{ question | nope }}"))
    done = outcrop("format", "check", "mine")
    assert done.code == 1
    assert "mine.yaml:4 user, column 17" in done.err
    assert "No filter named 'nope'" in done.err


def test_a_field_that_none_of_the_projects_records_has_is_warned_of_with_what_may_be_meant(outcrop, project):
    (project / "templates" / "mine.yaml").write_text(MINE.replace("{{ question }}", "{{ questoin }}"))
    done = outcrop("format", "check", "mine")
    assert (done.code, "is valid" in done.out) == (0, True)
    assert "mine.yaml:4 user, column 6: none of the project's 12 records has the field 'questoin'" in done.err
    assert "Did you mean question?" in done.err


GUARDED = "{{ question }}{% if note is defined %}{{ note }}{% endif %}{{ hint | default('') }}"
GIVEN = (
    "{{ question }}{{ rationale }}{{ facts.type }}{% for each in paragraphs %}{{ loop.index }}{{ each }}{% endfor %}"
)


@pytest.mark.parametrize("user", [GUARDED, GIVEN])
def test_a_field_that_may_be_missing_or_is_always_there_is_not_warned_of(outcrop, project, user):
    (project / "templates" / "mine.yaml").write_text(MINE.replace("{{ question }}", user))
    done = outcrop("format", "check", "mine")
    assert (done.code, done.err) == (0, "")


def test_a_field_that_an_edit_has_brought_is_known(outcrop, project):
    (project / "templates" / "mine.yaml").write_text(MINE.replace("{{ question }}", "{{ question }}{{ hint }}"))
    assert "'hint'" in outcrop("format", "check", "mine").err
    edit_record(project, 7, hint="look below")
    assert outcrop("format", "check", "mine").err == ""


def test_a_template_that_is_none_is_told_behind_those_that_are_listed(outcrop, project):
    (project / "templates" / "broken.yaml").write_text("name: [")
    done = outcrop("format", "list")
    assert done.code == 1
    assert {"mine", "sql"} <= {line.split()[0] for line in done.out.splitlines()}
    assert "broken.yaml:2" in done.err


def test_a_metric_that_nobody_knows_is_a_mistake_of_the_template(outcrop, project):
    (project / "templates" / "mine.yaml").write_text(MINE + "metric: squadd\n")
    done = outcrop("format", "check", "mine")
    assert done.code == 1
    assert "There is no metric named 'squadd'" in done.err
    assert "squad, article" in done.err


def test_a_chat_is_written_by_no_template_and_that_is_said(outcrop, project):
    (project / "chats.jsonl").write_text('{"prompt": "How?", "completion": "So"}\n')
    assert "How?" in outcrop("format", "preview", "chats.jsonl").out
    done = outcrop("format", "preview", "chats.jsonl", "--template", "mine")
    assert done.code == 2
    assert "which no template writes" in done.err


def test_a_record_is_previewed_with_tokens_and_what_each_table_format_costs(outcrop, project):
    done = outcrop("format", "preview", "--record", 2)
    assert "How many staff had company 1 in 2020?" in done.out
    assert "tables as html " in done.out
    as_json = outcrop("format", "preview", "--record", 2, "--table-format", "json", "--json").json
    assert set(as_json["table_formats"]) == {"html", "json", "markdown", "latex"}
    assert sum(as_json["tokens"].values()) == as_json["table_formats"]["json"]
    assert as_json["answer"] == "14"


def test_a_record_whose_import_fixed_its_table_format_keeps_it_and_the_preview_says_so(outcrop, tmp_path):
    make_project(tmp_path, [msgspec.structs.replace(each, facts={"table_format": "markdown"}) for each in records(2)])
    done = outcrop("format", "preview", "--table-format", "latex")
    assert "written as markdown, as its import says, and not as latex" in done.out
    assert "| Shops |" in done.out
    assert outcrop("format", "preview", "--table-format", "latex", "--json").json["table_format"] == "markdown"
    assert "as its import says" not in outcrop("format", "preview", "--table-format", "markdown").out


def test_a_record_of_the_project_is_previewed_as_edited_and_a_named_file_as_it_stands(outcrop, project):
    edit_record(project, 1, question="Who?")
    assert "Who?" in outcrop("format", "preview", "--record", 2).out
    assert "Who?" not in outcrop("format", "preview", "records.jsonl", "--record", 2).out


def test_another_file_and_another_template_may_be_previewed(outcrop, project):
    done = outcrop("format", "preview", "records.jsonl", "--template", "mine", "--json").json
    assert (done["system"], done["messages"][0]["content"]) == ("Be brief.", "How many shops had company 1 in 2020?")


def test_a_template_that_cannot_render_a_record_says_what_it_lacks_and_where(outcrop, project):
    (project / "templates" / "mine.yaml").write_text(MINE.replace("{{ question }}", "{{ context }}"))
    done = outcrop("format", "preview", "--template", "mine")
    assert done.code == 2
    assert "The template cannot render this record" in done.err
    assert "mine.yaml:4 user, column 6" in done.err
    assert "'context' is undefined" in done.err
    assert "outcrop format list" in done.err


def test_a_record_that_is_not_there_is_a_mistake_of_the_command(outcrop, project):
    assert outcrop("format", "preview", "--record", 99).code == 2


def test_what_the_last_change_changes_in_a_record(outcrop, project):
    assert "has not changed" in outcrop("format", "diff", "mine").out
    (project / "templates" / "mine.yaml").write_text(MINE.replace("{{ question }}", "<q>\n  {{ question }}\n  </q>"))
    said = outcrop("format", "diff", "mine").out
    assert [line for line in said.splitlines() if line[0] in "+-"] == ["+ <q>", "+ </q>"]
    assert outcrop("format", "diff", "mine").out == said


def test_a_template_of_ones_own_is_what_an_export_is_written_with(outcrop, project):
    settings = (project / "outcrop.yaml").read_text()
    (project / "outcrop.yaml").write_text(settings.replace("template: table-question", "template: mine"))
    outcrop("export")
    [train] = project.glob("exports/*/train.jsonl")
    assert '"system":"Be brief."' in train.read_text()
