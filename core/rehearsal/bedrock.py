"""The rehearsed Bedrock as a WSGI application: route, check, act, check again, answer."""

import logging
import socket
import time
import uuid
from collections.abc import Iterable
from http.client import responses
from typing import Any

from core.aws.wire import HttpAnswer, Protocol, Request, ServiceError, error_answer
from core.rehearsal import batch, endpoints, jobs, models, runtime, tags
from core.rehearsal.faults import FaultRule, Faults, error_of
from core.rehearsal.guard import Environ, StartResponse, signed_region
from core.rehearsal.world import Handler, World

_log = logging.getLogger(__name__)

CONTROL: dict[str, Handler] = (
    jobs.OPERATIONS | models.OPERATIONS | endpoints.OPERATIONS | batch.OPERATIONS | tags.OPERATIONS
)
RUNTIME: dict[str, Handler] = runtime.OPERATIONS


class Bedrock:
    """Control plane and runtime on one port: their paths differ."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._protocols = (
            (Protocol("bedrock", frozenset(CONTROL)), CONTROL),
            (Protocol("bedrock-runtime", frozenset(RUNTIME)), RUNTIME),
        )

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        request = _request(environ)
        answer, dropped = self._answer(request, signed_region(environ))
        if dropped:
            _drop(environ)
        start(f"{answer.status} {responses.get(answer.status, '')}", _headers(answer))
        return [answer.body]

    def _answer(self, request: Request, region: str) -> tuple[HttpAnswer, bool]:
        for protocol, operations in self._protocols:
            found = protocol.operation(request)
            if found is None:
                continue
            name = found[0]
            rule = self._faults.strike(name)
            try:
                if _before(rule):
                    return HttpAnswer(500, {}, b""), True
                call = protocol.read(request)
                result = operations[name](self._world, region, call.parameters if call else {})
                return protocol.write(name, result), rule is not None and rule.answer == "drop-after-commit"
            except ServiceError as error:
                return protocol.error(name, error), False
            except Exception:  # noqa: BLE001 - a server answers 500 and goes on
                _log.exception("%s failed", name)
                failure = ServiceError("InternalServerException", "The rehearsal failed; see its log.")
                return protocol.error(name, failure), False
        unknown = ServiceError("UnknownOperationException", f"The rehearsal has no {request.method} {request.path}")
        return error_answer(unknown, 404), False


def _before(rule: FaultRule | None) -> bool:
    """Does what a fault does before the operation; True when the connection is to be dropped at once."""
    if rule is None:
        return False
    error = error_of(rule)
    if error is not None:
        raise error
    if rule.answer == "stall":
        time.sleep(rule.seconds)
    return rule.answer == "drop"


def _request(environ: Environ) -> Request:
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"])
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    return Request(
        method=environ["REQUEST_METHOD"],
        path=raw.partition("?")[0],
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
    )


def _headers(answer: HttpAnswer) -> list[tuple[str, str]]:
    own = ("x-amzn-RequestId", str(uuid.uuid4())), ("Content-Length", str(len(answer.body)))
    return [*answer.headers.items(), *own]


def _drop(environ: Environ) -> None:
    """Cuts the line, so that the client never learns what happened."""
    connection: Any = environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
