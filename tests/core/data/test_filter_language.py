"""The filter bar's language: one SQL condition over known columns, else words to search; no way to any file."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import filter as bar
from core.errors import TypedError, UsageError

COLUMNS = ("row", "id", "group", "question", "answer", "input_tokens", "output_tokens", "issue", "severity", "type",
           "flag", "note", "tag", "prompt", "system")  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "output_tokens > 20",
        "flag IS NULL",
        "flag IS NULL OR flag = 'keep'",
        "answer LIKE '%percent%'",
        "answer ILIKE '%PERCENT%' AND NOT issue IS NULL",
        "answer ~ '^[0-9]+$'",
        "input_tokens BETWEEN 10 AND 20",
        "type IN ('span', 'multi-span')",
        "question = 'a; b -- c /* d */ $'",
        "answer LIKE '%from%' OR answer = 'SELECT'",
        "answer = 'it''s over'",
        "'keep' = flag",
        "\"answer\" = 'x'",
        "prompt LIKE '%2019%'",
    ],
)
def test_a_condition_over_known_columns_filters(text):
    assert bar.parse(text, COLUMNS) == bar.Query("sql", text)


@pytest.mark.parametrize(
    "text",
    [
        "leasehold",
        "net sales 2019",
        "a table of contents",
        "profit and loss",
        "R&D",
        "x = y",
        "12 > 5",
        "[bold]",
        "what's this",
        "(71)",
        "C:\\temp",
        "100 % of it",
    ],
)
def test_anything_else_is_searched_for(text):
    assert bar.parse(text, COLUMNS) == bar.Query("text", text)


@pytest.mark.parametrize(("text", "said"), [("nonsense = 1", "no column named nonsense, at column 1"),
                                            ("leasehold", "no column named leasehold"),
                                            ("net sales 2019", "not a valid condition")])  # fmt: skip
def test_where_only_a_condition_will_do_other_text_is_a_mistake(text, said):
    with pytest.raises(TypedError, match=said):
        bar.parse(text, COLUMNS, words=False)
    assert bar.parse(f"'{text}", COLUMNS, words=False) == bar.Query("text", text)


def test_an_empty_text_is_no_filter():
    assert bar.parse("", COLUMNS) is None
    assert bar.parse("  ", COLUMNS) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [("'output_tokens > 20", "output_tokens > 20"), ("'keep", "keep"), ("'", ""), ("'it's = so", "it's = so")],
)
def test_a_leading_quote_forces_a_search(typed, words):
    assert bar.parse(typed, COLUMNS) == bar.Query("text", words)


@pytest.mark.parametrize(
    ("text", "name", "column", "near"),
    [
        ("ansver = 'x'", "ansver", 1, "answer"),
        ("flag IS NULL AND output_token > 3", "output_token", 18, "output_tokens"),
        ("Answer = 'x'", "Answer", 1, "answer"),
        ("note = 'typo' OR typo = 'x'", "typo", 18, "type"),
    ],
)
def test_an_unknown_column_is_named_with_its_place_and_the_nearest(text, name, column, near):
    with pytest.raises(UsageError, match=f"no column named {name}, at column {column}\\.") as caught:
        bar.parse(text, COLUMNS)
    assert caught.value.todo == f"Did you mean {near}?"


def test_a_column_like_no_other_brings_the_list_and_how_text_is_written():
    with pytest.raises(UsageError) as caught:
        bar.parse("flag = 'x' AND zzz = 3", COLUMNS)
    assert caught.value.todo.startswith("Text is written 'zzz'; columns: row, id, group")


def test_double_quotes_name_a_column_and_the_error_says_so():
    with pytest.raises(UsageError, match="no column named keep, at column 9") as caught:
        bar.parse('flag = "keep"', COLUMNS)
    assert caught.value.why == "double quotes name a column, single quotes are text"


@pytest.mark.parametrize(
    "text", ["flag =", "flag = 'x' AND (", "answer LIKE", "output_tokens in ()", "flag = 'x", "flag is", "answer = ?"]
)
def test_a_condition_that_cannot_be_read_says_why_and_how_to_search_instead(text):
    with pytest.raises(UsageError, match="not a valid condition") as caught:
        bar.parse(text, COLUMNS)
    assert caught.value.why
    assert "begin with ' to search" in caught.value.todo


READ = "(SELECT * FROM read_csv('{secret}'))"


@pytest.mark.parametrize(
    "text",
    [
        "flag = 'x' OR EXISTS " + READ,
        "answer IN " + READ,
        "output_tokens > (select max(a) from read_csv('{secret}'))",
        "answer = 'x' UNION SELECT 1",
        "answer = 'x'; DROP TABLE facts",
        "WITH x AS (SELECT 1) answer = 'x'",
        "SUM(output_tokens) OVER (PARTITION BY type) > 3",
        "answer = 'x' -- ' EXISTS",
        "answer = /* ' */ 'x' OR EXISTS " + READ + " /* ' */",
        'answer = "\'" OR EXISTS ' + READ + ' OR answer = "\'"',
        "answer = $$'$$ OR EXISTS " + READ + " OR answer = $$'$$",
        "answer = `'` OR EXISTS " + READ + " OR answer = `'`",
        "answer = E'\\'' OR EXISTS " + READ + " OR answer = E'\\''",
        "answer = q'['] OR EXISTS " + READ + " OR answer = q'[']",
    ],
)
def test_no_query_and_nothing_that_could_hide_one_is_a_filter(text, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="A filter is one condition, without") as caught:
        bar.parse(text.replace("{secret}", str(secret)), COLUMNS)
    assert "Take it away at column" in caught.value.todo


def test_the_place_of_a_forbidden_word_counts_every_character():
    with pytest.raises(UsageError, match="without EXISTS") as caught:
        bar.parse("answer = 'a long text' OR EXISTS (x)", COLUMNS)
    assert caught.value.todo == "Take it away at column 27"


@given(text=st.text(st.sampled_from("flag answer='\"()%;-/*$`E\\ ~<>!ISNULLORANDLIKEexistsfrom1")))
@settings(deadline=None)
def test_no_text_at_all_is_more_than_refused(text):
    try:
        query = bar.parse(text, COLUMNS)
    except UsageError:
        return
    if query is not None and query.kind == "sql":
        assert isinstance(bar.condition(query), pl.Expr)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("flag <> 'keep'", "rows without a flag are left out: add OR flag IS NULL"),
        ("type = 'span' AND issue != 'json'", "rows without an issue are left out: add OR issue IS NULL"),
        ("flag = 'keep'", ""),
        ("output_tokens <> 3", ""),
    ],
)
def test_a_comparison_that_leaves_out_rows_without_a_value_is_hinted_at(text, told):
    query = bar.parse(text, COLUMNS)
    assert query is not None
    assert bar.hint(query) == told


@pytest.mark.parametrize(
    ("text", "facts", "texts"),
    [
        ("prompt LIKE '%x%'", set(), {"prompt"}),
        ("row < 9 AND prompt LIKE '%x%' AND flag IS NULL", {"row", "flag"}, {"prompt"}),
        ("row < 9 OR prompt = ''", set(), {"row", "prompt"}),
        ("row BETWEEN 1 AND 2 AND flag IS NULL", {"row", "flag"}, set()),
    ],
)
def test_what_facts_alone_decide_is_set_apart_from_what_needs_the_texts(text, facts, texts):
    query = bar.parse(text, COLUMNS)
    assert query is not None
    found = [set() if part is None else set(part.meta.root_names()) for part in (query.facts, query.texts)]
    assert found == [facts, texts]


@pytest.mark.parametrize(
    "marked",
    [
        "output_tokens >^",
        "flag = ^'keep",
        "row > 3 AND^",
        "row > 3 ^)",
        "(row = 3^",
        "row = ^= 3",
        "answer LIKE^",
        "row IN (1, 2^",
        "row BETWEEN 3^",
        "row = 3 OR ^OR flag IS NULL",
        "row = 3 AND ^flagg IS NULL",
        "answer = 'flagg' AND ^flagg IS NULL",
        "row > 2 ^; row < 3",
        "row IN (^SELECT 1)",
    ],
)
def test_a_mistake_is_pointed_at_where_it_stands(marked):
    text = marked.replace("^", "")
    with pytest.raises(TypedError) as caught:
        bar.parse(text, COLUMNS)
    assert f"{text[: caught.value.at]}^{text[caught.value.at :]}" == marked
    assert caught.value.text == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("answer =", "something is missing behind ="),
        ("row > 3 AND", "something is missing behind AND"),
        ("(row > 3", ") is missing at its end"),
        ("answer = 'x", "the quote at column 10 is not closed"),
        ("row > > 3", "> at column 7 has no place there"),
        ("row > 3)", ") at column 8 has no place there"),
    ],
)
def test_what_is_wrong_with_a_condition_is_said_in_words(text, why):
    with pytest.raises(UsageError, match="not a valid condition") as caught:
        bar.parse(text, COLUMNS)
    assert caught.value.why == why
