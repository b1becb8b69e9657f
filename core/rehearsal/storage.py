"""S3, IAM, STS and what else moto has: its own servers, with every object on disk before its upload is acknowledged.

moto keeps everything in memory: what changes in S3 and IAM is written down and told to it again after a restart;
keys, networks and organisations last as long as the server.
"""

import hashlib
import io
import logging
import shutil
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client
from werkzeug.wrappers import Response

from core.outputs import replacing
from core.rehearsal import identity
from core.rehearsal.guard import Environ, StartResponse
from core.rehearsal.state import RehearsalState

_log = logging.getLogger(__name__)
_BUFFERED = ("iam", "sts", "servicequotas")  # services of which some answers are not moto's
_READ_ACTIONS = ("Get", "List", "Simulate")
_REGION_FILE = ".region"
_HEADERS = ("Content-Type", "x-amz-meta-sha256")  # of an object, kept beside its bytes, after its key


class Storage:
    """A WSGI application: moto behind a mirror on disk."""

    def __init__(self, folder: Path, state: RehearsalState) -> None:
        """Starts moto and tells it what the folder and the state remember."""
        self._folder = folder
        self._state = state
        self._lock = threading.Lock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._restore()

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        """Answers a request; a change is on disk before its answer leaves."""
        if _service(environ) in _BUFFERED:
            return self._identity(environ, start)
        if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._moto.get_application(environ)(environ, start)
        response = Response.from_app(self._moto.get_application(environ), environ, buffered=True)
        if response.status_code < 300 and _service(environ) == "s3":
            with self._lock:  # of two who write one object, the later must be the one on disk too
                self._mirror(environ)
        return response(environ, start)

    def create_bucket(self, bucket: str, region: str) -> None:
        """Makes a bucket, unless it is there."""
        where = f"<LocationConstraint>{region}</LocationConstraint>"
        body = "" if region == "us-east-1" else f"<CreateBucketConfiguration>{where}</CreateBucketConfiguration>"
        self._tell("PUT", f"/{bucket}", body.encode(), region=region)
        folder = self._folder / bucket
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / _REGION_FILE, region.encode())

    def _identity(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        own = identity.answer(_service(environ), environ.get("HTTP_X_AMZ_TARGET", ""), body)
        if own is not None:
            return Response(own.body, own.status, content_type=own.content_type)(environ, start)
        response = Response.from_app(self._moto.get_application(environ), environ, buffered=True)
        if _service(environ) != "iam":
            return response(environ, start)
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        if response.status_code < 300 and not action.startswith(_READ_ACTIONS):
            self._state.add_identity_call(environ.get("CONTENT_TYPE", ""), body)
        return response(environ, start)

    def _mirror(self, environ: Environ) -> None:
        """Makes the folder say what moto says about the bucket or object that a request changed."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")  # WSGI hands bytes over as Latin-1
        bucket, _, key = path.lstrip("/").partition("/")
        if not bucket:
            return
        if not key:
            self._mirror_bucket(bucket, deleted=environ["REQUEST_METHOD"] == "DELETE")
            if environ["REQUEST_METHOD"] == "POST":  # DeleteObjects names its keys in the body
                self._drop_missing(bucket)
            return
        self._mirror_object(bucket, key)

    def _mirror_bucket(self, bucket: str, *, deleted: bool) -> None:
        folder = self._folder / bucket
        if deleted:
            shutil.rmtree(folder, ignore_errors=True)
            return
        if not (folder / _REGION_FILE).exists():
            answer = self._tell("GET", f"/{bucket}?location")
            region = answer.get_data(as_text=True).partition("</LocationConstraint>")[0].rpartition(">")[2]
            folder.mkdir(parents=True, exist_ok=True)
            _write(folder / _REGION_FILE, (region or "us-east-1").encode())

    def _mirror_object(self, bucket: str, key: str) -> None:
        path = self._path(bucket, key)
        answer = self._tell("GET", f"/{bucket}/{quote(key)}")
        if answer.status_code != 200:
            for gone in (path, _headers_of(path)):
                gone.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = [quote(key), *(f"{name}: {answer.headers[name]}" for name in _HEADERS if name in answer.headers)]
        _write(_headers_of(path), "\n".join(kept).encode())
        _write(path, answer.get_data())

    def _drop_missing(self, bucket: str) -> None:
        for path in sorted((self._folder / bucket).glob("*.object")):
            known = _kept(path)
            if known and self._tell("HEAD", f"/{bucket}/{known[0]}").status_code == 404:
                self._mirror_object(bucket, unquote(known[0]))

    def _restore(self) -> None:
        for content_type, body in self._state.identity_calls():
            self._tell("POST", "/", body, service="iam", content_type=content_type)
        self._folder.mkdir(parents=True, exist_ok=True)
        for folder in sorted(path for path in self._folder.iterdir() if path.is_dir()):
            objects = sorted(folder.glob("*.object"))
            region = _region_of(folder)
            if not objects and not (folder / _REGION_FILE).exists():  # never acknowledged
                shutil.rmtree(folder)
                continue
            self.create_bucket(folder.name, region)
            for path in objects:
                if known := _kept(path):
                    self._tell("PUT", f"/{folder.name}/{known[0]}", path.read_bytes(), headers=known[1])

    def _path(self, bucket: str, key: str) -> Path:
        return self._folder / bucket / f"{hashlib.sha256(key.encode()).hexdigest()}.object"

    def _tell(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        service: str = "s3",
        region: str = "us-west-2",
        content_type: str = "",
        headers: dict[str, str] | None = None,
    ) -> Response:
        scope = f"AWS4-HMAC-SHA256 Credential=rehearsal/20250601/{region}/{service}/aws4_request, SignedHeaders=host"
        sent = {"Authorization": scope, "Host": "localhost"} | (headers or {})
        if content_type:
            sent["Content-Type"] = content_type
        return Client(self._dispatch).open(path, method=method, data=body, headers=sent)

    def _dispatch(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        found: Iterable[bytes] = self._moto.get_application(environ)(environ, start)
        return found


def _service(environ: Environ) -> str:
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].partition(",")[0].split("/")
    return scope[3] if len(scope) > 3 else "s3"


def _region_of(folder: Path) -> str:
    """A bucket's region; where a crash left no word of it, the one that its name ends with."""
    try:
        said = (folder / _REGION_FILE).read_text().strip()
    except (OSError, UnicodeDecodeError):
        said = ""
    return said or next((each for each in ("us-west-2", "us-east-1") if folder.name.endswith(each)), "us-west-2")


def _headers_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(".object") + ".headers")


def _kept(path: Path) -> tuple[str, dict[str, str]] | None:
    """An object's key, percent-encoded, and its headers; both are on disk before its bytes.

    None where they are gone all the same: nobody knows what object it is.
    """
    try:
        key, *lines = _headers_of(path).read_text("utf-8").splitlines()
        return key, dict(line.split(": ", 1) for line in lines)
    except (OSError, ValueError):
        _log.warning("%s has lost its key, and is left out", path)
        return None


def _write(path: Path, body: bytes) -> None:
    with replacing(path) as file:
        file.write(body)
