"""The sample data: answers are right, faults stand where the manifest says, and the bytes come out the same."""

import ast
import hashlib
import json
import operator
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import sample_data
from core import catalog
from core.records import check
from core.records.tables import find
from sample_data import contexts, generate

TATQA = Path(__file__).parents[2].parent / "shared" / "data" / "tatqa" / "tatqa_dataset_dev.json"
FILES = (sample_data.FINANCE_QA, sample_data.FAULTY, sample_data.MANIFEST)
HAIKU = "claude-3-haiku"
CHAT_RULES = {
    "json",
    "schema",
    "extra-key",
    "roles",
    "reserved-keyword",
    "too-long",
    "empty-content",
    "blank-line",
    "encoding",
}
RULES = {
    "duplicate",
    "contradiction",
    "leak",
    "too-long",
    "reserved-keyword",
    "empty-content",
    "control-characters",
    "markup",
    "email",
}
RESERVED = ("\nHuman:", "\nAssistant:")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
MARKUP = re.compile(r"\[[/@a-z]")
EMAIL = re.compile(r"[\w.]+@[\w.-]+")
SURELY_TOO_LONG = 192_000
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Asked:
    """A question together with the context it was asked in."""

    def __init__(self, context: dict[str, Any], question: dict[str, Any]) -> None:
        self.grid: list[list[str]] = context["table"]["table"]
        self.table_uid: str = context["table"]["uid"]
        self.paragraphs = {str(paragraph["order"]): paragraph["text"] for paragraph in context["paragraphs"]}
        self.raw = question
        self.uid: str = question["uid"]
        self.text: str = question["question"]
        self.answer: Any = question["answer"]
        self.type: str = question["answer_type"]
        self.derivation: str = question["derivation"]
        self.scale: str = question["scale"]

    def cells(self) -> list[str]:
        return [cell.strip() for row in self.grid for cell in row]

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a text stands in the table, whole cells first."""
        places = [(r, c) for r, row in enumerate(self.grid) for c, cell in enumerate(row) if text in cell]
        yield from sorted(places, key=lambda place: self.grid[place[0]][place[1]].strip() != text)

    def said(self) -> str:
        """The paragraphs that the answer comes from."""
        return "\n".join(self.paragraphs[order] for order in self.raw["rel_paragraphs"])

    def key(self) -> str:
        return json.dumps([self.grid, self.text])

    def __repr__(self) -> str:
        return f"{self.uid} {self.text!r}"


def every(whole: list[dict[str, Any]]) -> list[Asked]:
    return [Asked(context, question) for context in whole for question in context["questions"]]


@pytest.fixture(scope="module")
def data() -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(sample_data.path(sample_data.FINANCE_QA).read_bytes())
    return read


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(sample_data.path(sample_data.MANIFEST).read_bytes())
    return read


@pytest.fixture(scope="module")
def asked(data: list[dict[str, Any]]) -> dict[str, Asked]:
    return {question.uid: question for question in every(data)}


@pytest.fixture(scope="module")
def clean(asked: dict[str, Asked], manifest: dict[str, Any]) -> list[Asked]:
    named = {uid for fault in manifest["faults"][sample_data.FINANCE_QA] for uid in fault["questions"]}
    return [question for uid, question in asked.items() if uid not in named]


@pytest.fixture(scope="module")
def made() -> list[contexts.Made]:
    return contexts.make(generate.SEED, generate.TABLES)


# --- the generator


def test_the_command_writes_the_shipped_bytes_again_whatever_the_hash_seed(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "sample_data.generate", "--output", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "7"})
    for name in FILES:
        assert (tmp_path / name).read_bytes() == sample_data.path(name).read_bytes(), name


def test_another_seed_gives_another_data_set() -> None:
    other = contexts.make(generate.SEED + 1, 3)
    assert [one.context for one in other] != [one.context for one in contexts.make(generate.SEED, 3)]


def test_the_first_contexts_do_not_depend_on_how_many_follow(made: list[contexts.Made]) -> None:
    assert contexts.make(generate.SEED, 5) == made[:5]


def test_the_files_are_small_enough_to_ship() -> None:
    assert sum(sample_data.path(name).stat().st_size for name in FILES) < 3_000_000


# --- the shape


def test_contexts_have_the_keys_of_tatqa(data: list[dict[str, Any]]) -> None:
    question_keys = {"uid", "order", "question", "answer", "derivation", "answer_type", "answer_from"}
    question_keys |= {"rel_paragraphs", "req_comparison", "scale"}
    for context in data:
        assert context.keys() == {"table", "paragraphs", "questions"}
        assert context["table"].keys() == {"uid", "table"}
        assert all(paragraph.keys() == {"uid", "order", "text"} for paragraph in context["paragraphs"])
        assert all(question.keys() == question_keys for question in context["questions"])
        assert [paragraph["order"] for paragraph in context["paragraphs"]] == [
            *range(1, len(context["paragraphs"]) + 1)
        ]
        assert [question["order"] for question in context["questions"]] == [*range(1, len(context["questions"]) + 1)]


def test_answers_have_the_types_of_tatqa(clean: list[Asked]) -> None:
    kinds: dict[str, tuple[type, ...]] = {
        "span": (list,),
        "multi-span": (list,),
        "count": (str,),
        "arithmetic": (int, float),
    }
    for question in clean:
        assert isinstance(question.answer, kinds[question.type]), question
        if question.type in ("span", "multi-span"):
            assert (len(question.answer) == 1) == (question.type == "span"), question


def test_uids_are_unique(data: list[dict[str, Any]]) -> None:
    uids = [context["table"]["uid"] for context in data]
    uids += [item["uid"] for context in data for item in (*context["paragraphs"], *context["questions"])]
    assert len(uids) == len(set(uids))


def test_tables_are_rectangular_and_of_a_realistic_size(data: list[dict[str, Any]]) -> None:
    for context in data:
        grid = context["table"]["table"]
        assert 4 <= len(grid) <= 27
        assert 3 <= len(grid[0]) <= 8
        assert len({len(row) for row in grid}) == 1


def test_tables_vary_as_printed_reports_do(data: list[dict[str, Any]]) -> None:
    grids = [context["table"]["table"] for context in data]
    cells = [cell for grid in grids for row in grid for cell in row]
    assert sum(grid[0][0] == "" for grid in grids) > len(grids) / 2
    assert sum(grid[1][0] == "" for grid in grids) > 50, "headers of several rows"
    assert sum(any(row[0] and not any(row[1:]) for row in grid) for grid in grids) > 30, "section rows"
    assert sum(any(not any(row) for row in grid) for grid in grids) > 2, "empty rows"
    for pattern in (
        r"\(\d[\d,.]*\)",
        r"-[$£€]?\s*\d[\d,.]*",
        r"[$£€] ?—",
        r"—",
        r"–",
        r"-",
        r"[$£€]  \d[\d,.]*",
        r"[\d.]+%",
    ):
        assert sum(bool(re.fullmatch(pattern, cell)) for cell in cells) > 4, pattern
    assert len({len(grid[0]) for grid in grids}) == 6
    words = sum(
        bool(re.fullmatch(r"[A-Z][a-z]+( [a-z]+)+", cell)) for grid in grids for row in grid for cell in row[1:]
    )
    assert words > 200, "cells of text"


def test_there_is_enough_of_each_kind(clean: list[Asked], data: list[dict[str, Any]]) -> None:
    kinds = Counter(question.type for question in clean)
    one_cell = sum(question.type == "span" and question.answer[0] in question.cells() for question in clean)
    assert len(data) >= 150
    assert len(clean) >= 1_500
    assert one_cell >= 550
    share = {kind: number / len(clean) for kind, number in kinds.items()}
    assert 0.42 <= share["span"] <= 0.50
    assert 0.10 <= share["multi-span"] <= 0.15
    assert 0.38 <= share["arithmetic"] <= 0.45
    assert 0.01 <= share["count"] <= 0.03


def test_questions_are_phrased_in_many_ways(clean: list[Asked]) -> None:
    openings = Counter(" ".join(question.text.split()[:3]) for question in clean)
    assert len(openings) > 250
    assert openings.most_common(1)[0][1] < len(clean) / 6


def test_no_question_is_asked_twice_in_the_clean_part(clean: list[Asked]) -> None:
    assert [text for text, number in Counter(question.text for question in clean).items() if number > 1] == []


def test_nothing_of_tatqa_is_repeated(data: list[dict[str, Any]]) -> None:
    if not TATQA.exists():
        pytest.skip("TAT-QA's development split is not at hand")

    def texts(whole: list[dict[str, Any]]) -> set[str]:
        questions = {question["question"].strip() for context in whole for question in context["questions"]}
        paragraphs = {paragraph["text"].strip() for context in whole for paragraph in context["paragraphs"]}
        return {text for text in questions | paragraphs if len(text) > 60}

    tables = {json.dumps(context["table"]["table"]) for context in data}
    theirs = json.loads(TATQA.read_bytes())
    assert texts(data) & texts(theirs) == set()
    assert tables & {json.dumps(context["table"]["table"]) for context in theirs} == set()


# --- the answers


def value(cell: str) -> Fraction | None:
    """The figure that a cell prints; None where it prints words."""
    bare = re.sub(r"[$£€\s,]", "", cell)
    if bare in ("—", "–", "-"):
        return Fraction(0)
    sign = -1 if bare.startswith(("(", "-")) else 1
    figure = bare.strip("(-)%").removesuffix(")")
    return sign * Fraction(figure) if re.fullmatch(r"\d+(\.\d+)?", figure) else None


OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def evaluated(derivation: str) -> Fraction:
    """A derivation in exact arithmetic; `2.7%` is 0.027."""
    plain = re.sub(r"(\d+(?:\.\d+)?)%", r"(\1/100)", derivation.replace(",", ""))

    def walk(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return Fraction(OPERATORS[type(node.op)](walk(node.left), walk(node.right)))
        if isinstance(node, ast.UnaryOp):
            return -walk(node.operand)
        return Fraction(ast.get_source_segment(plain, node) or "")

    return walk(ast.parse(plain, mode="eval").body)


def test_spans_stand_where_the_question_says(clean: list[Asked]) -> None:
    for question in clean:
        if question.type in ("span", "multi-span"):
            for answer in question.answer:
                if question.raw["answer_from"] == "text":
                    assert answer in question.said(), question
                else:
                    assert any(answer in cell for cell in question.cells()), question


def test_calculations_lead_to_their_answers(clean: list[Asked]) -> None:
    calculated = [question for question in clean if question.type == "arithmetic"]
    for question in calculated:
        result = evaluated(question.derivation) * (100 if question.scale == "percent" else 1)
        assert abs(result - Fraction(str(question.answer))) <= Fraction("0.005"), question


def test_calculations_use_figures_of_the_table(clean: list[Asked]) -> None:
    for question in clean:
        if question.type == "arithmetic":
            printed = {abs(figure) for cell in question.cells() if (figure := value(cell)) is not None}
            used = re.sub(r"\)/[23](?![\d,.])", ")", question.derivation)
            assert {Fraction(figure.replace(",", "")) for figure in NUMBER.findall(used)} <= printed, question


def test_the_extreme_is_the_first_of_its_comparison_and_stands_beside_it(clean: list[Asked]) -> None:
    compared = [question for question in clean if question.type == "span" and question.raw["req_comparison"]]
    assert len(compared) > 100
    for question in compared:
        sign = ">" if ">" in question.derivation else "<"
        figures = [value(figure) for figure in question.derivation.split(sign)]
        highest = re.search(r"\b(highest|largest|greatest|higher|larger|greater)\b", question.text)
        assert (sign == ">") == bool(highest), question
        assert figures == sorted(set(figures), key=lambda figure: figure or 0, reverse=sign == ">"), question
        assert stands_beside(question, question.answer[0], figures[0]), question


def test_limits_are_exceeded_by_all_that_is_named_and_by_nothing_else(clean: list[Asked]) -> None:
    listed = [question for question in clean if question.type == "multi-span" and question.raw["req_comparison"]]
    assert len(listed) > 20
    for question in listed:
        limit = value(re.findall(r"(?:exceed|more than|above) ([$£€]?[\d,.]*\d%?)", question.text)[0])
        assert limit is not None
        named = re.findall(r"(.+?): ([\d,.]*\d%?)(?:, |$)", question.derivation)
        assert [name for name, _ in named] == question.answer, question
        for name, figure in named:
            assert (value(figure) or 0) > limit, question
            assert stands_beside(question, name, value(figure)), question


def stands_beside(question: Asked, name: str, figure: Fraction | None) -> bool:
    """Whether a figure is printed in the row or in the column of a name, which may head several columns."""
    for row, column in question.places(name):
        beside = [*question.grid[row], *(line[column] for line in question.grid)]
        if figure in [value(cell) for cell in beside]:
            return True
    return False


def test_counts_count_what_the_table_names(clean: list[Asked]) -> None:
    counted = [question for question in clean if question.type == "count"]
    for question in counted:
        names = question.derivation.split("##")
        assert int(question.answer) == len(names) == len(set(names)), question
        assert all(any(name in cell for cell in question.cells()) for name in names), question


def test_a_scale_is_told_by_the_table_or_by_the_paragraph_that_is_named(clean: list[Asked]) -> None:
    for question in clean:
        if question.scale in ("thousand", "million"):
            told = {"thousand": r"thousand|000\b", "million": r"million|[$£€]m\b"}[question.scale]
            text = question.said() if question.raw["answer_from"] == "table-text" else " ".join(question.cells())
            assert re.search(told, text), question


def test_totals_add_up_as_printed(made: list[contexts.Made]) -> None:
    added = subtracted = 0
    for one in made:
        figures = [[value(cell) or Fraction(0) for cell in row] for row in one.context["table"]["table"]]
        for each in one.exhibit.sums:
            plus = sum(figures[row][column] for row, column in each.plus)
            minus = sum(figures[row][column] for row, column in each.minus)
            assert figures[each.total[0]][each.total[1]] == plus - minus, (one.context["table"]["uid"], each)
            added += 1
            subtracted += bool(each.minus)
    assert added > 1_000
    assert subtracted > 10


def test_the_tables_of_a_company_agree_on_its_revenue(made: list[contexts.Made]) -> None:
    agreed = Counter[str]()
    for one in made:
        company = one.exhibit.company
        for series in one.exhibit.series:
            if series.said[0] in ("revenue", "total revenue") and series.over == "year":
                for point in series.points:
                    year = int(point.name.replace("FY", "20"))
                    assert point.value == company.revenue[year]
                    agreed[company.name] += 1
    assert len(agreed) > 20


def test_every_row_that_is_called_a_total_is_one_of_the_sums(made: list[contexts.Made]) -> None:
    for one in made:
        rows = {each.total[0] for each in one.exhibit.sums}
        for number, row in enumerate(one.context["table"]["table"]):
            if row[0].startswith("Total"):
                assert number in rows, row


def test_no_two_measures_of_a_table_go_by_the_same_name(made: list[contexts.Made]) -> None:
    for one in made:
        names = [said for series in one.exhibit.series for said in series.said]
        assert len(names) == len(set(names)), one.exhibit.topic


# --- the faults


def planted(manifest: dict[str, Any], asked: dict[str, Asked], rule: str) -> Iterator[tuple[dict[str, Any], Asked]]:
    """The faults of a rule with each question they affect."""
    for fault in manifest["faults"][sample_data.FINANCE_QA]:
        if fault["rule"] == rule:
            for uid in fault["questions"]:
                assert asked[uid].table_uid == fault["table"]
                yield fault, asked[uid]


def spoilt(fault: dict[str, Any], question: Asked) -> str:
    """The text at the place that a fault names."""
    place = fault["where"]
    if place.startswith("paragraph "):
        return str(question.paragraphs[place.split()[1]])
    if place.startswith("cell "):
        row, column = map(int, place.split()[1].split(","))
        return question.grid[row][column]
    assert place == "question"
    return question.text


def test_the_manifest_counts_and_seals_the_files(
    manifest: dict[str, Any], asked: dict[str, Asked], clean: list[Asked], data: list[dict[str, Any]]
) -> None:
    for name, told in manifest["files"].items():
        read = sample_data.path(name).read_bytes()
        assert told["sha256"] == hashlib.sha256(read).hexdigest()
        assert told["bytes"] == len(read)
    told = manifest["files"][sample_data.FINANCE_QA]
    assert manifest["seed"] == generate.SEED
    assert told["tables"] == len(data)
    assert told["questions"] == len(asked)
    assert told["clean"]["questions"] == len(clean)
    assert told["types"] == Counter(question.type for question in asked.values())


def test_every_rule_is_broken_somewhere(manifest: dict[str, Any]) -> None:
    faults = manifest["faults"]
    assert {fault["rule"] for fault in faults[sample_data.FINANCE_QA]} == RULES
    assert {fault["rule"] for fault in faults[sample_data.FAULTY]} == CHAT_RULES


def test_duplicates_repeat_question_and_answer(manifest: dict[str, Any], asked: dict[str, Asked]) -> None:
    for fault, question in planted(manifest, asked, "duplicate"):
        original = asked[fault["of"]]
        assert (question.key(), question.answer) == (original.key(), original.answer)


def test_contradictions_repeat_the_question_only(manifest: dict[str, Any], asked: dict[str, Asked]) -> None:
    for fault, question in planted(manifest, asked, "contradiction"):
        original = asked[fault["of"]]
        assert question.key() == original.key()
        assert question.answer != original.answer


def test_leaks_show_the_same_table_and_questions_under_two_contexts(
    manifest: dict[str, Any], asked: dict[str, Asked]
) -> None:
    named = {question.uid for _, question in planted(manifest, asked, "leak")}
    for leak in manifest["leaks"]:
        assert leak["a"] != leak["b"]
        assert leak["questions"]
        for first, second in leak["questions"]:
            assert (asked[first].table_uid, asked[second].table_uid) == (leak["a"], leak["b"])
            assert asked[first].key() == asked[second].key()
            assert asked[first].answer == asked[second].answer
            assert second in named
            named.remove(second)
    assert named == set()


def test_nothing_but_duplicates_contradictions_and_leaks_repeats_a_question(
    manifest: dict[str, Any], asked: dict[str, Asked]
) -> None:
    repeated = sum(number - 1 for number in Counter(question.key() for question in asked.values()).values())
    rules = ("duplicate", "contradiction", "leak")
    assert repeated == sum(len(list(planted(manifest, asked, rule))) for rule in rules)


@pytest.mark.parametrize(
    ("rule", "shows"),
    [
        ("too-long", lambda text: len(text) > SURELY_TOO_LONG),
        ("reserved-keyword", lambda text: any(word in text for word in RESERVED)),
        ("control-characters", CONTROL.search),
        ("markup", MARKUP.search),
        ("email", EMAIL.search),
    ],
)
def test_the_text_shows_its_fault_where_the_manifest_says_and_nowhere_else(
    rule: str,
    shows: Callable[[str], object],
    manifest: dict[str, Any],
    asked: dict[str, Asked],
    clean: list[Asked],
) -> None:
    faults = list(planted(manifest, asked, rule))
    assert faults
    assert all(shows(spoilt(fault, question)) for fault, question in faults)
    named = {question.uid for _, question in faults}
    for question in asked.values():
        found = any(shows(text) for text in (*question.cells(), *question.paragraphs.values(), question.text))
        assert found == (question.uid in named), question
    assert named.isdisjoint(question.uid for question in clean)


def test_answers_are_empty_only_where_the_manifest_says(manifest: dict[str, Any], asked: dict[str, Asked]) -> None:
    named = {question.uid for _, question in planted(manifest, asked, "empty-content")}
    assert named == {uid for uid, question in asked.items() if question.answer in ([], [""], "")}


def test_hidden_characters_stand_escaped_in_the_file() -> None:
    text = sample_data.path(sample_data.FINANCE_QA).read_text("utf-8")
    assert CONTROL.search(text) is None


def test_each_broken_line_breaks_its_rule_and_all_others_are_sound(manifest: dict[str, Any]) -> None:
    _, tuning = catalog.load().tuning_of(HAIKU)
    rules = check.rules_for(tuning)
    told = {fault["line"]: fault["rule"] for fault in manifest["faults"][sample_data.FAULTY]}
    lines = sample_data.path(sample_data.FAULTY).read_bytes().splitlines(keepends=True)
    assert len(lines) == manifest["files"][sample_data.FAULTY]["lines"]
    for number, line in enumerate(lines, 1):
        found = {finding.rule for finding in check.check_line(line, number, rules)[1]}
        assert found == ({told[number]} if number in told else set()), number


def test_sound_lines_hold_the_table_of_a_context(data: list[dict[str, Any]], manifest: dict[str, Any]) -> None:
    broken = {fault["line"] for fault in manifest["faults"][sample_data.FAULTY]}
    grids = [[[cell.strip() for cell in row] for row in context["table"]["table"]] for context in data]
    for number, line in enumerate(sample_data.path(sample_data.FAULTY).read_bytes().splitlines(), 1):
        if number not in broken:
            table = find(json.loads(line)["messages"][0]["content"])
            assert table is not None
            assert [[cell.strip() for cell in row] for row in table.grid] in grids
