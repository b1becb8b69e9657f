"""A small chat file in the Anthropic messages format, with lines that break one rule each.

The format is Amazon Bedrock's for Claude 3 Haiku: one JSON object a line, an optional `system` text, then messages by
user and assistant in turn (AWS, "Prepare data for fine-tuning").
"""

import copy
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sample_data.contexts import Context
from sample_data.faults import BOILERPLATE, SURELY_TOO_LONG

Chat = dict[str, Any]
GOOD_LINES = 44
SYSTEM = "You answer questions about tables in annual reports. Reply with the answer only."
UNITS = {"percent": "%", "thousand": " thousand", "million": " million", "": ""}


@dataclass(frozen=True)
class BrokenLine:
    """A line that breaks a rule: which, what was done, and its number from 1."""

    rule: str
    note: str
    line: int


def written(contexts: Sequence[Context], rng: Random) -> tuple[bytes, list[BrokenLine]]:
    """The chat file and its broken lines.

    Args:
        contexts: Clean contexts to take questions from, one of each.
        rng: Decides which, and where the broken lines go.
    """
    chosen = [chat(context, rng.choice(context["questions"])) for context in rng.sample(list(contexts), GOOD_LINES)]
    lines: list[tuple[bytes, str, str]] = [(_line(good), "", "") for good in chosen]
    for rule, note, broken in BREAKERS:
        spoilt = broken(copy.deepcopy(rng.choice(chosen)))
        lines.insert(rng.randrange(1, len(lines)), (spoilt, rule, note))
    broken_lines = [BrokenLine(rule, note, number) for number, (_, rule, note) in enumerate(lines, 1) if rule]
    return b"".join(line + b"\n" for line, _, _ in lines), broken_lines


def chat(context: Context, question: dict[str, Any]) -> Chat:
    """One question as a training example: a prompt with a Markdown table and the text, the answer as completion."""
    head, *rows = context["table"]["table"]
    table = "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))
    text = "\n".join(paragraph["text"] for paragraph in context["paragraphs"])
    prompt = f"<table>\n{table}\n</table>\n<text>\n{text}\n</text>\n<question>{question['question']}</question>"
    messages = [{"role": "user", "content": prompt}, {"role": "assistant", "content": completion(question)}]
    return {"system": SYSTEM, "messages": messages}


def completion(question: dict[str, Any]) -> str:
    """The answer as text: spans joined, a computed figure with its unit."""
    answer = question["answer"]
    return ", ".join(answer) if isinstance(answer, list) else f"{answer}{UNITS[question['scale']]}"


def _line(example: Any) -> bytes:
    return json.dumps(example, ensure_ascii=False).encode()


def _messages(*turns: tuple[str, str]) -> Callable[[Chat], bytes]:
    """Other turns in place of the right ones; `{prompt}` and `{completion}` stand for these."""

    def broken(example: Chat) -> bytes:
        prompt, answer = (turn["content"] for turn in example["messages"])
        texts = {"prompt": prompt, "completion": answer}
        example["messages"] = [{"role": role, "content": texts.get(text, text)} for role, text in turns]
        return _line(example)

    return broken


def _with(change: Callable[[Chat], None]) -> Callable[[Chat], bytes]:
    def broken(example: Chat) -> bytes:
        change(example)
        return _line(example)

    return broken


def _add(turn: int, text: str) -> Callable[[Chat], bytes]:
    def change(example: Chat) -> None:
        example["messages"][turn]["content"] += text

    return _with(change)


def _cut(example: Chat) -> bytes:
    line = _line(example)
    return line[: len(line) * 2 // 3].decode(errors="ignore").encode()


def _not_text(example: Chat) -> bytes:
    answer = b'"role": "assistant", "content": "'
    return _line(example).replace(answer, answer + b"\xff\xfe", 1)


TWICE_USER = ("user", "prompt"), ("user", "Be brief."), ("assistant", "completion")
USER_LAST = ("user", "prompt"), ("assistant", "completion"), ("user", "Thank you.")

BREAKERS: tuple[tuple[str, str, Callable[[Chat], bytes]], ...] = (
    ("json", "cut off in the middle", _cut),
    ("json", "a comma too many before the end", lambda example: _line(example)[:-1] + b",}"),
    ("schema", "no messages", _with(lambda example: example.pop("messages"))),
    ("schema", "a number where text belongs", _with(lambda example: example["messages"][1].update(content=2024))),
    ("schema", "one message only", _messages(("user", "prompt"))),
    ("extra-key", "a key `id` beside the messages", _with(lambda example: example.update(id="0412"))),
    ("extra-key", "a key `weight` in a message", _with(lambda example: example["messages"][1].update(weight=1))),
    ("roles", "the assistant speaks first", _messages(("assistant", "completion"), ("user", "prompt"))),
    ("roles", "two turns of the user in a row", _messages(*TWICE_USER)),
    ("roles", "the user has the last word", _messages(*USER_LAST)),
    ("reserved-keyword", "a line that begins with Human:", _add(0, "\nHuman: and the year before?")),
    ("reserved-keyword", "a line that begins with Assistant:", _add(1, "\nAssistant: as shown above")),
    ("too-long", "more than 192,000 characters", _add(0, BOILERPLATE * (SURELY_TOO_LONG // len(BOILERPLATE) + 1))),
    ("empty-content", "an empty answer", _messages(("user", "prompt"), ("assistant", ""))),
    ("empty-content", "a question of blanks", _messages(("user", "   "), ("assistant", "completion"))),
    ("blank-line", "nothing at all", lambda _: b""),
    ("blank-line", "two blanks", lambda _: b"  "),
    ("encoding", "two bytes that are not UTF-8", _not_text),
)
