"""What the checks found in an open file: columns to filter by, reasons beside the record, fixes to decide."""

import json
from collections.abc import Iterator

import pytest
from record_lines import chat_line, source_line

from core import catalog
from core.clock import ManualClock
from core.data import Dataset, index, issues
from core.data.decisions import decide, undo
from core.data.facts import Facts
from core.data.index import LineIndex
from core.data.view import View
from core.errors import UsageError
from core.formatting.template import Renderer, load

HAIKU = catalog.load().tuning_of("claude-3-haiku")[1].requirements()
NOW = ManualClock().now()


def asked(question: str, answer: str, *, table: str = "<tr><td>12</td></tr>") -> bytes:
    """A chat as the article writes it, about a table."""
    return chat_line(f"<question>{question}</question>", answer, table=table, system="You are an analyst.")


FILLING = [asked(f"What was item {n} worth in {1990 + n}?", "a dozen of them") for n in range(24)]
CLEAN = asked("What was the revenue of the group in the year 2019?", "12 million")
LINES = [
    *FILLING,
    CLEAN,  # 24
    CLEAN,  # 25: duplicate
    asked("Please state the revenue of the group in the year 2019.", "12 million"),  # 26: near-duplicate, same answer
    asked("What is the revenue of the group in the year 2019?", "14 million"),  # 27: near-duplicate, another answer
    asked("Who audits the accounts of the group?", "Ann and Bob"),  # 28: contradiction
    asked("Who audits the accounts of the group?", "Carol and Dan"),  # 29: contradiction
    asked("Who should be called about it?", "ann@example.com"),  # 30: personal data
    asked("Which unit is\u200b the figure in?", "millions of euros"),  # 31: control characters
    b"{\n",  # 32: json
]


@pytest.fixture
def view(write, store) -> Iterator[View]:
    dataset = Dataset(write(*LINES), Renderer(load("table-question")))
    facts = Facts(dataset, HAIKU)
    facts.scan()
    yield View(dataset, facts, store)
    dataset.close()


def shown(view: View, condition: str) -> list[int]:
    view.apply(condition)
    return sorted(view.shown())


def reasons(view: View, row: int) -> dict[str, str]:
    return {finding.rule: finding.message for finding in issues.reasons(view.dataset, view.facts, row)}


def test_the_worst_rule_of_a_row_is_its_issue_and_filters(view):
    assert shown(view, "issue = 'duplicate'") == [25]
    assert shown(view, "issue LIKE '%personal%'") == [30]
    assert shown(view, "severity = 'error'") == [32]
    assert shown(view, "issue = 'near-duplicate'") == [26, 27]
    assert shown(view, "issue = 'contradiction'") == [28, 29]
    assert shown(view, "issue IS NULL AND row > 24") == [24]


def test_severities_are_compared_and_sorted_by_how_bad_they_are(view):
    assert shown(view, "severity >= 'warning'") == shown(view, "severity IS NOT NULL")
    assert shown(view, "severity > 'warning'") == shown(view, "severity = 'error'") == [32]
    assert shown(view, "'error' > severity") == shown(view, "severity LIKE 'warn%'")
    assert shown(view, "row <= 30 AND severity BETWEEN 'warning' AND 'error'") == [25, 26, 27, 28, 29]
    with pytest.raises(UsageError, match="'worse' is no severity") as caught:
        view.apply("severity > 'worse'")
    assert "warning, error" in caught.value.todo
    view.apply("")
    view.sort("severity", descending=True)
    assert view.number(0) == 32
    view.sort("severity")
    assert view.number(0) == 25


def test_all_rules_of_a_row_are_there_too_advice_included(write, store):
    dataset = Dataset(write(*[chat_line("call ann@example.com", f"no {n}") for n in range(3)]))
    facts = Facts(dataset, HAIKU)
    facts.scan()
    view = View(dataset, facts, store)
    assert shown(view, "issues LIKE '%no-system-prompt%' AND issues LIKE '%no-blocks%'") == [0, 1, 2]
    assert shown(view, "issue = 'contradiction'") == [0, 1, 2]
    assert shown(view, "issues LIKE '%personal-data%'") == [0, 1, 2]


def test_advice_is_no_issue_of_a_row(write):
    dataset = Dataset(write(chat_line("q", "a")))
    facts = Facts(dataset, HAIKU)
    facts.scan()
    assert facts.rules(0) is None
    assert [rule for rule, _ in facts.findings(0)] == ["no-system-prompt", "no-blocks"]


def test_each_finding_of_a_row_says_why(view):
    assert reasons(view, 25) == {"duplicate": "the same record as line 25"}
    assert reasons(view, 26) == {"near-duplicate": "line 25 asks the same in other words, with the same answer"}
    assert "is answered with '12 million'" in reasons(view, 27)["near-duplicate"]
    assert "line 30 answers the same prompt with 'Carol and Dan'" in reasons(view, 28)["contradiction"]
    assert "e-mail address ann@example.com" in reasons(view, 30)["personal-data"]
    assert "U+200B" in reasons(view, 31)["control-characters"]
    assert reasons(view, 32).keys() == {"json"}
    assert reasons(view, 24) == {}


def test_a_rare_label_is_told_with_its_number(write):
    lines = [asked(f"Is item {n} leased?", "no" if n == 7 else "yes", table=f"<td>{n}</td>") for n in range(40)]
    dataset = Dataset(write(*lines))
    facts = Facts(dataset, HAIKU)
    facts.scan()
    [finding] = issues.reasons(dataset, facts, 7)
    assert (finding.rule, finding.severity) == ("imbalance", "advice")
    assert finding.message == "'no' is the answer of 1 of 40 records only"


def test_the_summary_counts_the_rows_of_each_rule_and_names_the_first_lines(view):
    found = {each.rule: (each.severity, each.count, each.lines) for each in issues.summary(view.dataset, view.facts)}
    assert found == {
        "json": ("error", 1, (33,)),
        "contradiction": ("warning", 2, (29, 30)),
        "near-duplicate": ("warning", 2, (27, 28)),
        "duplicate": ("warning", 1, (26,)),
        "personal-data": ("warning", 1, (31,)),
        "control-characters": ("warning", 1, (32,)),
    }


def test_every_row_of_a_rule_has_a_reason_of_that_rule(view):
    for each in issues.summary(view.dataset, view.facts):
        for row in issues.rows_of(view.facts, each.rule):
            assert each.rule in reasons(view, row)


def test_the_filter_of_a_rule_leaves_its_rows_and_no_other_rules(view):
    for each in issues.summary(view.dataset, view.facts):
        assert shown(view, issues.condition(each.rule)) == issues.rows_of(view.facts, each.rule)


def test_a_fix_is_previewed_before_anything_is_decided(view):
    preview = issues.fixed(view.dataset, view.facts, "control-characters")
    [change] = preview.changes
    assert (change.row, change.before) == (31, view.line(31))
    assert change.after is not None
    assert "\\u200b" not in change.after.decode()
    assert json.loads(change.after)["messages"][1]["content"] == "millions of euros"
    assert shown(view, "issue = 'control-characters'") == [31]


def test_a_fix_becomes_edits_in_the_journal_and_is_undone_as_one(view, store):
    preview = issues.fixed(view.dataset, view.facts, "control-characters")
    assert issues.applied(store, view, preview, who="ann", now=NOW) == 1
    assert shown(view, "issue = 'control-characters'") == []
    assert view.line(31) == preview.changes[0].after
    undo(store, NOW)
    view.refresh()
    assert shown(view, "issue = 'control-characters'") == [31]


def test_of_duplicates_all_but_the_first_are_rejected(view, store):
    preview = issues.fixed(view.dataset, view.facts, "duplicate")
    assert [(change.row, change.after) for change in preview.changes] == [(25, None)]
    issues.applied(store, view, preview, who="ann", now=NOW)
    assert shown(view, "flag = 'reject'") == [25]


def test_only_near_duplicates_with_equal_answers_are_offered_for_removal(view):
    preview = issues.fixed(view.dataset, view.facts, "near-duplicate")
    assert [(change.row, change.after) for change in preview.changes] == [(26, None)]
    assert issues.fixed(view.dataset, view.facts, "near-duplicate", [27]).changes == ()


def test_a_rule_without_a_safe_fix_says_what_to_do_instead(view):
    assert not issues.fixable("contradiction")
    with pytest.raises(UsageError, match="no safe fix for contradiction") as caught:
        issues.fixed(view.dataset, view.facts, "contradiction")
    assert "Decide which one is right" in caught.value.todo


def test_an_edit_is_compared_with_the_others_in_the_background(view, store):
    corrected = asked("Who audits the accounts of the group?", "Ann and Bob")
    decide(store, [view.edited_subject(29)], "edit", corrected.decode().strip(), who="ann", now=NOW)
    view.refresh()
    assert not view.facts.compared
    view.facts.scan()
    assert view.facts.compared
    assert shown(view, "issue = 'contradiction'") == []
    assert shown(view, "issue = 'duplicate'") == [25, 29]


def test_what_was_compared_is_known_from_the_last_time(write, tmp_path):
    path = write(*LINES)
    dataset = Dataset(path)
    first = Facts(dataset, HAIKU, cache=tmp_path / "cache")
    first.scan()
    again = Facts(dataset, HAIKU, cache=tmp_path / "cache")
    assert again.complete
    assert again.compared
    assert {pair: rows.tolist() for pair, rows in again.rows_by_finding().items()} == {
        pair: rows.tolist() for pair, rows in first.rows_by_finding().items()
    }
    assert issues.reasons(dataset, again, 25) == issues.reasons(dataset, first, 25)


def test_where_lines_begin_is_known_from_the_last_time(write, tmp_path, monkeypatch):
    path = write(*LINES)
    Facts(Dataset(path), HAIKU, cache=tmp_path / "cache").scan()
    monkeypatch.setattr(index, "BLOCK", 1000)
    again = Dataset(path)
    read: list[int] = []
    monkeypatch.setattr(LineIndex, "grow", lambda self, grow=LineIndex.grow: read.append(self.count) or grow(self))
    Facts(again, HAIKU, cache=tmp_path / "cache").scan()
    assert min(read) >= len(LINES) - 1  # of the last line alone the end was looked for
    assert [again.index.line(row) + b"\n" for row in range(again.count)] == LINES


def test_source_records_are_explained_as_the_model_would_get_them(write):
    lines = [source_line(n) for n in range(3)] + [
        source_line(3, table=[]),
        source_line(4, question="ann@example.com?"),
    ]
    dataset = Dataset(write(*lines), Renderer(load("table-question")))
    facts = Facts(dataset, HAIKU)
    facts.scan()
    assert [rule for rule, _ in facts.findings(3)] == ["unrendered"]
    [unrendered] = issues.reasons(dataset, facts, 3)
    assert (unrendered.rule, unrendered.message) == ("unrendered", "The table has no cells")
    assert {each.rule for each in issues.reasons(dataset, facts, 4)} == {"personal-data"}


def test_without_a_models_rules_nothing_is_found(write):
    dataset = Dataset(write(*LINES))
    facts = Facts(dataset, None)
    facts.scan()
    assert issues.summary(dataset, facts) == ()
    assert issues.reasons(dataset, facts, 25) == ()


def test_the_lengths_that_are_usual_are_never_fewer_than_none(look):
    view = look(*[chat_line(f"question {n}", "a" * (1 + n % 3)) for n in range(40)], chat_line("q 41", "long " * 400))
    [found] = [each for each in issues.reasons(view.dataset, view.facts, 40) if each.rule == "length-outlier"]
    assert found.message.startswith("the answer has 2,000 characters; up to ")
