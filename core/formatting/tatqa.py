"""Imports TAT-QA in its raw JSON format: tables, the text around them, and several questions to each.

Zhu et al., "TAT-QA: A Question Answering Benchmark on a Hybrid of Tabular and Textual Content in Finance", ACL 2021.
"""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from core.errors import InputError, Where
from core.files import unreadable
from core.records.record import Numbering, Source, source_identity

Preset = Literal["article", "table", "all"]
PRESETS: tuple[Preset, ...] = ("article", "table", "all")


class _Table(msgspec.Struct):
    uid: str
    table: list[list[str]]


class _Paragraph(msgspec.Struct):
    text: str
    order: int = 0


class _Question(msgspec.Struct):
    question: str
    uid: str = ""
    order: int = 0
    answer: Any = None
    derivation: str = ""
    answer_type: str = ""
    answer_from: str = ""
    scale: str = ""


class _Context(msgspec.Struct):
    table: _Table
    questions: list[_Question]
    paragraphs: list[_Paragraph] = []


def read(
    path: Path,
    *,
    preset: Preset = "all",
    paragraphs: bool = True,
    name: str = "",
    numbering: Numbering | None = None,
) -> Iterator[Source]:
    """Reads a TAT-QA file: the training, the development, or either test split, with or without gold answers.

    Args:
        path: The JSON file.
        preset: `article` keeps span and multi-span questions, which come within 1-4 % of the article's 893 test rows;
            `table` keeps those answered by the table alone; `all` keeps everything.
        paragraphs: Keep the text around the table.
        name: What records say they come from; empty for the file's name.
        numbering: Of equal records, where several files make one.

    Yields:
        One source record a question, with the table's id as its group.

    Raises:
        InputError: The file cannot be read, is not TAT-QA's format, or does not say what the preset chooses by.
    """
    numbering = numbering or Numbering()
    row = 0
    for context in _decode(path, preset):
        texts = [each.text for each in sorted(context.paragraphs, key=lambda each: each.order)] if paragraphs else []
        for question in context.questions:
            row += 1
            if not _wanted(question, preset):
                continue
            fields: dict[str, object] = {
                "table": context.table.table,
                "paragraphs": texts,
                "question": question.question,
                "answer": answer_text(question.answer, question.scale),
            }
            yield Source(
                id=numbering.number(source_identity(fields)),
                group=context.table.uid,
                fields=fields,
                facts={
                    "file": name or path.name,
                    "row": row,
                    "type": question.answer_type,
                    "source": question.answer_from,
                    "scale": question.scale,
                    "derivation": question.derivation,
                    "order": question.order,
                },
            )


def answer_text(answer: Any, scale: str) -> str:
    """An answer as a person writes it: spans joined by commas, a number with its scale (`14.07 percent`).

    A span that already carries its unit, such as `12 %`, is not given it twice. A question without an answer has an
    empty one, which every check of the data then shows.
    """
    if answer is None:
        return ""
    if isinstance(answer, list):
        return ", ".join(str(span) for span in answer)
    text = repr(answer) if isinstance(answer, float) else str(answer)
    if isinstance(answer, float) and answer.is_integer():
        text = str(int(answer))
    return f"{text} {scale}" if scale else text


def _wanted(question: _Question, preset: Preset) -> bool:
    if preset == "article":
        return question.answer_type in ("span", "multi-span")
    return preset == "all" or question.answer_from == "table"


def _decode(path: Path, preset: Preset) -> list[_Context]:
    try:
        raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise unreadable(path, error) from error
    if not raw.strip():
        raise InputError("This file is empty", todo="Download it again", where=Where(str(path)))
    try:
        contexts = msgspec.json.decode(raw, type=list[_Context])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _explained(raw, error, path) from error
    questions = [question for context in contexts for question in context.questions]
    if not questions:
        raise InputError("This file has no questions", todo="Download it again", where=Where(str(path)))
    if preset != "all" and not any(question.answer_type or question.answer_from for question in questions):
        raise InputError(
            f"The preset {preset} has nothing to choose by",
            why="these questions have no types: this looks like TAT-QA's test set without answers",
            todo="Import all of it, or the variant with gold answers",
            where=Where(str(path)),
        )
    return contexts


def _explained(raw: bytes, error: Exception, path: Path) -> InputError:
    where = Where(str(path))
    try:
        json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as bad:
        return InputError("This file is not UTF-8", why=str(bad), todo="Save it as UTF-8", where=where)
    except RecursionError:
        return InputError("This file is nested too deeply", todo="Is it TAT-QA? Download it again", where=where)
    except json.JSONDecodeError as bad:
        return InputError(
            "This file is not JSON",
            why=f"{bad.msg} at column {bad.colno}",
            todo="Is it complete? Download it again",
            where=Where(str(path), bad.lineno),
        )
    except ValueError:  # a number of thousands of digits: the shape says what should be there instead
        pass
    reason, _, field = str(error).partition(" - at ")
    return InputError(
        "This is not TAT-QA's raw format",
        why=reason,
        todo="Outcrop expects a list of objects with `table`, `paragraphs` and `questions`",
        where=Where(str(path), field=field.strip("`").removeprefix("$")),
    )
