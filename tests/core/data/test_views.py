"""What the Data tab looks at: filtered, searched and sorted rows, their siblings, and decisions that go stale."""

import json
import threading
from collections.abc import Callable

import pytest
from record_lines import chat_line, source_line

from core import catalog
from core.clock import ManualClock
from core.data import Dataset, index
from core.data.decisions import decide
from core.data.facts import Facts
from core.data.scan import pool
from core.data.view import View
from core.errors import CancelledError, UsageError
from core.formatting.template import Renderer, load
from core.progress import Cancel
from core.records import formats
from core.records.record import Chat, Message
from core.store import Store

HAIKU = catalog.load().tuning_of("claude-3-haiku")[1].requirements()


def numbers(view: View) -> list[int]:
    """The rows that are shown, in their order."""
    assert view.count == len(view.rows(0, 10**6))
    return [cells.number for cells in view.rows(0, 10**6)]


@pytest.fixture
def flag(store: Store) -> Callable[..., None]:
    """Flags rows: `flag(view, "keep", 0, 1)`."""

    def flagged(view: View, value: str | None, *rows: int) -> None:
        decide(store, view.subjects(rows), "flag", value, who="ann", now=ManualClock().now())
        view.refresh()

    return flagged


TEN = [source_line(n, facts={"type": "span" if n % 2 else "count", "order": 10 - n}) for n in range(10)]


def test_without_a_filter_everything_shows_in_the_order_of_the_file(look):
    view = look(*TEN)
    assert numbers(view) == list(range(10))
    assert (view.number(3), view.position(3)) == (3, 3)
    assert view.position(10) is None


def test_a_condition_over_facts_leaves_its_rows(look):
    view = look(*TEN)
    shown = view.apply("type = 'span' AND row > 4")
    assert (shown.kind, shown.count) == ("sql", 3)
    assert numbers(view) == [5, 7, 9]
    assert (view.number(1), view.position(7), view.position(6)) == (7, 1, None)


def test_facts_of_the_source_are_columns_like_any_other(look):
    view = look(*TEN)
    view.apply('"order" >= 9')
    assert numbers(view) == [0, 1]
    assert {"type", "order"} <= set(view.columns())


def test_decisions_are_columns_too(look, flag):
    view = look(*TEN)
    flag(view, "keep", 2, 5)
    flag(view, "reject", 5)
    view.apply("flag = 'keep'")
    assert numbers(view) == [2]
    shown = view.apply("flag <> 'keep'")
    assert numbers(view) == [5]
    assert shown.hint == "rows without a flag are left out: add OR flag IS NULL"
    assert view.decided == 2


def test_rows_that_nobody_waits_for_stay_until_a_filter_is_through(look):
    view, seen = look(*TEN), []
    view.apply("type = 'span'")
    view.apply("answer LIKE '%1%'", report=lambda _progress: seen.append(view.count))
    assert set(seen) == {5}
    assert view.count < 5


def test_an_empty_filter_shows_everything_again(look):
    view = look(*TEN)
    view.apply("row = 3")
    assert view.apply(" ").kind == ""
    assert view.count == 10


def test_a_condition_over_the_prompt_or_the_system_prompt_reads_the_records_again(look):
    view = look(*TEN)
    view.apply("prompt LIKE '%cell 7%'")
    assert numbers(view) == [7]
    view.apply("system LIKE '%analyst%' AND row <= 2")
    assert numbers(view) == [0, 1]
    view.apply("system IS NULL")
    assert numbers(view) == []


def test_a_filter_that_does_not_fit_its_columns_says_so_and_the_old_one_stays(look):
    view = look(*TEN)
    view.apply("row <= 2")
    for text in ("output_tokens > 'many' AND row > 0", "answer = 3 AND row > 0", "row + 1 IS NULL AND answer"):
        with pytest.raises(UsageError, match="does not fit its columns") as caught:
            view.apply(text)
        assert caught.value.why
    assert numbers(view) == [0, 1]


def test_a_forbidden_or_unknown_filter_leaves_the_old_one(look):
    view = look(*TEN)
    view.apply("row <= 2")
    for text in ("EXISTS (SELECT 1) AND row > 3", "rows = 3"):
        with pytest.raises(UsageError):
            view.apply(text)
    assert numbers(view) == [0, 1]


def test_small_letters_find_words_in_any_case_wherever_they_stand(look):
    view = look(
        source_line(0, answer="Net SALES"),
        source_line(1, paragraphs=["of net sales"]),
        source_line(2, table=[["net", "sales"]]),
    )
    assert view.apply("net sales").kind == "text"
    assert numbers(view) == [0, 1]


@pytest.mark.parametrize("words", ["paragraphs", "group", "span", "table 0", "0000"])
def test_the_names_of_fields_and_the_facts_about_a_record_are_not_its_text(look, words):
    view = look(source_line(0, facts={"type": "span"}), source_line(1, answer=f"the {words} of it", paragraphs=[]))
    view.apply(words)
    assert numbers(view) == [1]


@pytest.mark.parametrize("words", ["role", "user", "content", "messages", "system", "text", ", ", ": "])
@pytest.mark.parametrize("model", ["claude-3-haiku", "nova-micro"])
def test_what_a_format_writes_around_texts_is_not_found(look, words, model):
    encode = formats.named(catalog.load().tuning_of(model)[1].data_format).encode
    chats = [Chat((Message("user", "Who?"), Message("assistant", answer))) for answer in ("nobody", f"a{words}b")]
    view = look(*(encode(chat) + b"\n" for chat in chats))
    view.apply("'" + words)
    assert numbers(view) == [1]


def test_a_capital_finds_words_only_as_they_are_typed_and_that_is_said(look):
    view = look(source_line(0, answer="Net SALES"), source_line(1, answer="net sales"), source_line(2, answer="Net"))
    assert view.apply("Net S").hint == "capitals as typed"
    assert numbers(view) == [0]
    assert view.apply("net s").hint == ""
    assert numbers(view) == [0, 1]


@pytest.mark.parametrize(("words", "rows"), [("Ärger", [0]), ("ärger", [0, 1]), ("ÄRGER", [])])
@pytest.mark.parametrize("spelt", ["as it is", "\\u00c4", "\\u00C4"])
def test_a_search_knows_other_letters_and_jsons_own_spelling_of_them(look, words, rows, spelt):
    written = [source_line(number, answer=answer) for number, answer in enumerate(["viel Ärger", "argh: ärger"])]
    if spelt == "as it is":
        written = [json.dumps(json.loads(line), ensure_ascii=False).encode() + b"\n" for line in written]
    elif spelt == "\\u00C4":
        written = [line.replace(b"u00c4", b"u00C4").replace(b"u00e4", b"u00E4") for line in written]
    view = look(*written, source_line(2))
    view.apply(words)
    assert numbers(view) == rows


def test_rows_are_counted_from_one_as_on_screen(look):
    view = look(*TEN)
    view.apply("row = 1 OR row = 10")
    assert numbers(view) == [0, 9]


def test_a_search_finds_quotes_and_line_breaks_as_they_were_written(look):
    view = look(source_line(0, answer='say "yes"'), source_line(1, answer="C:\\temp"), source_line(2))
    view.apply('say "yes"')
    assert numbers(view) == [0]
    view.apply("C:\\temp")
    assert numbers(view) == [1]


def test_a_leading_quote_searches_for_what_looks_like_sql(look):
    view = look(source_line(0, answer="flag = 'keep'"), source_line(1))
    view.apply("'flag = 'keep'")
    assert numbers(view) == [0]


def test_a_search_that_is_cancelled_leaves_the_old_filter(look):
    view, cancel = look(*TEN), Cancel()
    view.apply("row <= 2")
    cancel.cancel()
    with pytest.raises(CancelledError):
        view.apply("question", cancel=cancel)
    assert numbers(view) == [0, 1]


def test_a_search_that_is_stopped_keeps_what_it_has_found(look, monkeypatch):
    monkeypatch.setattr(index, "BLOCK", 200)
    view, stop = look(*TEN), Cancel()
    shown = view.apply("question", found_some=stop.cancel, stop=stop)
    assert shown.partial
    assert 0 < shown.count == view.count < 10
    assert not view.apply("question").partial
    assert view.count == 10


def test_any_columns_of_shown_rows_are_looked_up_at_once(look, flag):
    view = look(*TEN)
    flag(view, "keep", 5)
    view.apply("type = 'span'")
    view.sort("order")
    found = view.values(("type", "flag", "question"), 0, 3)
    assert list(found) == [5, 7, 9]
    assert found[5] == {"row": 5, "type": "span", "flag": "keep", "question": "question 5"}
    assert found[9]["flag"] is None


def test_sorting_goes_by_a_fact_within_the_filter_with_what_is_missing_last(look):
    view = look(*TEN, source_line(10))
    view.sort("order")
    assert numbers(view) == [*range(9, -1, -1), 10]
    view.sort("order", descending=True)
    assert numbers(view) == [*range(10), 10]
    view.apply("row IN (3, 8, 11)")
    view.sort("order")
    assert numbers(view) == [7, 2, 10]


def test_sorting_by_a_decision_works_and_by_nothing_known_does_not(look, flag):
    view = look(*TEN)
    flag(view, "reject", 4)
    flag(view, "fix", 6)
    view.sort("flag")
    assert numbers(view)[:2] == [6, 4]
    with pytest.raises(UsageError, match="no column named length") as caught:
        view.sort("length")
    assert "output_tokens" in caught.value.todo


def test_equal_rows_keep_their_order_when_sorted(look):
    view = look(*TEN)
    view.sort("type")
    assert numbers(view) == [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]


def test_the_siblings_of_a_record_are_those_of_its_table(look):
    view = look(source_line(0, group="a"), source_line(1, group="b"), source_line(2, group="a"))
    assert view.siblings(0) == view.siblings(2) == [0, 2]
    assert view.siblings(1) == [1]


def test_chats_from_elsewhere_have_siblings_by_the_table_in_their_prompt(look):
    view = look(chat_line("1?", "a", table="T"), chat_line("2?", "b"), chat_line("3?", "c", table="T"))
    assert [view.siblings(number) for number in range(3)] == [[0, 2], [1], [0, 2]]


def test_cells_hold_what_the_scan_found(look):
    [cells] = look(source_line(0, answer="12345")).rows(0, 1)
    assert (cells.output_tokens, cells.answer, cells.issue, cells.flag) == (2, "12345", None, None)
    assert cells.input_tokens is not None
    assert cells.input_tokens > 20


def test_cells_name_the_worst_finding(look):
    broken = chat_line("q", "a").replace(b'"user"', b'"assistant"')
    view = look(chat_line("q", "a"), chat_line("q", ""), chat_line("\nHuman: q", ""), broken, b"{}\n", b"\n")
    assert [(cells.issue, cells.severity) for cells in view.rows(0, 6)] == [
        (None, None),
        ("empty-content", "warning"),
        ("reserved-keyword", "error"),
        ("roles", "error"),
        ("schema", "error"),
        ("blank-line", "error"),
    ]


def test_of_two_exact_duplicates_one_can_be_rejected(look, flag):
    view = look(chat_line("q", "a"), chat_line("q", "a"), chat_line("q", "b"))
    assert view.identity(1) == f"{view.identity(0)}.2"
    flag(view, "reject", 1)
    assert [cells.flag for cells in view.rows(0, 3)] == [None, "reject", None]


def test_two_source_records_with_one_id_are_told_apart(look):
    view = look(source_line(1), source_line(1, answer="other"), source_line(2))
    assert len({view.identity(number) for number in range(3)}) == 3


def test_facts_of_a_source_never_stand_in_for_decisions_or_texts(look, flag):
    view = look(source_line(0, facts={"flag": "keep", "note": "n", "prompt": "p", "row": 7}), source_line(1))
    flag(view, "reject", 0)
    view.apply("flag = 'reject' AND note IS NULL AND row = 1 AND prompt <> 'p'")
    assert numbers(view) == [0]


def test_flags_follow_a_record_through_a_file_in_another_order(look, flag):
    first = look(*[chat_line(f"q{n}", "a") for n in range(5)], name="first.jsonl")
    flag(first, "keep", 1)
    second = look(*[chat_line(f"q{n}", "a") for n in (3, 1, 0)], name="second.jsonl")
    assert [cells.flag for cells in second.rows(0, 3)] == [None, "keep", None]


def test_a_decision_goes_stale_when_its_record_has_changed_since(look, flag):
    first = look(source_line(1, answer="12"), source_line(2), name="first.jsonl")
    flag(first, "keep", 0, 1)
    assert not first.stale(first.row(0))
    second = look(source_line(1, answer="13"), source_line(2), name="second.jsonl")
    assert second.decision(0).flag == "keep"
    assert [second.stale(second.row(number)) for number in range(2)] == [True, False]


def test_lines_that_cannot_be_read_are_not_decided_about(look):
    view = look(source_line(1), b"broken\n")
    assert len(view.subjects([0, 1])) == 1
    assert view.decision(1).flag is None


def test_without_a_store_everything_works_but_deciding(write):
    dataset = Dataset(write(*TEN), Renderer(load("table-question")))
    found = Facts(dataset, None)
    found.scan()
    view = View(dataset, found, None)
    view.refresh()
    view.apply("flag IS NULL AND row <= 3")
    assert (view.count, view.decided) == (3, 0)
    assert view.rows(0, 1)[0].issue is None  # nobody said which rules
    dataset.close()


def test_rows_are_looked_at_while_the_file_is_still_scanned(write, monkeypatch):
    monkeypatch.setattr(pool, "STRETCH", 1000)
    dataset = Dataset(write(*[source_line(n) for n in range(400)]), Renderer(load("table-question")))
    found = Facts(dataset, HAIKU)
    view = View(dataset, found, None)
    assert view.rows(0, 1)[0].input_tokens is None
    assert view.identity(3) == f"{3:016x}"
    scan = threading.Thread(target=found.scan)
    scan.start()
    while scan.is_alive():
        known = found.count
        assert len(view.rows(0, known)) == known
    scan.join()
    assert (found.complete, found.count) == (True, 400)
    view.apply("row >= 1")
    assert numbers(view) == list(range(400))
    dataset.close()


def test_a_cancelled_scan_keeps_what_it_has_and_goes_on(write, monkeypatch):
    monkeypatch.setattr(pool, "STRETCH", 1000)
    dataset = Dataset(write(*[source_line(n) for n in range(20)]), Renderer(load("table-question")))
    found, cancel = Facts(dataset, HAIKU), Cancel()
    with pytest.raises(CancelledError):
        found.scan(lambda _: cancel.cancel(), cancel)
    assert 0 < found.count < 20
    found.scan()
    assert found.count == 20
    dataset.close()
