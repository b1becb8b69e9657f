"""What one chat teaches: the parts of the loss that exist for it."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.records.record import Chat
from core.rehearsal.learner.asked_question import content_words
from core.rehearsal.learner.classifier import text_slots
from core.rehearsal.learner.features import Features, featurise
from core.rehearsal.learner.gold import find_gold
from core.rehearsal.learner.question_head import question_slots
from core.rehearsal.learner.read_prompt import ReadPrompt, read
from core.rehearsal.learner.style import Manner, manner_of
from core.rehearsal.learner.wrapper import Wrapped, unwrap


class TableLesson(msgspec.Struct, frozen=True, eq=False):
    """A question about a table and its answer.

    Attributes:
        features: The candidates.
        named: What the answer names, as `Gold.named`; where that is nothing, the ranker has nothing to learn.
        question: Features of the question, for style and arity.
        manner: How the completion puts its answer.
        completion: The completion without its XML.
    """

    features: Features
    named: tuple[NDArray[np.intp], ...]
    question: NDArray[np.intp]
    manner: Manner
    completion: Wrapped


class TextLesson(msgspec.Struct, frozen=True, eq=False):
    """A prompt without a table and its answer.

    Attributes:
        slots: Features of the text for the classifier.
        content: Its content words for the memory.
        answer: The whole completion.
    """

    slots: NDArray[np.intp]
    content: frozenset[str]
    answer: str


Lesson = TableLesson | TextLesson


def lesson_of(chat: Chat) -> Lesson:
    """Reads what a training example teaches."""
    prompt = read(chat)
    features = featurise(prompt.grid, prompt.prose, prompt.question)
    if not is_table_question(prompt, features):
        return TextLesson(text_slots(prompt.text), content_words(prompt.text), chat.completion.strip())
    completion = unwrap(chat.completion)
    gold = find_gold(features.candidates, completion.answer, prompt.question)
    return TableLesson(
        features=features,
        named=gold.named,
        question=question_slots(prompt.question),
        manner=manner_of(completion.answer, gold.length),
        completion=completion,
    )


def is_table_question(prompt: ReadPrompt, features: Features) -> bool:
    """Whether a prompt has a table and anything to choose from; other prompts are texts."""
    return prompt.grid is not None and bool(features.candidates)
