"""Sweeps planned: which jobs, on which data, within which budget; and what is chosen of them."""

import json
import zlib
from datetime import UTC, datetime

import msgspec
import pytest

from core.aws.customization import Job
from core.catalog import Catalog
from core.catalog.model import Price
from core.config import Data
from core.data import decisions
from core.data.project_records import open_dataset
from core.errors import RefusedError, UsageError
from core.experiments import sweep, sweep_run
from core.experiments.sweep import Cell, Wish
from core.experiments.sweep_data import Sample, path
from core.experiments.sweep_run import CellStanding
from core.files import alone
from core.formatting import export as exports
from core.training.jobs import poll

GRID = {"learningRateMultiplier": (0.5, 1.0)}
REJECTED = 12


@pytest.fixture
def project(open_project, tmp_path):
    """The project under a name of its own, since its jobs run at a server that others use; some records rejected."""
    workspace = open_project()
    workspace.overrule(name=f"sweep-{zlib.crc32(str(tmp_path).encode()):x}")
    return workspace


@pytest.fixture
def rejected(project):
    """The identities of records that a person rejected."""
    dataset = open_dataset(project.config, project.folder)
    rows = [dataset.row(number) for number in range(0, 15 * REJECTED, 15)]
    dataset.close()
    subjects = [decisions.Subject(row.identity, "") for row in rows]
    decisions.decide(project.store, subjects, "flag", "reject", who="ann", now=project.clock.now())
    return {row.identity for row in rows}


def lines(project, cell: Cell, part="train"):
    folder = path(project.folder, cell.export)
    return exports.export_lines(folder, exports.read_export(folder), part)


def ids(project, cell: Cell, part="train"):
    return {line.id for line in lines(project, cell, part)}


def test_every_combination_is_one_job_with_a_name_of_its_own(project, rejected):
    wish = Wish("all", grid=GRID | {"epochCount": (1.0, 2.0)}, sizes=(40, 60), variants=("raw", "reviewed"))
    planned = sweep.plan(project, wish)
    assert len(planned.cells) == len({cell.job for cell in planned.cells}) == 2 * 2 * 2 * 2
    assert {tuple(cell.varied.values()) for cell in planned.cells} == {(a, b) for a in (0.5, 1.0) for b in (1.0, 2.0)}
    assert all(cell.values["batchSize"] == 16 for cell in planned.cells)  # the project's own


def test_sizes_are_nested_and_repeats_draw_anew(project):
    planned = sweep.plan(project, Wish("nested", sizes=(60, 40), repeats=2))
    small, large, again, _ = planned.cells
    assert [small.records, large.records] == [40, 60]
    assert ids(project, small) < ids(project, large)
    assert ids(project, again) != ids(project, small)


def test_repeats_of_the_whole_are_jobs_of_their_own_on_the_same_export(project):
    one, two = sweep.plan(project, Wish("again", repeats=2)).cells
    assert one.export == two.export
    assert two.job == f"{one.job}-r2"


def test_variants_differ_in_training_alone(project, rejected):
    raw, reviewed = sweep.plan(project, Wish("variants", variants=("raw", "reviewed"))).cells
    assert ids(project, reviewed) == ids(project, raw) - rejected < ids(project, raw)
    for part in ("validation", "test"):
        assert ids(project, raw, part) == ids(project, reviewed, part)
        assert not ids(project, raw, part) & rejected
    groups = {line.group for line in lines(project, raw)}
    assert not groups & {line.group for line in lines(project, raw, "test")}


def test_a_variant_that_leaves_no_record_says_what_left_them_out(project):
    project.overrule(data=Data("records.jsonl", include="flag = 'keep'"))
    with pytest.raises(UsageError, match="variant reviewed leaves no record to train on") as caught:
        sweep.plan(project, Wish("none"))
    assert caught.value.why.startswith("left out: include ")
    assert "data.include" in caught.value.todo
    source = project.path("records.jsonl")
    source.write_bytes(source.read_bytes().replace(b'"table"', b'"grid"'))
    with pytest.raises(UsageError, match="variant raw leaves no record to train on") as caught:
        sweep.plan(project, Wish("none", variants=("raw",)))
    assert "'table' is undefined" in caught.value.why
    assert "template" in caught.value.todo


def test_a_judged_variant_needs_a_judge(project):
    with pytest.raises(RefusedError, match="Nothing was judged yet"):
        sweep.plan(project, Wish("judged", variants=("judged",)))


def test_the_budget_in_jobs_leaves_the_last_ones_out(project):
    planned = sweep.plan(project, Wish("few", grid=GRID, sizes=(40, 60), most_jobs=3))
    assert ([cell.records for cell in planned.cells], len(planned.over)) == ([40, 40, 60], 1)


def test_the_budget_in_dollars_holds_the_forecasts_together(project):
    priced(project, 100.0)
    free = sweep.plan(project, Wish("free", grid=GRID, sizes=(40, 60)))
    most = sum(cell.dollars for cell in free.cells[:2])
    planned = sweep.plan(project, Wish("bound", grid=GRID, sizes=(40, 60), most_dollars=most))
    assert (planned.cells, len(planned.over)) == (free.cells[:2], 2)
    assert planned.dollars == pytest.approx(most)


def test_dollars_cannot_be_a_budget_where_the_price_is_unknown(project):
    with pytest.raises(UsageError, match="none is known"):
        sweep.plan(project, Wish("priceless", most_dollars=5.0))


@pytest.mark.parametrize(
    "wish",
    [
        Wish("odd", repeats=0),
        Wish("odd", at_once=0),
        Wish("odd", most_jobs=0),
        Wish("odd", most_dollars=0.0),
        Wish("odd", sizes=(10_000,)),
        Wish("odd", grid={"epochs": (1.0,)}),
        Wish("odd", grid={"epochCount": (99.0,)}),
        Wish("odd", grid={"learningRateMultiplier": tuple(0.1 + n / 1000 for n in range(501))}),
    ],
)
def test_a_wish_that_cannot_be_is_refused_before_anything_is_paid_for(project, wish):
    with pytest.raises(UsageError):
        sweep.plan(project, wish)


def test_too_few_records_are_refused_before_anything_is_paid_for(project):
    with pytest.raises(RefusedError, match="refused"):
        sweep.plan(project, Wish("small", sizes=(8,)))


def test_a_sweep_runs_to_its_end_and_the_best_on_validation_comes_first(project):
    planned = sweep.plan(project, Wish("whole", grid={"epochCount": (1.0, 3.0)}, sizes=(40,), repeats=2))
    location = project.location.key
    sweep.keep(project.store, location, planned)
    done = sweep_run.run(project, "whole")
    assert (done.word, done.number("done"), len(done.choices)) == ("done", 4, 2)
    first, second = done.choices
    assert first.mean < second.mean
    assert len(first.losses) == 2
    assert first.spread is not None
    assert first.cell.varied == {"epochCount": 3.0}

    jobs = len(poll(project, only=lambda _: False).jobs)
    assert sweep_run.run(project, "whole").number("done") == 4  # again: nothing is submitted
    assert len(poll(project, only=lambda _: False).jobs) == jobs
    with pytest.raises(RefusedError, match="already"):
        sweep.keep(project.store, location, planned)


def test_a_planned_sweep_keeps_its_values_and_names_whatever_is_changed_in_the_project(project):
    location = project.location.key
    planned = sweep.plan(project, Wish("fixed", grid={"epochCount": (1, 2)}, sizes=(40,)))
    sweep.keep(project.store, location, planned)
    project.overrule(hyperparameters={"batchSize": 4.0, "epochCount": 7.0}, name="another")
    done = sweep_run.run(project, "fixed")
    jobs = [each.job for each in done.standings]
    assert [job.name for job in jobs] == [cell.job for cell in planned.cells]
    assert [(job.hyperparameters["epochCount"], job.hyperparameters["batchSize"]) for job in jobs] == [
        ("1", "16"),
        ("2", "16"),
    ]


def test_a_paused_sweep_submits_no_more_and_goes_on_when_it_is_resumed(project):
    location = project.location.key
    sweep.keep(project.store, location, sweep.plan(project, Wish("paused", grid=GRID, sizes=(40,), at_once=1)))
    told = []

    def report(progress):
        if not told:
            sweep_run.pause_sweep(project.connection, project.store, "paused")
        told.append(progress)

    with pytest.raises(RefusedError, match="is paused"):
        sweep_run.run(project, "paused", report)
    assert sweep_run.look(project, "paused").number("waiting") == 2
    assert sweep_run.run(project, "paused").number("done") == 2


def test_a_sweep_that_runs_elsewhere_is_left_alone(project):
    sweep.keep(project.store, project.location.key, sweep.plan(project, Wish("taken", sizes=(40,))))
    with alone(project.hidden / "locks" / "sweep-taken"), pytest.raises(RefusedError, match="running already"):
        sweep_run.run(project, "taken")
    assert sweep_run.look(project, "taken").word == "interrupted"


def test_choices_need_a_validation_loss(project):
    assert sweep_run.choices([standing("a", None)]) == ()
    best, other = sweep_run.choices([standing("a", 0.5), standing("b", 0.25)])
    assert (best.cell.job, best.mean, best.spread, other.mean) == ("b", 0.25, None, 0.5)


def test_jobs_that_fail_alike_end_a_sweep_before_all_of_them_are_paid_for(project, rehearsal):
    location = project.location.key
    planned = sweep.plan(project, Wish("doomed", grid={"epochCount": (1.0, 2.0, 3.0, 4.0)}, sizes=(40,), at_once=1))
    sweep.keep(project.store, location, planned)
    folder = path(project.folder, planned.cells[0].export)
    name = exports.read_export(folder).files["train"].name
    (folder / name).write_text("".join(json.dumps({"messages": []}) + "\n" for _ in range(40)))
    with pytest.raises(RefusedError, match="The first jobs of the sweep doomed failed"):
        sweep_run.run(project, "doomed")
    now = sweep_run.look(project, "doomed")
    assert (now.number("failed"), now.number("waiting"), now.sweep.state) == (2, 2, "paused")


def standing(job: str, loss: float | None) -> CellStanding:
    """A cell whose job is done."""
    now = datetime(2025, 6, 1, tzinfo=UTC)
    cell = Cell(Sample("raw", 0, 1), 1, {"epochCount": float(ord(job))}, {}, "", 40, job, None)
    return CellStanding(cell, "done", Job(job, job, "Completed", "base", now, validation_loss=loss))


def priced(project, dollars: float) -> None:
    """Gives training a price."""
    price = Price(dollars, datetime(2025, 6, 1, tzinfo=UTC).date(), "a test")
    models = [
        msgspec.structs.replace(model, prices=msgspec.structs.replace(model.prices, training=price))
        for model in project.catalog.models
    ]
    project.catalog = Catalog(tuple(models))
