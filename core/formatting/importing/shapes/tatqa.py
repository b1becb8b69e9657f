"""Imports TAT-QA in its raw JSON format: tables, the text around them, and several questions to each.

Zhu et al., "TAT-QA: A Question Answering Benchmark on a Hybrid of Tabular and Textual Content in Finance", ACL 2021.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from core.errors import InputError, Where
from core.formatting.importing.container import FileRow, FileRows
from core.formatting.importing.containers import json_file
from core.formatting.importing.plan import Preset
from core.formatting.importing.shape import Draft, Drafts, Shape, ShapeContext, SourceFacts
from core.formatting.importing.unmapped import UnfitRow, refuse_empty

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


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
    answer: object = None
    derivation: str = ""
    answer_type: str = ""
    answer_from: str = ""
    scale: str = ""


class _Context(msgspec.Struct):
    table: _Table
    questions: list[msgspec.Raw]  # each is read by itself, so that a bad one costs no other
    paragraphs: list[_Paragraph] = []

    def texts(self) -> list[str]:
        """The paragraphs in their order."""
        return [each.text for each in sorted(self.paragraphs, key=lambda each: each.order)]


_Read = tuple[_Context, _Question] | UnfitRow
_REMEDY = "Mend the question, or leave it out"


def _drafts(_rows: FileRows, reading: ShapeContext) -> Drafts:
    """Takes the training, the development, or either test split, with or without gold answers.

    It reads the file itself, not the container's objects: a question that is no good then costs no other, and the
    preset needs to see all of them. The number of a question in the file is its line.

    Yields:
        One record a question, with the table's id as its group; what is wrong with one that is none.

    Raises:
        InputError: The file cannot be read, is not TAT-QA's format, or does not say what the preset chooses by.
    """
    for row, item in enumerate(_decode(reading.input.path, reading.plan.preset), 1):
        if isinstance(item, UnfitRow):
            yield row, item
            continue
        context, question = item
        if not _wanted(question, reading.plan.preset):
            continue
        fields: dict[str, object] = {
            "table": context.table.table,
            "paragraphs": context.texts() if reading.plan.paragraphs else [],
            "question": question.question,
            "answer": answer_text(question.answer, question.scale),
        }
        facts: SourceFacts = {
            "file": reading.input.called,
            "row": row,
            "type": question.answer_type,
            "source": question.answer_from,
            "scale": question.scale,
            "derivation": question.derivation,
            "order": question.order,
        }
        yield row, Draft(group=context.table.uid, fields=fields, facts=facts)


def answer_text(answer: object, scale: str) -> str:
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


def _decode(path: Path, preset: Preset) -> list[_Read]:
    """Every question with what it is about, or what is wrong with it."""
    raw = json_file.content(path)
    try:
        contexts = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except _UNREADABLE as error:
        raise _explained(raw, error, path) from error
    read = [item for number, each in enumerate(contexts) for item in _of_context(each, f"[{number}]")]
    questions = [item[1] for item in read if not isinstance(item, UnfitRow)]
    if not questions:
        for item in read:
            if isinstance(item, UnfitRow) and item.__cause__ is not None:
                raise _explained(raw, item.__cause__, path, item.field) from item
        raise InputError("This file has no questions", todo="Download it again", where=Where(str(path)))
    if preset != "all" and not any(question.answer_type or question.answer_from for question in questions):
        raise InputError(
            f"The preset {preset} has nothing to choose by",
            why="these questions have no types: this looks like TAT-QA's test set without answers",
            todo="Import all of it, or the variant with gold answers",
            where=Where(str(path)),
        )
    return read


def _of_context(raw: msgspec.Raw, place: str) -> Iterator[_Read]:
    """A table's questions; where it cannot be read itself, as many misfits."""
    try:
        context = msgspec.json.decode(raw, type=_Context)
    except _UNREADABLE as error:
        known = _loosely(raw)
        listed = known.get("questions")
        for question in listed if isinstance(listed, list) and listed else [None]:
            yield _misfit(error, place, known.get("table"), question)
        return
    for number, each in enumerate(context.questions):
        try:
            question = msgspec.json.decode(each, type=_Question)
            refuse_empty(question.question, "question", "")
            yield context, question
        except (*_UNREADABLE, UnfitRow) as error:
            yield _misfit(error, f"{place}.questions[{number}]", {"uid": context.table.uid}, _loosely(each))


def _loosely(raw: msgspec.Raw) -> dict[str, object]:
    """An object that is not as it should be; nothing where it is none."""
    try:
        found = json.loads(bytes(raw))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _misfit(error: Exception, place: str, table: object, question: object) -> UnfitRow:
    """What is wrong with a question, which one it is, and of which table."""
    reason, _, field = str(error).partition(" - at ")
    named = [_named("table", table, ("uid",)), _named("question", question, ("uid", "order"))]
    said = " of ".join(filter(None, reversed(named)))
    found = UnfitRow(place + field.strip("`").removeprefix("$"), f"{said}: {reason}" if said else reason, _REMEDY)
    found.__cause__ = error
    return found


def _named(what: str, value: object, names: tuple[str, ...]) -> str:
    known = [f"{name} {value[name]}" for name in names if value.get(name)] if isinstance(value, dict) else []
    return f"the {what} of {' and '.join(known)}" if known else ""


def _explained(raw: bytes, error: BaseException, path: Path, place: str = "") -> InputError:
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
        where=Where(str(path), field=place or field.strip("`").removeprefix("$")),
    )


def _fits(row: FileRow) -> bool:
    return "table" in row


TATQA = Shape(
    name="tatqa",
    fits=_fits,
    drafts=_drafts,
    containers=("json",),
    options=frozenset({"preset", "paragraphs", "table_formats"}),
)
