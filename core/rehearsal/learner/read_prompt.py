"""Reads a prompt as a model would see it: the table, the question, and the examples shown before it."""

import re

import msgspec

from core.records.record import Chat
from core.records.tables import Grid, find
from core.rehearsal.learner.wrapper import unwrap

_QUESTION_LINE = re.compile(r"(?:q|question|user|input)[ \t]*:[ \t]*", re.IGNORECASE)
_ANSWER_LINE = re.compile(r"(?:a|answer|assistant|output)[ \t]*:[ \t]*", re.IGNORECASE)
_QUESTION_AND_ANSWER = re.compile(
    rf"^[ \t]*{_QUESTION_LINE.pattern}.*\n\s*{_ANSWER_LINE.pattern}(\S.*)$", re.IGNORECASE | re.MULTILINE
)
_ONLY_TAGS = re.compile(r"(?:\s*</?\w+>)+\s*")


class ReadPrompt(msgspec.Struct, frozen=True):
    """What a chat asks.

    Attributes:
        text: The last user turn, without the examples in it.
        question: The question, or nothing.
        grid: The table that it is asked of, or None.
        prose: The text around table and question.
        system: The system prompt, without the examples in it, or nothing.
        turns: The model's own earlier answers in this conversation.
        examples: The answers of examples written into the prompt.
    """

    text: str
    question: str
    grid: Grid | None
    prose: str
    system: str
    turns: tuple[str, ...]
    examples: tuple[str, ...]


def read(chat: Chat) -> ReadPrompt:
    """Reads the last question of a chat; the final answer of a training example is not looked at."""
    system, from_system = _take_examples(chat.system or "")
    text, from_text = _take_examples(chat.prompt)
    turns = chat.asked().messages
    question, around = _take_question(text)
    grid, before, after = _take_table(around)
    question = question or _question_in(after) or _question_in(before)
    lines = f"{before}\n{after}".splitlines()
    if grid is None:
        asked = [turn.content for turn in turns if turn.role == "user"][:-1]
        grid = next((earlier for turn in reversed(asked) if (earlier := _take_table(turn)[0])), None)
    return ReadPrompt(
        text=text,
        question=question,
        grid=grid,
        prose="\n".join(line for line in lines if not (question and line.rstrip().endswith(question))),
        system=system,
        turns=tuple(turn.content for turn in turns if turn.role == "assistant"),
        examples=(*from_system, *from_text),
    )


def _take_question(text: str) -> tuple[str, str]:
    """The question in its element, and the text without it; no question if there is no such element."""
    before, opening, rest = text.rpartition("<question>")
    if not opening:
        return "", text
    question, _, after = rest.partition("</question>")
    return question.strip(), f"{before}\n{after}"


def _take_table(text: str) -> tuple[Grid | None, str, str]:
    """The first table, the text before it and the text after it; without a table all is after it."""
    found = find(text)
    return (found.grid, text[: found.start], text[found.end :]) if found else (None, "", text)


def _question_in(text: str) -> str:
    """The last line that ends in a question mark, else the last line."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not _ONLY_TAGS.fullmatch(line)]
    question = next((line for line in reversed(lines) if line.endswith("?")), lines[-1] if lines else "")
    label = _QUESTION_LINE.match(question)
    return question[label.end() :] if label else question


def _take_examples(text: str) -> tuple[str, list[str]]:
    """The text without its examples, and their answers.

    An example is an `<example>` element, or a line `Q: …` followed by a line `A: …`.
    """
    kept, answers = [], []
    *pieces, rest = text.split("</example>")
    for piece in pieces:
        before, _, block = piece.rpartition("<example>")
        kept.append(before)
        answers.append(_example_answer(block))
    outside = "".join([*kept, rest])
    answers += _QUESTION_AND_ANSWER.findall(outside)
    return _QUESTION_AND_ANSWER.sub("", outside), [answer for answer in answers if answer]


def _example_answer(block: str) -> str:
    """The element that an example ends with, else its last line."""
    wrapped = unwrap(block)
    if wrapped.tag:
        return wrapped.answer
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    label = _ANSWER_LINE.match(lines[-1]) if lines else None
    return lines[-1][label.end() :] if label else lines[-1] if lines else ""
