"""A project is made from a few answers, refused with the reason where they do not fit, and never made twice."""

from pathlib import Path

import pytest

from core import catalog, config
from core.config import Config, UseCase
from core.errors import InputError, RefusedError, UsageError
from core.usecase import project
from core.workspace import find, open_project

MODELS = catalog.load()


def test_a_rehearsed_project_has_its_bucket_role_and_region_filled_in(tmp_path):
    project.create(tmp_path, Config(name="tables"), MODELS)
    made = config.read(tmp_path / "outcrop.yaml")
    assert (made.target, made.region, made.bucket) == ("rehearsal", "us-west-2", "outcrop-rehearsal-us-west-2")
    assert made.role.startswith("arn:aws:iam::123456789012:role/")


def test_the_region_is_one_in_which_the_model_can_be_tuned(tmp_path):
    project.create(tmp_path, Config(name="tables", model="nova-micro"), MODELS)
    assert config.read(tmp_path / "outcrop.yaml").region == "us-east-1"


def test_on_aws_nothing_is_invented(tmp_path):
    project.create(tmp_path, Config(name="tables", target="aws"), MODELS)
    made = config.read(tmp_path / "outcrop.yaml")
    assert (made.bucket, made.role) == ("", "")


def test_what_can_be_made_again_is_kept_out_of_git_and_what_stood_there_stays(tmp_path):
    (tmp_path / ".gitignore").write_bytes(b"caf\xe9.txt\r\nexports/")
    project.create(tmp_path, Config(name="tables"), MODELS)
    assert (tmp_path / ".gitignore").read_bytes() == b"caf\xe9.txt\r\nexports/\n.outcrop/\n"


def test_a_new_gitignore_holds_exactly_what_is_needed(tmp_path):
    project.create(tmp_path, Config(name="tables"), MODELS)
    assert (tmp_path / ".gitignore").read_text() == ".outcrop/\nexports/\n"


@pytest.mark.parametrize(
    ("wanted", "kind", "what"),
    [
        (Config(name=" "), UsageError, "needs a name"),
        (Config(name="a", model="claude-3-hiaku"), UsageError, "no model named"),
        (Config(name="a", model="claude-3-sonnet"), RefusedError, "cannot be fine-tuned"),
        (Config(name="a", use_case=UseCase(target=101)), UsageError, "A target of 101 cannot be reached"),
        (Config(name="a", use_case=UseCase(target=-1)), UsageError, "A target of -1 cannot be reached"),
        (Config(name="a", use_case=UseCase(target=float("nan"))), UsageError, "A target of nan"),
        (Config(name="a", use_case=UseCase(candidates=("nova-mirco",))), UsageError, "no model named 'nova-mirco'"),
    ],
)
def test_answers_that_do_not_fit_are_refused_and_nothing_is_made(tmp_path, wanted, kind, what):
    folder = tmp_path / "new"
    with pytest.raises(kind, match=what) as caught:
        project.create(folder, wanted, MODELS)
    assert caught.value.todo
    assert not folder.exists()


@pytest.mark.parametrize("target", [0, 60.5, 100, None])
def test_any_score_that_can_be_reached_is_a_target(tmp_path, target):
    project.create(tmp_path, Config(name="a", use_case=UseCase(target=target)), MODELS)
    assert config.read(tmp_path / "outcrop.yaml").use_case.target == target


def test_a_second_project_in_the_same_folder_is_refused(tmp_path):
    project.create(tmp_path, Config(name="first"), MODELS)
    with pytest.raises(InputError, match="a project here already"):
        project.create(tmp_path, Config(name="second"), MODELS)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be made") as caught:
        project.create(tmp_path / "file" / "below", Config(name="a"), MODELS)
    assert caught.value.where.path == str(tmp_path / "file" / "below")


def test_the_ready_made_project_for_questions_about_tables_is_one_of_the_articles_problems(tmp_path):
    wanted = project.table_questions("tables")
    assert wanted.use_case.problem == "skill"
    project.create(tmp_path, wanted, MODELS)


def test_a_project_is_found_from_any_folder_below_it(tmp_path):
    project.create(tmp_path, Config(name="tables"), MODELS)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find(below) == find(tmp_path) == tmp_path.resolve()
    assert find(Path("/")) is None


def test_a_folder_without_a_project_says_how_to_make_one(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match="no Outcrop project here") as caught:
            open_project(folder)
        assert "outcrop init" in caught.value.todo


def test_an_opened_project_has_its_own_folder_and_a_place_before_anybody_is_asked(tmp_path):
    project.create(tmp_path, Config(name="tables"), MODELS)
    workspace = open_project(tmp_path)
    assert str(workspace.location) == "REHEARSAL us-west-2"
    assert (workspace.hidden, workspace.path("data/x.jsonl")) == (
        tmp_path / ".outcrop",
        tmp_path / "data" / "x.jsonl",
    )
    workspace.change_config(hyperparameters__epochCount=3, region="us-west-2")
    assert workspace.config == config.read(tmp_path / "outcrop.yaml")
    assert workspace.config.hyperparameters == {"epochCount": 3}
    workspace.close()


def test_a_database_that_is_none_is_named(tmp_path):
    project.create(tmp_path, Config(name="tables"), MODELS)
    (tmp_path / ".outcrop").mkdir()
    (tmp_path / ".outcrop" / "outcrop.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(InputError, match="database cannot be opened") as caught:
        open_project(tmp_path)
    assert caught.value.where.path.endswith("outcrop.db")


def test_faults_that_are_not_there_are_said_before_anything_starts(tmp_path):
    project.create(tmp_path, Config(name="tables", rehearsal=config.Rehearsal(faults="faults.yaml")), MODELS)
    workspace = open_project(tmp_path)
    with pytest.raises(InputError, match="faults file is not there"):
        _ = workspace.connection
    workspace.close()
