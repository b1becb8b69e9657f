"""A project, opened: its configuration, store, catalogue, clock and way to AWS, handed to every stage."""

import os
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import platformdirs

from core import catalog, config, read_only
from core.aws.location import Location
from core.catalog import Catalog
from core.clock import Clock, SystemClock
from core.config import Config
from core.errors import InputError, OutcropError, UsageError, Where
from core.store import Store, refuse_lost

if TYPE_CHECKING:
    from core.aws.session import Connection, Endpoints
    from core.catalog import Model, Tuning
    from core.rehearsal.process import Options

_WAY = ("target", "region", "profile", "read_only")  # of the configuration, what a connection is made by
HIDDEN = ".outcrop"  # beside outcrop.yaml: the database, and what can be made again


class Workspace:
    """What every stage is given. Nothing in it is taken from the air.

    Attributes:
        folder: The project's folder.
        hidden: The folder of what Outcrop itself keeps.
        config: `outcrop.yaml` as it was read last, with the command line's wishes over it.
        wishes: What the command line overrules for as long as this runs; never written to `outcrop.yaml`.
        store: The project's database.
        catalog: The models.
        clock: The time.
        at_close: What is to be done when it is closed.
        connect: Makes the way to Bedrock.
    """

    def __init__(
        self,
        folder: Path,
        config: Config,
        store: Store,
        catalog: Catalog,
        clock: Clock,
        connect: "Callable[[Workspace], Connection]",
        hidden: Path | None = None,
    ) -> None:
        self.folder = folder
        self.hidden = hidden or folder / HIDDEN
        self.config = config
        self.wishes: dict[str, object] = {}
        self.store = store
        self.catalog = catalog
        self.clock = clock
        self.at_close: list[Callable[[], object]] = []
        self.connect = connect
        self._connection: Connection | None = None
        self._lock = threading.Lock()

    @property
    def connection(self) -> "Connection":
        """The way to Bedrock, made on first use; starting the rehearsal takes about a second.

        Raises:
            OutcropError: No credentials, nobody answers, or the rehearsal does not start.
        """
        self.store.settle()
        with self._lock:
            if self._connection is None:
                self._connection = self.connect(self)
            return self._connection

    def reconnect(self) -> None:
        """Makes the connection anew on its next use: credentials may have been renewed since."""
        with self._lock:
            self._connection = None

    @property
    def location(self) -> Location:
        """Where this project's jobs run, as far as is known without asking anyone."""
        if self._connection is not None:
            return self._connection.location
        if self.config.target == "rehearsal":
            return Location("rehearsal", self.config.region, as_of=self.config.rehearsal.as_of)
        return Location("aws", self.config.region, "", self.config.profile)

    def tuning(self) -> "tuple[Model, Tuning]":
        """The project's model together with how it is tuned.

        Raises:
            UsageError: There is no such model; names the nearest, and the line that names it.
            RefusedError: It is there for inference only.
        """
        try:
            return self.catalog.tuning_of(self.config.model)
        except OutcropError as error:
            if "model" not in self.wishes:
                error.where = config.place(self.folder / config.FILE, "model")
            raise

    def path(self, name: str) -> Path:
        """A path of the configuration, relative to the project's folder."""
        return below(self.folder, name)

    def change_config(self, **changes: object) -> None:
        """Writes values to `outcrop.yaml`, dots in names as double underscores: `hyperparameters__epochCount`."""
        self.store.settle()
        named = {name.replace("__", "."): value for name, value in changes.items()}
        self._adopt(config.change(self.folder / config.FILE, named))

    def overrule(self, **wishes: object) -> None:
        """Puts wishes, by the names of `Config`, over what `outcrop.yaml` says, now and whenever it is read again."""
        self.wishes |= wishes
        self._adopt(self.config)

    def reread(self) -> None:
        """Reads `outcrop.yaml` again: somebody may have edited it by hand.

        Raises:
            InputError: It cannot be read, or is not a valid project; the old one stays in force.
        """
        self._adopt(config.read(self.folder / config.FILE))

    def _adopt(self, settings: Config) -> None:
        before, self.config = self.config, msgspec.structs.replace(settings, **self.wishes)
        if any(getattr(before, name) != getattr(self.config, name) for name in _WAY):
            self.reconnect()

    def refuse_if_read_only(self) -> None:
        """Keeps a read-only Outcrop from changing anything: for what works before it writes.

        Raises:
            RefusedError: It is read-only.
            InputError: Nobody may write into the project's folder.
        """
        if self.config.read_only:
            raise read_only.refusal()
        self.store.refuse_write()

    def close(self) -> None:
        """Closes the store, and what was opened for as long as it is. The rehearsal goes on by itself."""
        for act in self.at_close:
            act()
        self.at_close.clear()
        self.store.close()


def find(start: Path) -> Path | None:
    """The project that a folder lies in: the nearest parent with an `outcrop.yaml`."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / config.FILE).is_file():
            return folder
    return None


def open_project(folder: Path, clock: Clock | None = None, wishes: Mapping[str, object] | None = None) -> Workspace:
    """Opens a project; where it is read-only or nobody may write into it, its store is read from a copy.

    Args:
        folder: The project's.
        clock: The time; this machine's unless given.
        wishes: What the command line puts over `outcrop.yaml`.

    Raises:
        UsageError: There is no project there.
        InputError: Its configuration or its store cannot be read.
    """
    path = folder / config.FILE
    if not path.is_file():
        raise UsageError(
            "There is no Outcrop project here",
            why=f"no {config.FILE} in {folder} or above it",
            todo="Make one with `outcrop init`, or look around with `outcrop demo`",
        )
    models = catalog.load(own_catalog())
    settings = msgspec.structs.replace(config.read(path), **(wishes or {}))
    hidden, writable = folder / HIDDEN, is_writable(folder)
    refuse_lost(hidden / "outcrop.db")
    workspace = Workspace(
        folder,
        settings,
        Store(hidden / "outcrop.db", only_read=settings.read_only or not writable),
        models,
        clock or SystemClock(),
        connect,
        hidden if writable else quiet_folder(folder),
    )
    workspace.wishes |= wishes or {}
    return workspace


def is_writable(project: Path) -> bool:
    """Tells whether this user may write what Outcrop keeps for a project."""
    hidden = project / HIDDEN
    return os.access(hidden if hidden.exists() else project, os.W_OK)


def quiet_folder(path: Path) -> Path:
    """The user's own folder for a file or a project beside which nothing is to be written, or can be."""
    import hashlib  # brings OpenSSL, which few commands need

    return own_state() / "looked-at" / hashlib.sha256(bytes(path)).hexdigest()[:16]


def connect(workspace: Workspace) -> "Connection":
    """The project's way to Bedrock, by its `target`."""
    from core import log
    from core.aws.session import connect_aws, connect_rehearsal

    log.begin(own_state())
    settings = workspace.config
    if settings.target == "aws":
        return connect_aws(profile=settings.profile, region=settings.region, read_only=settings.read_only)
    from core.rehearsal import process

    folder, options = rehearsal_folder(workspace.folder), rehearsal_options(workspace.folder, settings)

    if settings.read_only or not is_writable(workspace.folder):
        loan = process.Loan(folder, options)
        workspace.at_close.append(loan.give_back)
        server = loan.reach
    else:
        server = partial(process.ensure, folder, options)

    def reach() -> "Endpoints":  # one server rehearses every region, whichever it was started for
        return msgspec.structs.replace(server(), region=settings.region)

    return connect_rehearsal(reach(), read_only=settings.read_only, revive=reach)


def rehearsal_folder(project: Path) -> Path:
    """Where a project's rehearsal keeps its state."""
    return project / HIDDEN / "rehearsal"


def rehearsal_options(project: Path, settings: Config) -> "Options":
    """How a project's rehearsal is set up.

    Args:
        project: The project's folder.
        settings: Its configuration.

    Raises:
        InputError: The faults file is not there.
    """
    from core.rehearsal.process import Options

    wanted = settings.rehearsal
    faults = below(project, wanted.faults) if wanted.faults else None
    if faults is not None and not faults.is_file():
        raise InputError(
            "The rehearsal's faults file is not there", todo="Mend `rehearsal.faults`", where=Where(str(faults))
        )
    own = own_catalog()
    return Options(
        as_of=wanted.as_of,
        pace=wanted.pace,
        region=settings.region,
        faults=str(faults or ""),
        catalog=str(own) if own.is_dir() else "",
    )


def below(project: Path, name: str) -> Path:
    """A path as `outcrop.yaml` writes it: relative to the project, unless it begins with `/` or `~`.

    Raises:
        InputError: It is none.
    """
    if "\0" in name:  # YAML can write it, no file system has it
        where = Where(str(project / config.FILE))
        raise InputError(f"{name!r} is not a path", todo="Take the NUL character out of it", where=where)
    return project / os.path.expanduser(name)  # noqa: PTH111 - pathlib's raises where there is no such user


def own_folder() -> Path:
    """The user's own configuration: themes, catalogue."""
    chosen = os.environ.get("OUTCROP_CONFIG")
    return Path(chosen) if chosen else Path(platformdirs.user_config_dir("outcrop"))


def own_catalog() -> Path:
    """Where the user adds models and prices."""
    return own_folder() / "catalog"


def own_state() -> Path:
    """Where crash reports and copied text land, readable by the user alone."""
    chosen = os.environ.get("OUTCROP_STATE")
    return Path(chosen) if chosen else Path(platformdirs.user_state_dir("outcrop"))


def demo_folder() -> Path:
    """The scratch project of `outcrop demo`."""
    return own_state() / "demo"
