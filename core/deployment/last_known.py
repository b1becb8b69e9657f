"""What AWS said last about endpoints, and when: all that can be said of them while nobody answers."""

import contextlib
from datetime import datetime

import msgspec

from core.config import Config
from core.deployment.meter import Meter
from core.errors import InputError
from core.store import Store


class LastKnown(msgspec.Struct, frozen=True):
    """The last answer about endpoints.

    Attributes:
        at: When it came.
        location: Where they were, in words.
        endpoints: How many there were of both kinds.
        meter: What they cost by the hour.
    """

    at: datetime
    location: str
    endpoints: int
    meter: Meter


def keep(store: Store, config: Config, known: LastKnown) -> None:
    """Keeps an answer for later starts; where it cannot be written just now, the next one is kept."""
    with contextlib.suppress(InputError):
        store.remember_at_once(_key(config), msgspec.json.encode(known).decode())


def last_known(store: Store, config: Config) -> LastKnown | None:
    """The last answer at the place where the project is now; None where there was none yet."""
    row = store.row("SELECT value FROM settings WHERE key = ?", (_key(config),))
    if row is None:
        return None
    try:
        return msgspec.json.decode(row["value"], type=LastKnown)
    except msgspec.MsgspecError:  # written by a later version
        return None


def forget(store: Store, config: Config) -> None:
    """Drops the last answer: something was created or deleted since."""
    store.write("DELETE FROM settings WHERE key = ?", (_key(config),))


def _key(config: Config) -> str:
    """By the configuration alone: which account it leads to is not known before AWS is asked."""
    return f"endpoints {config.target} {config.region} {config.profile}".rstrip()
