"""The server's half of the protocol: which operation a request means, its parameters, and the bytes of an answer.

Derived from botocore's own model of the service (rest-json): the rehearsal speaks what boto3 and the AWS CLI speak.
"""

import base64
import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec
from botocore.model import Shape

from core.aws.shapes import Payload, check_answer, misfits, service_model
from core.clock import iso
from core.errors import OutcropError

# Errors that an operation may answer with although its model does not name them. Source: AWS, "Common Errors".
_COMMON_ERRORS = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "UnrecognizedClientException": 403,
    "ThrottlingException": 429,
    "InternalServerException": 500,
    "ServiceUnavailableException": 503,
}


class Request(msgspec.Struct, frozen=True):
    """An HTTP request as far as the protocol cares.

    Attributes:
        method: `GET`, `POST` …
        path: Still percent-encoded, so that an ARN with slashes stays one segment.
        query: The raw query string.
        headers: Names in lower case.
        body: The payload.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class HttpAnswer(msgspec.Struct, frozen=True):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class ServiceError(OutcropError):
    """What a service operation raises to answer with one of AWS's errors."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WireCall(msgspec.Struct, frozen=True):
    """One operation somebody asked for."""

    service: str
    operation: str
    parameters: Payload


class Protocol:
    """Routes of one service.

    Args:
        service: boto3's name.
        operations: The ones that are served; every other one is unknown.
    """

    def __init__(self, service: str, operations: frozenset[str]) -> None:
        self.service = service
        model = service_model(service)
        self._routes = [
            (http["method"], _template(http["requestUri"]), name)
            for name in sorted(operations)
            for http in [model.operation_model(name).http]
        ]

    def operation(self, request: Request) -> tuple[str, dict[str, str]] | None:
        """The operation a request means and the labels of its path, or None."""
        for method, pattern, name in self._routes:
            found = pattern.fullmatch(request.path) if method == request.method else None
            if found:
                return name, {label: unquote(value) for label, value in found.groupdict().items()}
        return None

    def read(self, request: Request) -> WireCall | None:
        """The call a request makes, or None where it is none of this service's.

        Raises:
            ServiceError: ValidationException, in AWS's words.
        """
        found = self.operation(request)
        if found is None:
            return None
        name, labels = found
        shape = service_model(self.service).operation_model(name).input_shape
        parameters = _parameters(request, labels, shape) if shape is not None else {}
        wrong = list(misfits(parameters, shape)) if shape is not None else []
        if wrong:
            said = "; ".join(f"Value at '{one.path}' {one.reason}" for one in wrong)
            raise ServiceError("ValidationException", f"{len(wrong)} validation error(s) detected: {said}")
        return WireCall(self.service, name, parameters)

    def write(self, operation: str, result: Payload) -> HttpAnswer:
        """An answer's bytes.

        Raises:
            ServiceError: InternalServerException, where the answer itself does not fit the service's model.
        """
        wrong = check_answer(self.service, operation, result)
        if wrong:
            said = "; ".join(f"{one.path} {one.reason}" for one in wrong)
            raise ServiceError("InternalServerException", f"The answer to {operation} does not fit its model: {said}")
        model = service_model(self.service).operation_model(operation)
        status = int(model.http.get("responseCode", 200))
        return _serialise(result, model.output_shape, status)

    def error(self, operation: str, fault: ServiceError) -> HttpAnswer:
        """An error's bytes, with the status that the service's model gives it, or that all services share."""
        shapes = service_model(self.service).operation_model(operation).error_shapes
        modelled = {shape.name: shape.metadata.get("error", {}).get("httpStatusCode") for shape in shapes}
        return error_answer(fault, int(modelled.get(fault.code) or _COMMON_ERRORS.get(fault.code, 400)))


def error_answer(fault: ServiceError, status: int) -> HttpAnswer:
    """An error in the wire form that boto3 turns into a typed exception."""
    body = json.dumps({"message": fault.what}).encode()
    return HttpAnswer(status, {"Content-Type": "application/json", "x-amzn-ErrorType": fault.code}, body)


def _template(uri: str) -> re.Pattern[str]:
    parts = re.split(r"\{([^}]+)\}", uri.partition("?")[0])
    pattern = "".join(
        f"(?P<{part.rstrip('+')}>.+)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return re.compile(pattern.rstrip("/") + "/?")


def _parameters(request: Request, labels: dict[str, str], shape: Shape) -> Payload:
    query = parse_qs(request.query, keep_blank_values=True)
    payload = shape.serialization.get("payload")
    body = {} if payload else _json_body(request.body)
    found: Payload = {}
    for name, member in shape.members.items():
        wire = member.serialization.get("name", name)
        location = member.serialization.get("location")
        value: object = None
        if location == "uri":
            value = labels.get(wire)
        elif location == "querystring":
            value = _typed(query[wire][0], member) if wire in query else None
        elif location == "header":
            value = request.headers.get(wire.lower())
        elif name == payload:
            value = request.body if member.type_name == "blob" else _json_body(request.body)
        else:
            value = _decoded(body.pop(wire, None), member)
        if value is not None:
            found[name] = value
    return found | body  # what is left in the body is unknown, and is refused as that


def _decoded(value: Any, shape: Shape) -> Any:
    """A member of a JSON body with its blobs, which travel as base64, as bytes."""
    if shape.type_name == "blob" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError as error:
            raise ServiceError("SerializationException", f"A blob is not base64: {error}") from error
    if shape.type_name == "structure" and isinstance(value, dict) and not shape.is_document_type:
        members = shape.members
        return {name: _decoded(each, members[name]) if name in members else each for name, each in value.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [_decoded(each, shape.member) for each in value]
    return value


def _json_body(body: bytes) -> Payload:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ServiceError("SerializationException", f"The request is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ServiceError("SerializationException", "The request is not a JSON object")
    return value


def _typed(text: str, member: Shape) -> Any:
    if member.type_name in ("integer", "long"):
        return int(text) if text.lstrip("-").isdigit() else text
    if member.type_name == "boolean":
        return text == "true"
    return text


def _serialise(result: Payload, shape: Shape, status: int) -> HttpAnswer:
    headers = {"Content-Type": "application/json"}
    if shape is None:
        return HttpAnswer(status, headers, b"{}")
    payload = shape.serialization.get("payload")
    if payload and isinstance(result.get(payload), bytes):
        content = str(result.get("contentType", "application/json"))
        return HttpAnswer(status, {"Content-Type": content}, result[payload])
    return HttpAnswer(status, headers, json.dumps(result, default=_plain).encode())


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} has no wire form")
