"""Plain commands as a script runs them, and one project on which the whole way has been gone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from plain_commands import Done, Outcrop, run
from rehearsed import Rehearsed

import sample_data
from tui.commands import main

TABLES = 110  # of the sample data: enough for a validation part of 32 records


@pytest.fixture
def outcrop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Outcrop:
    """Runs a command in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(each) for each in arguments])
        shown = capsys.readouterr()
        return Done(end.value.code or 0, shown.out, shown.err)

    return command


class Project:
    """A project that plain commands have taken through every stage, and what each of them printed.

    Attributes:
        folder: Where it is.
        server: Its rehearsal.
        said: What the commands on the way printed, by name.
    """

    def __init__(self, folder: Path, server: Rehearsed) -> None:
        self.folder = folder
        self.server = server
        self.said: dict[str, Done] = {}

    def run(self, *arguments: object, **environment: str) -> Done:
        """Runs a command in the project's folder."""
        return run(self.folder, *arguments, **environment)

    def step(self, name: str, *arguments: object) -> Done:
        """Runs one of the commands on the way."""
        self.said[name] = done = self.run(*arguments)
        assert done.code == 0, done.err
        return done


@pytest.fixture(scope="session")
def travelled(tmp_path_factory: pytest.TempPathFactory, start_rehearsal: Callable[..., Rehearsed]) -> Project:
    """From `outcrop init` to an evaluation, by plain commands alone."""
    folder = tmp_path_factory.mktemp("travelled")
    source = json.loads(sample_data.path(sample_data.FINANCE_QA).read_bytes())[:TABLES]
    (folder / "tatqa.json").write_text(json.dumps(source))
    project = Project(folder, start_rehearsal(folder / ".outcrop" / "rehearsal", pace=0.0))
    project.step("init", "init", "--name", "tables", "--task", "Answer", "--problem", "skill", "--target", "50")
    project.step("import", "import", "tatqa", "tatqa.json", "-o", "data", "--preset", "article", "--json")
    project.step("export", "export", "--json")
    values = ("--set", "epochCount=5", "--set", "batchSize=16")
    project.step("submit", "submit", "--yes", "--json", *values)
    project.step("watch", "watch", project.said["submit"].json["name"])
    project.step("evaluate", "evaluate", "--yes", "--json")
    return project
