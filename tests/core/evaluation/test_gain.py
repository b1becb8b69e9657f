import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.evaluation import AnswerPair, article, best_span, gain, squad

TRUTH = "the modified retrospective method"
BASE = "The company adopted the provisions of Topic 606 in fiscal 2019 utilizing the modified retrospective method"

answers = st.lists(st.sampled_from(["x", "y", "the", "2019", "2018", "rose,", "fell"]), max_size=8).map(" ".join)
pairs = st.builds(
    AnswerPair,
    group=st.sampled_from("abcd"),
    reference=st.one_of(answers, st.lists(answers, min_size=1, max_size=2)),
    base=answers,
    tuned=answers,
)


def test_the_articles_example_gains_by_brevity_alone():
    result = gain([AnswerPair("a", TRUTH, BASE, TRUTH)])
    assert squad(BASE, TRUTH).f1 == 37.5
    assert (result.total.value, result.brevity.value, result.skill.value) == (62.5, 62.5, 0.0)


def test_a_right_answer_in_the_same_style_gains_by_skill_alone():
    result = gain([AnswerPair("a", "2019", "2018", "2019")])
    assert (result.total.value, result.brevity.value, result.skill.value) == (100.0, 0.0, 100.0)


def test_the_articles_rule_can_be_split_as_well():
    result = gain([AnswerPair("a", TRUTH, BASE, TRUTH)], metric="article")
    assert article(BASE, TRUTH).f1 == 40.0
    assert (result.total.value, result.brevity.value, result.skill.value) == (60.0, 60.0, 0.0)


@settings(deadline=None, max_examples=50)
@given(st.lists(pairs, min_size=1, max_size=12), st.sampled_from(["squad", "article"]))
def test_brevity_and_skill_add_up_exactly_to_the_total(pairs, metric):
    result = gain(pairs, metric=metric, resamples=50)
    assert result.brevity.value + result.skill.value == result.total.value


@settings(deadline=None, max_examples=50)
@given(st.lists(pairs, min_size=1, max_size=12))
def test_total_and_skill_are_means_over_the_records(pairs):
    result = gain(pairs, resamples=50)
    totals = [squad(pair.tuned, pair.reference).f1 - squad(pair.base, pair.reference).f1 for pair in pairs]
    skills = [best_span(pair.tuned, pair.reference).f1 - best_span(pair.base, pair.reference).f1 for pair in pairs]
    assert result.total.value == pytest.approx(sum(totals) / len(pairs), abs=1e-8)
    assert result.skill.value == pytest.approx(sum(skills) / len(pairs), abs=1e-8)


def test_each_part_has_an_interval_of_its_own():
    wordy = [AnswerPair(str(n), "2019", "it is 2019 or so", "2019" if n % 3 else "it is 2019") for n in range(30)]
    result = gain(wordy)
    assert result.total.low < result.total.value < result.total.high
    assert result.brevity.beyond_noise
    assert (result.skill.low, result.skill.high, result.skill.beyond_noise) == (0.0, 0.0, False)
    assert result.total.n == result.brevity.n == result.skill.n == 30


def test_where_all_is_skill_brevity_has_no_width():
    answers = [AnswerPair(str(n), "2019", "2018" if n % 2 else "2019", "2019") for n in range(30)]
    result = gain(answers)
    assert result.skill.low < 50.0 < result.skill.high
    assert (result.brevity.low, result.brevity.high) == (0.0, 0.0)


def test_no_answers_have_no_gain():
    with pytest.raises(InputError, match="nothing to score"):
        gain([])


ROW = "Net sales 2019 1,452 2018 1,310 2017 1,204"


def test_a_base_that_recites_the_whole_row_loses_nothing_but_length():
    result = gain([AnswerPair("a", "1,452", ROW, "1,452")])
    assert result.total.value > 70
    assert (result.brevity.value, result.skill.value) == (result.total.value, 0.0)


def test_a_tuned_model_that_recites_the_whole_row_pays_for_it_in_brevity():
    result = gain([AnswerPair("a", "1,452", "1,310", ROW)])
    assert result.skill.value == 100.0  # an upper bound: the truth stands somewhere in the row
    assert result.brevity.value < -70
    assert result.total.value == pytest.approx(squad(ROW, "1,452").f1)
