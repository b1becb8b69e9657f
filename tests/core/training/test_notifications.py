"""What happens when a job ends: the user's own command, told by its environment, never by a shell."""

import sys

import pytest

from core.aws.customization import Job
from core.aws.location import Location
from core.clock import ManualClock
from core.errors import InputError
from core.training import notification
from core.training.notification import Notify
from core.workspace import own_folder

HERE = Location("rehearsal", "us-west-2")
JOB = Job("arn:x", "a; touch $HOME/pwned", "Failed", "base", ManualClock().now(), failure="no\x1b[2J role")


@pytest.fixture
def wishes(tmp_path, monkeypatch):
    """Writes the user's own notify.yaml."""
    monkeypatch.setenv("OUTCROP_CONFIG", str(tmp_path))

    def write(text: str) -> None:
        (own_folder() / notification.FILE).write_text(text)

    return write


def test_without_a_file_the_bell_rings_and_nothing_is_started(wishes):
    assert notification.read() == Notify(bell=True, command="")
    assert notification.announce(notification.read(), JOB, HERE) is None


def test_the_command_is_told_what_happened_in_its_environment(wishes, tmp_path):
    script = tmp_path / "told.py"
    script.write_text(
        "import os, pathlib, sys\n"
        "names = ('JOB', 'STATUS', 'ARN', 'WHERE', 'FAILURE')\n"
        "pathlib.Path(sys.argv[1]).write_text('|'.join(os.environ['OUTCROP_' + name] for name in names))\n"
    )
    told = tmp_path / "it was told.txt"
    wishes(f"bell: false\ncommand: {sys.executable} {script} '{told}'\n")
    thread = notification.announce(notification.read(), JOB, HERE)
    assert thread is not None
    thread.join()
    assert told.read_text() == "a; touch $HOME/pwned|Failed|arn:x|REHEARSAL us-west-2|no␛[2J role"


def test_a_command_that_is_not_there_does_no_harm(wishes):
    thread = notification.announce(Notify(command="/nowhere/at-all"), JOB, HERE)
    assert thread is not None
    thread.join()
    assert not thread.is_alive()


@pytest.mark.parametrize("text", ["bell: maybe\n", "commands: x\n", "command: notify-send 'open\n"])
def test_a_file_that_cannot_be_read_says_where(wishes, text):
    wishes(text)
    with pytest.raises(InputError) as caught:
        notification.read()
    assert notification.FILE in caught.value.where.path
