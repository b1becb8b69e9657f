"""Tokens, about: calibrated on what a model counted, with an error that holds for prompts nobody counted."""

import json
import random
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import pytest
import raw_tatqa
from rehearsed import Rehearsed

import sample_data
from core import catalog
from core.aws import runtime
from core.aws.errors import AwsError
from core.clock import ManualClock
from core.config import Config, Data, Split
from core.data import calibration
from core.data.annotation import judge, rationale
from core.data.calibration import Calibration, characters
from core.data.project_view import ProjectView, opened
from core.data.token_estimate import LEAST, calibrate, drawn, fit
from core.data.training_set import prepare
from core.errors import UsageError
from core.experiments.evaluation_plan import Wanted, plan
from core.experiments.evaluation_round import carry_out
from core.formatting import source_file
from core.usecase import project
from core.workspace import Workspace, open_project

RECORDS = 1500
HELD_OUT = 400


def line_with_noise(count: int, *, noise: float, seed: int) -> list[tuple[int, int]]:
    drawn = random.Random(seed)
    lengths = [drawn.randint(200, 8000) for _ in range(count)]
    return [(length, round((12 + length / 3.7) * drawn.gauss(1, noise))) for length in lengths]


def test_a_line_is_found_again_and_its_error_is_nothing():
    found = fit("m", "CountTokens", line_with_noise(200, noise=0, seed=1))
    assert found.per_character == pytest.approx(1 / 3.7, rel=1e-3)
    assert found.base == pytest.approx(12, abs=1)
    assert found.error < 0.01


@pytest.mark.parametrize("seed", range(5))
def test_the_error_covers_95_percent_of_what_nobody_counted(seed):
    pairs = line_with_noise(400 + 4000, noise=0.05, seed=seed)
    found = fit("m", "usage", pairs[:400], seed=seed)
    covered = sum(
        abs(tokens - found.prompt(length)) <= found.error * found.prompt(length) for length, tokens in pairs[400:]
    )
    assert covered / 4000 >= 0.93
    assert found.error < 0.14


def test_too_few_prompts_say_nothing_about_an_error():
    with pytest.raises(UsageError, match="79 counted prompts are too few"):
        fit("m", "usage", line_with_noise(79, noise=0, seed=1))


def test_any_number_of_counted_prompts_gives_an_error():
    assert 0.04 < fit("m", "usage", line_with_noise(3000, noise=0.025, seed=1)).error < 0.06  # two deviations


def test_an_estimate_is_never_below_nothing():
    found = fit("m", "usage", [(length, max(1, length // 4 - 40)) for length in range(200, 4200, 20)])
    assert found.prompt(0) >= 0
    assert found.prompt(10) >= 0
    assert found.text(0) == 0


@pytest.fixture(scope="module")
def sampled(
    tmp_path_factory: pytest.TempPathFactory, start_rehearsal: Callable[..., Rehearsed]
) -> Iterator[tuple[Workspace, ProjectView]]:
    """A project on the sample data, whose models are asked in the rehearsal."""
    folder = tmp_path_factory.mktemp("tokens")
    contexts = json.loads(sample_data.path(sample_data.FINANCE_QA).read_bytes())
    raw = folder / "finance.json"
    raw.write_text(json.dumps(contexts))
    found = list(raw_tatqa.read(raw))[:RECORDS]
    source_file.write(folder / "records.jsonl", found)
    wanted = Config(
        name="tokens",
        data=Data(source="records.jsonl"),
        split=Split(
            seed=2, train=0.5, validation=0.1, test=0.4
        ),  # the limit has 95 % confidence: not every draw holds
    )
    project.create(folder, wanted, catalog.load())
    start_rehearsal(folder / ".outcrop" / "rehearsal")
    workspace = open_project(folder, ManualClock())
    with opened(workspace) as view:
        yield workspace, view
    workspace.close()


@pytest.fixture(scope="module")
def counted(sampled: tuple[Workspace, ProjectView]) -> Calibration:
    """What a sample of 200 counted prompts gives."""
    return calibrate(*sampled)


@pytest.fixture
def found(sampled: tuple[Workspace, ProjectView], counted: Calibration) -> Calibration:
    """That, kept by the project, whatever other tests have put in its place."""
    calibration.remember(sampled[0], counted)
    return counted


@contextmanager
def nobody_counts() -> Iterator[None]:
    """Within, models say that they do not count tokens."""

    def refuse(*_: object) -> int:
        raise AwsError("The provided model doesn't support counting tokens", code="ValidationException")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "count_tokens", refuse)
        yield


def held_out(
    workspace: Workspace, view: ProjectView, found: Calibration, without: Collection[str] = ()
) -> list[bool]:
    """Whether the model's own count lies within the error, for prompts that no calibration has seen."""
    counted = {*drawn(view, found.samples)} if not without else {*view.facts.ids.rows_of(set(without))}
    model = workspace.catalog.get(workspace.config.model).model_id
    rows = random.Random(7).sample([row for row in range(view.facts.count) if row not in counted], HELD_OUT)
    covered = []
    for row in rows:
        chat = view.row(row).chat
        assert chat is not None
        about = found.prompt(characters(chat.asked()))
        covered.append(
            abs(runtime.count_tokens(workspace.connection, model, chat.asked()) - about) <= found.error * about
        )
    return covered


def test_count_tokens_on_a_sample_gives_an_error_that_covers_95_percent_of_the_rest(sampled, found):
    workspace, view = sampled
    assert (found.source, found.samples, found.model) == ("CountTokens", 200, "claude-3-haiku")
    assert 0 < found.error < 0.35
    covered = held_out(workspace, view, found)
    assert len(covered) == HELD_OUT
    assert sum(covered) / len(covered) >= 0.95


@pytest.mark.parametrize("planned", [judge.prepare, rationale.prepare])
def test_what_a_model_is_asked_about_records_is_forecast_within_the_error(sampled, found, planned):
    workspace, _ = sampled
    asked = planned(workspace, sample=60, model=found.model)
    model = workspace.catalog.get(found.model).model_id
    sent = sum(runtime.count_tokens(workspace.connection, model, ask.chat) for ask in asked.asks)
    assert (asked.forecast.basis.error, asked.forecast.to_ask) == (found.error, 60)
    assert abs(sent - asked.forecast.input_tokens) <= found.error * asked.forecast.input_tokens


def test_what_was_found_is_kept_for_the_project_and_every_estimate_uses_it(sampled):
    workspace, view = sampled
    found = calibrate(workspace, view, sample=100)
    assert calibration.kept(workspace) == found
    with opened(workspace) as again:
        assert again.facts.calibration == found
        chat = again.row(0).chat
        assert chat is not None
        assert again.facts.tokens(0)[0] == found.prompt(characters(chat.asked()))
        frame = again.values(("input_tokens", "output_tokens"), 0, 1)[0]
        assert (frame["input_tokens"], frame["output_tokens"]) == again.facts.tokens(0)


def test_where_a_model_does_not_count_what_an_evaluation_was_billed_does(sampled):
    workspace, view = sampled
    prepare(workspace)
    carry_out(workspace, plan(workspace, Wanted(models=(workspace.config.model,))))
    with nobody_counts():
        found = calibrate(workspace, view)
    asked = workspace.store.rows("SELECT ask, input_tokens FROM answers")
    tables = {view.dataset.group(row) for row in view.facts.ids.rows_of({row["ask"] for row in asked})}
    assert (found.source, found.samples) == ("usage", len(tables))
    assert len(tables) >= LEAST
    covered = held_out(workspace, view, found, without={row["ask"] for row in asked})
    assert len(covered) == HELD_OUT
    assert sum(covered) / len(covered) >= 0.95


def test_what_was_billed_elsewhere_says_nothing_about_tokens_here(sampled):
    workspace, view = sampled
    workspace.store.write(
        "INSERT INTO runs VALUES ('r1', 'aws/123/us-west-2', 'base', 'nova-micro', NULL, '{}', 'now', NULL)"
    )
    for row in range(LEAST):
        answer = ("r1", view.identity(row))
        workspace.store.write("INSERT INTO answers VALUES (?, ?, 'x', 'end_turn', 7, 1, 1, 'now')", answer)
    workspace.overrule(model="nova-micro")
    with nobody_counts(), pytest.raises(UsageError, match="0 counted prompts"):
        calibrate(workspace, view)


def test_a_prompt_without_counts_anywhere_is_refused_with_what_to_do(workspace):
    (workspace.folder / "records.jsonl").write_bytes(
        b'{"id":"1","group":"g","fields":{"table":[["a"]],"question":"q","answer":"a"}}\n'
    )
    with opened(workspace) as view, nobody_counts(), pytest.raises(UsageError, match="0 counted prompts"):
        calibrate(workspace, view)
