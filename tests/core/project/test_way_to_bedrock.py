"""A project's way to Bedrock follows its configuration, in whichever region its rehearsal was started."""

from pathlib import Path

import pytest

from core import catalog
from core.aws import models
from core.config import Config
from core.errors import RefusedError
from core.usecase import project
from core.workspace import open_project

NOVA = "amazon.nova-micro-v1:0:128k"


@pytest.fixture
def workspace(tmp_path: Path, start_rehearsal):
    project.create(tmp_path, Config("shops"), catalog.load())
    start_rehearsal(tmp_path / ".outcrop" / "rehearsal")
    workspace = open_project(tmp_path)
    yield workspace
    workspace.close()


def tunable(workspace) -> set[str]:
    return {each.id for each in models.list_foundation_models(workspace.connection) if each.tunable}


def test_another_region_is_asked_once_it_is_set_even_of_a_rehearsal_that_runs_already(workspace):
    assert NOVA not in tunable(workspace)
    workspace.change_config(region="us-east-1")
    assert NOVA in tunable(workspace)
    assert workspace.location.region == "us-east-1"


def test_a_connection_is_kept_while_nothing_it_is_made_by_changes(workspace):
    before = workspace.connection
    workspace.change_config(model="nova-micro")
    assert workspace.connection is before


def test_read_only_holds_from_the_moment_it_is_wished_for(workspace):
    assert not workspace.connection.read_only
    workspace.overrule(read_only=True)
    with pytest.raises(RefusedError, match="read-only"):
        models.delete_custom_model(workspace.connection, "any")
