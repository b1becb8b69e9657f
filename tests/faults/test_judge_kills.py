"""Outcrop is killed -9 while it judges under throttling: in the end each record has one verdict, paid for once.

What had reached the store is never asked for again. Converse knows no client token, so what was on the wire at a
kill, at most as many replies as are asked for at once, is paid for a second time: nobody can tell that it came.
"""

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from rehearsed import wait_until
from test_asking_killed import Witness

from core.data.annotation.judge import JudgeSummary
from core.data.annotation.verdicts import Verdicts
from core.store import Store

PROGRAM = """
import sys
from pathlib import Path
import msgspec
from core import catalog
from core.aws.session import Endpoints, connect_rehearsal
from core.clock import SystemClock
from core.config import Config, Data
from core.data.annotation.judge import prepare
from core.data.annotation.judge import run
from core.store import Store
from core.workspace import Workspace

folder, connection = Path(sys.argv[1]), connect_rehearsal(msgspec.json.decode(sys.argv[2], type=Endpoints))
settings, store = Config(name="kills", data=Data(source="records.jsonl")), Store(folder / "outcrop.db")
workspace = Workspace(folder, settings, store, catalog.load(), SystemClock(), lambda _: connection)
summary = run(workspace, prepare(workspace), at_once=int(sys.argv[3]))
print(msgspec.json.encode(summary).decode())
"""
SEED = 7
SIZES = [  # records, kills, asks at once
    pytest.param((60, 2, 8), id="60 records, 2 kills"),
    pytest.param((1000, 5, 32), id="1000 records, 5 kills", marks=pytest.mark.slow),
]


class Patient(Witness):
    """A witness that knows whether anything is still on its way."""

    under_way = 0

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self.lock:
            self.under_way += 1
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self.lock:
                self.under_way -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: who asked was killed."""


def write_records(folder: Path, count: int) -> None:
    """Records about small tables, one answer in three wrong; each says its number once."""
    lines = []
    for number in range(count):
        shops, staff = str(100 + number), str(5000 + number)
        fields = {
            "table": [["", "2019"], ["Shops", shops], ["Staff", staff]],
            "question": f"How many shops in 2019? (ask-{number})",
            "answer": staff if number % 3 == 0 else shops,
        }
        lines.append(json.dumps({"id": f"{number:016x}", "group": f"table {number}", "fields": fields}))
    (folder / "records.jsonl").write_text("\n".join(lines) + "\n")


class Story(msgspec.Struct):
    """What the kills left.

    Attributes:
        count: Records.
        at_once: Asks under way at the same time.
        kept: The records whose reply was in the store at each kill.
        answered: How many the server had answered until then.
        summary: How the last start ended.
        known: The verdicts there are.
    """

    count: int
    at_once: int
    kept: list[set[str]]
    answered: list[int]
    summary: JudgeSummary
    known: Verdicts


@pytest.fixture(scope="module")
def witness(start_rehearsal):
    """A server that throttles three calls of ten, and the witness before it."""
    faults = [{"operation": "Converse", "share": 0.3, "answer": "throttle", "seed": SEED}]
    server = start_rehearsal(faults=faults)
    with Patient(urlsplit(server.endpoints.bedrock).netloc) as witness:
        threading.Thread(target=witness.serve_forever, args=(0.05,), daemon=True).start()
        bedrock = f"http://127.0.0.1:{witness.server_port}"
        witness.endpoints = msgspec.structs.replace(server.endpoints, bedrock=bedrock)
        yield witness
        witness.shutdown()


@pytest.fixture(scope="module", params=SIZES)
def story(request, witness, tmp_path_factory):
    """Judges, is killed at moments drawn by seed, and judges to the end."""
    count, kills, at_once = request.param
    folder = tmp_path_factory.mktemp("kills")
    write_records(folder, count)
    witness.answered.clear()
    store = Store(folder / "outcrop.db")
    endpoints = msgspec.json.encode(witness.endpoints).decode()
    command = [sys.executable, "-P", "-c", PROGRAM, str(folder), endpoints, str(at_once)]
    known, answered = [], []
    for moment in sorted(random.Random(SEED).sample(range(5, count - at_once), kills)):
        with subprocess.Popen(command) as child:
            least = max([moment, *(len(each) + 1 for each in known)])
            wait_until(lambda least=least: len(Verdicts(store, "rehearsal")) >= least)
            child.kill()
        wait_until(lambda: not witness.under_way)
        known.append(set(Verdicts(store, "rehearsal").newest()))
        answered.append(len(witness.answered))
    last = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    summary = msgspec.json.decode(last.stdout, type=JudgeSummary)
    yield Story(count, at_once, known, answered, summary, Verdicts(store, "rehearsal"))
    store.close()


def records(asks):
    return [f"{int(ask.removeprefix('ask-')):016x}" for ask in asks]


def test_it_was_killed_in_the_middle_each_time_and_throttled_on_the_way(story, witness):
    sizes = [len(known) for known in story.kept]
    assert sizes == sorted(set(sizes))
    assert 0 < sizes[0] < sizes[-1] < story.count
    assert 0.2 < witness.refused / (witness.refused + len(witness.answered)) < 0.4


def test_in_the_end_each_record_has_one_verdict(story):
    assert len(story.summary.verdicts) == len(story.known) == story.count
    assert story.summary.counts["unparsed"] == story.summary.asked_again == 0
    wrong = {record for record, each in story.summary.verdicts.items() if each.judgement == "incorrect"}
    assert wrong == {f"{number:016x}" for number in range(0, story.count, 3)}


def test_the_last_start_asked_only_what_was_missing(story):
    assert story.summary.reused == len(story.kept[-1])


def test_a_reply_that_was_kept_is_never_paid_for_again(story, witness):
    for known, answered in zip(story.kept, story.answered, strict=True):
        assert known.isdisjoint(records(witness.answered[answered:]))


def test_only_what_was_on_the_wire_at_a_kill_is_answered_twice(story, witness):
    paid = records(witness.answered)
    lost = [set(paid[:answered]) - known for known, answered in zip(story.kept, story.answered, strict=True)]
    assert set(paid) == {f"{number:016x}" for number in range(story.count)}
    assert all(len(each) <= story.at_once for each in lost)
    assert len(paid) - story.count <= story.at_once * len(story.kept)
