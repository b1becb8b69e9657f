"""What the doctor looks at, each part by itself: one that is broken leaves the others to be looked at."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from core import catalog, config
from core.catalog import Catalog
from core.clock import Clock
from core.config import Config
from core.errors import OutcropError
from core.workspace import own_state

if TYPE_CHECKING:
    from core.aws.session import Connection


class DoctorContext:
    """The surroundings of one Outcrop.

    Attributes:
        folder: The project's; None where there is none.
        own_catalog: The user's own catalogue.
        state: The user's folder of crash reports and copies.
        clock: The time.
    """

    def __init__(
        self, folder: Path | None, own_catalog: Path, state: Path, clock: Clock, wishes: Mapping[str, object]
    ) -> None:
        """Args as the attributes; `wishes` is what the command line puts over `outcrop.yaml`."""
        self.folder = folder
        self.own_catalog = own_catalog
        self.state = state
        self.clock = clock
        self._wishes = wishes

    @cached_property
    def catalog(self) -> Catalog:
        """The catalogue.

        Raises:
            InputError: One of the user's own files is wrong.
        """
        return catalog.load(self.own_catalog)

    @cached_property
    def config(self) -> Config:
        """`outcrop.yaml`, under the command line's wishes; without a project, the wishes alone.

        Raises:
            InputError: It cannot be read.
        """
        written = config.read(self.folder / config.FILE) if self.folder else Config("", region="")
        return msgspec.structs.replace(written, **self._wishes)

    @property
    def readable(self) -> bool:
        """Whether there is a project whose `outcrop.yaml` can be read."""
        return self.folder is not None and self._can_read()

    @property
    def read_only(self) -> bool:
        """Whether even looking is to leave no trace."""
        return bool(self._wishes.get("read_only")) or (self._can_read() and self.config.read_only)

    @property
    def on_aws(self) -> bool:
        """Whether AWS is to be asked."""
        return self._can_read() and self.config.target == "aws"

    @cached_property
    def connection(self) -> "Connection":
        """The way to AWS, on which nothing can be changed.

        Raises:
            AwsError: No credentials, or nobody answers.
        """
        from core import log
        from core.aws.session import connect_aws

        log.begin(own_state())
        return connect_aws(profile=self.config.profile, region=self.config.region, read_only=True)

    def _can_read(self) -> bool:
        try:
            return bool(self.config)
        except OutcropError:
            return False
