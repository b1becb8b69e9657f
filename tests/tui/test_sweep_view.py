"""A sweep on the Jobs tab: how it stands, what validation chose, and the key that does what comes next."""

from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from counted_bedrock import CountedBedrock
from rehearsed import Rehearsed
from screens import running

from core.config import Split
from core.experiments import sweep
from core.experiments.sweep import Cell, Sweep, Wish
from core.experiments.sweep_data import Sample
from core.formatting import Export
from core.formatting.export import File, Recipe
from core.formatting.parts import Leakage
from core.tuning import ledger
from core.workspace import Workspace

SIZES = (40, 80)
NOW = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture
def bedrock(tmp_path: Path, rehearsal: Rehearsed) -> Iterator[CountedBedrock]:
    found = CountedBedrock(tmp_path / "bedrock", rehearsal)
    yield found
    found.close()


@pytest.fixture
def workspace(bedrock: CountedBedrock, tmp_path: Path) -> Iterator[Workspace]:
    """A project whose sweep `grow` has a job for each size."""
    with bedrock.workspace(tmp_path / "project") as workspace:
        workspace.store.write("INSERT OR REPLACE INTO settings VALUES ('stage', '5')")
        yield workspace


def begin(workspace: Workspace, bedrock: CountedBedrock, *ended: str) -> None:
    """Keeps the sweep, its jobs ended so; those not named are not submitted yet."""
    location = workspace.connection.location.key
    cells = tuple(Cell(Sample("raw", n, 1), 1, {}, {}, "e", n, f"grow-{n}", None) for n in SIZES)
    sweep.keep(workspace.store, location, Sweep(Wish("grow", sizes=SIZES), "claude-3-haiku", cells, (), "done", NOW))
    sweep.mark(workspace.store, location, "grow", "done" if len(ended) == len(SIZES) else "paused")
    for size, status in zip(SIZES, ended, strict=False):
        arn = bedrock.add(f"grow-{size}", age=9000.0 - size, ended=status).arn
        ledger.add(
            workspace.store,
            arn=arn,
            location=location,
            name=f"grow-{size}",
            model="claude-3-haiku",
            export=exported(size),
            now=NOW,
        )


def exported(size: int) -> Export:
    """What a job was trained on, as its manifest says it."""
    recipe = Recipe("claude-3-haiku", "anthropic", "plain", "", "", "html", Split(), "", "records.jsonl", "")
    return Export(f"e-{size}", NOW, recipe, {}, Leakage(0, 0, 0), {"train": File("train.jsonl", "", size, 1, 1)})


@asynccontextmanager
async def in_view(workspace: Workspace):
    """The dashboard on the Jobs tab, in the view of the sweep."""
    async with running(workspace, watching=True) as driver:
        await driver.sees("5 JOBS", "grow-40")
        await driver.until(lambda: driver.app.stage.sweeps.known, "the sweep")
        await driver.press("v", "v", "v", "v", "v")
        await driver.sees("view: sweep")
        yield driver


async def test_once_all_have_ended_the_best_is_evaluated_by_a_key_or_by_the_command_that_is_named(bedrock, workspace):
    begin(workspace, bedrock, "Completed", "Completed")
    async with in_view(workspace) as driver:
        await driver.sees(
            "1. validation loss 0.7500",
            "next: evaluate the best against its base model on the test part, key E",
            "outcrop evaluate grow-40",
            "next: F1 by training size: evaluate the best of each size",
            "outcrop evaluate grow-40 grow-80",
        )
        asked = []
        driver.app.open_stage = lambda *target: asked.append(target)
        await driver.press("g", "E")  # the cursor is on the other one
        await driver.until(lambda: asked, "the Evaluate tab")
        best = next(job for job in driver.app.jobs.jobs if job.name == "grow-40")
        assert asked == [(6, best.arn)]


async def test_a_sweep_that_is_paused_names_the_key_and_the_command_that_go_on(bedrock, workspace):
    begin(workspace, bedrock, "Completed")
    async with in_view(workspace) as driver:
        await driver.sees("grow  paused", "next: go on, key P", "outcrop sweep resume grow")


async def test_a_sweep_whose_jobs_all_failed_says_where_to_look(bedrock, workspace):
    begin(workspace, bedrock, "Failed", "Failed")
    async with in_view(workspace) as driver:
        await driver.sees("no job of it is done: see why", "outcrop jobs")
