"""Few-shot examples: which training records stand before a question, in training, at inference and in an evaluation.

The same records, the same setting and the same question give the same examples, whatever the order of the file.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Literal, TypeVar

import msgspec

from core.errors import UsageError
from core.formatting.likeness import QuestionIndex
from core.formatting.parts import ExportLine
from core.records.record import Chat

MOST = 2_000
"""Training records, drawn by the seed, that examples are chosen from: so a million records need no more."""
_COMPARED = 100  # of those, how many are held against one question, those with its rarest words first

T = TypeVar("T")


class FewShotExamples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which examples a template shows.

    Attributes:
        k: How many.
        by: `random` shows every question the same ones, as far as its own table is not among them; `similarity` those
            whose questions share the most words with it, the most similar one last.
        seed: Of the draw.
    """

    k: Annotated[int, msgspec.Meta(ge=1, le=20)]
    by: Literal["random", "similarity"] = "random"
    seed: int = 1


class Pool:
    """Training records to choose examples from."""

    def __init__(self, records: Iterable[ExportLine], wanted: FewShotExamples) -> None:
        """Takes over records.

        Args:
            records: Of the training part only, in the order that `drawn` gives, without examples of their own.
            wanted: Which and how many.
        """
        self.wanted = wanted
        self.records = list(records)
        self._questions: QuestionIndex | None = None
        if wanted.by == "similarity":
            self._questions = QuestionIndex([each.chat.question for each in self.records])

    def chosen(self, line: ExportLine) -> list[ExportLine]:
        """The examples of a question: each of another table, never of its own, and never the record itself.

        Raises:
            UsageError: There are not enough.
        """
        found: dict[str, ExportLine] = {}
        for each in self._in_order(line.chat.question):
            if not _same(each, line):
                found.setdefault(each.group or each.id, each)
            if len(found) == self.wanted.k:
                chosen = list(found.values())
                return chosen if self._questions is None else chosen[::-1]
        raise UsageError(
            f"There are no {self.wanted.k} examples to show",
            why=f"the training part has records of {len(found)} other tables",
            todo="Show fewer",
        )

    def shown(self, line: ExportLine) -> ExportLine:
        """The record with its examples before it."""
        chat = before(line.chat, [each.chat for each in self.chosen(line)])
        return msgspec.structs.replace(line, chat=chat)

    def _in_order(self, question: str) -> Iterable[ExportLine]:
        """The most similar first; then, or by chance alone, as they were drawn."""
        if self._questions is not None:
            places = self._questions.sharing(question, _COMPARED)
            alike = self._questions.likeness(question, places)
            for _, place in sorted(zip(alike, places, strict=True), key=lambda pair: (-pair[0], pair[1])):
                yield self.records[place]
        yield from self.records


def drawn(records: Iterable[T], identity: Callable[[T], str], seed: int) -> list[T]:
    """At most `MOST` records by chance, in an order by chance; both follow from seed and identities alone."""
    ordered = sorted(records, key=identity)
    return random.Random(seed).sample(ordered, min(MOST, len(ordered)))  # noqa: S311 - a draw, not a secret


def before(chat: Chat, examples: Sequence[Chat]) -> Chat:
    """A chat after others, whose turns stand before it as earlier turns."""
    return Chat((*(turn for each in examples for turn in each.messages), *chat.messages), chat.system)


def _same(one: ExportLine, other: ExportLine) -> bool:
    """Whether two records are about the same table, or exact duplicates."""
    if one.group and one.group == other.group:
        return True
    return one.id.partition(".")[0] == other.id.partition(".")[0]
