"""`outcrop check` on whole files: training files as they are, source records once rendered, the planted faults."""

import json
import os
import threading
from pathlib import Path

import msgspec
import pytest
from record_lines import chat_line, source_line

import sample_data
from core import catalog
from core.catalog import Tuning
from core.data.check_file import check_file
from core.errors import InputError
from core.formatting.template import Renderer, Template, load
from core.records.check import RULES, CheckReport
from core.records.tables import FORMATS

MODELS = catalog.load()
ARTICLE = Renderer(load("table-question"))

OF_FORMATS = {rule.name for rule in RULES}


def tuning(key: str = "claude-3-haiku") -> Tuning:
    return MODELS.tuning_of(key)[1]


def check(path: Path, key: str = "claude-3-haiku", renderer: Renderer = ARTICLE) -> CheckReport:
    return check_file(path, tuning(key), lambda: renderer).report


def found(report: CheckReport) -> dict[str, tuple[int, ...]]:
    """The lines of each rule."""
    return {issue.rule: issue.lines for issue in report.issues}


def test_the_planted_faults_of_the_format_are_found_on_their_lines_and_nowhere_else():
    manifest = json.loads(sample_data.path(sample_data.MANIFEST).read_bytes())
    planted: dict[str, list[int]] = {}
    for fault in manifest["faults"][sample_data.FAULTY]:
        planted.setdefault(fault["rule"], []).append(fault["line"])
    report = check(sample_data.path(sample_data.FAULTY))
    of_format = {rule: lines for rule, lines in found(report).items() if rule in OF_FORMATS}
    assert of_format == {rule: tuple(sorted(lines)) for rule, lines in planted.items()}


def test_a_good_training_file_has_no_findings(write):
    lines = [chat_line(f"<question>q{n}</question>", "a", system="You are an analyst.") for n in range(40)]
    assert check(write(*lines)) == CheckReport(records=40, errors=0, warnings=0, issues=())


def test_the_articles_advice_is_neither_an_error_nor_a_warning(write):
    report = check(write(*[chat_line(f"q{n}", "a") for n in range(40)]))
    assert (report.errors, report.warnings) == (0, 0)
    assert [(issue.rule, issue.severity, issue.count) for issue in report.issues] == [
        ("no-blocks", "advice", 40),
        ("no-system-prompt", "advice", 40),
    ]


def test_prompts_and_completions_have_no_place_for_a_system_prompt(write):
    lines = [json.dumps({"prompt": f"<q>{n}</q>", "completion": "a"}).encode() + b"\n" for n in range(100)]
    assert check(write(*lines), "llama-3-1-8b").issues == ()


def test_source_records_are_checked_as_the_model_would_get_them(write):
    lines = [source_line(n) for n in range(40)]
    lines[3] = source_line(3, answer="")
    lines[5] = source_line(5, answer="he said\nHuman: no")
    lines[7] = source_line(7, table=[])
    lines[8] = b"\n"
    report = check(write(*lines))
    assert report.records == 39
    assert found(report) == {"empty-content": (4,), "reserved-keyword": (6,), "unrendered": (8,), "blank-line": (9,)}


def in_formats(question: str, number: int) -> list[bytes]:
    """One question about one table, a record for each table format, as an import makes them."""
    return [
        source_line(number + place, table=[["", "2019"], ["Net revenue", "12"]], group="t", question=question,
                    answer="12", facts={"table_format": name})
        for place, name in enumerate(FORMATS)
    ]  # fmt: skip


def test_a_question_in_several_table_formats_is_no_near_duplicate_and_one_in_other_words_is_in_each(write):
    rest = [source_line(n) for n in range(100, 140)]
    same = in_formats("What was the net revenue of the Bell segment in 2019?", 0)
    other = in_formats("Please state the net revenue of the Bell segment in 2019.", 10)
    assert "near-duplicate" not in found(check(write(*same, *rest)))
    assert found(check(write(*same, *other, *rest)))["near-duplicate"] == (5, 6, 7, 8)


def test_the_length_that_counts_is_that_of_the_rendered_record(write):
    lines = [source_line(n, table=[["x" * 97_000]]) if n == 3 else source_line(n) for n in range(40)]
    path = write(*lines)
    assert found(check(path)) == {"too-long": (4,), "length-outlier": (4,)}
    short = Renderer(Template(name="short", user="{{ question }}", assistant="{{ answer }}"))
    assert "too-long" not in found(check(path, renderer=short))


def test_the_size_that_counts_is_that_of_the_rendered_file(write):
    path = write(*[source_line(n) for n in range(40)])
    wordy = Renderer(Template(name="wordy", user="{{ 'x' * 1000 }}", assistant="a"))
    short = Renderer(Template(name="short", user="q", assistant="a"))
    limits = msgspec.structs.replace(tuning().limits, training_bytes=20_000)
    tight = msgspec.structs.replace(tuning(), limits=limits)
    assert "file-size" in found(check_file(path, tight, lambda: wordy).report)
    assert "file-size" not in found(check_file(path, tight, lambda: short).report)


def test_a_field_that_the_template_wants_and_the_record_lacks_is_named_with_the_templates_line(write):
    lines = [source_line(n) for n in range(40)]
    lines[1] = b'{"id": "1", "group": "g", "fields": {"question": "q"}}\n'
    [issue] = check(write(*lines)).issues
    assert (issue.rule, issue.severity, issue.lines) == ("unrendered", "error", (2,))
    place = "table-question.yaml:10 user, column 6"
    assert issue.message == f"'table' is undefined in {place}. The record has the fields question"


def test_a_record_that_the_models_format_cannot_hold_says_so(write):
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]
    path = write(*[source_line(n) for n in range(120)], source_line(120, history=turns))
    [issue] = [each for each in check(path, "llama-3-1-8b").issues if each.severity == "error"]
    assert (issue.rule, issue.lines) == ("schema", (121,))
    assert issue.message.startswith("A conversation of several turns does not fit the prompt/completion format")


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (b'{"id": "1", "group": "g"}', "schema"),
        (b'{"id": 1, "group": "g", "fields": {}}', "schema"),
        (b'{"id": "1", "group": "g", "fields": []}', "schema"),
        (b"[]", "schema"),
        (b"{", "json"),
        (b"[" * 10_000, "json"),
        (b'{"id": "\xff"}', "encoding"),
        (b"\xef\xbb\xbf{}", "encoding"),
        (b'{"id": "\\ud800", "group": "", "fields": {}}', "encoding"),
    ],
)
def test_a_broken_line_among_source_records_is_found_wherever_it_stands(write, bad, rule):
    for place in (0, 20):
        lines = [source_line(n) for n in range(40)]
        lines[place] = bad + b"\n"
        assert found(check(write(*lines))) == {rule: (place + 1,)}


def test_a_field_of_the_wrong_kind_is_named(write):
    lines = [source_line(n) for n in range(40)]
    lines[1] = b'{"id": 1, "group": "g", "fields": {}}\n'
    [issue] = check(write(*lines)).issues
    assert issue.message == "id: Expected `str`, got `int`"


def test_several_turns_do_not_fit_a_model_of_prompts_and_completions(write):
    report = check(write(*[source_line(n) for n in range(100)]), "llama-3-1-8b")
    assert found(report) == {}
    report = check(write(*[chat_line("q", "a")] * 100), "llama-3-1-8b")
    assert found(report) == {"schema": tuple(range(1, 21)), "extra-key": tuple(range(1, 21))}


def test_a_small_file_says_how_few_records_there_are(write):
    issue = check(write(chat_line("q", "a"))).issues[0]
    assert (issue.rule, issue.lines) == ("record-count", ())
    assert issue.message == "1 record, fewer than the 32 that the model needs"


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda path: None, "not there"),
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.write_bytes(b""), "is empty"),
    ],
)
def test_what_is_no_file_of_records_is_named(tmp_path, make, what):
    make(tmp_path / "x")
    with pytest.raises(InputError, match=what) as caught:
        check(tmp_path / "x")
    assert caught.value.where.path == str(tmp_path / "x")


@pytest.mark.parametrize("name", ["claude-3-haiku", "nova-micro", "llama-3-1-8b"])
def test_any_bytes_at_all_give_a_report(write, name):
    for content in (b"\0", b"\xff" * 100, b"\n" * 5, b"{}" * 1000, chat_line("q", "a")[:20], b"\r\n \r\n"):
        assert check(write(content), name).errors > 0


@pytest.mark.parametrize(
    ("name", "key", "refused"),
    [
        ("my data.jsonl", "claude-3-haiku", " "),
        ("a+b=c.jsonl", "claude-3-haiku", "+="),
        ("it's(1)!*.jsonl", "claude-3-haiku", ""),
        ("it's(1).jsonl", "nova-micro", "'()"),
        ("train_1-2.v3.jsonl", "nova-micro", ""),
    ],
)
def test_a_name_that_bedrock_refuses_is_told_by_its_characters(write, name, key, refused):
    issues = [each for each in check(write(chat_line("q", "a"), name=name), key).issues if each.rule == "file-name"]
    assert [each.message.rpartition(": ")[2] for each in issues] == ([repr(refused)] if refused else [])


def test_a_pipe_is_read_like_a_file(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    content = b"".join(source_line(n) for n in range(100))
    writer = threading.Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    report = check(pipe)
    writer.join()
    assert (report.records, report.errors) == (100, 0)


def test_the_first_finding_of_each_rule_is_told_while_a_large_file_is_still_being_read(write):
    good = chat_line("<question>" + "q" * 1500 + "</question>", "a", system="You are an analyst.")
    path = write(good, b"{}\n", b"{}\n", b"nothing\n", *[good] * 3000)
    told: list[tuple[str, int]] = []
    read: list[int] = []
    check_file(
        path,
        tuning(),
        lambda: ARTICLE,
        tell=lambda progress: read.append(progress.done),
        first=lambda finding: told.append((finding.rule, finding.line if not read else 0)),
    )
    assert told == [("json", 4), ("schema", 2)]
