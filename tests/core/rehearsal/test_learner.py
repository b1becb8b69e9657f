"""How the stand-in learns, shown on invented tables."""

import math
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from core.errors import CancelledError, InputError
from core.progress import Cancel
from core.records.metric_point import MetricPoint
from core.records.record import Chat, Message
from core.records.tables import FORMATS, render
from core.rehearsal.learner import EpochPlan, StandIn, base_model, train
from core.rehearsal.learner.generic_corpus import generic_questions
from core.rehearsal.learner.lesson import TableLesson, lesson_of
from core.rehearsal.learner.question_head import biased_head
from core.rehearsal.learner.ranker import empty_ranker
from core.rehearsal.learner.style import Manner, put
from core.rehearsal.learner.training import learn
from core.rehearsal.learner.wrapper import plain_wrapper

PLAN = EpochPlan(epochs=3, batch_size=4)


def chat(prompt: str, completion: str, system: str = "You answer questions on tables.") -> Chat:
    return Chat((Message("user", prompt), Message("assistant", completion)), system)


def chats(count: int, seed: int, manner: Manner = Manner.BARE, frame: str = "{}") -> list[Chat]:
    """Invented questions, their tables in all four formats, the answers in one manner and frame."""
    return [
        chat(
            f"<table>\n{render(each.grid, FORMATS[number % 4])}\n</table>\n\n<question>{each.question}</question>",
            frame.format(put(each.answer, each.question, manner)),
        )
        for number, each in enumerate(generic_questions(count, seed))
    ]


def accuracy(model: StandIn, test: list[Chat]) -> float:
    return sum(model.answer(each.asked()) == each.completion for each in test) / len(test)


def mean_words(model: StandIn, test: list[Chat]) -> float:
    return sum(len(model.answer(each.asked()).split()) for each in test) / len(test)


def with_completions(examples: list[Chat], completions: list[str]) -> list[Chat]:
    return [
        Chat((*each.asked().messages, Message("assistant", completion)), each.system)
        for each, completion in zip(examples, completions, strict=True)
    ]


def noisy(examples: list[Chat], seed: int = 0) -> list[Chat]:
    """The same questions, each answered with any cell of its table."""
    rng = np.random.default_rng(seed)
    completions = []
    for each in examples:
        lesson = lesson_of(each)
        assert isinstance(lesson, TableLesson)
        completions.append(lesson.features.candidates[rng.integers(len(lesson.features.candidates))].text)
    return with_completions(examples, completions)


def test_a_base_model_answers_in_full_sentences() -> None:
    assert mean_words(base_model(0), chats(20, seed=7)) > 10


def test_more_generic_reading_makes_a_better_base_model() -> None:
    test = chats(200, seed=7, manner=Manner.SENTENCE)
    assert accuracy(base_model(0), test) < accuracy(base_model(200), test) < accuracy(base_model(400), test)


def test_training_on_bare_cells_teaches_both_cells_and_brevity() -> None:
    test = chats(60, seed=7)
    tuned = train(base_model(0), chats(120, seed=8), [], PLAN).model
    assert accuracy(base_model(0), test) == 0
    assert accuracy(tuned, test) > 0.9


def test_training_on_full_sentences_keeps_full_sentences() -> None:
    tuned = train(base_model(0), chats(120, seed=8, manner=Manner.SENTENCE), [], PLAN).model
    assert accuracy(tuned, chats(60, seed=7, manner=Manner.SENTENCE)) > 0.9


def test_training_on_phrases_makes_phrases() -> None:
    tuned = train(base_model(0), chats(120, seed=8, manner=Manner.PHRASE), [], PLAN).model
    assert accuracy(tuned, chats(60, seed=7, manner=Manner.PHRASE)) > 0.9


def test_training_leaves_the_model_it_starts_from_as_it_was() -> None:
    before = base_model(0).to_bytes()
    train(base_model(0), chats(20, seed=8), [], PLAN)
    assert base_model(0).to_bytes() == before


def test_a_trained_model_can_be_trained_further() -> None:
    test = chats(60, seed=7)
    once = train(base_model(0), chats(10, seed=8), [], EpochPlan(epochs=1, batch_size=4)).model
    twice = train(once, chats(120, seed=9), [], PLAN).model
    assert accuracy(twice, test) > accuracy(once, test)


def test_few_steps_at_a_low_rate_change_nothing_where_many_do() -> None:
    test, training = chats(60, seed=7), chats(256, seed=8)
    starved = train(base_model(0), training, [], EpochPlan(epochs=3, batch_size=256, multiplier=0.1)).model
    fed = train(base_model(0), training, [], EpochPlan(epochs=3, batch_size=4, multiplier=0.1)).model
    assert accuracy(starved, test) == 0
    assert accuracy(fed, test) > 0.8


def test_the_first_steps_of_a_warm_up_change_less() -> None:
    def second_loss(warmup_steps: int) -> float:
        plan = EpochPlan(epochs=2, batch_size=64, warmup_steps=warmup_steps)
        return train(base_model(0), chats(64, seed=8), [], plan).training[1].loss

    assert second_loss(1) < second_loss(10) < second_loss(1000)


def test_every_step_and_every_epoch_has_a_metric_point() -> None:
    seen: list[MetricPoint] = []
    run = train(base_model(0), chats(10, seed=8), chats(5, seed=9), PLAN, on_step=seen.append)
    assert [(point.step, point.epoch) for point in run.training] == [
        (0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2), (8, 2),
    ]  # fmt: skip
    assert [(point.step, point.epoch) for point in run.validation] == [(2, 0), (5, 1), (8, 2)]
    assert tuple(seen) == run.training
    assert all(point.perplexity == math.exp(point.loss) for point in (*run.training, *run.validation))


def test_the_loss_of_a_model_that_knows_nothing_is_the_number_of_choices() -> None:
    ignorant = StandIn(empty_ranker(), biased_head(0, 0, 0), biased_head(0, 0), plain_wrapper())
    example = chat('<table>[["","2019","2018"],["Tea","1","2"]]</table>\nWhat was tea in 2019?', "1")
    first = train(ignorant, [example], [], EpochPlan(epochs=1)).training[0]
    cells, manners, one_or_several, plain_or_xml = math.log(5), math.log(3), math.log(2), math.log(1 + math.exp(-2))
    assert first.loss == pytest.approx(cells + manners + one_or_several + plain_or_xml)


def test_an_answer_that_is_nowhere_teaches_only_its_style() -> None:
    examples = [chat(each.prompt, "zzz") for each in chats(40, seed=8)]
    run = train(base_model(0), examples, [], PLAN)
    assert np.array_equal(run.model.ranker.dense, base_model(0).ranker.dense)
    assert mean_words(run.model, chats(20, seed=7)) < 3


def test_noisy_labels_stop_early_and_keep_the_best_epoch() -> None:
    validation = noisy(chats(60, seed=9), seed=1)
    run = train(base_model(0), noisy(chats(200, seed=8)), validation, EpochPlan(epochs=10, batch_size=4, patience=2))
    losses = [point.loss for point in run.validation]
    assert run.stopped_early
    assert len(losses) < 10
    assert losses.index(min(losses)) == len(losses) - 3
    kept = [learn(run.model, lesson_of(each)).loss for each in validation]
    assert math.fsum(kept) / len(kept) == pytest.approx(min(losses))


def test_clean_labels_train_to_the_end() -> None:
    run = train(base_model(0), chats(200, seed=8), chats(60, seed=9), EpochPlan(epochs=4, batch_size=32))
    assert not run.stopped_early
    assert len(run.validation) == 4


def test_an_improvement_below_the_threshold_does_not_count() -> None:
    plan = EpochPlan(epochs=10, batch_size=4, early_stopping_threshold=100.0, patience=1)
    assert len(train(base_model(0), chats(20, seed=8), chats(10, seed=9), plan).validation) == 2


def test_without_patience_all_epochs_are_trained() -> None:
    plan = EpochPlan(epochs=6, batch_size=4, patience=None)
    assert len(train(base_model(0), noisy(chats(60, seed=8)), chats(10, seed=9), plan).validation) == 6


def test_the_same_seed_gives_the_same_bytes() -> None:
    first, second = (train(base_model(200), chats(60, seed=8), chats(20, seed=9), PLAN) for _ in range(2))
    assert first.model.to_bytes() == second.model.to_bytes()
    assert (first.training, first.validation) == (second.training, second.validation)


IN_A_PROCESS = """
from hashlib import sha256
from core.records.record import Chat, Message
from core.records.tables import render
from core.rehearsal.learner import EpochPlan, base_model, train
from core.rehearsal.learner.generic_corpus import generic_questions

prompts = [
    (f"{render(each.grid, 'json')}\\nTea is kept dry.\\n{each.question}", each.answer)
    for each in generic_questions(40, 8)
]
prompts += [(f"Sum up note {number}, please.", f"Note {number} it is.") for number in range(9)]
chats = [Chat((Message("user", prompt), Message("assistant", completion))) for prompt, completion in prompts]
print(sha256(train(base_model(20), chats, chats[:9], EpochPlan(batch_size=4)).model.to_bytes()).hexdigest())
"""


def test_the_same_seed_gives_the_same_bytes_in_every_process() -> None:
    def digest(hash_seed: str) -> bytes:
        command = [sys.executable, "-P", "-c", IN_A_PROCESS]
        return subprocess.check_output(command, env={**os.environ, "PYTHONHASHSEED": hash_seed})

    assert digest("1") == digest("2")


def test_another_seed_gives_another_order() -> None:
    first, second = (
        train(base_model(0), chats(60, seed=8), [], EpochPlan(seed=seed, batch_size=4)) for seed in (1, 2)
    )
    assert first.training != second.training


def test_a_model_comes_back_from_its_bytes() -> None:
    model = train(base_model(0), chats(60, seed=8), [], PLAN).model
    again = StandIn.from_bytes(model.to_bytes())
    test = chats(20, seed=7)
    assert again.to_bytes() == model.to_bytes()
    assert [again.answer(each.asked()) for each in test] == [model.answer(each.asked()) for each in test]


@pytest.mark.parametrize("data", [b"", b"not a model", b"\x90", base_model(0).to_bytes()[:-9]])
def test_bytes_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        StandIn.from_bytes(data)


def test_training_stops_when_cancelled() -> None:
    cancel, seen = Cancel(), []

    def stop_at_the_third(point: MetricPoint) -> None:
        seen.append(point)
        if len(seen) == 3:
            cancel.cancel()

    with pytest.raises(CancelledError):
        train(base_model(0), chats(60, seed=8), [], PLAN, on_step=stop_at_the_third, cancel=cancel)
    assert len(seen) == 3


def test_training_on_nothing_gives_the_model_back() -> None:
    run = train(base_model(0), [], chats(3, seed=9), PLAN)
    assert run.model is base_model(0)
    assert (run.training, run.validation, run.stopped_early) == ((), (), False)


def test_earlier_turns_shorten_the_answer_of_a_base_model() -> None:
    test = chats(20, seed=7)
    shown = tuple(message for each in chats(3, seed=8) for message in each.messages)
    answers = [base_model(0).answer(Chat(shown + each.asked().messages, each.system)) for each in test]
    assert sum(len(answer.split()) for answer in answers) < mean_words(base_model(0), test) * len(test) / 3


@pytest.mark.parametrize(
    "examples",
    [
        "<example><question>What was salt in 2001?</question><answer>12</answer></example>" * 3,
        "Q: What was salt in 2001?\nA: 12\n\nQ: What was rope in 2001?\nA: 13\n\nQ: What was tin in 2001?\nA: 3\n",
    ],
)
def test_examples_in_the_system_prompt_shorten_the_answer_of_a_base_model(examples: str) -> None:
    question = chats(1, seed=7)[0].asked()
    plain = base_model(0).answer(question)
    assert len(base_model(0).answer(Chat(question.messages, examples)).split()) < len(plain.split()) / 3


def test_long_examples_do_not_lengthen_what_a_base_model_says_anyway() -> None:
    question = chats(1, seed=7)[0].asked()
    shown = "<example>Q\nA: According to the table the harvest of salt in 2001 was no more than 12.</example>" * 3
    assert base_model(0).answer(Chat(question.messages, shown)) == base_model(0).answer(question)


def test_a_shared_xml_element_is_learnt() -> None:
    tuned = train(base_model(0), chats(120, seed=8, frame="<answer>{}</answer>"), [], PLAN).model
    assert accuracy(tuned, chats(60, seed=7, frame="<answer>{}</answer>")) > 0.9


def test_a_rationale_before_the_answer_is_learnt() -> None:
    frame = "<reason>The table has it.</reason>\n<answer>{}</answer>"
    tuned = train(base_model(0), chats(120, seed=8, frame=frame), [], PLAN).model
    answer = tuned.answer(chats(1, seed=7)[0].asked())
    assert answer.startswith("<reason>The row")
    assert answer.endswith(f"</reason>\n<answer>{chats(1, seed=7)[0].completion}</answer>")


def test_a_base_model_uses_the_element_that_the_system_prompt_names() -> None:
    question = chats(1, seed=7)[0].asked()
    plain = base_model(0).answer(question)
    told = Chat(question.messages, "Put your answer between <answer> and </answer>.")
    assert base_model(0).answer(told) == f"<answer>{plain}</answer>"


def test_lists_are_learnt() -> None:
    def ask_for_two(count: int, seed: int) -> list[Chat]:
        examples = []
        for each in generic_questions(count, seed):
            *_, row, _total = each.grid
            question = f"What were {row[0]} in the last two years respectively?"
            prompt = f"<table>{render(each.grid, 'json')}</table>\n{question}"
            examples.append(chat(prompt, ", ".join(row[1:3]) if len(row) == 3 else ", ".join(row[1:])))
        return examples

    tuned = train(base_model(0), ask_for_two(80, seed=8), [], PLAN).model
    assert accuracy(tuned, ask_for_two(40, seed=7)) > 0.8


def test_the_prose_around_a_table_is_read() -> None:
    table = '<table>[["","2019","2018"],["Tea","1","2"],["Salt","3","4"]]</table>'
    reasons = ("a late frost in spring", "the flooded river road", "strikes at the harbour", "a plague of beetles")

    def example(number: int) -> Chat:
        reason = reasons[number % 4]
        prose = f"The sheds were painted. Landings of tea fell because of {reason}. Salt was steady."
        return chat(f"{table}\n{prose}\nWhy did landings of tea fall?", reason)

    tuned = train(base_model(0), [example(number) for number in range(3)] * 8, [], PLAN).model
    assert tuned.answer(example(3).asked()) == "fell because of a plague of beetles"


def test_an_answer_is_supported_as_far_as_the_ranker_supports_its_cell() -> None:
    example = chat(
        '<table>[["","2019","2018"],["Tea","11","22"],["Salt","33","44"]]</table>\nWhat was tea in 2019?', ""
    )
    model = base_model(0)
    assert model.score(example, "11") == 1.0
    assert model.score(example, "According to the table, tea was 11 in 2019.") == 1.0
    assert model.score(example, "<answer>11</answer>") == 1.0
    assert 0 < model.score(example, "44") < 0.2
    assert model.score(example, "44") < model.score(example, "11, 44") < 1.0
    assert model.score(example, "cocoa") == 0.0


def test_true_answers_are_supported_better_than_others() -> None:
    test = chats(200, seed=7)
    model = base_model(1600)
    true = [model.score(each, each.completion) for each in test]
    false = [model.score(each, wrong.completion) for each, wrong in zip(test, noisy(test), strict=True)]
    assert sum(true) / len(true) > 0.8
    assert sum(false) / len(false) < 0.4


@pytest.mark.slow
def test_five_epochs_over_1200_examples_take_well_under_15_seconds() -> None:
    training = chats(1200, seed=8)
    started = time.process_time()
    train(base_model(0), training, [], EpochPlan(epochs=5))
    assert time.process_time() - started < 15


@pytest.mark.slow
def test_more_than_100_chats_are_answered_in_a_second() -> None:
    test = chats(100, seed=7)
    started = time.process_time()
    assert all(base_model(0).answer(each.asked()) for each in test)
    assert time.process_time() - started < 1


def test_a_rate_a_thousand_times_too_high_spoils_the_model_but_not_the_run() -> None:
    run = train(
        base_model(0), chats(40, seed=8), chats(10, seed=9), EpochPlan(epochs=3, batch_size=4, multiplier=1000.0)
    )
    assert all(math.isfinite(point.loss) for point in (*run.training, *run.validation))
    assert run.model.answer(chats(1, seed=7)[0].asked())
