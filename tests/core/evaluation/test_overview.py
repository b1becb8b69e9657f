"""Many runs side by side: aligned record by record, every pair compared, cut by what is known of the questions."""

from datetime import UTC, datetime

import msgspec
import pytest

from core.errors import InputError
from core.evaluation.comparison import aligned, compare
from core.evaluation.cuts import cuts
from core.evaluation.metrics import named
from core.evaluation.overview import overview
from core.evaluation.runs import Result, Run, RunSpec
from core.formatting import ExportLine, Leakage
from core.records.record import Chat, Message

NOW = datetime(2025, 6, 1, tzinfo=UTC)
LEAKAGE = Leakage(0.0, 0.1, 0.2)
ROW = "Net sales 1,452 1,310 1,204"


def run(name: str) -> Run:
    spec = RunSpec("model", "sha", "export", "template", 512, 0.0)
    return Run(name, "rehearsal/1/us-west-2", name, "claude-3-haiku", "", spec, "0.1.0", NOW, NOW)


def result(number: int, truth: str, answer: str, *, kind: str = "span", prompt: str = "x", repeat: int = 1) -> Result:
    chat = Chat((Message("user", prompt), Message("assistant", truth)))
    line = ExportLine(f"id-{number}", f"table {number // 2}", kind, chat)
    return Result(line, answer, answer, truth, len(answer.split()), 10, repeat=repeat)


def answers(said: list[str], truth: str = "1,452") -> list[Result]:
    return [result(n, truth, each) for n, each in enumerate(said)]


def seen(*runs: tuple[str, list[Result]], **options):
    return overview([(run(name), results) for name, results in runs], leakage=LEAKAGE, openings=2, **options)


def test_every_pair_of_runs_is_compared_and_says_whether_it_is_beyond_noise():
    found = seen(("base", answers(["x"] * 8)), ("five", answers(["1,452"] * 8)), ("six", answers(["1,452"] * 8)))
    assert [(each.first, each.second) for each in found.pairs] == [("base", "five"), ("base", "six"), ("five", "six")]
    assert [each.differences["squad"].beyond_noise for each in found.pairs] == [True, True, False]
    assert found.n == 8


def test_a_model_that_recites_a_row_is_shown_for_what_it_is():
    found = seen(("bare", answers(["1,452"] * 8)), ("row", answers([ROW] * 8)))
    [pair] = found.pairs
    row = found.models[1]
    assert pair.recall.value == 0.0  # it says the truth, too
    assert pair.gain.skill.value == 0.0
    assert pair.gain.brevity.value == pair.gain.total.value < -50
    assert row.metrics["squad"].figures["recall"].value == 100.0
    assert row.metrics["squad"].figures["precision"].value == 20.0
    assert row.longer == 100.0


def test_a_target_is_met_or_missed_by_each_run():
    found = seen(("base", answers(["x"] * 4)), ("tuned", answers(["1,452"] * 4)), target={"squad": 60.0})
    assert (found.target.metric, found.target.score, found.target.met) == (
        "squad",
        60.0,
        {"base": False, "tuned": True},
    )


def test_the_perfect_score_of_each_metric_is_that_of_the_truth_against_itself():
    truths = ["the cat and the dog", "1,452"]
    results = [result(n, truth, "x", kind="") for n, truth in enumerate(truths)]
    found = seen(("a", results), ("b", results))
    assert found.perfect == {"squad": 100.0, "article": 90.0, "exact": 100.0}


def test_tatqa_is_scored_where_its_types_of_question_occur_and_others_where_they_are_asked_for():
    results = [result(n, "yes", "Yes.") for n in range(4)]
    found = seen(("a", results), ("b", results), metrics=named(["classification"]))
    assert set(found.models[0].metrics) == {"squad", "article", "exact", "tatqa", "classification"}
    assert found.models[0].headline("classification").value == 100.0
    assert found.models[0].labels.macro_f1.value == 100.0
    assert found.models[0].headline("exact").value == 0.0


def test_records_are_aligned_by_identity_whatever_their_order():
    first, second = aligned([answers(["a", "b", "c"]), answers(["d", "e", "f"])[::-1]])
    assert [each.line.id for each in first] == [each.line.id for each in second] == ["id-0", "id-1", "id-2"]


def test_a_run_that_was_asked_fewer_times_gives_its_answers_again():
    once, thrice = answers(["a"]), [result(0, "1,452", each, repeat=n) for n, each in enumerate("xyz", 1)]
    first, second = aligned([once, thrice])
    assert [each.answer for each in first] == ["a", "a", "a"]
    assert [each.answer for each in second] == ["x", "y", "z"]
    assert seen(("once", once), ("thrice", thrice)).n == 1


def test_runs_without_a_common_record_cannot_be_compared():
    with pytest.raises(InputError, match="answered by all these models"):
        aligned([answers(["a"]), answers(["b"]), [result(7, "x", "x")]])


FACTS = {f"id-{n}": {"source": "table" if n % 2 else "text", "scale": "million" if n < 2 else ""} for n in range(6)}


def test_scores_are_cut_by_what_tells_the_questions_apart():
    results = [result(n, "1,452", "x", kind="span" if n < 4 else "count", prompt="word " * 400 * n) for n in range(6)]
    found = cuts(results, [0.0] * 6, [100.0, 0.0, 100.0, 0.0, 100.0, 0.0], FACTS)
    assert list(found) == ["type", "source", "scale", "length"]
    assert [(each.kind, each.n, each.tuned) for each in found["type"]] == [("span", 4, 50), ("count", 2, 50)]
    assert [(each.kind, each.n, each.tuned) for each in found["source"]] == [("table", 3, 0), ("text", 3, 100)]
    assert [each.kind for each in found["scale"]] == ["none", "million"]
    lengths = [each.kind for each in found["length"]]
    assert lengths[0] == "≤ 250 tokens"
    assert sum(each.n for each in found["length"]) == 6
    text = found["source"][1]
    assert (text.gain.value, text.gain.low, text.gain.high, text.gain.beyond_noise) == (100, 100, 100, True)


def test_what_does_not_tell_the_questions_apart_is_no_cut():
    assert list(cuts(answers(["x", "y"]), [0.0, 0.0], [0.0, 0.0], {})) == ["type"]


def test_a_kind_within_one_group_has_no_interval():
    results = [result(0, "x", "x", kind="count"), result(2, "x", "x"), result(4, "x", "x")]
    kinds = {each.kind: each for each in cuts(results, [0.0] * 3, [100.0] * 3, {})["type"]}
    assert kinds["count"].gain.low is None
    assert kinds["span"].gain.low == 100.0


def test_the_articles_printed_figures_give_its_improvements_but_for_one():
    """91.2 against 73.2, 76.3 and 83.0, as mean F1 of a thousand right or wrong answers; the article prints 19.6."""
    sides = [answers(["1,452"] * right + ["x"] * (1000 - right)) for right in (732, 763, 830, 912)]
    found = seen(*zip(("haiku", "sonnet", "sonnet 3.5", "tuned"), sides, strict=True))
    over = {each.first: round(each.improvement, 1) for each in found.pairs if each.second == "tuned"}
    assert over == {"haiku": 24.6, "sonnet": 19.5, "sonnet 3.5": 9.9}


def test_the_articles_token_table_gives_its_reductions():
    """Means 34 and 22, medians 28 and 17."""
    base = [result(n, "x", " ".join(["w"] * tokens)) for n, tokens in enumerate((13, 28, 61))]
    tuned = [result(n, "x", " ".join(["w"] * tokens)) for n, tokens in enumerate((13, 17, 36))]
    found = compare((run("base"), base), (run("tuned"), tuned), leakage=LEAKAGE, openings=1)
    assert (found.base.tokens.mean, found.tuned.tokens.mean) == (34, 22)
    assert (round(found.reduction.mean), round(found.reduction.median)) == (35, 39)


def test_the_same_runs_give_the_same_overview_to_the_byte():
    runs = ("a", answers(["x", "1,452"])), ("b", answers(["1,452", ROW]))
    assert msgspec.json.encode(seen(*runs)) == msgspec.json.encode(seen(*runs))
