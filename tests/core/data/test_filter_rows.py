"""Which rows a condition keeps, each written out: the language is held to what it means, not to what reads it."""

import pytest

from core.data import filter as bar
from core.errors import UsageError

COLUMNS = {"row": int, "group": str, "type": str, "answer": str, "flag": str, "severity": str, "output_tokens": int,
           "order": float}  # fmt: skip
ROWS = [
    (1, "g1", "span", "Net sales\n2019", None, "error", 5, 1.0),
    (2, "g1", "multi-span", "12", "keep", "warning", 25, 2.5),
    (3, "g2", "count", "it's 50%", "reject", "advice", 10, None),
    (4, None, "span", "net sales", "fix", None, 21, -2.5),
    (5, "g3", "arithmetic", None, "keep", None, 0, 7.0),
]
KEPT = {
    # what the documentation shows
    "flag IS NULL OR flag = 'keep'": [1, 2, 5],
    "output_tokens > 20 AND flag IS NULL": [],
    "output_tokens > 20 AND flag IS NOT NULL": [2, 4],
    "type = 'multi-span' AND answer LIKE '%2%'": [2],
    "flag <> 'keep'": [3, 4],
    "flag != 'keep' OR flag IS NULL": [1, 3, 4],
    # comparing
    "row = 1": [1],
    "row == 1": [1],
    "'keep' = flag": [2, 5],
    "output_tokens BETWEEN 5 AND 21": [1, 3, 4],
    "output_tokens NOT BETWEEN 5 AND 21": [2, 5],
    "type IN ('span', 'count')": [1, 3, 4],
    "type NOT IN ('span', 'count')": [2, 5],
    "flag NOT IN ('keep', NULL)": [],
    "order IN (1, 2.5)": [1, 2],
    "row IN (1, output_tokens / 2)": [1],
    "flag IS DISTINCT FROM 'keep'": [1, 3, 4],
    "flag IS NOT DISTINCT FROM NULL": [1],
    "flag <=> 'keep'": [2, 5],
    "NOT flag = 'keep'": [3, 4],
    "NOT (row = 1 OR row = 2) AND NOT row > 4": [3, 4],
    "row = 1 OR row = 2 AND flag = 'reject'": [1],
    "(row > 4) IS TRUE": [5],
    "(flag = 'keep') IS NOT TRUE": [3, 4],
    "\"group\" = 'g1'": [1, 2],
    "group = 'g1'": [1, 2],
    "TRUE": [1, 2, 3, 4, 5],
    "1 = 2": [],
    "flag = 'keep' IS NULL": [1],
    "flag = NULL": [],
    # arithmetic
    "row + 1 = 3": [2],
    "-row < -4": [5],
    "row * 2 - 1 = 5": [3],
    "row / 2 = 1.5": [3],
    "row % 2 = 0": [2, 4],
    "order % 2 = -0.5": [4],
    "mod(row, 2) = 1 AND order > .5": [1, 5],
    "abs(order) = 2.5": [2, 4],
    "round(order / 2, 1) = 3.5": [5],
    "floor(order) = 2 OR ceil(order) = -2": [2, 4],
    "sign(order) < 0 OR sqrt(row) = 1": [1, 4],
    "greatest(row, order) = 7": [5],
    "least(row, output_tokens) = 0": [5],
    "output_tokens > 1e1": [2, 4],
    # text
    "answer LIKE 'net%'": [4],
    "answer LIKE '%sales'": [4],
    "answer LIKE '%sales%'": [1, 4],
    "answer LIKE 'Net%9'": [1],
    "answer LIKE '_2'": [2],
    "answer LIKE '%50\\%%'": [],
    "answer ILIKE 'NET%'": [1, 4],
    "answer NOT LIKE '%sales%'": [2, 3],
    "answer NOT ILIKE 'NET%'": [2, 3],
    "answer ~~ 'net%'": [4],
    "answer !~~* 'NET%'": [2, 3],
    "answer ~ '^[0-9]+$'": [2],
    "answer !~ '[0-9]'": [4],
    "answer ~* '^NET'": [1, 4],
    "answer !~* '^NET'": [2, 3],
    "answer RLIKE '[0-9]' AND answer REGEXP 'sales'": [1],
    "regexp_like(answer, 'NET', 'i')": [1, 4],
    "answer ^@ 'net'": [4],
    "starts_with(answer, 'Net')": [1],
    "ends_with(answer, '%')": [3],
    "contains(answer, '0%')": [3],
    "answer = 'it''s 50%'": [3],
    "strpos(answer, 's') = 4": [3],
    "length(answer) = 2": [2],
    "char_length(answer) > 9": [1],
    "lower(answer) = upper(answer)": [2],
    "substr(answer, 1, 3) = 'net' OR substring(answer, 2) = '2'": [2, 4],
    "left(answer, 3) = 'Net' OR right(answer, 1) = '%'": [1, 3],
    "trim(' ' || flag || ' ') = 'fix'": [4],
    "ltrim('xx' || flag, 'x') = 'fix'": [4],
    "'<' || type || '>' = '<span>'": [1, 4],
    "type || row = 'span4'": [4],
    "concat(flag, '-', row) = '-1'": [1],
    "concat_ws('-', type, flag) = 'count-reject'": [3],
    # choosing
    "coalesce(flag, 'none') = 'none'": [1],
    "ifnull(flag, 'none') = 'none'": [1],
    "nullif(flag, 'keep') IS NULL": [1, 2, 5],
    "CASE WHEN row < 3 THEN 'few' ELSE 'many' END = 'few'": [1, 2],
    "CASE type WHEN 'span' THEN 1 WHEN 'count' THEN 2 END = 2": [3],
    "if(row > 3, 'late', 'early') = 'late'": [4, 5],
    # types
    "CAST(row AS VARCHAR) = '3'": [3],
    "order::int = 2": [2],
    "TRY_CAST(answer AS INT) = 12": [2],
    "CAST(output_tokens AS BOOLEAN)": [1, 2, 3, 4],
    # severities, by how bad they are
    "severity > 'advice'": [1, 2],
    "severity >= 'advice'": [1, 2, 3],
    "'error' > severity": [2, 3],
    "severity BETWEEN 'advice' AND 'warning'": [2, 3],
    "severity = 'error'": [1],
    "severity IN ('error', 'advice')": [1, 3],
}


def rows(text: str) -> list[int]:
    query = bar.parse(text, tuple(COLUMNS), words=False)
    assert query is not None
    assert query.kind == "sql"
    return [place + 1 for place in bar.matching_places(query, ROWS, COLUMNS)]


@pytest.mark.parametrize("text", KEPT)
def test_a_condition_keeps_the_rows_that_it_names(text):
    assert rows(text) == KEPT[text]


@pytest.mark.parametrize("text", KEPT)
def test_a_condition_and_its_opposite_share_no_row(text):
    assert not set(rows(text)) & set(rows(f"NOT ({text})"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("row > 20 flag", "flag at column 10 has no place there"),
        ("row AS flag", "AS at column 5 has no place there|There is no type flag"),
        ("*", r"\* at column 1 has no place there"),
        ("count(*) > 3", "There is no function count"),
        ("row > (SELECT 1)", "without SELECT"),
        ("sum(row) OVER () > 3", "without OVER"),
        ("row = ?", r"\? at column 7 has no place there"),
        ("row = :x", ": at column 7 has no place there"),
        ("row = $1", r"without \$"),
        ("row = @x", "@ at column 7 has no place there"),
        ("row = 1; row = 2", "without ;"),
        ("row > 1e309", "This number is too large, at column 7"),
        ("order > -1e309", "This number is too large, at column 10"),
        ("LPAD(answer, 100000000) = 'x'", "There is no function LPAD"),
        ("repeat(answer, 9) = 'x'", "There is no function repeat"),
        ("answer LIKE type", "A pattern is text in single quotes, at column 13"),
        ("answer ~ '('", "This regular expression cannot be used, at column 10. unclosed group"),
        ("round(order, 99) = 1", "ROUND keeps 0 to 15 decimals"),
        ("row::date = 1", "There is no type date"),
        ("type IN ('a', 1)", "does not fit its columns"),
        ("type = 1", "does not fit its columns"),
        ("row", "does not say which rows to keep"),
        ("answer = '\ud800'", "at column 11 has no place there"),
        ("row[1] = 2", r"\[ at column 4 has no place there"),
        ("row // 2 = 1", "// at column 5 has no place there"),
    ],
)
def test_what_a_condition_cannot_be_is_refused_in_a_sentence(text, said):
    with pytest.raises(UsageError, match=said):
        rows(text)


@pytest.mark.parametrize(
    ("text", "todo"),
    [
        ("lenght(answer) > 3", "Did you mean length?"),
        ("flagg = 'keep'", "Did you mean flag?"),
        ("row::integr = 1", "Did you mean int?"),
        ("row // 2 = 1", "Write FLOOR(a / b)"),
        ("octet_length(answer) > 3", "Write length(text)"),
        ("output_tokens > avg(output_tokens)", "Write the number itself"),
        ("replace(answer, ',', '') = '12'", "Write a comparison by pattern, such as answer ~ '^0*12$'"),
        ("severity > 'worse'", "The worst last: advice, warning, error"),
    ],
)
def test_what_to_write_instead_is_said(text, todo):
    with pytest.raises(UsageError) as caught:
        rows(text)
    assert caught.value.todo == todo
