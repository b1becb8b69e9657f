"""Importing: files from anywhere become source records that say where they came from; rows that cannot say why.

A container gives rows, a shape makes records of them; `kinds.py` has the two lists.
"""

from core.formatting.importing.importer import ImportPreview, ImportResult, Replaces, look, records_in, run
from core.formatting.importing.kinds import KINDS, detect, kind_of_name, options, shape_of
from core.formatting.importing.plan import PRESETS, ImportPlan, Input, Preset
from core.formatting.importing.unmapped import Unmapped

__all__ = [
    "KINDS",
    "PRESETS",
    "ImportPlan",
    "ImportPreview",
    "ImportResult",
    "Input",
    "Preset",
    "Replaces",
    "Unmapped",
    "detect",
    "kind_of_name",
    "look",
    "options",
    "records_in",
    "run",
    "shape_of",
]
