"""Facts of a file on disk, by its identity and by what was looked for: mapped, so that they take no memory."""

import hashlib
import shutil
import time
from collections.abc import Collection
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.data.checks.comparison import Comparison, Related
from core.data.scan.block import Spec
from core.data.scan.rule_bits import BITS

FORMAT = 7  # raised when a column changes its meaning


class Kept(msgspec.Struct, frozen=True):
    """All that a scan found out.

    Attributes:
        columns: By name, as `COLUMNS` has them.
        given: Facts that came with source records.
        words: For those that are words: each word's number.
        comparison: What comparing the records found.
        size: Bytes of the training file that source records make.
    """

    columns: dict[str, NDArray[np.generic]]
    given: dict[str, NDArray[np.generic]]
    words: dict[str, dict[str, int]]
    comparison: Comparison
    size: int


class _Rest(msgspec.Struct, frozen=True):
    """What is no column."""

    words: dict[str, dict[str, int]]
    figures: dict[str, tuple[float, ...]]
    size: int


def key(identity: str, spec: Spec) -> str:
    """The name of the folder for a file and what is looked for in it."""
    return hashlib.sha256(msgspec.msgpack.encode((FORMAT, list(BITS), identity, spec))).hexdigest()[:24]


def load(folder: Path, columns: Collection[str]) -> Kept | None:
    """What was kept there; None where there is nothing, or nothing that can be read.

    Args:
        folder: Where.
        columns: The names of those that a scan fills.
    """
    if not folder.is_dir():
        return None
    try:
        mapped = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in columns}
        given = {_name(path): np.load(path, mmap_mode="r") for path in sorted(folder.glob("given-*.npy"))}
        rest = msgspec.msgpack.decode((folder / "rest").read_bytes(), type=_Rest)
        related = {rule: _related(folder / f"related-{rule}.npy", figures) for rule, figures in rest.figures.items()}
    except (OSError, ValueError, TypeError, msgspec.MsgspecError):
        return None
    return Kept(mapped, given, rest.words, Comparison(related), rest.size)


def keep(folder: Path, kept: Kept) -> bool:
    """Writes facts aside and renames them; a cache is a convenience, so what goes wrong is passed over.

    Returns:
        Whether they are there now.
    """
    aside = folder.with_name(f".{folder.name}.{time.monotonic_ns()}")
    try:
        aside.mkdir(parents=True)
        for name, values in kept.columns.items():
            np.save(aside / f"{name}.npy", values)
        for name, values in kept.given.items():
            np.save(aside / f"given-{name}.npy", values)
        for rule, related in kept.comparison.related.items():
            np.save(aside / f"related-{rule}.npy", np.stack([related.rows, related.others]))
        figures = {rule: related.figures for rule, related in kept.comparison.related.items()}
        rest = _Rest(kept.words, figures, kept.size)
        (aside / "rest").write_bytes(msgspec.msgpack.encode(rest))
        aside.rename(folder)
    except OSError:  # a full disk, or another Outcrop that was quicker
        shutil.rmtree(aside, ignore_errors=True)
        return False
    return True


def _name(path: Path) -> str:
    return path.stem.partition("-")[2]


def _related(path: Path, figures: tuple[float, ...]) -> Related:
    rows, others = np.load(path)
    return Related(rows, others, figures)
