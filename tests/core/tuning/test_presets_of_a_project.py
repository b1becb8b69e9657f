"""Presets: the defaults, the article's advice by size, and sets of one's own, kept in outcrop.yaml."""

from pathlib import Path

import pytest

from core import catalog, config
from core.clock import ManualClock
from core.config import Config
from core.errors import UsageError
from core.store import Store
from core.tuning import presets
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path):
    """A project on disk, whose outcrop.yaml has a comment to keep."""
    config.write_new(tmp_path / config.FILE, Config("shops"))
    store = Store(tmp_path / ".outcrop" / "outcrop.db")
    settings = config.read(tmp_path / config.FILE)
    yield Workspace(
        tmp_path, settings, store, catalog.load(), ManualClock(), lambda _: pytest.fail("nobody is asked")
    )
    store.close()


@pytest.mark.parametrize(("records", "batch"), [(400, 16), (700, 32), (2000, 32)])
def test_the_articles_preset_moves_the_batch_size_just_into_its_band(workspace, records, batch):
    assert presets.presets(workspace, records)["article"]["batchSize"] == batch
    assert presets.presets(workspace, records)["article"]["learningRateMultiplier"] == 1


def test_a_model_without_published_advice_has_no_preset_of_the_article(workspace):
    workspace.change_config(model="nova-micro")
    assert list(presets.presets(workspace, 400)) == ["defaults"]


def test_what_equals_a_default_is_not_written(workspace):
    presets.apply(workspace, {"epochCount": 5, "batchSize": 32})
    assert workspace.config.hyperparameters == {"epochCount": 5}
    presets.apply(workspace, presets.named(workspace, "defaults", 400))
    assert workspace.config.hyperparameters == {}


def test_values_of_another_model_are_dropped_with_it(workspace):
    presets.apply(workspace, {"batchSize": 8})
    workspace.change_config(model="nova-micro")
    presets.apply(workspace, {"epochCount": 3})
    assert workspace.config.hyperparameters == {"epochCount": 3}


def test_a_set_of_ones_own_is_kept_found_again_and_told_by_its_name(workspace):
    presets.apply(workspace, {"epochCount": 7, "learningRateMultiplier": 0.5})
    presets.keep(workspace, "slow")
    presets.apply(workspace, {})
    assert presets.current(workspace, 2000) == "defaults"
    presets.apply(workspace, presets.named(workspace, "slow", 2000))
    assert presets.current(workspace, 2000) == "slow"
    assert config.read(workspace.folder / config.FILE).presets["slow"]["learningRateMultiplier"] == 0.5


def test_a_set_that_does_not_fit_the_model_is_not_offered(workspace):
    presets.keep(workspace, "haiku")
    workspace.change_config(model="llama-3-1-8b")
    assert "haiku" not in presets.presets(workspace, 400)


@pytest.mark.parametrize("name", ["", " ", "defaults", "article"])
def test_a_set_cannot_take_the_name_of_another(workspace, name):
    with pytest.raises(UsageError, match="cannot be named"):
        presets.keep(workspace, name)


def test_a_preset_that_is_not_there_is_refused_with_those_that_are(workspace):
    with pytest.raises(UsageError, match="defaults, article"):
        presets.named(workspace, "fast", 400)


def test_a_preset_out_of_range_is_refused_before_it_is_written(workspace):
    with pytest.raises(UsageError, match="batchSize cannot be 3"):
        presets.apply(workspace, {"batchSize": 3})
    assert workspace.config.hyperparameters == {}
