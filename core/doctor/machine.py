"""Lines about the machine: Python, its libraries, loopback, and folders that take what is written."""

import errno
import os
import platform
import re
import shutil
import socket
import tempfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from core.checklist import CheckLine, failed, passed
from core.doctor.context import DoctorContext

PACKAGE = "outcrop"
_NAME = re.compile(r"[\w.-]+")
_TRIAL = 1 << 20  # bytes written to see whether a folder takes any: more than a record or a decision ever needs


def python(_: DoctorContext) -> CheckLine:
    """What runs this."""
    outcrop = metadata.version(PACKAGE)
    return passed(f"Python {platform.python_version()} on {platform.system()}, Outcrop {outcrop}")


def libraries(_: DoctorContext) -> CheckLine:
    """Whether everything that Outcrop is built on is installed."""
    wanted = [each for each in metadata.requires(PACKAGE) or () if "extra ==" not in each]
    absent = missing(wanted)
    if absent:
        return failed(
            f"Not installed: {', '.join(absent)}", "Install Outcrop again: `uv tool install --force outcrop`"
        )
    return passed(f"all {len(wanted)} are installed")


def missing(requirements: Iterable[str]) -> list[str]:
    """The distributions of some requirements, such as `moto[s3]>=5.2`, that are not installed."""
    names = [found[0] for each in requirements if (found := _NAME.match(each))]
    return [name for name in names if not _is_installed(name)]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def loopback(_: DoctorContext) -> CheckLine:
    """Whether a server can listen on this machine alone, as the rehearsal does."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
            pass
    except OSError as error:
        return failed(
            f"No server can listen on 127.0.0.1: {error.strerror or error}", "Allow it: the rehearsal is one"
        )
    return passed("the rehearsal can listen on 127.0.0.1")


def state_folder(context: DoctorContext) -> CheckLine:
    """Whether crash reports and copies can be kept."""
    return writable(context.state, only_read=context.read_only)


def writable(folder: Path, *, only_read: bool = False) -> CheckLine:
    """Whether a folder, or the nearest one above it that is there, takes a megabyte; nothing of it stays.

    Args:
        folder: The folder.
        only_read: Goes by its permissions alone, for a trial changes when the folder was last written to.
    """
    nearest = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        if only_read and not os.access(nearest, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        if not only_read:
            _try(nearest)
        free = shutil.disk_usage(nearest).free
    except OSError as error:
        return failed(
            f"{nearest} cannot be written: {error.strerror or error}", "Check its permissions and free space"
        )
    return passed(f"{folder} can be written, {free / 1e9:,.1f} GB free")


def _try(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(_TRIAL))
        file.flush()
        os.fsync(file.fileno())
