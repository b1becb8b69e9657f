"""Base against tuned on the same records: the figures of the article's tables, on answers small enough to follow."""

from datetime import UTC, datetime

import msgspec
import pytest

from core.errors import InputError
from core.evaluation.comparison import Comparison, compare
from core.evaluation.runs import Result, Run, RunSpec
from core.formatting import ExportLine, Leakage
from core.records.record import Chat, Message

NOW = datetime(2025, 6, 1, tzinfo=UTC)
LEAKAGE = Leakage(0.0, 0.1, 0.2)


def run(label: str) -> Run:
    spec = RunSpec("model", "sha", "export", "template", 512, 0.0)
    return Run(label, "rehearsal/1/us-west-2", label, "claude-3-haiku", "", spec, "0.1.0", NOW, NOW)


def result(
    number: int, truth: str, answer: str, *, kind: str = "span", tokens: int | None = None, ms: int = 10
) -> Result:
    chat = Chat((Message("user", f"A table.\nquestion {number}"), Message("assistant", truth)))
    line = ExportLine(f"id-{number}", f"table {number // 2}", kind, chat)
    return Result(line, answer, answer, truth, len(answer.split()) if tokens is None else tokens, ms)


def compared(base: list[Result], tuned: list[Result]) -> Comparison:
    return compare((run("base"), base), (run("tuned"), tuned), leakage=LEAKAGE, openings=4)


TRUTHS = ("12 %", "fiscal 2019", "Europe, Asia", "43 million")
WORDY = [result(n, truth, f"The answer to that question is {truth}", ms=n) for n, truth in enumerate(TRUTHS)]
BRIEF = [result(n, truth, truth, ms=n) for n, truth in enumerate(TRUTHS)]


def test_a_perfect_model_scores_a_hundred_by_squad_and_brevity_is_all_it_gained():
    found = compared(WORDY, BRIEF)
    assert (found.n, found.openings, found.leakage) == (4, 4, LEAKAGE)
    assert (found.tuned.squad_em.value, found.tuned.squad_f1.value) == (100, 100)
    assert found.base.squad_em.value == 0
    assert found.gain.skill.value == 0
    assert found.gain.total.value == found.gain.brevity.value
    assert found.gain.total.value == pytest.approx(100 - found.base.squad_f1.value)
    assert found.improvement == pytest.approx(100 * found.gain.total.value / found.base.squad_f1.value)


def test_skill_and_brevity_always_add_up():
    tuned = [result(0, TRUTHS[0], "13 %"), *BRIEF[1:]]
    found = compared(WORDY, tuned)
    assert found.gain.skill.value < 0
    assert found.gain.brevity.value + found.gain.skill.value == found.gain.total.value


def test_the_headline_follows_the_metric_of_the_use_case():
    found = compared(WORDY, BRIEF)
    assert found.tuned.headline("squad") == found.tuned.squad_f1
    assert found.tuned.headline("article") == found.tuned.article_f1


def test_a_perfect_model_loses_by_the_articles_rule_where_a_truth_repeats_a_word():
    truths = ["2019", "January 2019 and January 2018"]
    answers = [result(n, truth, truth) for n, truth in enumerate(truths)]
    found = compared(answers, answers)
    assert found.tuned.squad_f1.value == 100
    assert found.tuned.article_f1.value == found.perfect_article == pytest.approx((100 + 80) / 2)


def test_tokens_are_those_billed_for_the_whole_completion():
    base = [result(n, "x", "x", tokens=tokens) for n, tokens in enumerate((10, 20, 30, 40))]
    tuned = [result(n, "x", "x", tokens=tokens) for n, tokens in enumerate((5, 10, 15, 20))]
    found = compared(base, tuned)
    assert (found.base.tokens.mean, found.base.tokens.median, found.base.tokens.min, found.base.tokens.max) == (
        25,
        25,
        10,
        40,
    )
    assert (found.reduction.mean, found.reduction.median) == (50, 50)
    assert (found.base.longer, found.tuned.longer) == (25, 0)


def test_both_histograms_share_one_scale_and_hold_every_answer():
    found = compared(WORDY, BRIEF)
    for base, tuned in (found.token_bins, found.f1_bins):
        assert base.edges == tuned.edges
        assert sum(base.counts) == sum(tuned.counts) == 4


def test_types_of_question_are_scored_apart_the_most_frequent_first():
    base = [result(n, "x", "y", kind=kind) for n, kind in enumerate(["count", "span", "span", ""])]
    tuned = [result(n, "x", "x", kind=kind) for n, kind in enumerate(["count", "span", "span", ""])]
    assert [(each.kind, each.n, each.base, each.tuned) for each in compared(base, tuned).kinds] == [
        ("span", 2, 0, 100),
        ("all", 1, 0, 100),
        ("count", 1, 0, 100),
    ]


def test_examples_show_what_changed_most_with_losses_first():
    base = [result(0, "net sales", "net"), result(1, "x", "x"), result(2, "y", "y z"), result(3, "s", "s")]
    tuned = [result(0, "net sales", "net sales"), result(1, "x", "no"), result(2, "y", "z"), result(3, "s", "s")]
    examples = compared(base, tuned).examples
    assert [each.id for each in examples] == ["id-1", "id-2", "id-0", "id-3"]
    assert [round(each.change, 1) for each in examples] == [-100, -66.7, 33.3, 0]
    worst = examples[0]
    assert (worst.truth, worst.base, worst.tuned, worst.question) == ("x", "x", "no", "question 1")


def test_only_records_that_both_have_answered_are_compared():
    found = compared(WORDY[1:], BRIEF[:-1])
    assert (found.n, [each.id for each in found.examples]) == (2, ["id-1", "id-2"])


def test_without_a_common_record_there_is_nothing_to_compare():
    for base, tuned in (([], BRIEF), (WORDY[:1], BRIEF[1:]), ([], [])):
        with pytest.raises(InputError, match="No test record was answered by both") as caught:
            compared(base, tuned)
        assert "Evaluate again" in caught.value.todo


def test_latency_has_its_median_and_its_95th_percentile():
    answers = [result(n, "x", "x", ms=n) for n in range(100)]
    found = compared(answers, answers)
    assert (found.base.latency_p50, found.base.latency_p95) == (50, 95)


def test_a_base_that_scores_nothing_has_no_relative_improvement():
    base = [result(n, "x", "y") for n in range(3)]
    assert compared(base, [result(n, "x", "x") for n in range(3)]).improvement is None


def test_a_single_answer_is_enough():
    found = compared(WORDY[:1], BRIEF[:1])
    assert (found.n, found.tuned.tokens.sd) == (1, 0)


def test_the_same_answers_give_the_same_comparison_to_the_byte():
    assert msgspec.json.encode(compared(WORDY, BRIEF)) == msgspec.json.encode(compared(WORDY, BRIEF))
