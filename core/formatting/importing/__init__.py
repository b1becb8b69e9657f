"""Importing: files from anywhere become source records that say where they came from; rows that cannot say why."""

from core.formatting.importing.kinds import CHATS, KINDS, detect, kind_of_name
from core.formatting.importing.plan import Kind, Plan
from core.formatting.importing.run import Imported, Input, Preview, Replaces, look, records_in, run
from core.formatting.unmapped import Unmapped

__all__ = [
    "CHATS",
    "KINDS",
    "Imported",
    "Input",
    "Kind",
    "Plan",
    "Preview",
    "Replaces",
    "Unmapped",
    "detect",
    "kind_of_name",
    "look",
    "records_in",
    "run",
]
