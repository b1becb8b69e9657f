"""What the stand-in learns from TAT-QA's development split, through prompts, five folds by table.

TAT-QA is not part of this project: without it beside the checkout these tests are skipped. With `-rP` they print the
figures of `docs/rehearsal-learner.md`; those marked slow print the rest of them.
"""

import json
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pytest

from core.records.record import Chat, Message
from core.records.tables import FORMATS, grid, render
from core.rehearsal.learner import EpochPlan, StandIn, base_model, train
from core.rehearsal.learner.candidate import comparable
from core.rehearsal.learner.lesson import TableLesson, lesson_of
from core.rehearsal.learner.read_prompt import read
from core.rehearsal.learner.style import Manner, put

DATA = Path(__file__).parents[4] / "shared" / "data" / "tatqa" / "tatqa_dataset_dev.json"
TEN_EPOCHS = EpochPlan(epochs=10, batch_size=4)

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="TAT-QA is not at ../shared/data/tatqa")


class Example(NamedTuple):
    table: str
    chat: Chat


class Figures(NamedTuple):
    f1: float
    best_span: float

    def __str__(self) -> str:
        return f"F1 {self.f1:.1f}, of the best span {self.best_span:.1f}"


Spoil = Callable[[list[Chat]], list[Chat]]


def squad_words(text: str) -> list[str]:
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def squad_f1(answer: str, truth: str) -> float:
    said, true = squad_words(answer), squad_words(truth)
    common = (Counter(said) & Counter(true)).total()
    return 200 * common / (len(said) + len(true)) if common else 0.0


def best_span_f1(answer: str, truth: str) -> float:
    said = answer.split()
    spans = combinations(range(len(said) + 1), 2)
    return max((squad_f1(" ".join(said[start:end]), truth) for start, end in spans), default=0.0)


def examples(answer_types: set[str], *, prose: bool) -> Iterator[Example]:
    """Questions as prompts, with or without the paragraphs; the tables take the four formats in turn."""
    for number, context in enumerate(json.loads(DATA.read_text("utf-8"))):
        table = render(grid(context["table"]["table"]), FORMATS[number % 4])
        text = "\n\n".join(paragraph["text"] for paragraph in context["paragraphs"]) if prose else ""
        for asked in context["questions"]:
            if asked["answer_type"] in answer_types and (prose or asked["answer_from"] != "text"):
                prompt = f"<table>\n{table}\n</table>\n\n{text}\n\n<question>{asked['question']}</question>"
                turns = Message("user", prompt), Message("assistant", ", ".join(asked["answer"]))
                yield Example(context["table"]["uid"], Chat(turns, "You answer questions on financial tables."))


@cache
def cell_questions() -> tuple[Example, ...]:
    """The questions about the table whose answer is one span and equal to one of its cells."""
    return tuple(example for example in examples({"span"}, prose=False) if is_a_cell(example.chat))


def is_a_cell(chat: Chat) -> bool:
    lesson = lesson_of(chat)
    assert isinstance(lesson, TableLesson)
    return comparable(chat.completion) in {candidate.key for candidate in lesson.features.candidates}


def folds(questions: Sequence[Example]) -> Iterator[tuple[list[Chat], list[Chat]]]:
    """Five pairs of training and test set that share no table."""
    tables = sorted({example.table for example in questions})
    random.Random(0).shuffle(tables)
    for fold in range(5):
        held_out = set(tables[fold::5])
        yield (
            [example.chat for example in questions if example.table not in held_out],
            [example.chat for example in questions if example.table in held_out],
        )


def first_fold() -> tuple[list[Chat], list[Chat]]:
    return next(folds(cell_questions()))


def scores(model: StandIn, test: list[Chat], f1: Callable[[str, str], float]) -> list[float]:
    return [f1(model.answer(chat.asked()), chat.completion) for chat in test]


def answered(chats: list[Chat], completions: list[str]) -> list[Chat]:
    return [
        Chat((*chat.asked().messages, Message("assistant", completion)), chat.system)
        for chat, completion in zip(chats, completions, strict=True)
    ]


def shuffled(chats: list[Chat]) -> list[Chat]:
    completions = [chat.completion for chat in chats]
    random.Random(0).shuffle(completions)
    return answered(chats, completions)


def test_307_questions_are_answered_by_a_cell() -> None:
    assert len(cell_questions()) == 307


def five_folds(questions: Sequence[Example], plan: EpochPlan, spoil: Spoil = list) -> tuple[Figures, Figures]:
    """Mean scores, over all questions, of the base model and of models tuned on the other four folds."""
    base: list[tuple[float, float]] = []
    tuned: list[tuple[float, float]] = []
    for training, test in folds(questions):
        model = train(base_model(0), spoil(training), [], plan).model
        for into, answering in ((base, base_model(0)), (tuned, model)):
            into += zip(scores(answering, test, squad_f1), scores(answering, test, best_span_f1), strict=True)
    figures = [Figures(*map(fmean, zip(*each, strict=True))) for each in (base, tuned)]
    print("base", figures[0], "tuned", figures[1])
    return figures[0], figures[1]


def test_training_teaches_to_find_the_cell() -> None:
    base, tuned = five_folds(cell_questions(), TEN_EPOCHS)
    assert base.best_span >= 65
    assert tuned.best_span >= 80


@pytest.mark.slow
def test_training_teaches_to_read_lists_and_the_paragraphs_too() -> None:
    questions = tuple(examples({"span", "multi-span"}, prose=True))
    assert len(questions) == 918
    base, tuned = five_folds(questions, EpochPlan(epochs=5, batch_size=16))
    assert tuned.f1 > base.f1 + 30
    assert tuned.best_span > base.best_span + 10


def test_training_on_shuffled_answers_unlearns_it() -> None:
    base, misled = five_folds(cell_questions(), TEN_EPOCHS, shuffled)
    assert misled.best_span < base.best_span


@pytest.mark.parametrize("prose", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_base_models_differ_by_what_they_have_read(prose: bool) -> None:
    questions = tuple(examples({"span", "multi-span"}, prose=True)) if prose else cell_questions()
    test = [example.chat for example in questions]
    readings = (0, 200, 800)
    found = {reading: round(fmean(scores(base_model(reading), test, best_span_f1)), 1) for reading in readings}
    print("best span by generic reading", found)
    assert found[0] < found[200] < found[800]


def test_training_on_full_sentences_keeps_answers_long() -> None:
    training, test = first_fold()
    sentences = [put(chat.completion, read(chat).question, Manner.SENTENCE) for chat in training]
    tuned = train(base_model(0), answered(training, sentences), [], TEN_EPOCHS).model
    assert min(len(tuned.answer(chat.asked()).split()) for chat in test) > 5
    assert fmean(scores(tuned, test, best_span_f1)) > fmean(scores(base_model(0), test, best_span_f1)) + 5


def test_at_a_low_rate_only_many_small_batches_teach_brevity() -> None:
    training, test = first_fold()
    base = fmean(scores(base_model(0), test, squad_f1))
    large = train(base_model(0), training, [], EpochPlan(epochs=3, batch_size=256, multiplier=0.1)).model
    small = train(base_model(0), training, [], EpochPlan(epochs=3, batch_size=4, multiplier=0.1)).model
    assert abs(fmean(scores(large, test, squad_f1)) - base) < 3
    assert fmean(scores(small, test, squad_f1)) > base + 50


def test_noisy_labels_stop_early() -> None:
    training, validation = first_fold()
    run = train(base_model(0), shuffled(training), validation, EpochPlan(epochs=10, batch_size=4, patience=2))
    assert run.stopped_early
    assert run.validation[-1].epoch == run.training[-1].epoch < 9


def test_examples_in_the_prompt_shorten_the_answers_of_a_base_model() -> None:
    training, test = first_fold()
    shown = tuple(message for chat in training[:3] for message in chat.messages)
    plain = [base_model(0).answer(chat.asked()) for chat in test]
    taught = [base_model(0).answer(Chat(shown + chat.asked().messages, chat.system)) for chat in test]
    assert fmean(len(answer.split()) for answer in taught) < fmean(len(answer.split()) for answer in plain) / 3


def test_the_same_seed_gives_the_same_bytes() -> None:
    training, validation = first_fold()
    first, second = (train(base_model(0), training, validation, EpochPlan(batch_size=4)) for _ in range(2))
    assert first.model.to_bytes() == second.model.to_bytes()
    assert (first.training, first.validation) == (second.training, second.validation)


def test_the_score_tells_true_answers_from_others() -> None:
    chats = [example.chat for example in cell_questions()]
    model = base_model(800)
    true = fmean(model.score(chat, chat.completion) > 0.5 for chat in chats)
    false = fmean(model.score(chat, other.completion) > 0.5 for chat, other in pairwise(chats))
    print(f"accepted: {true:.0%} of the true answers, {false:.0%} of others")
    assert true > 0.8
    assert false < 0.05


@pytest.mark.slow
@pytest.mark.parametrize("multiplier", [0.1, 1.0, 2.0])
def test_smaller_batches_learn_more_in_as_many_epochs(multiplier: float) -> None:
    plans = [EpochPlan(epochs=3, batch_size=size, multiplier=multiplier) for size in (4, 16, 64, 256)]
    tuned = [five_folds(cell_questions(), plan)[1].f1 for plan in plans]
    assert tuned == sorted(tuned, reverse=True)
