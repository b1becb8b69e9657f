"""A table question answering set of our own writing, its generator and its planted faults.

`path(FINANCE_QA)` is the set in TAT-QA's raw format, `path(FAULTY)` a chat file with broken lines, and
`path(MANIFEST)` tells what was planted where. `python -m sample_data.generate` writes all three again, to the byte.
"""

from importlib.resources import files
from pathlib import Path

FINANCE_QA = "finance_qa.json"
FAULTY = "faulty.jsonl"
MANIFEST = "manifest.json"

__all__ = ["FAULTY", "FINANCE_QA", "MANIFEST", "path"]


def path(name: str) -> Path:
    """Where one of the files stands on disk, in a checkout as in an installed wheel."""
    return Path(str(files(__name__) / name))
