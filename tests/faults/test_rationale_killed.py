"""Outcrop is killed -9 while a model writes rationales: what was paid for is kept, and each record gets one."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from rehearsed import wait_until
from test_judge_kills import Patient, records, write_records

from core import catalog
from core.aws.session import Endpoints, connect_rehearsal
from core.clock import SystemClock
from core.config import Config, Data
from core.data import decisions
from core.data.annotation.rationale import prepare, run
from core.store import Store
from core.workspace import Workspace

PROGRAM = "import sys, test_rationale_killed as test; test.write(*sys.argv[1:])"
COUNT, AT_ONCE = 40, 4


@pytest.fixture(scope="module")
def witness(slow_rehearsal):
    """Counts what the shared server answers."""
    with Patient(urlsplit(slow_rehearsal.endpoints.bedrock).netloc) as witness:
        threading.Thread(target=witness.serve_forever, args=(0.05,), daemon=True).start()
        bedrock = f"http://127.0.0.1:{witness.server_port}"
        witness.endpoints = msgspec.structs.replace(slow_rehearsal.endpoints, bedrock=bedrock)
        yield witness
        witness.shutdown()


def write(folder, endpoints):
    """Writes rationales to the end, in whatever process this is."""
    connection = connect_rehearsal(msgspec.json.decode(endpoints, type=Endpoints))
    settings, store = Config(name="kills", data=Data(source="records.jsonl")), Store(Path(folder) / "outcrop.db")
    workspace = Workspace(Path(folder), settings, store, catalog.load(), SystemClock(), lambda _: connection)
    summary = run(workspace, prepare(workspace), at_once=AT_ONCE)
    workspace.close()
    return summary


def replies(store):
    return {each["ask"] for each in store.rows("SELECT ask FROM answers WHERE run LIKE 'rationale/%'")}


def test_what_was_paid_for_before_a_kill_is_proposed_after_it_and_never_asked_for_again(witness, tmp_path):
    write_records(tmp_path, COUNT)
    store = Store(tmp_path / "outcrop.db")
    endpoints = msgspec.json.encode(witness.endpoints).decode()
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-P", "-c", PROGRAM, str(tmp_path), endpoints], env=paths) as child:
        wait_until(lambda: len(replies(store)) >= AT_ONCE)
        child.kill()
    wait_until(lambda: not witness.under_way)
    before, answered = {ask.split(":")[0] for ask in replies(store)}, len(witness.answered)
    assert not decisions.current(store)
    summary = write(tmp_path, endpoints)
    assert (summary.proposed, summary.reused) == (COUNT, len(before))
    assert before.isdisjoint(records(witness.answered[answered:]))
    assert len(decisions.current(store)) == COUNT
    store.close()
