"""Any model, any test set, any way of asking: planned first, comparable afterwards."""

import json
from datetime import date

import msgspec
import pytest
import small_tables
from rehearsed import HAIKU

from core.aws import runtime
from core.catalog import Catalog, Price, Prices
from core.deployment import endpoints
from core.errors import InputError, UsageError
from core.evaluation import judged, questions, runs
from core.evaluation.runs import asks
from core.experiments.evaluation_plan import AskVariant, Wanted, plan
from core.experiments.evaluation_round import carry_out, compared, overseen, results_of
from core.inference import kept
from core.inference.batch import KIND
from core.store import latest

NOVA = ("nova-micro",)
TAGGED = """
name: tagged
user: "{{ table }}\\n<question>{{ question }}</question>"
assistant: "<answer>{{ answer }}</answer>"
answer: answer
"""


def asked(workspace, **wanted):
    return carry_out(workspace, plan(workspace, Wanted(**wanted)))


def priced(workspace, **dollars: float) -> None:
    """Claude 3 Haiku at prices that the user has entered."""
    haiku = workspace.catalog.get("claude-3-haiku")
    entered = {name: Price(each, date(2026, 1, 2), "my account team") for name, each in dollars.items()}
    others = [each for each in workspace.catalog.models if each.key != haiku.key]
    workspace.catalog = Catalog((msgspec.structs.replace(haiku, prices=Prices(**entered)), *others))


def written(workspace, count: int, start: int = 0, name: str = "other.jsonl") -> str:
    """A test file of its own."""
    small_tables.write(workspace.folder / name, count, start)
    return name


def test_a_plan_begins_nothing_and_says_what_everything_will_take(open_project):
    workspace = open_project()
    planned = plan(workspace, Wanted(models=NOVA, variants=(AskVariant(), AskVariant(shots=3, repeats=2))))
    assert [each.label for each in planned.runs] == ["nova-micro", "nova-micro, 3 examples, asked 2 times"]
    few, many = (each.forecast for each in planned.runs)
    assert (few.asks, few.to_ask, many.asks) == (36, 36, 72)
    assert many.input_tokens > 4 * few.input_tokens  # asked twice, with three examples each
    assert few.dollars is None  # no price of Nova is known
    assert workspace.store.row("SELECT COUNT(*) AS n FROM runs")["n"] == 0
    assert workspace.store.row("SELECT COUNT(*) AS n FROM openings")["n"] == 0


def test_what_is_answered_already_costs_nothing_again(open_project):
    workspace = open_project()
    asked(workspace, models=NOVA)
    [again] = plan(workspace, Wanted(models=NOVA)).runs
    assert (again.forecast.to_ask, again.forecast.input_tokens) == (0, 0)


def test_the_cost_follows_from_the_catalogues_prices(trained, open_project):
    workspace = open_project()
    base, tuned = plan(workspace, Wanted(jobs=(trained.job.name,))).runs
    sent, said = base.forecast.input_tokens, base.forecast.output_tokens
    assert base.forecast.dollars == pytest.approx((0.25 * sent + 1.25 * said) / 1e6)
    assert tuned.forecast.dollars is None
    assert tuned.forecast.endpoint == "provisioned: an unknown price an hour until it is deleted"
    assert str(tuned.forecast.standing) == "1 model unit x ≈ 0.5 h = unknown: add a price"


def test_a_temporary_endpoint_costs_its_units_times_the_hours_that_it_will_stand(trained, open_project):
    workspace = open_project()
    priced(workspace, model_unit=16.2)
    [tuned] = plan(workspace, Wanted(jobs=(trained.job.name,), base=False)).runs
    half_an_hour_and_36_answers = 0.5 + 36 / runs.AT_ONCE / 3600
    assert tuned.forecast.standing.hours == pytest.approx(half_an_hour_and_36_answers)
    assert tuned.forecast.dollars == pytest.approx(16.2 * half_an_hour_and_36_answers)


def test_how_long_an_answer_takes_is_what_the_model_took_before(trained, open_project):
    workspace = open_project()
    [run] = asked(workspace, jobs=(trained.job.name,), base=False)
    took = [each.latency_ms / 1000 for each in kept(workspace.store, run.id).values()]
    [again] = plan(workspace, Wanted(jobs=(trained.job.name,), base=False, variants=(AskVariant(shots=1),))).runs
    expected = 0.5 + 36 * (sum(took) / len(took)) / runs.AT_ONCE / 3600
    assert again.forecast.standing.hours == pytest.approx(expected)


def test_a_batch_is_forecast_at_the_price_of_batch(open_project):
    workspace = open_project()
    wanted = Wanted(models=("claude-3-haiku", *NOVA), file=written(workspace, 120), route="batch")
    haiku, nova = (each.forecast for each in plan(workspace, wanted).runs)
    assert haiku.dollars == pytest.approx((0.125 * haiku.input_tokens + 0.625 * haiku.output_tokens) / 1e6)
    assert nova.dollars is None


def test_a_price_of_batch_comes_from_the_users_own_catalogue(open_project):
    workspace = open_project()
    priced(workspace, batch_input=1.0, batch_output=2.0)
    file = written(workspace, 120)
    [haiku] = plan(workspace, Wanted(models=("claude-3-haiku",), file=file, route="batch")).runs
    used = haiku.forecast
    assert used.dollars == pytest.approx((used.input_tokens + 2 * used.output_tokens) / 1e6)


def test_examples_stand_before_the_question_and_are_of_other_tables(open_project):
    workspace = open_project()
    [planned] = plan(workspace, Wanted(models=NOVA, variants=(AskVariant(shots=3),))).runs
    found = questions.read_questions(workspace, planned.spec)
    training = {line.chat.completion for line in found.examples}
    for ask in asks(found.lines, found.examples, shots=3):
        *shown, last = ask.chat.messages
        assert [turn.role for turn in shown] == ["user", "assistant"] * 3
        assert {turn.content for turn in shown[1::2]} <= training
        assert last.content not in [turn.content for turn in shown]
    one = next(asks(found.lines, found.examples, shots=1))
    three = next(asks(found.lines, found.examples, shots=3))
    assert three.chat.messages[:2] == one.chat.messages[:2]  # the larger number holds the smaller one


def test_an_example_is_never_of_the_questions_own_table(open_project):
    workspace = open_project()
    found = questions.read_questions(workspace, plan(workspace, Wanted(models=NOVA)).runs[0].spec)
    own = [msgspec.structs.replace(line, group=found.lines[0].group) for line in found.examples]
    with pytest.raises(UsageError, match="no 1 examples"):
        next(asks(found.lines, own, shots=1))


def test_each_repeat_is_an_answer_of_its_own_and_records_are_counted_once(open_project):
    workspace = open_project()
    once, twice = asked(workspace, models=NOVA, variants=(AskVariant(), AskVariant(temperature=0.5, repeats=2)))
    found = results_of(workspace, twice)
    assert [each.repeat for each in found[:2]] == [1, 2]
    assert len(found) == 72
    overview = overseen(workspace, [once, twice])
    assert (overview.n, overview.models[0].tokens.n) == (36, 72)


def test_another_template_asks_the_same_records_otherwise(open_project):
    workspace = open_project()
    (workspace.folder / "templates").mkdir(exist_ok=True)
    (workspace.folder / "templates" / "tagged.yaml").write_text(TAGGED)
    usual, other = asked(workspace, models=NOVA, variants=(AskVariant(), AskVariant(template="tagged")))
    assert usual.spec.template_fingerprint != other.spec.template_fingerprint
    assert (other.label, other.lineage.template) == ("nova-micro, tagged", "tagged")
    first, second = ({each.line.id: each for each in results_of(workspace, run)} for run in (usual, other))
    assert {name: each.truth for name, each in first.items()} == {name: each.truth for name, each in second.items()}
    assert all(each.line.chat.completion == f"<answer>{each.truth}</answer>" for each in second.values())
    assert overseen(workspace, [usual, other]).n == 36
    assert runs.openings(workspace.store, usual.spec.test_sha256) == 2


def test_another_table_format_is_another_run(open_project):
    workspace = open_project()
    [html] = asked(workspace, models=NOVA, variants=(AskVariant(table_format="html"),))
    assert html.lineage.table_format == "html"
    assert "<table>" in results_of(workspace, html)[0].line.chat.prompt
    with pytest.raises(UsageError, match="no table format 'csv'"):
        plan(workspace, Wanted(models=NOVA, variants=(AskVariant(table_format="csv"),)))


def test_any_file_is_a_test_set_and_its_leakage_is_measured(open_project):
    workspace = open_project()
    [fresh] = asked(workspace, models=NOVA, file=written(workspace, 12, start=900))
    [seen] = asked(workspace, models=NOVA, file=written(workspace, 180, name="all.jsonl"))
    assert questions.read_questions(workspace, fresh.spec).leakage.record == 0
    leakage = questions.read_questions(workspace, seen.spec).leakage
    assert leakage.record == leakage.table == pytest.approx(108 / 180)
    with pytest.raises(UsageError, match="different test sets"):
        overseen(workspace, [fresh, seen])


def test_a_test_file_that_has_changed_since_is_not_mixed_up(open_project):
    workspace = open_project()
    [run] = asked(workspace, models=NOVA, file=written(workspace, 12))
    written(workspace, 13)
    with pytest.raises(InputError, match="not the one that was asked"):
        results_of(workspace, run)


def test_a_record_without_an_answer_is_no_test_record(open_project):
    workspace = open_project()
    chat = {"messages": [{"role": "user", "content": "Which year?"}]}
    (workspace.folder / "open.jsonl").write_text(json.dumps(chat) + "\n")
    with pytest.raises(InputError) as caught:
        plan(workspace, Wanted(models=NOVA, file="open.jsonl"))
    assert caught.value.where.path.endswith("open.jsonl")


def same_by_both_routes(workspace, count: int) -> None:
    file = written(workspace, count)
    [converse] = asked(workspace, models=NOVA, file=file)
    [batch] = asked(workspace, models=NOVA, file=file, route="batch")
    assert (converse.spec.route, batch.spec.route) == ("converse", "batch")
    intent = latest(workspace.store, kind=KIND, location=workspace.connection.location.key, subject=f"{batch.id}/1")
    assert intent.state == "acknowledged"
    first, second = overseen(workspace, [converse, batch]).models
    assert first.metrics == second.metrics
    assert first.tokens == second.tokens
    assert first.tokens.n == count


def test_batch_and_converse_give_the_same_scores(open_project):
    same_by_both_routes(open_project(), 150)


@pytest.mark.slow
def test_batch_and_converse_give_the_same_scores_of_5000_records(open_project):
    same_by_both_routes(open_project(), 5000)


def test_a_model_of_which_the_catalogue_does_not_know_goes_by_converse(trained, open_project):
    workspace = open_project()
    wanted = Wanted(
        jobs=(trained.job.name,), models=("claude-3-sonnet", *NOVA), file=written(workspace, 120), route="batch"
    )
    routes = {each.label: each.spec.route for each in plan(workspace, wanted).runs}
    assert routes == {"base": "batch", "claude-3-sonnet": "converse", "nova-micro": "batch", "tuned": "converse"}


def test_too_few_questions_for_a_batch_go_by_converse(open_project):
    [planned] = plan(open_project(), Wanted(models=NOVA, route="batch")).runs
    assert planned.spec.route == "converse"


def test_batch_wants_a_bucket_and_a_role(open_project):
    workspace = open_project()
    workspace.overrule(bucket="")
    with pytest.raises(UsageError, match="needs a bucket"):
        plan(workspace, Wanted(models=NOVA, file=written(workspace, 120), route="batch"))


def test_a_judge_is_asked_once_about_equal_answers_whoever_gave_them(open_project, monkeypatch):
    workspace = open_project()
    pair = asked(workspace, models=(*NOVA, HAIKU))
    results = [each for run in pair for each in results_of(workspace, run)]
    judge = judged.judge_of(workspace)
    asks = judged.asks_about(workspace, judge, results)
    distinct = {(each.line.id, each.answer) for each in results}
    assert len(asks.left()) == len(distinct) <= len(results)
    metric = judged.ask(workspace, judge, asks)
    assert judged.asks_about(workspace, judge, results).left() == []
    monkeypatch.setattr(runtime, "converse", None)
    found = overseen(workspace, pair, [judged.metric(workspace.store, judge)])
    assert found.models[0].metrics["judge"].main.n == 36
    assert set(metric.columns([each.case() for each in results])["correct"]) <= {0.0, 100.0}


def test_answers_that_were_never_judged_have_no_such_score(open_project):
    workspace = open_project()
    pair = asked(workspace, models=(*NOVA, HAIKU))
    with pytest.raises(UsageError, match="was not asked about these answers"):
        overseen(workspace, pair, [judged.metric(workspace.store, judged.judge_of(workspace))])


def test_the_use_cases_metric_is_scored_and_its_target_met_or_missed(trained, open_project):
    workspace = open_project()
    workspace.change_config(use_case__metric="classification", use_case__target=1.0)
    base, tuned = asked(workspace, jobs=(trained.job.name,))
    found = compared(workspace, base, tuned)
    assert found.tuned.headline("classification") == found.tuned.metrics["classification"].main
    assert found.tuned.labels.confusion
    target = overseen(workspace, [base, tuned]).target
    assert (target.metric, target.score, set(target.met)) == ("classification", 1.0, {base.id, tuned.id})


def test_an_endpoint_that_stands_is_asked_by_its_arn_and_stays(trained, open_project):
    workspace = open_project()
    arn = endpoints.create(workspace, endpoints.request_for(workspace.catalog, trained.job))
    endpoint = endpoints.wait_ready(workspace.connection, workspace.clock, arn)
    [run] = asked(workspace, models=(arn,))
    assert (run.spec.model, run.job, len(results_of(workspace, run))) == (arn, "", 36)
    assert [each.arn for each in endpoints.poll(workspace).endpoints if each.model == trained.job.model_arn] == [arn]
    endpoints.delete(workspace, endpoint)


def test_the_base_other_models_and_the_tuned_one_come_in_this_order(trained, open_project):
    found = asked(open_project(), jobs=(trained.job.name,), models=NOVA)
    assert [run.label for run in found] == ["base", "nova-micro", "tuned"]
    assert [run.model for run in found] == ["claude-3-haiku", "nova-micro", "claude-3-haiku"]
    assert found[-1].lineage.hyperparameters == trained.job.hyperparameters
