"""What a judge is asked: the article's prompt with its line breaks; or a project's own."""

import json

import pytest

from core.data.annotation.brief import Brief
from core.data.annotation.judge import JudgePrompt
from core.data.annotation.prompt import Questioner
from core.errors import InputError
from core.inference import Answer
from core.records.record import Chat, Message

# As the article prints it, with `n` where a line break was.
PRINTED_SYSTEM = "You are a reliable and impartial expert judge in question/answering data assessment. "
PRINTED_USER = (
    "Your task is to take a question, an answer, and a context which may include multiple documents, and provide a"
    " judgment on whether the answer to the question is correct or not. This decision should be based either on the"
    " provided context or your general knowledge and memory. If the answer contradicts the information in context,"
    " it’s incorrect. A correct answer is ideally derived from the given context. If no context is given, a correct"
    " answer should be factually true and directly and unambiguously address the question.nnProvide a short"
    " step-by-step reasoning with a maximum of 4 sentences within the <reason></reason> xml tags and provide a single"
    " correct or incorrect response within the <judgement></judgement> xml tags.n <context>n…n</context>n<question>"
    "n…n</question>n<answer>n…n</answer>n"
)


@pytest.fixture
def own(tmp_path):
    """Writes a project's own prompt: `own(user="…")`; returns the folder of templates."""

    def written(user="Right? {{ answer }} <judgement>", reminder="Well?", model="nova-pro", **more):
        lines = {"user": user, "reminder": reminder, "model": model} | more
        (tmp_path / "judge.yaml").write_text(
            "".join(f"{name}: {json.dumps(value)}\n" for name, value in lines.items())
        )
        return tmp_path

    return written


# The article's


def test_the_article_s_prompt_is_the_default_with_its_lost_line_breaks():
    asked = Questioner(JudgePrompt.load()).chat(Brief("…", "…", "…"))
    assert asked.system == PRINTED_SYSTEM
    (turn,) = asked.messages
    assert turn.role == "user"
    assert turn.content.replace("\n", "n") == PRINTED_USER
    lines = turn.content.split("\n")
    blocks = " <context> … </context> <question> … </question> <answer> … </answer> "
    assert [lines[1], " ".join(lines[3:])] == ["", blocks]


def test_the_article_s_judge_and_the_likeliest_verdict_are_the_defaults():
    shipped = JudgePrompt.load()
    assert (shipped.model, shipped.temperature, shipped.max_tokens) == ("claude-3-5-sonnet", 0, 512)


def test_a_context_a_question_and_an_answer_stand_in_their_blocks():
    text = Questioner(JudgePrompt.load()).chat(Brief("the table", "how many?", "41")).prompt
    blocks = "<context>\nthe table\n</context>\n<question>\nhow many?\n</question>\n<answer>\n41\n</answer>\n"
    assert text.endswith(f" {blocks}")


def test_what_a_record_says_is_never_taken_for_the_template_language():
    text = Questioner(JudgePrompt.load()).chat(Brief("{{ 7 * 7 }}", "{% raw %}", "{# #}")).prompt
    assert "{{ 7 * 7 }}" in text
    assert "{% raw %}" in text
    assert "{# #}" in text


def test_a_second_time_the_reminder_stands_behind_the_same_prompt():
    asked = JudgePrompt.load()
    first = Questioner(asked).chat(Brief("c", "q", "a"))
    second = asked.again(first, Answer("id", "Hm.", "end_turn", 1, 1, 1))
    assert second is not None
    assert second.system == first.system
    assert second.prompt == f"{first.prompt.rstrip()}\n\n{asked.reminder}"
    assert "<judgement></judgement>" in asked.reminder


# A project's own


def test_a_project_s_own_prompt_comes_first(own):
    found = JudgePrompt.load(own())
    assert (found.user, found.reminder, found.model) == ("Right? {{ answer }} <judgement>", "Well?", "nova-pro")
    assert Questioner(found).chat(Brief("", "", "41")) == Chat((Message("user", "Right? 41 <judgement>"),))


def test_without_one_of_its_own_a_project_has_the_article_s(tmp_path):
    assert JudgePrompt.load(tmp_path) == JudgePrompt.load()


def test_the_text_to_copy_is_what_is_read(own, tmp_path):
    (tmp_path / "judge.yaml").write_text(JudgePrompt.text(), "utf-8")
    assert JudgePrompt.load(tmp_path) == JudgePrompt.load()
    assert JudgePrompt.text(own()) == (tmp_path / "judge.yaml").read_text("utf-8")


def test_a_prompt_that_asks_for_no_judgement_is_refused(own):
    with pytest.raises(InputError, match="asks for no verdict"):
        JudgePrompt.load(own(user="Is {{ answer }} right?"))


@pytest.mark.parametrize(("wrong", "field"), [({"temperature": 2}, "temperature"), ({"max_tokens": 0}, "max_tokens")])
def test_a_setting_out_of_range_is_named(own, wrong, field):
    with pytest.raises(InputError) as caught:
        JudgePrompt.load(own(**wrong))
    assert caught.value.where is not None
    assert caught.value.where.field == field


def test_a_mistake_in_the_template_names_its_line(own):
    with pytest.raises(InputError) as caught:
        Questioner(JudgePrompt.load(own(user="<judgement>\n{% if %}")))
    assert "user, line 2" in str(caught.value)


def test_a_part_that_no_case_has_is_named(own):
    with pytest.raises(InputError, match="derivation"):
        Questioner(JudgePrompt.load(own(user="<judgement> {{ derivation }}"))).chat(Brief("", "", ""))


@pytest.mark.parametrize("change", [{"user": "<judgement>"}, {"reminder": "So?"}, {"system": "Be strict."}])
def test_whatever_the_model_sees_changes_the_fingerprint(own, change):
    before = JudgePrompt.load(own()).fingerprint
    assert JudgePrompt.load(own(**change)).fingerprint != before


def test_who_judges_does_not_change_the_fingerprint(own):
    assert JudgePrompt.load(own(model="a")).fingerprint == JudgePrompt.load(own(model="b", max_tokens=9)).fingerprint
