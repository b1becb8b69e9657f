"""Outcrop is killed -9 while it asks a throttled model: each ask is answered once, no kept answer is paid again."""

import http.client
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import asker
import msgspec
import pytest
from rehearsed import Rehearsed, wait_until

from core.aws.session import Endpoints
from core.inference import kept
from core.store import Store

COUNT = 24
KILLED_AFTER = (5, 14)  # answers


class Witness(ThreadingHTTPServer):
    """Stands between Outcrop and the server, passes everything on, and notes what the server answered well."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), Deposition)
        self.address = address
        self.endpoints: Endpoints | None = None
        self.answered: list[str] = []
        self.refused = 0
        self.lock = threading.Lock()


class Deposition(BaseHTTPRequestHandler):
    """One request on its way."""

    server: Witness

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        line = http.client.HTTPConnection(self.server.address)
        line.request("POST", self.path, body, dict(self.headers.items()) | {"Host": self.server.address})
        answer = line.getresponse()
        said = answer.read()
        line.close()
        with self.server.lock:
            if answer.status == 200:
                self.server.answered += re.findall(r"ask-\d+", body.decode())
            else:
                self.server.refused += 1
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Nothing: the testimony is enough."""


@pytest.fixture(scope="module")
def witness(start_rehearsal):
    """A server that throttles three calls of ten, and the witness before it."""
    faults = [{"operation": "Converse", "share": 0.3, "answer": "throttle", "seed": 1}]
    server: Rehearsed = start_rehearsal(faults=faults)
    with Witness(urlsplit(server.endpoints.bedrock).netloc) as witness:
        threading.Thread(target=witness.serve_forever, args=(0.05,), daemon=True).start()
        witness.endpoints = msgspec.structs.replace(
            server.endpoints, bedrock=f"http://127.0.0.1:{witness.server_port}"
        )
        yield witness
        witness.shutdown()


@pytest.fixture(scope="module")
def told(witness, tmp_path_factory):
    """Kills the asking twice and lets it end the third time: what was kept at each kill, and answered after it."""
    path = tmp_path_factory.mktemp("asking") / "outcrop.db"
    command = [sys.executable, asker.__file__, msgspec.json.encode(witness.endpoints).decode(), str(path), str(COUNT)]
    store, story = Store(path), []
    for most in KILLED_AFTER:
        with subprocess.Popen(command) as child:
            wait_until(lambda most=most: len(kept(store, asker.RUN)) >= most)
            child.kill()
        story.append((set(kept(store, asker.RUN)), len(witness.answered)))
    assert subprocess.run(command, check=False).returncode == 0
    answers = kept(store, asker.RUN)
    store.close()
    return story, answers


def test_in_the_end_each_ask_is_answered(told):
    _, answers = told
    assert set(answers) == {ask.id for ask in asker.asks(COUNT)}
    assert all(answer.text for answer in answers.values())


def test_it_was_killed_in_the_middle_and_throttled_on_the_way(witness, told):
    story, _ = told
    assert [most <= len(known) < COUNT for most, (known, _) in zip(KILLED_AFTER, story, strict=True)] == [True, True]
    assert witness.refused > 0


def test_an_answer_that_was_kept_is_never_paid_for_again(witness, told):
    story, _ = told
    for known, answered_until_then in story:
        assert known.isdisjoint(witness.answered[answered_until_then:])


def test_only_what_was_under_way_at_a_kill_is_answered_twice(witness, told):
    twice = len(witness.answered) - len(set(witness.answered))
    assert set(witness.answered) == {ask.id for ask in asker.asks(COUNT)}
    assert twice <= 4 * len(KILLED_AFTER)  # four asks at once
