"""A model writes rationales: forecast, asked once, kept as edits that people review, shown by the template."""

import pytest

from core.data import decisions, journal
from core.data.annotation.rationale import prepare, run
from core.data.project_view import opened
from core.data.template_preview import look
from core.errors import InputError, UsageError
from core.inference import Answer
from core.inference.answers import keep_all


@pytest.fixture
def asked(project, monkeypatch):
    """What goes over the wire."""
    from core.aws import runtime

    sent, converse = [], runtime.converse

    def heard(connection, model, chat, **settings):
        sent.append(chat.prompt)
        return converse(connection, model, chat, **settings)

    monkeypatch.setattr(runtime, "converse", heard)
    return sent


def reply(project, planned, number, text, stop_reason="end_turn"):
    answer = Answer(planned.asks[number].id, text, stop_reason, 10, 10, 1)
    keep_all(project.store, planned.annotator.run, [answer], project.clock.now())


def test_the_forecast_leaves_out_records_that_have_a_rationale(project):
    forecast = prepare(project).forecast
    assert (forecast.records, forecast.to_ask, forecast.have_one, forecast.shown) == (5, 5, 1, True)
    assert forecast.input_tokens > 5 * 50


def test_a_known_price_is_forecast(project):
    assert prepare(project, model="claude-3-haiku").forecast.dollars > 0


def test_what_rationales_were_billed_with_is_forecast_for_the_others(project):
    used = run(project, prepare(project, sample=3)).used
    forecast = prepare(project).forecast
    assert (forecast.basis.by, forecast.basis.prompts) == ("usage of claude-3-5-sonnet", 3)
    assert forecast.input_tokens == pytest.approx(used.input_tokens / 3 * 2, rel=0.05)
    assert forecast.output_tokens == round(used.output_tokens / 3 * 2)


def test_no_more_sentences_are_asked_for_than_were_wanted_and_the_answer_is_told(project):
    chat = prepare(project, sentences=2, sample=1).asks[0].chat
    assert "at most 2 sentences" in chat.prompt
    assert "<answer>\n4" in chat.prompt


def test_what_comes_back_stands_before_the_answer(project):
    summary = run(project, prepare(project))
    assert (summary.proposed, summary.counts["written"]) == (5, 5)
    with opened(project) as view:
        completion = view.row(0).chat.completion
    assert completion.startswith("<reason>\nThe question asks: “How many shops in 2019?”.")
    assert "the cell “40” in the row “Shops” under “2019”" in completion
    assert completion.endswith("<answer>40</answer>")


def test_the_format_tab_shows_it_where_the_template_puts_it(project):
    assert "<reason>" not in look(project, 0).row.chat.completion
    run(project, prepare(project))
    seen = look(project, 0)
    assert seen.row.chat.completion.startswith("<reason>")
    assert "<reason>" in seen.line


def test_it_is_an_edit_like_any_other_found_by_a_filter_and_undone_at_once(project):
    run(project, prepare(project, sample=3))
    assert {each.who for each in journal.actions(project.store)} == {"ann"}
    with opened(project) as view:
        assert view.apply("rationale = 'claude-3-5-sonnet' AND flag IS NULL").count == 3
        assert len(decisions.undo(project.store, project.clock.now(), "ann").records) == 3
        view.refresh()
        assert view.apply("rationale IS NOT NULL").count == 0


def test_a_rejected_rationale_does_not_train(project):
    run(project, prepare(project))
    with opened(project) as view:
        decisions.decide(project.store, view.subjects([0]), "flag", "reject", who="ann", now=project.clock.now())
    from core.data.selection import select

    with opened(project) as view:
        assert 0 not in select(project.config, project.folder, view).rows


def test_nothing_is_asked_about_records_that_are_rejected(project):
    with opened(project) as view:
        decisions.decide(project.store, view.subjects([0, 1]), "flag", "reject", who="ann", now=project.clock.now())
    assert prepare(project).forecast.records == 3


def test_what_was_paid_for_is_not_asked_again_and_a_sample_goes_on_where_the_last_one_ended(project, asked):
    planned = prepare(project)
    reply(project, planned, 0, "<reason>From before.</reason>")
    summary = run(project, prepare(project, sample=2))
    assert summary.proposed == 2
    run(project, prepare(project))
    assert len(asked) == len(set(asked)) == 4
    assert prepare(project).forecast.records == 0


def test_blank_and_refused_replies_are_counted_and_change_nothing(project):
    planned = prepare(project)
    for number, (text, why) in enumerate([("", "end_turn"), ("No.", "content_filtered"), ("Well.", "end_turn")]):
        reply(project, planned, number, text, why)
    summary = run(project, planned)
    assert summary.counts == {"written": 2, "refused": 1, "blank": 1, "cut off": 0, "without <reason>": 1}
    assert len(decisions.current(project.store)) == summary.proposed == 2


def test_a_record_that_was_edited_meanwhile_keeps_its_edit(project):
    from core.data import edits

    planned = prepare(project)
    with opened(project) as view:
        line = edits.with_answer(view.dataset, view.row(0), "41 shops").decode()
        decisions.decide(project.store, [view.edited_subject(0)], "edit", line, who="ann", now=project.clock.now())
    assert run(project, planned).proposed == 4
    with opened(project) as view:
        assert view.row(0).chat.completion.endswith("<answer>41 shops</answer>")
        assert "<reason>" not in view.row(0).chat.completion


def test_a_project_may_ask_in_its_own_words(project):
    (project.folder / "templates").mkdir()
    own = project.folder / "templates" / "rationale.yaml"
    own.write_text("model: claude-3-haiku\nuser: 'Why {{ answer }}? <reason>'\n")
    assert prepare(project).asks[0].chat.prompt == "Why 40? <reason>"
    own.write_text("model: claude-3-haiku\nuser: 'Why {{ answer }}?'\n")
    with pytest.raises(InputError, match="asks for no rationale"):
        prepare(project)


def test_chats_have_no_field_for_one(project):
    line = '{"messages":[{"role":"user","content":"Why?"},{"role":"assistant","content":"So."}]}\n'
    (project.folder / "records.jsonl").write_text(line)
    with pytest.raises(UsageError, match="chats"):
        prepare(project)
