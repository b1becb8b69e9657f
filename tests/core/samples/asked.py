"""A question of the sample data, with the context it was asked in."""

import json
from collections.abc import Iterator
from typing import Any


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
