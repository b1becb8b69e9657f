"""Who may talk to the rehearsal: this machine, by its own name, with its own key; nobody resets it."""

import http.client
import io
from urllib.parse import urlsplit

import pytest
from rehearsed import BUCKET, Rehearsed

from core.aws import s3
from core.rehearsal.guard import guarded

KEY = "REHEARSALKEY"
SIGNED = f"AWS4-HMAC-SHA256 Credential={KEY}/20250601/us-west-2/bedrock/aws4_request, SignedHeaders=host, Signature=x"


def environ(**changes):
    return {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1:1234",
        "HTTP_AUTHORIZATION": SIGNED,
        "PATH_INFO": "/foundation-models",
        "QUERY_STRING": "",
        "wsgi.input": io.BytesIO(),
    } | changes


def admitted(**changes):
    """Whether the guard lets a request through."""
    seen = []

    def app(environ, start):
        seen.append(environ)
        start("200 OK", [])
        return [b""]

    statuses = []
    guard = guarded(app, hosts=frozenset({"127.0.0.1:1234"}), access_key=KEY)
    list(guard(environ(**changes), lambda status, headers: statuses.append(status)))
    assert statuses == (["200 OK"] if seen else ["403 Forbidden"])
    return bool(seen)


def test_a_request_from_here_to_here_with_the_key_passes():
    assert admitted()
    assert admitted(REMOTE_ADDR="::1")


@pytest.mark.parametrize(
    "query", [f"X-Amz-Credential={KEY}%2F20250601%2Fus-west-2%2Fs3%2Faws4_request", f"AWSAccessKeyId={KEY}&Expires=1"]
)
def test_a_presigned_address_passes_too(query):
    assert admitted(HTTP_AUTHORIZATION="", QUERY_STRING=query)


@pytest.mark.parametrize(
    "changes",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": None},
        {"HTTP_HOST": "evil.example:1234"},  # DNS rebinding: a page that resolves its own name to loopback
        {"HTTP_HOST": "127.0.0.1:4321"},
        {"HTTP_HOST": None},
        {"HTTP_AUTHORIZATION": ""},
        {"HTTP_AUTHORIZATION": SIGNED.replace(KEY, "AKIAIOSFODNN7EXAMPLE")},
        {"HTTP_AUTHORIZATION": SIGNED.replace(KEY, "schlüssel")},
        {"HTTP_AUTHORIZATION": "Bearer token"},
        {"HTTP_AUTHORIZATION": "", "QUERY_STRING": "X-Amz-Credential=other%2F20250601"},
        {"PATH_INFO": "/moto-api/reset"},
    ],
)
def test_anything_else_is_refused(changes):
    assert not admitted(**changes)


@pytest.fixture(params=["bedrock", "storage"])
def knock(rehearsal: Rehearsed, request):
    """Sends a raw request to one of the server's ports; returns status and body."""
    address = urlsplit(getattr(rehearsal.endpoints, request.param)).netloc
    signed = SIGNED.replace(KEY, rehearsal.endpoints.access_key)

    def send(method="GET", path="/", **headers):
        line = http.client.HTTPConnection(address, timeout=5)
        try:
            line.request(method, path, headers={"Host": address, "Authorization": signed} | headers)
            answer = line.getresponse()
            return answer.status, answer.read()
        finally:
            line.close()

    return send


def test_a_real_server_refuses_another_name_and_another_key(knock):
    assert knock()[0] != 403
    for headers, said in (
        ({"Host": "evil.example"}, b"its own address only"),
        ({"Authorization": ""}, b"security token included in the request is invalid"),
    ):
        status, body = knock(**headers)
        assert status == 403
        assert said in body


@pytest.mark.parametrize("path", ["/moto-api/reset", "/moto-api/seed?a=1", "//moto-api/reset", "/%6doto-api/reset"])
def test_nobody_resets_the_storage(rehearsal: Rehearsed, knock, path):
    kept = rehearsal.put("kept/through/a/reset")
    knock("POST", path)
    knock("POST", path, Authorization="")
    assert s3.exists(rehearsal.connection(), s3.parse_uri(kept))
    assert s3.bucket_region(rehearsal.connection(), BUCKET) == "us-west-2"


def test_only_the_owner_may_read_the_files_that_hold_the_key(rehearsal: Rehearsed):
    for name in ("server.json", "door.json"):
        assert (rehearsal.folder / name).stat().st_mode & 0o077 == 0
