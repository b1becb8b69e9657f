"""Quality against quantity: raw, reviewed and judged records trained beside each other, and the chosen measured."""

import json
import zlib

import pytest

from core.data import decisions
from core.data.annotation.judge import prepare
from core.data.annotation.judge import run as judge
from core.data.project_records import open_dataset
from core.errors import RefusedError, UsageError
from core.evaluation import questions
from core.evaluation.metrics import of_project
from core.evaluation.views import by_size
from core.experiments import evaluation_round, sweep, sweep_run
from core.experiments.evaluation_plan import Wanted, plan
from core.experiments.sweep import Wish
from core.experiments.sweep_data import path
from core.formatting import export as exports
from core.workspace import Workspace
from tui.present.sweep import next_steps

SPOILT = range(0, 180, 9)  # records whose answer is none of their table
REJECTED = range(4, 180, 30)


@pytest.fixture
def project(open_project, tmp_path) -> Workspace:
    """Records of which some are wrong, under a name of its own; a person has rejected a few."""
    source = tmp_path / "project" / "records.jsonl"
    records = [json.loads(line) for line in source.read_text().splitlines()]
    for number in SPOILT:
        records[number]["fields"]["answer"] = "7 million"
    source.write_text("".join(json.dumps(record) + "\n" for record in records))
    workspace = open_project()
    workspace.overrule(name=f"variants-{zlib.crc32(str(tmp_path).encode()):x}")
    dataset = open_dataset(workspace.config, workspace.folder)
    subjects = [decisions.Subject(dataset.row(number).identity, "") for number in REJECTED]
    dataset.close()
    decisions.decide(workspace.store, subjects, "flag", "reject", who="ann", now=workspace.clock.now())
    return workspace


def swept(project: Workspace, **wishes: object) -> sweep_run.SweepSnapshot:
    """A sweep from its plan to its end."""
    sweep.keep(project.store, project.location.key, sweep.plan(project, Wish("quality", **wishes)))
    return sweep_run.run(project, "quality")


def trained_on(project: Workspace, standing: sweep_run.CellStanding) -> set[str]:
    """The identities of the records that a job of a sweep was trained on."""
    folder = path(project.folder, standing.cell.export)
    return {line.id for line in exports.export_lines(folder, exports.read_export(folder), "train")}


def test_what_a_judge_calls_incorrect_is_left_out_of_the_judged_variant_alone(project):
    summary = judge(project, prepare(project, sample=60))
    wrong = {record for record, verdict in summary.verdicts.items() if verdict.judgement == "incorrect"}
    assert wrong
    done = swept(project, variants=("raw", "reviewed", "judged"))
    assert (done.word, done.number("done"), len(done.choices)) == ("done", 3, 3)
    raw, reviewed, judged = (trained_on(project, each) for each in done.standings)
    assert judged == raw - wrong
    assert judged < raw
    assert reviewed < raw
    assert len({each.job.validation_loss for each in done.standings}) == 3


def test_where_a_judge_calls_everything_incorrect_the_judged_variant_says_so(project):
    source = project.path("records.jsonl")
    lines = source.read_bytes().splitlines(keepends=True)
    source.write_bytes(b"".join(lines[number] for number in SPOILT))
    wrong = judge(project, prepare(project)).verdicts.values()
    assert {verdict.judgement for verdict in wrong} == {"incorrect"}
    with pytest.raises(UsageError, match="variant judged leaves no record to train on") as caught:
        sweep.plan(project, Wish("quality", variants=("judged",)))
    assert caught.value.why == f"a judge calls {len(SPOILT)} records incorrect"


def test_without_verdicts_the_judged_variant_says_how_to_get_them_or_go_without(project):
    with pytest.raises(RefusedError, match="Nothing was judged yet") as refused:
        sweep.plan(project, Wish("quality", variants=("raw", "judged")))
    assert "outcrop judge --all" in refused.value.todo
    assert "leave the variant judged out" in refused.value.todo


def test_the_best_of_each_size_once_evaluated_is_what_the_scores_by_size_show(project):
    done = swept(project, sizes=(32, 64), grid={"epochCount": (1.0, 3.0)})
    (_, one), (_, sizes) = next_steps(done)
    names = [job.name for job in done.best_of_sizes]
    assert one == f"outcrop evaluate {done.best.name}"
    assert sizes == f"outcrop evaluate {' '.join(names)}"
    assert done.best.validation_loss == min(each.job.validation_loss for each in done.standings)

    asked = evaluation_round.carry_out(project, plan(project, Wanted(jobs=tuple(names))))
    assert [run.job for run in asked] == ["", *(job.arn for job in done.best_of_sizes)]
    tuned, comparison = evaluation_round.find_comparison(project, done.best.arn)
    jobs = [each.job for each in done.standings]
    metric = of_project(project.config, project.folder)[0]
    curve = by_size(project.store, comparison, jobs, questions.read_questions(project, tuned.spec), metric)
    assert [(point.records, point.job, point.jobs) for point in curve.points] == [
        (32, names[0], 2),
        (64, names[1], 2),
    ]
    assert all(point.score is not None for point in curve.points)


def test_a_sweep_that_is_paused_says_how_to_go_on_and_one_under_way_says_nothing(project):
    location = project.location.key
    sweep.keep(project.store, location, sweep.plan(project, Wish("two words", sizes=(32,))))
    assert next_steps(sweep_run.look(project, "two words")) == [("go on", "outcrop sweep resume 'two words'")]
