"""The server as a process: found, started once, revived, left when idle, and clear about it when it cannot start."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from rehearsed import HAIKU, Rehearsed, wait_until

from core.aws import models
from core.errors import OutcropError
from core.rehearsal import process
from core.rehearsal.process import Options

BRIEF = """
import sys
from pathlib import Path
from core.rehearsal.process import Options
from core.rehearsal.server import serve
folder, idle = Path(sys.argv[1]), float(sys.argv[2])
serve(folder, Options(), idle=idle, ready=lambda endpoints: print(endpoints.bedrock, flush=True))
"""


@pytest.fixture
def serve(tmp_path):
    """Runs a server in the foreground, as `outcrop rehearse` does, that leaves after some idle seconds."""
    children = []

    def start(idle):
        command = [sys.executable, "-P", "-c", BRIEF, str(tmp_path), str(idle)]
        children.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return children[-1], children[-1].stdout.readline().strip()

    yield start
    for child in children:
        child.kill()
        child.wait()
        child.stdout.close()


@contextmanager
def taken(address):
    """Somebody else listens on a port of loopback."""
    with socket.socket() as somebody:
        somebody.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        somebody.bind(("127.0.0.1", urlsplit(address).port))
        somebody.listen()
        yield


def test_a_server_that_runs_is_found_instead_of_started_again(rehearsal: Rehearsed):
    before = rehearsal.pid()
    assert process.ensure(rehearsal.folder, Options(pace=99)) == rehearsal.endpoints
    assert rehearsal.pid() == before


def test_many_who_start_at_once_share_one_server(serve, start_rehearsal, tmp_path):
    starts = [lambda: serve(60)[1], *[lambda: start_rehearsal(folder=tmp_path).endpoints.bedrock] * 5]
    with ThreadPoolExecutor(len(starts)) as pool:
        found = list(pool.map(lambda start: start(), starts))
    assert len(set(found)) == 1
    assert models.list_foundation_models(start_rehearsal(folder=tmp_path).connection())


def test_where_none_runs_none_is_found_and_none_is_stopped(tmp_path):
    assert process.running(tmp_path) is None
    assert process.stop(tmp_path) is False


def test_where_its_port_was_taken_meanwhile_the_server_answers_on_another(start_rehearsal):
    server = start_rehearsal()
    before = server.endpoints
    server.kill()
    with taken(before.bedrock), taken(before.storage):
        moved = server.start()
    assert {moved.bedrock, moved.storage}.isdisjoint({before.bedrock, before.storage})
    assert moved.access_key == before.access_key
    assert HAIKU in {model.id for model in models.list_foundation_models(server.connection())}


def test_a_server_leaves_when_nobody_needs_it_and_says_so(serve, tmp_path):
    child, _ = serve(0.1)
    assert child.wait(timeout=60) == 0
    assert not (tmp_path / "server.json").exists()
    assert process.running(tmp_path) is None


def test_ctrl_c_ends_a_server_in_good_order(serve, tmp_path):
    child, _ = serve(60)
    os.kill(child.pid, signal.SIGINT)
    assert child.wait(timeout=60) == 0
    assert process.running(tmp_path) is None


def test_who_comes_while_a_server_leaves_is_answered_by_the_next(start_rehearsal):
    server = start_rehearsal()
    before, connection = server.pid(), server.connection(revived=True)
    server.leave()
    wait_until(lambda: process.running(server.folder) is None)
    assert HAIKU in {model.id for model in models.list_foundation_models(connection)}
    assert server.pid() != before


def test_a_server_that_cannot_start_says_why_and_names_its_log(tmp_path):
    with pytest.raises(OutcropError, match="The rehearsal did not start") as caught:
        process.ensure(tmp_path, Options(as_of="someday"))
    assert "someday" in caught.value.why
    assert caught.value.where.path == str(tmp_path / "server.log")


def test_a_faults_file_with_a_mistake_keeps_the_server_from_starting(tmp_path):
    faults = tmp_path / "faults.yaml"
    faults.write_text("- {operation: Converse, answer: explode}\n")
    with pytest.raises(OutcropError, match="explode"):
        process.ensure(tmp_path, Options(faults=str(faults)))


def test_looking_whether_a_lock_is_held_does_not_hold_it(tmp_path):
    path = tmp_path / "server.lock"
    assert not process.is_held(path)
    with path.open("ab") as holder:
        assert not process.is_held(path)
        fcntl.flock(holder, fcntl.LOCK_EX)
        assert process.is_held(path)
    assert not process.is_held(path)
