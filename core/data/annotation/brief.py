"""A brief: what a model is told of a record, and the id under which it is asked.

An ask's id is `<record>:<hash of the brief>`, with `:again` where it is asked a second time.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from core.data.dataset import DatasetRow
from core.inference import Answer
from core.records.record import identity

if TYPE_CHECKING:
    from core.formatting.template import Renderer

AGAIN = ":again"  # ends the id of a second ask
_CONTEXT = ("table", "paragraphs", "context")  # the fields of a source record that a question is asked of


class Brief(msgspec.Struct, frozen=True):
    """A question, its answer, and the context that it is asked of."""

    context: str
    question: str
    answer: str

    @property
    def characters(self) -> int:
        """How many it has."""
        return len(self.context) + len(self.question) + len(self.answer)

    @property
    def content(self) -> str:
        """16 hex digits that stand for it: an annotation of another content is stale."""
        return identity([self.context, self.question, self.answer])


def brief_of(row: DatasetRow, renderer: "Renderer | None") -> Brief | None:
    """What a model is told of a record; None where it cannot be read.

    A source record gives its table as text, its paragraphs, its question and its answer; any other record the prompt
    without its question, with the turns before it, and the completion.

    Args:
        row: The record.
        renderer: Writes tables out; None where the file has no source records.
    """
    source = row.source
    if source is not None and renderer is not None and {"question", "answer"} <= source.fields.keys():
        fields = renderer.fields(source)
        context = [_words(fields[name]) for name in _CONTEXT if name in source.fields]
        if context:
            return Brief(_joined(context), str(fields["question"]), str(fields["answer"]))
    if row.chat is None:
        return None
    earlier = [turn.content for turn in row.chat.asked().messages[:-1]]
    return Brief(_joined([*earlier, _around_question(row.chat.prompt)]), row.chat.question, row.chat.completion)


def ask_id(record: str, content: str) -> str:
    """The id of the first ask about a record."""
    return f"{record}:{content}"


def key_of(ask: str) -> tuple[str, str]:
    """What an ask is about, the first or the second: a record's identity, and the hash of its brief."""
    record, _, content = ask.removesuffix(AGAIN).rpartition(":")
    return record, content


def last_answer(answers: Mapping[str, Answer], ask: str) -> Answer:
    """The answer that counts: the second one where an ask was repeated.

    Args:
        answers: The answers of a run, by ask.
        ask: The id of the first ask, which was answered.
    """
    return answers.get(ask + AGAIN) or answers[ask]


def _words(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _around_question(prompt: str) -> str:
    """A prompt without what `Chat.question` takes from it."""
    before, tag, rest = prompt.rpartition("<question>")
    if tag:
        return _joined([before, rest.partition("</question>")[2]])
    return prompt.rstrip().rpartition("\n")[0]
