"""The Tune tab: values held to their ranges where they are typed, what stands beside them, and a submit that asks."""

import zlib
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from rehearsed import Rehearsed
from screens import Driver, make_project, opened, records, running, settings_of

from core.aws import customization
from core.catalog.catalog import Catalog
from core.catalog.model import Price, Prices
from core.clock import SystemClock
from core.data.training_set import prepare
from core.tasks import listing
from core.tuning import submission
from core.workspace import Workspace, rehearsal_folder
from tui import keys

QUESTIONS = 400  # enough for a validation part of 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that could be submitted, under a name of its own."""
    name = f"shops-{zlib.crc32(str(tmp_path).encode()):x}"
    return make_project(tmp_path / "shops", records(QUESTIONS), name=name)


@pytest.fixture
def server(folder: Path, rehearsal: Rehearsed) -> Rehearsed:
    """The shared rehearsal, as the project's own."""
    rehearsal.lent_to(rehearsal_folder(folder))
    return rehearsal


@pytest.fixture
def workspace(folder: Path):
    workspace = opened(folder, SystemClock())
    yield workspace
    workspace.close()


@pytest_asyncio.fixture
async def driver(workspace: Workspace) -> AsyncIterator[Driver]:
    """The dashboard on the Tune tab, its plan worked out."""
    async with running(workspace) as driver:
        await driver.press("4")
        await planned(driver)
        yield driver


async def planned(driver: Driver) -> str:
    """Waits until the plan stands."""
    await driver.until(lambda: not driver.app.stage.selection.planning, "the plan")
    return await driver.sees("THIS JOB")


async def to(driver: Driver, label: str) -> None:
    """Moves the cursor to an entry of the form."""
    await driver.press("g")
    for _ in range(12):
        if f"▌ {label}" in driver.frame:
            return
        await driver.press("j")
    raise AssertionError(f"there is no {label}:\n{driver.frame}")


async def set_to(driver: Driver, label: str, text: str) -> None:
    """Types a value."""
    await to(driver, label)
    await driver.press("enter")
    await driver.type(text)


def jobs(workspace: Workspace) -> list[customization.Job]:
    """The project's jobs, among those of others."""
    listed = customization.list_jobs(workspace.connection)
    return [job for job in listed if job.name.startswith(f"{workspace.config.name}-")]


def states(workspace: Workspace) -> list[str]:
    """Of the project's tasks."""
    return [task.state for task in listing(workspace.store, workspace.clock)]


def job(workspace: Workspace) -> customization.Job:
    """The project's one job, with its details."""
    (found,) = jobs(workspace)
    return customization.get_job(workspace.connection, found.arn)


# The form


async def test_each_hyperparameter_has_its_sentence_type_range_and_default(
    driver: Driver, workspace: Workspace
) -> None:
    _, tuning = workspace.catalog.tuning_of("claude-3-haiku")
    for knob in tuning.hyperparameters or ():
        await to(driver, knob.name)
        beside = " ".join(line.partition("│")[2].strip() for line in driver.frame.splitlines()[2:12])
        assert knob.help in beside
        assert ("whole number" if knob.type == "int" else "number") in beside
        assert f"default {knob.default:g}" in beside


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("epochCount", "11", "epochCount cannot be 11. Give 1 to 10"),
        ("epochCount", "2.5", "epochCount must be a whole number"),
        ("batchSize", "3", "batchSize cannot be 3. Give 4 to 256"),
        ("learningRateMultiplier", "nan", "Give 0.1 to 2"),
        ("KMS key", "my key", "my key is no key. Give its ARN, its id, or alias/NAME"),
        ("subnets", "vpc-0a1b", "Write ids as: subnet-0a1b2c3d"),
        ("job tags", "team", "team has no value. Write tags as: team=ml"),
    ],
)
async def test_what_does_not_fit_is_refused_where_it_is_typed(driver: Driver, folder: Path, name, text, said) -> None:
    before = settings_of(folder)
    await set_to(driver, name, text)
    await driver.sees(said)
    assert driver.app.bar.asking
    assert settings_of(folder) == before
    await driver.press("escape")


async def test_a_value_moves_steps_and_tokens_at_once(driver: Driver, folder: Path) -> None:
    assert "(10 an epoch)" in driver.frame
    before = driver.frame
    await set_to(driver, "batchSize", "16")
    await driver.sees("(20 an epoch)")
    await set_to(driver, "epochCount", "5")
    await driver.sees("100 (20 an epoch)")
    assert settings_of(folder).hyperparameters == {"batchSize": 16, "epochCount": 5}
    assert billed(driver.frame) == billed(before) / 2 * 5


def billed(frame: str) -> float:
    """The tokens that the plan bills."""
    line = next(line for line in frame.splitlines() if "≈" in line)
    return float(line.split("≈")[1].split()[0].replace(",", ""))


async def test_a_value_outside_of_the_advice_is_marked(driver: Driver) -> None:
    assert "! Fewer than 500 examples" in driver.frame
    await set_to(driver, "batchSize", "8")
    await driver.sees("· Fewer than 500 examples")


async def test_a_preset_is_chosen_by_its_name_and_one_of_ones_own_is_kept(driver: Driver, folder: Path) -> None:
    await set_to(driver, "epochCount", "7")
    await planned(driver)
    await to(driver, "preset")
    await driver.press("enter")
    await driver.sees("keep the present values under a name")
    await driver.press("slash", *"keep", "enter")
    await driver.type("long")
    await driver.sees("preset                      long")
    assert settings_of(folder).presets["long"]["epochCount"] == 7

    await driver.press("enter")
    await driver.sees("article     batchSize 16")
    await driver.press("slash", *"article", "enter")
    await driver.sees("preset                   article", "batchSize                    16*")
    assert settings_of(folder).hyperparameters == {"batchSize": 16}


async def test_a_key_a_network_and_tags_are_kept_in_the_project(driver: Driver, folder: Path) -> None:
    await set_to(driver, "KMS key", "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f")
    await set_to(driver, "subnets", "subnet-0a1b, subnet-0c2d")
    await set_to(driver, "security groups", "sg-0a1b")
    await set_to(driver, "job tags", "team=ml, stage=test")
    found = settings_of(folder)
    assert found.kms_key == "0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
    assert (found.vpc.subnets, found.vpc.security_groups) == (("subnet-0a1b", "subnet-0c2d"), ("sg-0a1b",))
    assert found.tags == {"team": "ml", "stage": "test"}
    await set_to(driver, "job tags", "")
    assert settings_of(folder).tags == {}


async def test_without_published_advice_that_is_what_it_says(driver: Driver, workspace: Workspace) -> None:
    workspace.change_config(model="nova-micro", region="us-east-1", bucket="outcrop-rehearsal-us-east-1")
    await driver.press("r")
    await driver.sees("learningRateWarmupSteps", "no published advice")


# Preflight, differences, clones


async def test_preflight_stands_beside_the_form_and_a_key_runs_it_again(
    server: Rehearsed, driver: Driver, workspace: Workspace
) -> None:
    await driver.press("p")
    await driver.sees("PREFLIGHT  ✓ 19 ? 1", "✓ credentials", "? organisation")
    workspace.change_config(role="arn:aws:iam::123456789012:role/Nobody")
    await driver.press("p")
    await driver.sees("✗ 4", "✗ role", "There is no role")
    assert "aws iam create-role --role-name Nobody --assume-role-policy-document" in driver.app.stage.copied()
    workspace.change_config(role="arn:aws:iam::123456789012:role/OutcropRehearsal")
    await driver.press("p")
    await driver.sees("PREFLIGHT  ✓ 19 ? 1")


async def test_preflight_looks_even_where_the_job_is_refused(
    server: Rehearsed, driver: Driver, workspace: Workspace
) -> None:
    workspace.change_config(bucket=None)
    await driver.press("r")
    await driver.sees("THIS JOB IS REFUSED", "No bucket is set")
    await driver.press("p")
    await driver.sees("✗ 5", "✗ read")


async def test_preflight_runs_anew_when_a_value_changes_while_it_is_in_sight(
    server: Rehearsed, driver: Driver
) -> None:
    await driver.press("p")
    await driver.sees("PREFLIGHT  ✓ 19")
    first = driver.app.stage.selection.preflight
    await set_to(driver, "epochCount", "3")
    await driver.until(lambda: driver.app.stage.selection.preflight not in (None, first), "another preflight")
    lines = driver.app.stage.selection.preflight.lines
    assert "epochCount 3" in next(line.found for line in lines if line.name == "values")


async def test_an_earlier_job_is_compared_and_cloned(
    server: Rehearsed, driver: Driver, workspace: Workspace, folder: Path
) -> None:
    workspace.change_config(hyperparameters={"batchSize": 8}, tags={"team": "ml"})
    submission.submit(workspace, submission.prepare(workspace, *prepare(workspace)))
    workspace.change_config(hyperparameters=None, tags=None)
    await driver.press("r")
    await planned(driver)
    await driver.press("d")
    await driver.sees("shops-")
    await driver.press("enter")
    await driver.sees("DIFFERENCE TO", "8 → 32", "team=ml → none")
    await driver.press("c")
    await driver.sees("none: the same would train", "batchSize                     8*")
    assert settings_of(folder).tags == {"team": "ml"}


async def test_an_earlier_job_is_chosen_to_be_cloned(
    server: Rehearsed, driver: Driver, workspace: Workspace, folder: Path
) -> None:
    workspace.change_config(hyperparameters={"epochCount": 9})
    first = submission.submit(workspace, submission.prepare(workspace, *prepare(workspace)))
    workspace.change_config(hyperparameters=None)
    await driver.press("c")
    await driver.sees(first.name)
    await driver.press("enter")
    await driver.sees("epochCount                    9*")
    assert settings_of(folder).hyperparameters == {"epochCount": 9}


async def test_from_the_jobs_tab_a_job_is_compared_with(server: Rehearsed, workspace: Workspace) -> None:
    workspace.change_config(hyperparameters={"epochCount": 9})
    first = submission.submit(workspace, submission.prepare(workspace, *prepare(workspace)))
    workspace.change_config(hyperparameters=None)
    async with running(workspace, watching=True) as driver:
        await driver.press("5")
        await driver.sees(f"✓ {first.name[:20]}")
        await driver.press("c")
        await driver.sees("4 TUNE", "DIFFERENCE TO", "9 → 2")


async def test_without_an_earlier_job_there_is_nothing_to_compare_with(driver: Driver) -> None:
    await driver.press("d")
    assert "There is no earlier job" in driver.bar


async def test_the_views_go_round(driver: Driver) -> None:
    assert "ADVICE FOR" in driver.frame
    await driver.press("v")
    assert "p looks at everything" in driver.frame
    await driver.press("v")
    assert "d chooses the job" in driver.frame
    await driver.press("v")
    assert "ADVICE FOR" in driver.frame


# Submit


async def test_what_was_set_reaches_the_job(driver: Driver, workspace: Workspace, server: Rehearsed) -> None:
    await set_to(driver, "job tags", "team=ml")
    await set_to(driver, "epochCount", "3")
    await planned(driver)
    await driver.press("S")
    await driver.sees("Submit this job?", "unknown: add a price to", "prices.yaml line 1")
    await driver.press("enter")
    await driver.until(
        lambda: [task.state for task in listing(workspace.store, workspace.clock)] == ["done"], "the submit"
    )
    found = job(workspace)
    assert found.hyperparameters["epochCount"] == "3"
    tags = server.client("bedrock").list_tags_for_resource(resourceARN=found.arn)["tags"]
    assert {"key": "team", "value": "ml"} in tags


async def test_the_same_once_more_is_asked_as_that_and_has_another_name(
    server: Rehearsed, driver: Driver, workspace: Workspace
) -> None:
    first = submission.submit(workspace, submission.prepare(workspace, *prepare(workspace)))
    await driver.press("r")
    await driver.sees(f"{first.name}-2")
    await driver.press("S")
    await driver.sees("The same is submitted already. Train it once more?")
    await driver.press("enter")
    await driver.until(
        lambda: [task.state for task in listing(workspace.store, workspace.clock)] == ["done"], "the submit"
    )
    names = {each.name for each in jobs(workspace)}
    assert names == {first.name, f"{first.name}-2"}


async def test_a_project_without_records_says_what_is_missing_even_to_a_preflight(tmp_path: Path) -> None:
    workspace = opened(make_project(tmp_path / "empty", []), SystemClock())
    try:
        async with running(workspace) as driver:
            await driver.press("4")
            await driver.sees("THIS JOB IS REFUSED", "has no records yet")
            await driver.press("p")
            await driver.sees("PREFLIGHT", "This project has no records")
    finally:
        workspace.close()


async def test_a_model_whose_hyperparameters_nobody_documents_is_tuned_with_bedrocks(
    driver: Driver, workspace: Workspace
) -> None:
    workspace.change_config(model="nova-2-lite", region="us-east-1", bucket="outcrop-rehearsal-us-east-1")
    await driver.press("r")
    await driver.sees("hyperparameters", "AWS documents no hyperparameters", "steps      unknown")


async def test_a_model_that_is_none_is_told_on_every_stage_with_the_nearest_names_and_its_line(
    workspace: Workspace, folder: Path
) -> None:
    path = folder / "outcrop.yaml"
    path.write_text(path.read_text().replace("model: claude-3-haiku", "model: claude-3-haikku"))
    line = path.read_text().splitlines().index("model: claude-3-haikku") + 1
    async with running(workspace, (120, 30)) as driver:
        for stage in keys.STAGE_NAMES:
            await driver.press(str(keys.STAGE_NAMES.index(stage) + 1), "r")
            await driver.sees("There is no model named 'claude-3-haikku'", f"(outcrop.yaml:{line}). Did you mean")
            if stage == "tune":
                await driver.sees("THIS JOB IS REFUSED", f"outcrop.yaml line {line}", "claude-3-haiku or")


async def test_a_dear_job_wants_its_name_typed(
    server: Rehearsed, driver: Driver, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own" / "catalog"
    own.mkdir(parents=True)
    price = "- key: claude-3-haiku\n  prices:\n    training: {dollars: 9000, as_of: 2026-11-23, source: me}\n"
    (own / "prices.yaml").write_text(price)
    monkeypatch.setenv("OUTCROP_CONFIG", str(own.parent))  # for the child that submits
    workspace.catalog = dear(workspace.catalog)
    await driver.press("r")
    await planned(driver)
    await driver.press("S")
    name = driver.app.stage.selection.plan.submission.request.name
    await driver.sees("$9,000.00 a million tokens (2026-11-23, me)", f"type {name} and enter")
    await driver.press(*"yes", "enter")
    assert "Submit this job?" in driver.frame
    await driver.type(name)
    await driver.until(
        lambda: [task.state for task in listing(workspace.store, workspace.clock)] == ["done"], "the submit"
    )
    assert job(workspace).name == name


def dear(catalog: Catalog) -> Catalog:
    """The catalogue, with a price for training that is above the threshold."""
    prices = Prices(training=Price(9000.0, date(2026, 11, 23), "me"))
    return Catalog(tuple(msgspec.structs.replace(each, prices=prices) for each in catalog.models))


async def test_read_only_shows_everything_and_changes_nothing(server: Rehearsed, folder: Path) -> None:
    workspace = opened(folder, SystemClock(), read_only=True)
    try:
        async with running(workspace) as driver:
            await driver.press("4")
            await planned(driver)
            assert "submit" not in driver.frame.splitlines()[-1]
            for key in ("enter", "S", "c"):
                await driver.press(key)
                assert "read-only" in driver.bar
            await driver.press("p")
            await driver.sees("PREFLIGHT  ✓ 19")
            assert driver.app.stage.selection.plan.folder.is_dir()  # for the preflight has read it
        assert not (folder / "exports").exists()
        assert not driver.app.stage.selection.plan.folder.exists()
    finally:
        workspace.close()
