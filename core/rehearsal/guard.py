"""Who may talk to the rehearsal: this machine, addressing it by its own name, with the key it gave out."""

import hmac
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from core.aws.shapes import Payload
from core.aws.wire import HttpAnswer, ServiceError, error_answer

Environ = Payload
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

_LOOPBACK = ("127.0.0.1", "::1")
_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/")
_SCOPE = re.compile(r"Credential=[^/,\s]+/\d+/([^/]+)/")


def guarded(app: Wsgi, *, hosts: frozenset[str], access_key: str, xml: bool = False) -> Wsgi:
    """Wraps a WSGI application: loopback peers only, our own Host (against DNS rebinding), our own access key.

    moto's control API is refused outright: an unauthenticated POST there would wipe every bucket.

    Args:
        app: What is guarded.
        hosts: The names it answers to.
        access_key: The key it wants to see.
        xml: Refuse in the words of S3, IAM and STS instead of Bedrock's.
    """

    def guard(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        fault = _refusal(environ, hosts, access_key)
        if fault is None:
            return app(environ, start)
        answer = _xml_answer(fault) if xml else error_answer(fault, 403)
        start("403 Forbidden", list(answer.headers.items()))
        return [answer.body]

    return guard


def signed_region(environ: Environ) -> str:
    """The region that a request was signed for; empty where it was not."""
    found = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    return found.group(1) if found else ""


def _refusal(environ: Environ, hosts: frozenset[str], access_key: str) -> ServiceError | None:
    if environ.get("REMOTE_ADDR") not in _LOOPBACK:
        return ServiceError("AccessDeniedException", "The rehearsal answers this machine only")
    if environ.get("HTTP_HOST") not in hosts:
        return ServiceError("AccessDeniedException", "The rehearsal answers to its own address only")
    if environ.get("PATH_INFO", "").startswith("/moto-api"):
        return ServiceError("AccessDeniedException", "There is no such service")
    if not hmac.compare_digest(_access_key(environ).encode(), access_key.encode()):
        return ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.")
    return None


def _xml_answer(fault: ServiceError) -> HttpAnswer:
    said = f"<Error><Code>{fault.code}</Code><Message>{escape(fault.what)}</Message></Error>"
    return HttpAnswer(403, {"Content-Type": "application/xml"}, f"<ErrorResponse>{said}</ErrorResponse>".encode())


def _access_key(environ: Environ) -> str:
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found:
        return found.group(1)
    query = parse_qs(environ.get("QUERY_STRING", ""))  # of a presigned address, by Signature Version 4 or 2
    presigned: list[str] = query.get("X-Amz-Credential") or query.get("AWSAccessKeyId") or [""]
    return presigned[0].partition("/")[0]
