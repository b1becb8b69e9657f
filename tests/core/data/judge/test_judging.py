"""Judging records on the rehearsal: forecast, resumable, asked once more where a reply holds no verdict."""

from datetime import timedelta

import msgspec
import pytest
from judge_samples import NO_VERDICT, record, write_records

from core.clock import ManualClock
from core.data import decisions, edits
from core.data.annotation.annotator import annotator_for, drawn
from core.data.annotation.brief import brief_of
from core.data.annotation.judge import prepare, run
from core.data.annotation.verdicts import Verdicts
from core.data.calibration import Basis, Calibration, characters, remember
from core.data.project_records import open_dataset
from core.data.project_view import opened
from core.errors import CancelledError, RefusedError, UsageError
from core.inference import Answer, Usage, kept
from core.inference.answers import keep_all
from core.progress import Cancel
from core.records.record import Chat
from core.records.tokens import estimate_characters

RIGHT = "<reason>So.</reason><judgement>correct</judgement>"
WRONG = "<reason>No.</reason><judgement>incorrect</judgement>"
PROFILE = "us.anthropic.claude-haiku-4-5-20251001-v1:0"


def held(workspace, planned):
    return kept(workspace.store, planned.annotator.run)


def judge_for(workspace, prompt, model=""):
    return annotator_for(workspace.catalog, workspace.location.target, prompt, model)


def first_brief(workspace):
    """What a judge is told of the first record."""
    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        return brief_of(dataset.row(0), dataset.renderer)
    finally:
        dataset.close()


def priced(workspace):
    """Gives the default judge the prices of Claude 3 Haiku: $0.25 and $1.25 a million."""
    models = tuple(
        msgspec.structs.replace(each, prices=workspace.catalog.get("claude-3-haiku").prices)
        if each.key == "claude-3-5-sonnet"
        else each
        for each in workspace.catalog.models
    )
    workspace.catalog = msgspec.structs.replace(workspace.catalog, models=models)


# Who judges


def test_a_judge_of_the_catalogue_is_asked_by_its_id_or_profile(judged_project, planned):
    prompt = planned.annotator.prompt
    assert judge_for(judged_project, prompt).asked == "anthropic.claude-3-5-sonnet-20240620-v1:0"
    assert judge_for(judged_project, prompt, "claude-haiku-4-5").asked == PROFILE


def test_a_key_and_the_id_that_it_stands_for_are_one_judge(judged_project, planned):
    by_key, by_id = (
        judge_for(judged_project, planned.annotator.prompt, name) for name in ("claude-haiku-4-5", PROFILE)
    )
    assert by_key == by_id


@pytest.mark.parametrize(
    "name", ["acme.judge-v1:0", "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghijkl"]
)
def test_what_the_catalogue_does_not_have_is_asked_as_it_is_at_an_unknown_price(judged_project, planned, name):
    judge = judge_for(judged_project, planned.annotator.prompt, name)
    assert (judge.model, judge.asked, judge.prices) == (name, name, None)


def test_a_word_that_is_no_model_is_refused_with_the_nearest(judged_project, planned):
    with pytest.raises(UsageError, match="claude-3-haiku"):
        judge_for(judged_project, planned.annotator.prompt, "claude-3-haiko")


@pytest.mark.parametrize("change", [{"temperature": 0.5}, {"user": "<judgement> {{ answer }}"}, {"reminder": "?"}])
def test_another_prompt_or_temperature_is_another_run(judged_project, planned, change):
    other = msgspec.structs.replace(planned.annotator.prompt, **change)
    assert judge_for(judged_project, other).run != planned.annotator.run


def test_another_model_is_another_run(judged_project, planned):
    assert judge_for(judged_project, planned.annotator.prompt, "claude-3-haiku").run != planned.annotator.run


# Forecast


def test_a_forecast_counts_records_and_tokens_before_anybody_is_asked(judged_project, planned):
    forecast = planned.forecast
    assert (forecast.records, forecast.to_ask, forecast.duplicates, forecast.unreadable) == (6, 6, 0, 0)
    sent = [estimate_characters(characters(ask.chat)) for ask in planned.asks]
    assert (forecast.input_tokens, forecast.output_tokens) == (sum(sent), 6 * 90)
    assert held(judged_project, planned) == {}


def test_a_forecast_costs_what_the_catalogue_says_or_is_unknown(judged_project, planned):
    assert planned.forecast.dollars is None
    priced(judged_project)
    forecast = prepare(judged_project).forecast
    assert forecast.dollars == pytest.approx(
        (forecast.input_tokens * 0.25 + forecast.output_tokens * 1.25) / 1_000_000
    )


def test_where_nobody_has_counted_tokens_a_forecast_knows_no_error(judged_project):
    priced(judged_project)
    forecast = prepare(judged_project).forecast
    assert (forecast.basis, forecast.replies, forecast.most_dollars) == (Basis(), 0, None)


def test_what_the_project_s_records_were_counted_with_is_their_part_of_the_forecast(judged_project, planned):
    priced(judged_project)
    counted = Calibration("claude-3-haiku", "CountTokens", 200, 10, 0.5, 0.2)
    remember(judged_project, counted)
    forecast = prepare(judged_project).forecast
    told = first_brief(judged_project).characters
    words = characters(planned.asks[0].chat) - told
    one = prepare(judged_project, where="row = 1").forecast
    assert one.input_tokens == counted.prompt(told) + estimate_characters(words)
    assert forecast.basis == Basis("CountTokens of claude-3-haiku, not of claude-3-5-sonnet", 200, 0.2)
    assert forecast.most_dollars == pytest.approx(
        (forecast.input_tokens * 1.2 * 0.25 + 6 * 512 * 1.25) / 1_000_000, rel=1e-3
    )


def test_a_few_billed_replies_are_a_measure_without_an_error(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    forecast = prepare(judged_project).forecast
    first, *rest = (characters(ask.chat) for ask in planned.asks)
    assert forecast.input_tokens == round(10 / first * sum(rest))
    assert (forecast.output_tokens, forecast.replies) == (5 * 10, 1)
    assert forecast.basis == Basis("usage of claude-3-5-sonnet", 1)


def test_many_billed_replies_are_a_measure_with_an_error_whatever_was_counted_before(judged_project):
    write_records(judged_project.folder, [record(2 * number) for number in range(100)])  # on a table each
    remember(judged_project, Calibration("claude-3-haiku", "CountTokens", 200, 10, 0.5, 0.2))
    planned = prepare(judged_project)
    billed = [Answer(ask.id, RIGHT, "end_turn", characters(ask.chat) // 3, 7, 1) for ask in planned.asks[:90]]
    keep_all(judged_project.store, planned.annotator.run, billed, judged_project.clock.now())
    forecast = prepare(judged_project).forecast
    assert (forecast.basis.by, forecast.basis.prompts) == ("usage of claude-3-5-sonnet", 90)
    assert forecast.basis.error < 0.01
    sent = sum(characters(ask.chat) for ask in planned.asks[90:]) / 3
    assert forecast.input_tokens == pytest.approx(sent, rel=forecast.basis.error)
    assert forecast.output_tokens == 10 * 7


def test_records_on_one_table_are_one_measure_of_its_tokens(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    replied(planned, 1, WRONG)
    assert prepare(judged_project).forecast.basis.prompts == 1


def test_as_many_second_asks_are_forecast_as_there_were(judged_project, planned, replied):
    before = planned.forecast.output_tokens
    replied(planned, 0, "Hm.")
    replied(planned, 0, RIGHT, again=True)
    forecast = prepare(judged_project).forecast
    assert before == 6 * 90
    assert (forecast.to_ask, forecast.output_tokens) == (5, 5 * 2 * 10)


def test_what_is_judged_already_is_not_forecast_again(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    replied(planned, 1, "Hm.")
    forecast = prepare(judged_project).forecast
    assert (forecast.records, forecast.to_ask) == (6, 5)  # the second is to be asked about once more


def test_a_broken_line_is_left_out_and_the_same_record_is_judged_once(judged_project):
    twice = b'{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n'
    write_records(judged_project.folder, [twice, b'{"messages": \n', twice])
    planned = prepare(judged_project)
    assert (planned.forecast.records, planned.forecast.unreadable, planned.forecast.duplicates) == (1, 1, 1)
    assert len(planned.asks) == 1


def test_a_draw_goes_by_its_seed():
    order = drawn(range(1000), seed=3)
    assert sorted(order) == list(range(1000))
    assert order == drawn(range(1000), seed=3)
    assert order[:20] != drawn(range(1000), seed=4)[:20]


def test_a_sample_of_the_project_s_records_is_planned(judged_project, planned):
    some = prepare(judged_project, sample=2, seed=5)
    assert some.asks == tuple(planned.asks[number] for number in sorted(drawn(range(6), seed=5)[:2]))
    assert set(some.asks) < set(prepare(judged_project, sample=4, seed=5).asks)
    assert prepare(judged_project, sample=20).asks == planned.asks


# Judging


def test_the_rehearsal_s_judge_tells_right_answers_from_wrong_ones(judged_project, planned):
    summary = run(judged_project, planned)
    assert summary.counts == {"correct": 3, "incorrect": 3, "unparsed": 0}
    said = [summary.verdicts[f"{number:016x}"] for number in range(6)]
    assert [each.judgement for each in said] == ["correct", "incorrect"] * 3
    assert all(each.reason and not each.note for each in said)


def test_what_was_spent_is_what_was_billed(judged_project, planned):
    priced(judged_project)
    summary = run(judged_project, prepare(judged_project))
    answers = held(judged_project, planned).values()
    sent, said = sum(each.input_tokens for each in answers), sum(each.output_tokens for each in answers)
    assert summary.used == Usage(sent, said)
    assert summary.dollars == pytest.approx((sent * 0.25 + said * 1.25) / 1_000_000)


def test_judging_again_asks_and_spends_nothing(judged_project, planned):
    first = run(judged_project, planned)
    second = run(judged_project, prepare(judged_project))
    assert (first.reused, second.reused) == (0, 6)
    assert second.used == Usage()
    assert second.verdicts == first.verdicts


def test_a_larger_sample_asks_only_about_what_is_new(judged_project):
    run(judged_project, prepare(judged_project, sample=2))
    assert run(judged_project, prepare(judged_project, sample=5)).reused == 2


def test_an_edited_record_is_judged_anew_and_its_old_verdict_is_stale(judged_project, planned):
    run(judged_project, planned)
    write_records(judged_project.folder, [record(number) for number in range(6)])  # now all are right
    summary = run(judged_project, prepare(judged_project))
    assert (summary.counts["correct"], summary.reused) == (6, 3)


def test_a_record_is_judged_as_its_edit_makes_it(judged_project, planned):
    with opened(judged_project) as view:
        line = edits.with_answer(view.dataset, view.row(1), "40").decode()  # as the table says
        subject = view.edited_subject(1)
    decisions.decide(judged_project.store, [subject], "edit", line, who="me", now=judged_project.clock.now())
    summary = run(judged_project, prepare(judged_project))
    assert summary.verdicts[f"{1:016x}"].judgement == "correct"
    with opened(judged_project) as view:
        found, stale = view.judged(1)
    assert (found.verdict.judgement, stale) == ("correct", False)


def test_a_cancelled_judge_goes_on_where_it_stopped(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    cancel = Cancel()
    with pytest.raises(CancelledError):
        run(judged_project, planned, lambda _: cancel.cancel(), cancel)
    assert len(held(judged_project, planned)) == 1
    assert run(judged_project, planned).reused == 1


def test_a_read_only_project_judges_nothing(judged_project, planned, rehearsal):
    judged_project.connect = lambda _: rehearsal.connection(read_only=True)
    with pytest.raises(RefusedError):
        run(judged_project, planned)
    assert held(judged_project, planned) == {}


# Replies without a verdict


@pytest.mark.parametrize("kind", NO_VERDICT)
def test_a_judge_that_replies_without_a_verdict_is_asked_once_more(judged_project, planned, replied, kind):
    replied(planned, 0, NO_VERDICT[kind][0])
    summary = run(judged_project, planned)
    assert summary.counts == {"correct": 3, "incorrect": 3, "unparsed": 0}
    assert (summary.asked_again, summary.reused) == (1, 1)
    answers = held(judged_project, planned)
    assert len(answers) == 7
    assert answers[planned.asks[0].id].text == NO_VERDICT[kind][0]


@pytest.mark.parametrize("kind", NO_VERDICT)
def test_a_judge_that_lacks_a_verdict_twice_is_not_asked_a_third_time(judged_project, planned, replied, kind):
    reply, note = NO_VERDICT[kind]
    replied(planned, 0, reply)
    replied(planned, 0, reply, again=True)
    summary = run(judged_project, planned)
    assert (summary.counts["unparsed"], summary.asked_again) == (1, 1)
    assert summary.verdicts["0" * 16].note == note
    assert len(held(judged_project, planned)) == 7
    assert prepare(judged_project).forecast.to_ask == 0


def test_the_second_time_the_prompt_reminds_of_the_format_and_leaves_more_room(judged_project, planned, monkeypatch):
    from core.aws import runtime

    asked = []
    converse = runtime.converse

    def overheard(connection, model, chat: Chat, *, max_tokens, temperature):
        asked.append((chat.prompt, max_tokens, temperature))
        return converse(connection, model, chat, max_tokens=8, temperature=temperature)  # always cut off

    monkeypatch.setattr(runtime, "converse", overheard)
    summary = run(judged_project, planned)
    assert summary.counts["unparsed"] == 6
    assert {each.note for each in summary.verdicts.values()} == {"cut off before its judgement"}
    reminder = planned.annotator.prompt.reminder
    assert [(text.endswith(reminder), most, heat) for text, most, heat in asked] == (
        [(False, 512, 0)] * 6 + [(True, 1024, 0)] * 6
    )


# What is told meanwhile


def test_progress_counts_replies_and_says_what_was_spent(judged_project, planned):
    seen = []
    run(judged_project, planned, seen.append)
    assert {progress.unit for progress in seen} == {"replies"}
    assert (seen[-1].done, seen[-1].total) == (6, 6)
    assert seen[-1].note.endswith(" tokens")


def test_progress_says_dollars_where_the_price_is_known(judged_project):
    priced(judged_project)
    seen = []
    run(judged_project, prepare(judged_project), seen.append)
    assert seen[-1].note.startswith("$0.00")


def test_second_asks_are_counted_on_top(judged_project, planned, replied):
    replied(planned, 0, "Hm.")
    seen = []
    run(judged_project, planned, seen.append)
    assert (seen[-1].done, seen[-1].total) == (7, 7)
    assert [progress.done for progress in seen] == sorted(progress.done for progress in seen)


def test_when_the_service_asks_for_patience_that_is_told(judged_project, planned, start_rehearsal):
    faults = [{"operation": "Converse", "calls": [1], "answer": "throttle"}]
    connection = start_rehearsal(faults=faults).connection()
    judged_project.connect = lambda _: connection
    seen = []
    summary = run(judged_project, planned, seen.append, at_once=1)
    assert any(each.note.startswith("ThrottlingException: trying 1 call again") for each in seen)
    assert summary.counts["unparsed"] == 0
    assert connection.on_back_off is None


# The verdicts there are


def test_each_verdict_says_what_it_is_about_and_who_gave_it(judged_project, planned):
    began = judged_project.clock.now()
    run(judged_project, planned)
    known = Verdicts(judged_project.store, "rehearsal").newest()
    assert set(known) == {f"{number:016x}" for number in range(6)}
    found = known["0" * 16]
    assert (found.record, found.verdict.judgement, found.model) == ("0" * 16, "correct", "claude-3-5-sonnet")
    assert found.at >= began
    assert f"{found.record}:{found.content}" == planned.asks[0].id


def test_a_verdict_is_stale_when_what_was_judged_has_changed(judged_project, planned):
    run(judged_project, planned)
    write_records(judged_project.folder, [record(0, wrong=True)])
    now = first_brief(judged_project)
    known = Verdicts(judged_project.store, "rehearsal")
    found = known.of("0" * 16, now.content)
    assert found.verdict.judgement == "correct"
    assert found.content != now.content  # so it is stale


def test_a_verdict_holds_again_when_the_record_is_what_it_was(judged_project, planned, replied):
    before = planned.asks[0].id.rpartition(":")[2]
    replied(planned, 0, RIGHT)
    write_records(judged_project.folder, [record(0, wrong=True)])
    edited = prepare(judged_project)
    replied(edited, 0, WRONG)
    known = Verdicts(judged_project.store, "rehearsal")
    assert known.newest()["0" * 16].verdict.judgement == "incorrect"
    assert known.of("0" * 16, before).verdict.judgement == "correct"


def test_of_several_judges_the_newest_counts(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    replied(prepare(judged_project, model="claude-3-haiku"), 0, WRONG)
    found = Verdicts(judged_project.store, "rehearsal").newest()["0" * 16]
    assert (found.model, found.verdict.judgement) == ("claude-3-haiku", "incorrect")


def test_a_second_reply_counts_over_the_first(judged_project, planned, replied):
    replied(planned, 0, "Hm.")
    replied(planned, 0, RIGHT, again=True)
    assert Verdicts(judged_project.store, "rehearsal").newest()["0" * 16].verdict.judgement == "correct"


def test_exact_duplicates_share_a_verdict(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    known, content = Verdicts(judged_project.store, "rehearsal"), planned.asks[0].id.rpartition(":")[2]
    assert known.of("0" * 16 + ".2", content) == known.of("0" * 16, content)
    assert known.of("0" * 16 + ".2", "another") is None


def test_new_verdicts_are_read_on_top_of_those_known(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    known = Verdicts(judged_project.store, "rehearsal")
    replied(planned, 1, WRONG)
    replied(planned, 2, RIGHT)
    assert len(known) == 1
    assert known.refresh() == {f"{1:016x}", f"{2:016x}"}
    assert len(known) == 3
    assert known.refresh() == set()


def test_a_verdict_that_another_process_dated_before_it_was_written_does_not_hide_a_newer_one(
    judged_project, planned, replied
):
    replied(planned, 0, RIGHT)
    known = Verdicts(judged_project.store, "rehearsal")
    write_records(judged_project.folder, [record(0, wrong=True)])
    judged_project.clock = ManualClock(judged_project.clock.now() - timedelta(seconds=5))
    replied(prepare(judged_project), 0, WRONG)
    assert known.refresh() == {"0" * 16}
    assert known.newest()["0" * 16].verdict.judgement == "correct"


def test_rehearsed_and_real_verdicts_are_never_mixed(judged_project, planned, replied):
    replied(planned, 0, RIGHT)
    real = msgspec.structs.replace(planned.annotator, run=planned.annotator.run.replace("/rehearsal/", "/aws/"))
    replied(msgspec.structs.replace(planned, annotator=real), 1, WRONG)
    assert set(Verdicts(judged_project.store, "rehearsal").newest()) == {"0" * 16}
    assert set(Verdicts(judged_project.store, "aws").newest()) == {f"{1:016x}"}


def test_the_project_s_target_decides_which_run_it_is(judged_project, planned):
    judged_project.config = msgspec.structs.replace(judged_project.config, target="aws")
    assert judge_for(judged_project, planned.annotator.prompt).run == planned.annotator.run.replace(
        "/rehearsal/", "/aws/"
    )


def test_answers_of_other_runs_are_no_verdicts(judged_project, planned, replied):
    other = msgspec.structs.replace(planned.annotator, run="0123456789ab")
    replied(msgspec.structs.replace(planned, annotator=other), 0, RIGHT)
    assert len(Verdicts(judged_project.store, "rehearsal")) == 0


def test_a_model_named_by_an_arn_is_shown_whole(judged_project, planned, replied):
    arn = "arn:aws:bedrock:us-west-2:123456789012:provisioned-model/abcdefghijkl"
    replied(prepare(judged_project, model=arn), 0, RIGHT)
    assert Verdicts(judged_project.store, "rehearsal").newest()["0" * 16].model == arn
