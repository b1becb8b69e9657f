"""The contexts of the data set: a table with its paragraphs and questions, as TAT-QA writes them in JSON."""

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from sample_data.companies import companies
from sample_data.exhibits import BUILDERS
from sample_data.questions import Asked, Wanted, ask
from sample_data.tables import Exhibit

Context = dict[str, Any]
QUESTIONS = 6
HIDDEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]")  # what an editor would not show


@dataclass(frozen=True)
class Made:
    """A context and the exhibit that it was written from."""

    context: Context
    exhibit: Exhibit


def make(seed: int, number: int) -> list[Made]:
    """So many contexts; the first ones do not depend on how many follow.

    Args:
        seed: The same seed gives the same contexts.
        number: How many.
    """
    firms = companies(source(seed, "companies"))
    taken: set[str] = set()
    made = []
    for index in range(number):
        rng = source(seed, f"table {index}")
        exhibit = BUILDERS[index % len(BUILDERS)](firms[index % len(firms)], rng)
        asked = ask(exhibit, rng, _wanted(rng), taken)
        made.append(Made(_written(exhibit, asked, rng), exhibit))
    return made


def source(seed: int, purpose: str) -> Random:
    """A generator of its own for each purpose, so that a change to one table leaves the others alone."""
    return Random(f"{seed} {purpose}")  # noqa: S311 (nothing here is secret)


def uid(rng: Random) -> str:
    """An identifier as TAT-QA has them."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _wanted(rng: Random) -> list[Wanted]:
    """Six kinds of question, in the proportions of TAT-QA but with more answers from single cells."""
    wanted: list[Wanted] = ["cell", "cell"]
    chances: tuple[tuple[Wanted, float], ...] = (("text", 0.55), ("multi-span", 0.75), ("count", 0.21))
    wanted += [kind for kind, chance in chances if rng.random() < chance]
    while len(wanted) < QUESTIONS:
        wanted.append("arithmetic")
    return wanted


def _written(exhibit: Exhibit, asked: Sequence[Asked], rng: Random) -> Context:
    texts = (" ".join(fact.text for fact in facts) for facts in exhibit.paragraphs)
    return {
        "table": {"uid": uid(rng), "table": [list(row) for row in exhibit.grid]},
        "paragraphs": [{"uid": uid(rng), "order": order, "text": text} for order, text in enumerate(texts, 1)],
        "questions": [_question(exhibit, one, order, rng) for order, one in enumerate(asked, 1)],
    }


def _question(exhibit: Exhibit, asked: Asked, order: int, rng: Random) -> dict[str, Any]:
    paragraph = asked.paragraph
    place = "text" if paragraph else "table"
    if asked.scale in ("thousand", "million") and not paragraph and exhibit.scale_told_in:
        place, paragraph = "table-text", exhibit.scale_told_in
    return {
        "uid": uid(rng),
        "order": order,
        "question": asked.text,
        "answer": _answer(asked),
        "derivation": asked.derivation,
        "answer_type": asked.type,
        "answer_from": place,
        "rel_paragraphs": [str(paragraph)] if paragraph else [],
        "req_comparison": asked.comparison,
        "scale": asked.scale,
    }


def _answer(asked: Asked) -> list[str] | str | int | float:
    if isinstance(asked.answer, Decimal):
        return int(asked.answer) if asked.answer == int(asked.answer) else float(asked.answer)
    return asked.answer[0] if asked.type == "count" else list(asked.answer)


def printed(contexts: Sequence[Context]) -> bytes:
    """The data file: a JSON list with one context a line, characters that hide escaped."""
    lines = (json.dumps(context, ensure_ascii=False) for context in contexts)
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    return HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()
