"""`--read-only` writes nothing but standard output: every command of the table, on a project that has everything.

A command that is not in `COMMANDS` fails a test: whoever adds one says here what it does when it may write nothing.
"""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tui.commands import outcrop as program

ARCHIVE = Path(__file__).with_name("project_of_before.tar.xz")
JOB = "shops-d006e3d2-121d63"
REFUSED = True  # else it does its work

# What each command is called with, and whether it is refused.
COMMANDS: dict[str, list[tuple[tuple[str, ...], bool]]] = {
    "init": [(("../new", "--name", "new"), REFUSED)],
    "import": [
        (("csv", "more.csv", "-o", "../out", "--map", "question=q,answer=a"), REFUSED),
        (("csv", "more.csv", "--map", "question=q,answer=a", "--preview"), False),
    ],
    "check": [
        ((), False),
        (("exports/claude-3-haiku-d006e3d2/train.jsonl", "--fix", "-o", "../fixed.jsonl"), REFUSED),
    ],
    "judge": [(("--all", "--yes"), REFUSED), (("--print-prompt",), False)],
    "stats": [(("records.jsonl", "type"), False)],
    "tokens": [((), REFUSED)],
    "diff": [(("records.jsonl", "exports/claude-3-haiku-d006e3d2/train.jsonl"), False)],
    "review": [((), False), (("--draw", "random"), REFUSED)],
    "flags export": [(("-",), False), (("../flags.jsonl",), REFUSED), (("/dev/stdout",), False)],
    "flags import": [(("more.jsonl",), REFUSED)],
    "format check": [(("shop-question",), False)],
    "format diff": [(("shop-question",), False)],
    "format list": [((), False)],
    "format preview": [((), False)],
    "format show": [(("shop-question",), False)],
    "rationale": [(("--all", "--yes"), REFUSED)],
    "split": [
        (("records.jsonl", "-o", "../parts"), REFUSED),
        (("exports/claude-3-haiku-d006e3d2",), False),
    ],
    "export": [((), REFUSED), (("--sample", "40"), REFUSED)],
    "preflight": [((), False)],
    "iam": [((), False)],
    "submit": [
        (("--yes", "--again"), REFUSED),
        (("--yes", "--set", "epochCount=3"), REFUSED),
        (("--show-command", "--again"), False),
    ],
    "jobs": [
        ((), False),
        ((JOB,), False),
        ((JOB, "--clean-up", "--yes"), REFUSED),
        ((JOB, "--delete-model", "--yes"), REFUSED),
        ((JOB, "--adopt"), REFUSED),
    ],
    "watch": [((JOB,), False)],
    "metrics": [((JOB,), False)],
    "stop": [((JOB, "--yes"), REFUSED)],
    "sweep": [((), False)],
    "sweep start": [(("other", "--vary", "epochCount=1,3", "--yes"), REFUSED)],
    "sweep resume": [(("epochs",), REFUSED)],
    "sweep pause": [(("epochs",), REFUSED)],
    "sweep show": [(("epochs",), False)],
    "evaluate": [
        (("--list",), False),
        (("--forecast",), False),
        ((JOB, "--yes"), REFUSED),
        (("--model", "nova-micro", "--yes"), REFUSED),
    ],
    "batch": [((), False)],
    "batch stop": [(("none", "--yes"), REFUSED)],
    "compare": [(("83aef9015654", "3740c8cfe0e3"), False)],
    "score": [
        (("answers.jsonl",), False),
        (("answers.jsonl", "--per-record", "../scores.jsonl"), REFUSED),
    ],
    "report": [((), REFUSED), (("-o", "../report"), REFUSED), (("--format", "csv"), False)],
    "deploy": [((), False)],
    "deploy create": [((JOB, "--yes"), REFUSED)],
    "deploy ask": [(("nova-micro", "What?"), REFUSED)],
    "deploy delete": [(("none", "--yes"), REFUSED)],
    "costs": [((), False)],
    "models": [((), False)],
    "doctor": [((), False), (("--restore",), REFUSED)],
    "rehearse": [(("--stop",), REFUSED), ((), REFUSED)],
    "demo": [(("--plain", "--folder", "../demo"), REFUSED), (("--plain",), REFUSED)],
    "keys": [((), False)],
    "themes": [((), False)],
    "paths": [((), False)],
}
CALLS = [(name, arguments, refused) for name, calls in COMMANDS.items() for arguments, refused in calls]


def names(command: click.Command, context: click.Context, path: str = "") -> Iterator[str]:
    """Every command that can be called, by its words."""
    if not isinstance(command, click.Group):
        yield path
        return
    if path and command.invoke_without_command:
        yield path
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None
        yield from names(inner, context, f"{path} {name}".strip())


@pytest.mark.parametrize(
    "words", [name for name, calls in COMMANDS.items() if any(".." in " ".join(each) for each, _ in calls)]
)
def test_help_says_what_a_command_writes(outcrop, words):
    assert "refused with --read-only." in " ".join(outcrop(*words.split(), "--help").out.split())


def test_every_command_is_listed():
    assert sorted(COMMANDS) == sorted(names(program, click.Context(program)))


Trace = dict[str, tuple[int, int, bytes]]


def trace(*folders: Path) -> Trace:
    """Every file and folder but the log, with its mode, the time of its last change and its bytes."""
    found: Trace = {}
    for folder in folders:
        for path in (folder, *sorted(set(folder.rglob("*")) - set(folder.glob("outcrop.log")))):
            status = path.lstat()
            found[str(path)] = (status.st_mode, status.st_mtime_ns, path.read_bytes() if path.is_file() else b"")
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, own_environment: Path) -> Path:
    """A folder with a project of which nobody has anything open: its rehearsal does not run either."""
    folder = tmp_path_factory.mktemp("read-only")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder / "shops", filter="data")
    (folder / "shops" / "more.csv").write_text("q,a\nWhat?,That\n")
    (folder / "shops" / "more.jsonl").write_text("")
    (folder / "shops" / "answers.jsonl").write_text('{"id": "1", "prediction": "a", "reference": "a"}\n')
    (own_environment / "state").mkdir(exist_ok=True)
    (own_environment / "state" / "outcrop.log").touch()  # which is written all the same
    return folder


@pytest.mark.parametrize(("name", "arguments", "refused"), CALLS, ids=[" ".join([n, *a]) for n, a, _ in CALLS])
def test_nothing_is_written(home, own_environment, outcrop, monkeypatch, name, arguments, refused):
    monkeypatch.chdir(home / "shops")
    before = trace(home, own_environment / "state")
    done = outcrop("--read-only", *name.split(), *arguments)
    assert trace(home, own_environment / "state") == before
    if refused:
        assert (done.code, "read-only" in done.err) == (1, True), done.err
    else:
        assert (done.code, done.err.count("read-only")) in ((0, 0), (1, 0)), done.err
        assert done.out
