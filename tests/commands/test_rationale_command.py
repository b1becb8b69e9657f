"""`outcrop rationale`: a forecast, a confirmation, and edits to review."""

import pytest
from screens import make_project

from core.workspace import rehearsal_folder


@pytest.fixture(scope="module")
def project(tmp_path_factory, start_rehearsal):
    """A project of twelve records, with a rehearsal of its own."""
    folder = make_project(tmp_path_factory.mktemp("reasons"))
    start_rehearsal(folder=rehearsal_folder(folder))
    return folder


@pytest.fixture
def reasons(project, outcrop):
    """Runs the command on that project."""

    def run(*arguments):
        return outcrop("--project", project, "rationale", *arguments)

    return run


def test_before_it_spends_it_says_what_on_and_where_it_will_show_and_asks(reasons):
    said = reasons("--all", "--model", "claude-3-haiku", "--sentences", "2")
    assert (said.code, said.out) == (2, "")
    assert "asks      12 to be paid, of at most 2 sentences each" in said.err
    assert "tokens, error unknown\ncounted   by nobody yet" in said.err
    assert "60 a reply, assumed, at most 512" in said.err
    assert "cost      ≈ $0.0" in said.err
    assert "table-question shows no rationale" in said.err


def test_what_came_back_is_counted_and_a_second_start_goes_on(reasons):
    first = reasons("--sample", "3", "--yes", "--model", "claude-3-haiku")
    assert first.code == 0
    assert "3 records to review, 0 replied before" in first.out
    assert "spent $0.0" in first.out
    rest = reasons("--all", "--yes", "--json", "--model", "claude-3-haiku").json
    assert (rest["forecast"]["have_one"], rest["summary"]["proposed"]) == (3, 9)


def test_how_many_must_be_said(reasons):
    assert "Give either --sample N or --all" in reasons().err
    assert reasons("--sample", "0").code == 2


def test_read_only_refuses_it(project, outcrop):
    said = outcrop("--project", project, "--read-only", "rationale", "--all", "--yes")
    assert "read-only" in said.err


def test_the_prompt_can_be_printed_to_be_changed(reasons):
    assert "<reason></reason>" in reasons("--print-prompt").out
