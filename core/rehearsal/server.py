"""The rehearsal's server: two loopback ports, one trainer, and an end when nobody needs it."""

import fcntl
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Annotated

import msgspec
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from core import catalog, read_only, yaml_file
from core.aws import identity
from core.aws.location import REHEARSAL_ACCOUNT
from core.aws.session import Connection, Endpoints, connect_rehearsal
from core.errors import OutcropError, Where
from core.outputs import replacing
from core.rehearsal.batch import Batcher
from core.rehearsal.bedrock import Bedrock
from core.rehearsal.faults import FaultRule, Faults
from core.rehearsal.guard import Environ, StartResponse, Wsgi, guarded
from core.rehearsal.identity import USER
from core.rehearsal.process import MEMORY, PATIENCE, Options, Running, running
from core.rehearsal.state import RehearsalState
from core.rehearsal.storage import Storage
from core.rehearsal.trainer import Trainer
from core.rehearsal.world import World
from core.signals import on_signals

IDLE = 600.0  # seconds without a request or a job after which a server leaves
ROLE = "OutcropRehearsal"
_JOB_ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "kms:*", "ec2:*")  # of the role, on everything
BUCKET = "outcrop-rehearsal"  # with the region behind it
_LOOK = 1.0  # seconds between looks whether anybody was here
_POLL = 0.1  # seconds within which a port is closed when the server is to end
DOOR = "door.json"  # in the folder, whether or not a server runs

_log = logging.getLogger(__name__)


_Port = Annotated[int, msgspec.Meta(ge=0, le=65535)]


class Door(msgspec.Struct, frozen=True):
    """Where and with which key a project's servers are reached: two ports of loopback, 0 for any that is free."""

    bedrock: _Port
    storage: _Port
    access_key: str


def serve(folder: Path, options: Options, *, idle: float | None = IDLE, ready: Callable[[Endpoints], None]) -> None:
    """Runs the server until it is idle for long or told to end; leaves at once where one is running already.

    Args:
        folder: Where its state is and stays.
        options: How it is set up.
        idle: Seconds without a request or a job after which it leaves; None for never.
        ready: Called with its addresses once it answers.

    Raises:
        OutcropError: Another process has the folder and does not answer.
    """
    read_only.refuse(folder)
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + PATIENCE
    with (folder / "server.lock").open("ab") as lock:
        while not _taken(lock):  # by another server, be it starting or leaving, or for a moment by who looks for one
            found = running(folder)
            if found:
                ready(found.endpoints)
                return
            if time.monotonic() > until:
                raise OutcropError("Another process holds this rehearsal's folder", where=Where(str(folder)))
            time.sleep(0.02)
        _serve(folder, options, idle, ready)


def _taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _serve(folder: Path, options: Options, idle: float | None, ready: Callable[[Endpoints], None]) -> None:
    (folder / "server.json").unlink(missing_ok=True)  # of one that was killed
    state = RehearsalState(folder / MEMORY)
    storage = Storage(folder / "s3", state)
    faults = Faults(_rules(options.faults))
    last, ended = Latest(), threading.Event()
    on_signals(ended.set)

    door = _earlier(folder)
    key = door.access_key
    storage_server = _listen(door.storage, MotoRequestHandler)
    _mount(storage_server, last.noting(storage), key, xml=True)
    bedrock_server = _listen(door.bedrock, WSGIRequestHandler)
    _keep(folder / DOOR, Door(bedrock_server.port, storage_server.port, key))
    endpoints = Endpoints(
        bedrock=_url(bedrock_server),
        storage=_url(storage_server),
        access_key=key,
        as_of=_day(options.as_of).isoformat(),
        region=options.region,
    )
    connection = connect_rehearsal(endpoints)

    def changed() -> None:
        trainer.stop_current()
        batcher.wake.set()

    world = World(
        state=state,
        catalog=catalog.load(Path(options.catalog) if options.catalog else None),
        storage=connection,
        as_of=_day(options.as_of),
        pace=options.pace,
        changed=changed,
    )
    trainer, batcher = Trainer(world, faults), Batcher(world, faults)
    _mount(bedrock_server, last.noting(Bedrock(world, faults)), key)

    for server in (storage_server, bedrock_server):
        threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True).start()
    _furnish(storage, connection, options.region)
    trainer.start()
    batcher.start()
    _keep(folder / "server.json", Running(os.getpid(), endpoints))
    ready(endpoints)
    _wait(ended, last, lambda: trainer.busy() or batcher.busy(), idle)
    (folder / "server.json").unlink(missing_ok=True)  # who comes now is to start another
    for worker in (trainer, batcher):
        worker.leave()
    for worker in (trainer, batcher):
        worker.join(timeout=5)
    for server in (bedrock_server, storage_server):
        server.shutdown()
        server.server_close()
    state.close()


class Latest:
    """When the last request came in."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def noting(self, app: Wsgi) -> Wsgi:
        """Wraps an application so that each request is noted."""

        def note(environ: Environ, start: StartResponse) -> Iterable[bytes]:
            self._at = time.monotonic()
            return app(environ, start)

        return note

    def seconds_ago(self) -> float:
        """How long that is ago."""
        return time.monotonic() - self._at


def _wait(ended: threading.Event, last: Latest, busy: Callable[[], bool], idle: float | None) -> None:
    while not ended.wait(_LOOK if idle is None else min(_LOOK, idle)):
        if idle is not None and last.seconds_ago() > idle and not busy():
            _log.info("idle for %.0f s: leaving", idle)
            return


def _listen(port: int, handler: type[WSGIRequestHandler]) -> BaseWSGIServer:
    """A threaded server on loopback; on its earlier port where that is free, so that clients find it again."""

    class Handler(handler):  # type: ignore[valid-type, misc]
        protocol_version = "HTTP/1.1"

        def log(self, *_: object) -> None:
            """Requests are not logged: they hold data."""

    def nothing(_: Environ, start: StartResponse) -> Iterable[bytes]:
        start("503 Service Unavailable", [])
        return [b""]

    try:
        return make_server("127.0.0.1", port, nothing, threaded=True, request_handler=Handler)
    except (OSError, SystemExit):  # werkzeug exits when a port is taken
        return make_server("127.0.0.1", 0, nothing, threaded=True, request_handler=Handler)


def _mount(server: BaseWSGIServer, app: Wsgi, key: str, *, xml: bool = False) -> None:
    hosts = frozenset({f"127.0.0.1:{server.port}", f"localhost:{server.port}"})
    server.app = guarded(app, hosts=hosts, access_key=key, xml=xml)


def _url(server: BaseWSGIServer) -> str:
    return f"http://127.0.0.1:{server.port}"


def _furnish(storage: Storage, connection: Connection, region: str) -> None:
    """A rehearsed account comes with a bucket in each region, a role for Bedrock and a user who may do all."""
    for each in sorted({region, "us-west-2", "us-east-1"}):
        storage.create_bucket(f"{BUCKET}-{each}", each)
    if identity.role_trust(connection, ROLE) is None:
        identity.create_role(connection, ROLE, identity.bedrock_trust(REHEARSAL_ACCOUNT, "*"))
        identity.allow_role(connection, ROLE, "Jobs", _allowing(*_JOB_ACTIONS))
    identity.create_user(connection, USER, "Everything", _allowing("*"))


def _allowing(*actions: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _rules(path: str) -> tuple[FaultRule, ...]:
    return tuple(yaml_file.read_as(list[FaultRule], Path(path))) if path else ()


def _day(text: str) -> date:
    return datetime.now(UTC).date() if text == "today" else date.fromisoformat(text)


def _earlier(folder: Path) -> Door:
    """The ports and the key of the last server here, so that clients of a killed one go on with the next."""
    try:
        return msgspec.json.decode((folder / DOOR).read_bytes(), type=Door)
    except (OSError, msgspec.MsgspecError):
        return Door(0, 0, f"REHEARSAL{secrets.token_hex(12).upper()}")


def _keep(path: Path, value: msgspec.Struct) -> None:
    """Writes a file that only its owner may read, for it holds the key."""
    with replacing(path, private=True) as file:
        file.write(msgspec.json.encode(value))
