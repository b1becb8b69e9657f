"""Two files of records compared: what only one has, what says something else, which facts differ."""

from collections.abc import Callable, Iterator

import pytest
from record_lines import chat_line, source_line

from core.data import Dataset
from core.data.dataset_difference import DatasetDifference, difference
from core.formatting.template import Renderer, load

Compare = Callable[[list[bytes], list[bytes]], DatasetDifference]
FIVE = [source_line(n, facts={"type": "span"}) for n in range(5)]


@pytest.fixture
def compare(write) -> Iterator[Compare]:
    opened: list[Dataset] = []

    def compared(one: list[bytes], other: list[bytes]) -> DatasetDifference:
        renderer = Renderer(load("table-question"))
        files = [write(*lines, name=f"{name}.jsonl") for name, lines in (("one", one), ("other", other))]
        opened.extend(Dataset(path, renderer) for path in files)
        return difference(*opened[-2:])

    yield compared
    for dataset in opened:
        dataset.close()


def test_a_file_does_not_differ_from_itself(compare):
    found = compare(FIVE, FIVE)
    assert found.is_none
    assert (found.records, found.same) == (5, 5)


def test_records_that_only_one_has_are_added_and_removed(compare):
    found = compare(FIVE[:4], [*FIVE[:2], *FIVE[3:]])
    assert (found.removed, found.added, found.changed, found.moved) == ((3,), (4,), (), 0)
    assert not found.is_none


def test_a_record_whose_answer_was_edited_is_changed_with_both_answers(compare):
    found = compare(FIVE, [*FIVE[:2], source_line(2, answer="two, about", facts={"type": "span"}), *FIVE[3:]])
    [changed] = found.changed
    assert (changed.row, changed.what, changed.answer, changed.other_answer) == (3, "answer", "2", "two, about")
    assert (changed.output_tokens, changed.other_output_tokens) == (1, 3)
    assert (found.same, found.added, found.removed) == (4, (), ())


def test_a_record_whose_prompt_was_edited_is_changed(compare):
    found = compare(FIVE, [source_line(0, question="another question", facts={"type": "span"}), *FIVE[1:]])
    assert [each.what for each in found.changed] == ["prompt"]


def test_chats_with_the_same_prompt_and_another_answer_are_one_changed_record(compare):
    one = [chat_line("a?", "1"), chat_line("b?", "2")]
    found = compare(one, [chat_line("a?", "one"), chat_line("b?", "2")])
    assert [(each.what, each.answer, each.other_answer) for each in found.changed] == [("answer", "1", "one")]
    assert (found.added, found.removed, found.same) == ((), (), 1)


def test_facts_that_differ_are_named_with_how_many_and_the_first(compare):
    other = [source_line(n, facts={"type": "span" if n < 3 else "count"}) for n in range(5)]
    [fact] = compare(FIVE, other).facts
    assert (fact.name, fact.records, fact.row, fact.value, fact.other_value) == ("type", 2, 4, "span", "count")


def test_records_in_another_order_are_the_same_and_counted_as_moved(compare):
    found = compare(FIVE, [FIVE[4], *FIVE[:4]])
    assert (found.same, found.moved, found.added, found.removed) == (5, 1, (), ())


def test_of_exact_duplicates_each_counts(compare):
    line = chat_line("q", "a")
    found = compare([line, line], [line])
    assert (found.same, found.removed) == (1, (2,))


def test_lines_that_cannot_be_read_never_match(compare):
    found = compare([FIVE[0], b"broken\n"], [FIVE[0], b"broken too\n"])
    assert found.same >= 1
    assert found.records == found.other_records == 2
