"""What a split has dealt, remembered as hashes in a file that git tracks: what was dealt stays where it is.

`splits/BY-HASH.txt` is beside `outcrop.yaml`, a file for each setting of the split. A section for each part lists the
units that the split keeps together and the records, another one what belongs to no part, and one for each seed the
records that sub-samples drew, in the order of drawing. Two branches may be merged line by line.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from core.config import Split
from core.errors import InputError, Where
from core.files import unreadable
from core.formatting.parts import PARTS
from core.outputs import replacing

FOLDER = "splits"
LEFT = -1
"""The place among `PARTS` of a record that belongs to none."""
NEW = -2
"""The place of a record that was never dealt."""

Integers = NDArray[Any]

_NAMES = {LEFT: "unused"} | dict(enumerate(PARTS))
_PLACES: dict[str, int] = {name: place for place, name in _NAMES.items()}
_DIGITS = 16


class Places(msgspec.Struct, frozen=True):
    """Where hashes were dealt to.

    Attributes:
        keys: The hashes, rising, each once.
        places: The place of the part of each.
    """

    keys: Integers
    places: Integers


NOWHERE = Places(np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int8))


class Remembered(msgspec.Struct, frozen=True):
    """What was dealt.

    Attributes:
        units: Where units went that a split keeps together; single records only where they belong to no part.
        records: Where records went that a part has had.
        drawn: Records of sub-samples in the order of drawing, by seed.
    """

    units: Places = NOWHERE
    records: Places = NOWHERE
    drawn: Mapping[int, Integers] = {}

    def after(self, other: "Remembered") -> "Remembered":
        """What either has; where both know a hash, the other's word holds."""
        drawn = dict(other.drawn)
        for seed, keys in self.drawn.items():
            drawn[seed] = _joined(drawn.get(seed, NOWHERE.keys), keys)
        return Remembered(_over(other.units, self.units), _over(other.records, self.records), drawn)

    def same_as(self, other: "Remembered") -> bool:
        """Tells whether both have the same."""
        columns = [
            [each.units.keys, each.units.places, each.records.keys, each.records.places]
            + [each.drawn[seed] for seed in sorted(each.drawn)]
            for each in (self, other)
        ]
        return self.drawn.keys() == other.drawn.keys() and all(map(np.array_equal, *columns))

    def with_drawn(self, seed: int, keys: Integers) -> "Remembered":
        """The same with what a sub-sample has drawn, after what others had drawn before."""
        drawn = _joined(self.drawn.get(seed, NOWHERE.keys), keys)
        return msgspec.structs.replace(self, drawn={**self.drawn, seed: drawn})


NOTHING = Remembered()


def looked_up(keys: Integers, among: Places) -> Integers:
    """Where hashes were dealt to; `NEW` for those that never were."""
    if not len(among.keys):
        return np.full(len(keys), NEW, dtype=np.int8)
    at = np.searchsorted(among.keys, keys).clip(max=len(among.keys) - 1)
    found: Integers = np.where(among.keys[at] == keys, among.places[at], NEW).astype(np.int8)
    return found


def places(keys: Integers, where: Integers) -> Places:
    """Hashes with their places, sorted; of one that is given twice test comes before validation and train."""
    order = np.lexsort((-where.astype(np.int8), keys))
    keys, where = keys[order], where[order].astype(np.int8)
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    return Places(keys[first], where[first])


def _over(first: Places, second: Places) -> Places:
    """Both; of a hash that belonged to no part the second one says more."""
    other = ~np.isin(second.keys, first.keys[first.places != LEFT])
    kept = (first.places != LEFT) | ~np.isin(first.keys, second.keys)
    return places(
        np.concatenate([first.keys[kept], second.keys[other]]),
        np.concatenate([first.places[kept], second.places[other]]),
    )


def _joined(first: Integers, second: Integers) -> Integers:
    found: Integers = np.concatenate([first, second[~np.isin(second, first)]])
    return found


def path(folder: Path, plan: Split) -> Path:
    """Where a project remembers what one setting of its split has dealt."""
    by = "group" if plan.by == "table" else plan.by
    said = msgspec.json.encode(msgspec.structs.replace(plan, by=by))
    name = "".join(each if each.isalnum() else "-" for each in by)[:40]
    return folder / FOLDER / f"{name}-{hashlib.sha256(said).hexdigest()[:8]}.txt"


def changed(folder: Path, plan: Split) -> int:
    """When what a split has dealt was written last, in nanoseconds; 0 where nothing was."""
    try:
        return path(folder, plan).stat().st_mtime_ns
    except OSError:
        return 0


def read(path: Path) -> Remembered | None:
    """What was dealt; None where nothing was.

    Raises:
        InputError: The file cannot be read, or is damaged; says the line.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _damaged(path, 0, "it is not text") from error
    except OSError as error:
        raise unreadable(path, error) from error
    found: dict[str, list[tuple[Integers, int]]] = {"units": [], "records": []}
    drawn: dict[int, Integers] = {}
    for line, title, keys in _sections(path, text):
        kind, _, name = title.partition(" ")
        if kind in found and name in _PLACES:
            found[kind].append((keys, _PLACES[name]))
        elif kind == "drawn" and name.lstrip("-").isdecimal():
            drawn[int(name)] = keys[np.sort(np.unique(keys, return_index=True)[1])]
        else:
            raise _damaged(path, line, f"[{title}] is not a section of it")
    return Remembered(_gathered(found["units"]), _gathered(found["records"]), drawn)


def write(path: Path, remembered: Remembered, plan: Split) -> None:
    """Writes what was dealt, aside and renamed.

    Raises:
        InputError: The folder cannot be written.
    """
    shares = ", ".join(f"{part} {getattr(plan, part):g}" for part in PARTS)
    with replacing(path) as file:
        file.write(
            "# Which part each record belongs to, as it was dealt: keep this file in git beside outcrop.yaml.\n"
            f"# by {plan.by}, seed {plan.seed}, {shares}, stratify {plan.stratify or 'nothing'}\n".encode()
        )
        for kind, each in (("units", remembered.units), ("records", remembered.records)):
            for place, name in reversed(_NAMES.items()):
                file.write(_written(f"{kind} {name}", each.keys[each.places == place]))
        for seed in sorted(remembered.drawn):
            file.write(_written(f"drawn {seed}", remembered.drawn[seed]))


def _written(title: str, keys: Integers) -> bytes:
    if not len(keys):
        return b""
    return f"[{title}]\n{keys.astype('>u8').tobytes().hex(chr(10), 8)}\n".encode()


def _sections(path: Path, text: str) -> Iterator[tuple[int, str, Integers]]:
    """Every section with its line and its hashes, in their order."""
    head, *sections = ("\n" + text).split("\n[")
    line = head.count("\n") + 1
    for section in sections:
        title, _, body = section.partition("]\n")
        try:
            keys = np.frombuffer(bytes.fromhex(body), dtype=">u8").astype(np.uint64)
        except ValueError as error:
            at = next((n for n, each in enumerate(body.split("\n"), 1) if not _is_hash(each)), 0)
            raise _damaged(path, line + at, "this line is not a hash of 16 hexadecimal digits") from error
        yield line, title, keys
        line += section.count("\n") + 1


def _is_hash(line: str) -> bool:
    return not line or (len(line) == _DIGITS and not set(line) - set("0123456789abcdef"))


def _gathered(found: list[tuple[Integers, int]]) -> Places:
    if not found:
        return NOWHERE
    where = [np.full(len(keys), place, dtype=np.int8) for keys, place in found]
    return places(np.concatenate([keys for keys, _ in found]), np.concatenate(where))


def _damaged(path: Path, line: int, why: str) -> InputError:
    return InputError(
        "What the split has dealt cannot be read",
        why=why,
        todo="Take the file as git has it, or delete it to deal anew",
        where=Where(str(path), line),
    )
