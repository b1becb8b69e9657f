"""An evaluation with its own endpoint: nothing that bills is left, whatever happens; nothing is paid for twice."""

import shutil

import pytest
from msgspec.structs import replace
from rehearsed import finished

from core.aws.customization import create_job
from core.deployment import endpoints
from core.errors import CancelledError, InputError, OutcropError, RefusedError
from core.evaluation import runs
from core.experiments import evaluation_round
from core.experiments.evaluation_plan import AskVariant, Wanted, plan, trained_on
from core.experiments.evaluation_round import base_run, carry_out, evaluate
from core.progress import Cancel


def standing(workspace, job):
    """The endpoints of the job's model."""
    return [each for each in endpoints.poll(workspace).endpoints if each.model == job.model_arn]


def calls(workspace) -> list[str]:
    """The names of Bedrock's operations, as they are called."""
    seen: list[str] = []
    for service in ("bedrock", "bedrock-runtime"):
        for patient in (False, True):
            events = workspace.connection.client(service, patient=patient).meta.events
            events.register("provide-client-params", lambda model, **_: seen.append(model.name))
    return seen


def test_a_round_makes_an_endpoint_asks_both_models_and_deletes_it(trained, open_project):
    workspace = open_project()
    seen, told = calls(workspace), []
    found = evaluate(workspace, trained.job.name, told.append)
    assert found.n == found.base.tokens.n == found.tuned.tokens.n == 36
    assert found.leakage.table == 0
    assert (found.base.run.label, found.tuned.run.label, found.openings) == ("base", "tuned", 2)
    assert seen.count("Converse") == 72
    assert seen.count("CreateProvisionedModelThroughput") == seen.count("DeleteProvisionedModelThroughput") == 1
    assert standing(workspace, trained.job) == []
    notes = {each.note for each in told}
    assert "asking the tuned model; endpoint: by the hour, unknown: add a price" in notes
    assert any(note.startswith("asking the base model; $") for note in notes)


def test_one_endpoint_serves_all_that_a_job_is_asked(trained, open_project):
    workspace = open_project()
    seen = calls(workspace)
    ways = (AskVariant(shots=0), AskVariant(shots=1), AskVariant(shots=2))
    planned = plan(workspace, Wanted(jobs=(trained.job.name,), variants=ways))
    tuned = [each.forecast.standing for each in planned.runs if each.entrant.job]
    assert [round(each.hours, 1) for each in tuned] == [0.5, 0.0, 0.0]  # it comes up once
    asked = carry_out(workspace, planned)
    assert [run.label for run in asked] == [each.label for each in planned.runs]
    assert all(run.ended for run in asked)
    assert seen.count("CreateProvisionedModelThroughput") == seen.count("DeleteProvisionedModelThroughput") == 1
    assert standing(workspace, trained.job) == []


def test_a_second_round_pays_for_nothing(trained, open_project):
    first = evaluate(open_project(), trained.job.name)
    workspace = open_project()
    seen = calls(workspace)
    assert evaluate(workspace, trained.job.arn) == first
    assert {"Converse", "CreateProvisionedModelThroughput"}.isdisjoint(seen)
    assert workspace.store.row("SELECT COUNT(*) AS n FROM openings")["n"] == 2


def test_a_comparison_is_found_again_without_asking_anybody(trained, open_project):
    workspace = open_project()
    assert evaluation_round.find_comparison(workspace) is None
    made = evaluate(workspace, trained.job.name)
    later = open_project()
    found = evaluation_round.find_comparison(later, trained.job.arn)
    assert found == (made.tuned.run, made)
    assert evaluation_round.find_comparison(later, "another job") is None
    assert evaluation_round.job_name(later.store, made.tuned.run) == trained.job.name


def test_a_tuned_model_is_held_against_the_base_that_was_asked_most_alike(trained, open_project):
    found = evaluate(open_project(), trained.job.name)

    def asked(run, **way):
        return replace(run, spec=replace(run.spec, **way))

    plain, few = found.base.run, asked(found.base.run, shots=5)
    assert base_run([few, plain], asked(found.tuned.run, temperature=0.2)) == plain
    assert base_run([plain, few], asked(found.tuned.run, temperature=0.2, shots=5)) == few
    assert base_run([plain], asked(found.tuned.run, part="validation")) is None


def test_a_cancelled_round_deletes_its_endpoint_and_the_next_one_goes_on(trained, open_project):
    workspace, cancel = open_project(), Cancel()

    def report(progress):
        if progress.note.startswith("asking the tuned model"):
            cancel.cancel()

    with pytest.raises(CancelledError):
        evaluate(workspace, trained.job.name, report, cancel)
    assert standing(workspace, trained.job) == []
    kept = workspace.store.row("SELECT COUNT(*) AS n FROM answers")["n"]
    assert kept >= 36
    workspace = open_project()
    seen = calls(workspace)
    assert evaluate(workspace, trained.job.name).n == 36
    assert seen.count("Converse") == 72 - kept


def test_what_a_crash_left_standing_is_deleted_by_the_next_round(trained, open_project):
    """Killed between creating the endpoint and asking: it bills, and only the ledger knows what for."""
    workspace = open_project()
    request = endpoints.request_for(workspace.catalog, trained.job, purpose=evaluation_round.PURPOSE)
    endpoints.create(workspace, request, purpose="run")
    assert len(standing(workspace, trained.job)) == 1
    assert evaluate(open_project(), trained.job.name).n == 36
    assert standing(workspace, trained.job) == []


def test_leftovers_are_swept_even_when_everything_is_answered(trained, open_project):
    workspace = open_project()
    evaluate(workspace, trained.job.name)
    request = endpoints.request_for(workspace.catalog, trained.job, purpose=evaluation_round.PURPOSE)
    endpoints.create(workspace, request, purpose="run")
    evaluate(workspace, trained.job.name)
    assert standing(workspace, trained.job) == []


def test_an_endpoint_that_is_there_for_good_is_used_and_stays(trained, open_project):
    workspace = open_project()
    arn = endpoints.create(workspace, endpoints.request_for(workspace.catalog, trained.job))
    endpoint = endpoints.wait_ready(workspace.connection, workspace.clock, arn)
    seen = calls(workspace)
    assert evaluate(workspace, trained.job.name).n == 36
    assert "CreateProvisionedModelThroughput" not in seen
    assert [each.arn for each in standing(workspace, trained.job)] == [arn]
    assert evaluation_round.sweep_leftovers(workspace) == []
    endpoints.delete(workspace, endpoint)


def test_an_answer_that_never_comes_leaves_no_endpoint(trained, open_project, monkeypatch):
    workspace = open_project()
    ask = runs.ask

    def dropped(*arguments, endpoint="", **more):
        if endpoint:
            raise OutcropError("The line is gone")
        return ask(*arguments, **more)

    monkeypatch.setattr(runs, "ask", dropped)
    with pytest.raises(OutcropError, match="The line is gone"):
        evaluate(workspace, trained.job.name)
    assert standing(workspace, trained.job) == []


def test_a_job_that_is_not_done_cannot_be_evaluated(trained, open_project):
    workspace = open_project()
    stopped = replace(trained.job, status="Stopped")
    with pytest.raises(RefusedError, match="cannot be evaluated") as caught:
        trained_on(workspace, stopped)
    assert caught.value.why == "its status is Stopped"


def test_a_job_from_elsewhere_cannot_be_evaluated_for_nobody_knows_what_it_has_seen(trained, open_project):
    server = trained.server
    arn = create_job(server.connection(), server.request("foreign"), "token-foreign")
    finished(server.connection(), arn)
    with pytest.raises(RefusedError, match="was not submitted from this project"):
        evaluate(open_project(), "foreign")


def test_an_export_that_is_gone_is_said(trained, open_project):
    workspace = open_project()
    shutil.rmtree(workspace.folder / "exports")
    with pytest.raises(InputError, match="no export here"):
        evaluate(workspace, trained.job.name)
