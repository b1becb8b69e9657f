"""The answers of the sample data are right: they stand in the context, or are calculated from it."""

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from asked import Asked

from sample_data import contexts

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


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
