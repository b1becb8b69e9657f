"""Which training records stand before a question: of other tables, the same ones each time."""

import pytest

from core.errors import InputError, UsageError
from core.formatting import ExportLine
from core.formatting import few_shot_examples as few
from core.formatting.few_shot_examples import FewShotExamples, Pool, before, drawn
from core.formatting.likeness import QuestionIndex
from core.formatting.template import Renderer, parse
from core.records.record import Chat, Message, Source


def line(number, question="", group=None):
    asked = question or f"What is number {number}?"
    chat = Chat((Message("user", asked), Message("assistant", f"It is {number}.")))
    return ExportLine(f"{number:016x}", f"table {number // 2}" if group is None else group, "", chat)


def pool(wanted, lines):
    return Pool(drawn(lines, lambda each: each.id, wanted.seed), wanted)


def ids(lines):
    return [each.id for each in lines]


TRAIN = [line(number) for number in range(40)]


@pytest.mark.parametrize("by", ["random", "similarity"])
def test_examples_are_of_other_tables_each_of_its_own_and_never_the_record_itself(by):
    chosen = pool(FewShotExamples(5, by), TRAIN)
    for each in TRAIN:
        groups = [shown.group for shown in chosen.chosen(each)]
        assert len(set(groups)) == 5
        assert each.group not in groups


def test_a_record_without_a_table_is_not_shown_to_itself_nor_to_its_exact_duplicate():
    alone = [line(number, group="") for number in range(3)]
    twin = line(0, group="")
    twin = ExportLine(f"{twin.id}.2", "", "", twin.chat)
    assert sorted(ids(pool(FewShotExamples(2), alone).chosen(twin))) == ids(alone[1:])


@pytest.mark.parametrize("by", ["random", "similarity"])
def test_the_same_seed_shows_the_same_whatever_the_order_of_the_file(by):
    shown = ids(pool(FewShotExamples(3, by), TRAIN).chosen(TRAIN[0]))
    assert ids(pool(FewShotExamples(3, by), TRAIN[::-1]).chosen(TRAIN[0])) == shown


def test_another_seed_shows_others():
    assert ids(pool(FewShotExamples(3, seed=2), TRAIN).chosen(TRAIN[0])) != ids(
        pool(FewShotExamples(3), TRAIN).chosen(TRAIN[0])
    )


def test_more_examples_hold_the_fewer():
    one, three = (ids(pool(FewShotExamples(k), TRAIN).chosen(TRAIN[0])) for k in (1, 3))
    assert three[:1] == one


def test_the_most_similar_question_stands_last():
    asked = ["Which colour is the sky?", "What was revenue in 2019?", "What was revenue in 2018?", "Who?"]
    train = [line(number, text, group=f"t{number}") for number, text in enumerate(asked)]
    question = line(9, "What was the revenue in 2018?", group="t9")
    shown = pool(FewShotExamples(2, "similarity"), train).chosen(question)
    assert [each.chat.question for each in shown] == ["What was revenue in 2019?", "What was revenue in 2018?"]


def test_where_nothing_is_similar_there_are_examples_all_the_same():
    assert len(pool(FewShotExamples(3, "similarity"), TRAIN).chosen(line(99, "Zebra", group="zoo"))) == 3


def test_too_few_tables_are_a_mistake():
    with pytest.raises(UsageError, match="no 3 examples"):
        pool(FewShotExamples(3), TRAIN[:4]).chosen(TRAIN[0])


def test_however_many_records_train_examples_are_chosen_from_so_many():
    numbers = drawn(range(10 * few.MOST), lambda number: f"{number:08}", 1)
    assert len(set(numbers)) == few.MOST


def test_a_question_is_held_against_a_bounded_number_of_others():
    questions = QuestionIndex(["the same words"] * 5_000 + ["one rare word"])
    assert len(questions.sharing("the same words again", 100)) <= 100
    assert 5_000 in questions.sharing("a rare thing of the same", 100)


def test_examples_are_earlier_turns_and_the_system_prompt_stays():
    chat = Chat((Message("user", "Now?"), Message("assistant", "Yes.")), "Be short.")
    whole = before(chat, [each.chat for each in TRAIN[:2]])
    assert [turn.role for turn in whole.messages] == ["user", "assistant"] * 3
    assert (whole.prompt, whole.completion, whole.system) == ("Now?", "Yes.", "Be short.")


TEMPLATE = "name: few\nuser: '{{ question }}'\nassistant: '{{ answer }}'\n"


def test_a_template_says_which_examples_it_shows_and_its_fingerprint_follows():
    plain, shown, others = (
        parse(TEMPLATE + more, "few.yaml")
        for more in ("", "examples: {k: 3}\n", "examples: {k: 3, by: similarity}\n")
    )
    assert shown.examples == FewShotExamples(3)
    assert len({plain.fingerprint, shown.fingerprint, others.fingerprint}) == 3
    source = Source("1", "g", {"question": "Why?", "answer": "So."})
    assert Renderer(shown).chat(source) == Renderer(plain).chat(source)


@pytest.mark.parametrize("wrong", ["{k: 0}", "{k: 21}", "{k: 3, by: luck}", "{by: random}", "3"])
def test_a_setting_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(InputError):
        parse(f"{TEMPLATE}examples: {wrong}\n", "few.yaml")
