"""Exports: the training, validation and test files of one model, and the manifest that later stages carry on."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from core.catalog import Model, Tuning
from core.config import Split
from core.errors import InputError, UsageError, Where
from core.files import alone
from core.formatting.source_file import write_lines
from core.formatting.split import PARTS, Leakage, Part
from core.records import formats
from core.records.record import Chat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting.template import Template

MANIFEST = "manifest.json"


class Line(msgspec.Struct, frozen=True):
    """One record on its way into a file.

    Attributes:
        id: Its identity, written to the `.ids` file beside.
        group: Its table or document.
        kind: Its type of question, or empty.
        chat: What is written.
    """

    id: str
    group: str
    kind: str
    chat: Chat


class File(msgspec.Struct, frozen=True):
    """One file of an export.

    Attributes:
        name: Within the export's folder.
        sha256: Of its bytes.
        records: How many.
        bytes: How long.
        characters: Of all texts, from which tokens are estimated.
    """

    name: str
    sha256: str
    records: int
    bytes: int
    characters: int


class Recipe(msgspec.Struct, frozen=True):
    """What an export is made by: the same recipe on the same records gives the same bytes.

    Attributes:
        model: The catalogue's key.
        format: The wire format.
        template: The template's name.
        template_fingerprint: Of its texts.
        answer: How the answer is taken out of a completion.
        table_format: In which tables are written.
        split: Shares and seed.
        include: The rule of what is trained on.
        source: The file of records.
        source_sha256: Of its bytes.
    """

    model: str
    format: str
    template: str
    template_fingerprint: str
    answer: str
    table_format: str
    split: Split
    include: str
    source: str
    source_sha256: str


class Export(msgspec.Struct, frozen=True):
    """An export as its manifest describes it.

    Attributes:
        name: Follows from the bytes of its files.
        created: When it was first written.
        recipe: What it was made by.
        excluded: How many records each rule kept out.
        leakage: What the test part shares with training.
        files: By part.
    """

    name: str
    created: datetime
    recipe: Recipe
    excluded: dict[str, int]
    leakage: Leakage
    files: dict[str, File]

    def records(self, part: Part) -> int:
        """How many records a part has."""
        return self.files[part].records if part in self.files else 0


def recipe(
    *,
    model: Model,
    tuning: Tuning,
    template: "Template",
    table_format: str,
    split: Split,
    include: str,
    source: Path,
) -> Recipe:
    """The recipe for a source file as it is now."""
    with source.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Recipe(
        model=model.key,
        format=tuning.data_format,
        template=template.name,
        template_fingerprint=template.fingerprint,
        answer=template.answer,
        table_format=table_format,
        split=split,
        include=include,
        source=source.name,
        source_sha256=digest,
    )


def write(
    folder: Path,
    parts: Mapping[Part, Iterable[Line]],
    *,
    recipe: Recipe,
    excluded: Mapping[str, int],
    leakage: Leakage,
    now: datetime,
) -> Export:
    """Writes an export below a folder, in a folder named after its content; the manifest comes last.

    Args:
        folder: Where exports are kept.
        parts: The records of each part, in order.
        recipe: What they are made by.
        excluded: For the manifest.
        leakage: For the manifest.
        now: The time of writing.

    Raises:
        InputError: The folder cannot be written.
    """
    staging = folder / ".staging"
    with alone(staging / ".lock"):
        files = {part: _write_part(staging, part, parts[part], recipe.format) for part in PARTS if part in parts}
        content = msgspec.json.encode([recipe, files], order="sorted")
        name = f"{recipe.model}-{hashlib.sha256(content).hexdigest()[:8]}"
        home = folder / name
        home.mkdir(exist_ok=True)
        for file in files.values():  # the same bytes where it stands already, unless somebody has changed it since
            for each in (file.name, _ids_name(file.name)):
                (staging / each).replace(home / each)
        found = _existing(home)
        if found is not None:
            return found
        by_part = {str(part): file for part, file in files.items()}
        export = Export(name, now, recipe, dict(excluded), leakage, by_part)
        write_lines(home / MANIFEST, [msgspec.json.format(msgspec.json.encode(export))])
        return export


def read(folder: Path) -> Export:
    """An export's manifest.

    Raises:
        InputError: There is no whole export in that folder.
    """
    export = _existing(folder)
    if export is None:
        raise InputError("There is no export here", todo="Write one with `outcrop export`", where=Where(str(folder)))
    return export


def latest(folder: Path) -> tuple[Export, Path] | None:
    """The newest export below a folder, and where it is."""
    found = [(export, home) for home in folder.glob("*/") if (export := _existing(home)) is not None]
    return max(found, key=lambda pair: pair[0].created, default=None)


def lines(folder: Path, export: Export, part: Part) -> list[Line]:
    """Reads a part back.

    Raises:
        UsageError: The export has no such part.
        InputError: Its files do not belong together.
    """
    if part not in export.files:
        raise UsageError(f"The export {export.name} has no {part} part", todo="Give it a share in `split:`")
    file = export.files[part]
    decode = formats.named(export.recipe.format).decode
    try:
        content = (folder / file.name).read_bytes()
        ids = (folder / _ids_name(file.name)).read_text("utf-8").split("\n")[:-1]
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise ValueError("its bytes are not those that the manifest names")
        pairs = zip(content.split(b"\n")[:-1], ids, strict=True)
        return [Line(*_fields(beside), decode(text)) for text, beside in pairs]
    except (OSError, ValueError) as error:
        raise InputError(
            "This export is damaged", why=str(error), todo="Export again", where=Where(str(folder / file.name))
        ) from error


def _write_part(folder: Path, part: Part, records: Iterable[Line], format_name: str) -> File:
    encode = formats.named(format_name).encode
    name = f"{part}.jsonl"
    digest, ids, size, characters = hashlib.sha256(), [], 0, 0

    def encoded() -> Iterable[bytes]:
        nonlocal size, characters
        for record in records:
            text: bytes = encode(record.chat)
            ids.append(f"{_flat(record.id)}\t{_flat(record.group)}\t{_flat(record.kind)}".encode())
            digest.update(text + b"\n")
            size += len(text) + 1
            characters += len(record.chat.system or "") + sum(len(turn.content) for turn in record.chat.messages)
            yield text

    write_lines(folder / name, encoded())
    write_lines(folder / _ids_name(name), ids)
    return File(name, digest.hexdigest(), len(ids), size, characters)


def _ids_name(name: str) -> str:
    return name.removesuffix(".jsonl") + ".ids"


def _fields(beside: str) -> tuple[str, str, str]:
    identity, group, kind = beside.split("\t")
    return identity, group, kind


def _flat(text: str) -> str:
    return " ".join(text.split())


def _existing(folder: Path) -> Export | None:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Export)
    except (OSError, msgspec.MsgspecError):
        return None
