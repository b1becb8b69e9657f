"""What a column holds, over the rows that a filter leaves."""

import pytest
from record_lines import source_line

from core.data.statistics import QUANTILES, statistics
from core.errors import UsageError


def lines(count: int) -> list[bytes]:
    kinds = ("span", "span", "count")
    return [source_line(n, answer="x" * (4 * n + 4), facts={"type": kinds[n % 3], "order": n}) for n in range(count)]


def test_numbers_have_quantiles_a_mean_and_bins_that_hold_every_value(look):
    found = statistics(look(*lines(101)), "output_tokens")
    assert (found.rows, found.missing, found.distinct) == (101, 0, 101)
    assert found.numbers is not None
    assert dict(zip(QUANTILES, found.numbers.quantiles, strict=True))[0.5] == 51
    assert (found.numbers.quantiles[0], found.numbers.quantiles[-1], found.numbers.mean) == (1, 101, 51)
    assert sum(found.numbers.counts) == 101
    assert len(found.numbers.edges) == len(found.numbers.counts) + 1


def test_whole_numbers_have_bins_with_whole_edges_none_of_which_is_empty_for_want_of_a_number(look):
    found = statistics(look(*lines(101)), "output_tokens").numbers
    assert found is not None
    assert (found.edges[:3], found.edges[-1]) == ((1, 5, 9), 105)
    assert set(found.counts) == {4, 1}
    few = statistics(look(*lines(7), name="few.jsonl"), "order").numbers
    assert few is not None
    assert (few.edges, few.counts) == (tuple(range(8)), (1,) * 7)


def test_words_have_their_most_frequent_values_first(look):
    found = statistics(look(*lines(9)), "type")
    assert found.numbers is None
    assert found.top == (("span", 6), ("count", 3))


def test_only_the_rows_that_the_filter_leaves_count(look):
    view = look(*lines(9))
    view.apply("type = 'count'")
    found = statistics(view, "order")
    assert (found.rows, found.distinct) == (3, 3)
    assert found.numbers is not None
    assert found.numbers.quantiles[0] == 2


def test_rows_without_a_value_are_counted_apart(look):
    found = statistics(look(*lines(3), source_line(3)), "type")
    assert (found.rows, found.missing) == (4, 1)


def test_a_column_without_any_value_has_neither_numbers_nor_frequent_ones(look):
    found = statistics(look(*lines(3)), "note")
    assert (found.missing, found.distinct, found.top, found.numbers) == (3, 0, (), None)


def test_one_value_throughout_has_one_bin_and_no_spread(look):
    found = statistics(look(*[source_line(n, answer="same") for n in range(4)]), "output_tokens")
    assert found.numbers is not None
    assert (found.numbers.sd, found.numbers.counts) == (0, (4,))


def test_a_column_that_does_not_exist_is_refused(look):
    with pytest.raises(UsageError, match=r"no column named input_token\. Did you mean input_tokens"):
        statistics(look(*lines(3)), "input_token")
    with pytest.raises(UsageError, match=r"no column named length\. Columns: .*question"):
        statistics(look(*lines(3)), "length")
