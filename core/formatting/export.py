"""Exports: the training, validation and test files of one model, and the manifest that later stages carry on."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from core.catalog import Model, Price, Tuning
from core.config import Split
from core.errors import InputError, UsageError, Where
from core.files import alone, unwritable
from core.formatting.few_shot_examples import FewShotExamples
from core.formatting.parts import PARTS, ExportLine, Leakage, Part, warnings
from core.formatting.source_file import write_lines
from core.outputs import replacing, sync
from core.records import formats
from core.records.check import check_totals
from core.records.requirements import Limits, Requirements
from core.records.tokens import estimate_characters

if TYPE_CHECKING:
    from core.formatting.template import Template

EXPORTS = "exports"
MANIFEST = "manifest.json"
_LAST = ".last"  # beside the exports: the name of the one that was asked for last, new or there already
_GIVEN_TO_A_JOB: tuple[tuple[Part, Literal["training", "validation"]], ...] = (
    ("train", "training"),
    ("validation", "validation"),
)


class File(msgspec.Struct, frozen=True):
    """One file of an export.

    Attributes:
        name: Within the export's folder.
        sha256: Of its bytes.
        records: How many.
        bytes: How long.
        characters: Of all texts, from which tokens are estimated.
        tokens: About how many.
    """

    name: str
    sha256: str
    records: int
    bytes: int
    characters: int
    tokens: int = 0


class TrainingCost(msgspec.Struct, frozen=True):
    """What training on an export will cost, as far as it is known before a job is set up.

    Attributes:
        tokens: Of the training part, about.
        dollars_an_epoch: Times the epochs of a job; None while the price is unknown.
        price_as_of: When the price was looked up, as a day.
        price_source: Where.
    """

    tokens: int
    dollars_an_epoch: float | None = None
    price_as_of: str = ""
    price_source: str = ""


class Recipe(msgspec.Struct, frozen=True):
    """What an export is made by: the same recipe on the same records gives the same bytes.

    Attributes:
        model: The catalogue's key.
        format: The wire format.
        template: The template's name.
        template_fingerprint: Of its texts.
        answer: How the answer is taken out of a completion.
        table_format: In which tables are written; several formats, that imports have fixed, joined by commas.
        split: Shares and seed.
        include: The rule of what is trained on.
        source: The file of records.
        source_sha256: Of its bytes.
        limits: The model's limits that its records and files are held to.
        sample: How many records of the training part are taken, for a learning curve; 0 for all.
        examples: Which training records stand before each question; None for none.
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
    limits: Limits = Limits()
    sample: int = 0
    examples: FewShotExamples | None = None


class Export(msgspec.Struct, frozen=True):
    """An export as its manifest describes it.

    Attributes:
        name: Follows from the bytes of its files.
        created: When it was first written.
        recipe: What it was made by.
        excluded: How many records each rule kept out.
        leakage: What the test part shares with training.
        files: By part.
        decisions: How many of the records a person has decided about: by flag, and `edit`.
        cost: What training on it will cost.
        refusals: What the model's service would refuse it for, by part.
    """

    name: str
    created: datetime
    recipe: Recipe
    excluded: dict[str, int]
    leakage: Leakage
    files: dict[str, File]
    decisions: dict[str, int] = {}
    cost: TrainingCost | None = None
    refusals: tuple[str, ...] = ()

    def records(self, part: Part) -> int:
        """How many records a part has."""
        return self.files[part].records if part in self.files else 0

    @property
    def counts(self) -> dict[Part, int]:
        """How many records each part has."""
        return {part: self.records(part) for part in PARTS}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with its split."""
        return warnings(self.counts, self.recipe.split)


def recipe(
    *,
    model: Model,
    tuning: Tuning,
    template: "Template",
    table_format: str,
    split: Split,
    include: str,
    source: Path,
    sample: int = 0,
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
        limits=tuning.limits,
        sample=sample,
        examples=template.examples,
    )


def write(
    folder: Path,
    parts: Mapping[Part, Iterable[ExportLine]],
    *,
    recipe: Recipe,
    excluded: Mapping[str, int],
    leakage: Leakage,
    now: datetime,
    decisions: Mapping[str, int] | None = None,
    price: Price | None = None,
) -> Export:
    """Writes an export below a folder, in a folder named after its content; the manifest comes last.

    Args:
        folder: Where exports are kept.
        parts: The records of each part, in order.
        recipe: What they are made by.
        excluded: For the manifest.
        leakage: For the manifest.
        now: The time of writing.
        decisions: For the manifest.
        price: Of a million training tokens.

    Raises:
        InputError: The folder cannot be written.
    """
    staging = folder / ".staging"
    with alone(staging / ".lock"):
        files = {part: _write_part(staging, part, parts[part], recipe.format) for part in PARTS if part in parts}
        content = msgspec.json.encode([recipe, files], order="sorted")
        name = f"{recipe.model}-{hashlib.sha256(content).hexdigest()[:8]}"
        home = folder / name
        _place(staging, home, [each for file in files.values() for each in (file.name, _ids_name(file.name))])
        export = _existing(home)
        if export is None:
            by_part = {str(part): file for part, file in files.items()}
            export = Export(
                name,
                now,
                recipe,
                dict(excluded),
                leakage,
                by_part,
                dict(decisions or {}),
                _cost(by_part, price),
                tuple(_refusals(by_part, recipe)),
            )
            write_lines(home / MANIFEST, [msgspec.json.format(msgspec.json.encode(export))])
        write_lines(folder / _LAST, [name.encode()])
        return export


def _place(staging: Path, home: Path, names: Sequence[str]) -> None:
    """Moves finished files to their export: the same bytes where it stands, unless somebody has changed it since."""
    try:
        home.mkdir(exist_ok=True)
        for name in names:
            (staging / name).replace(home / name)
        sync(home)
        sync(home.parent)
    except OSError as error:
        raise unwritable(home, error) from error


def read_export(folder: Path) -> Export:
    """An export's manifest.

    Raises:
        InputError: There is no whole export in that folder.
    """
    export = _existing(folder)
    if export is None:
        raise InputError("There is no export here", todo="Write one with `outcrop export`", where=Where(str(folder)))
    return export


def latest_export(folder: Path) -> tuple[Export, Path] | None:
    """The export below a folder that was asked for last, and where it is; where nobody knows that, the newest."""
    return _latest(folder, _every(folder))


def last_of(folder: Path, plan: Split) -> tuple[Export, Path] | None:
    """The export below a folder that one split made and that was asked for last, and where it is."""
    return _latest(folder, (each for each in _every(folder) if each[0].recipe.split == plan))


def _every(folder: Path) -> Iterator[tuple[Export, Path]]:
    return ((export, home) for home in folder.glob("*/") if (export := _existing(home)) is not None)


def _latest(folder: Path, found: Iterable[tuple[Export, Path]]) -> tuple[Export, Path] | None:
    last = _last(folder)
    return max(found, key=lambda pair: (pair[1].name == last, pair[0].created), default=None)


def identities(folder: Path, export: Export, part: Part) -> list[str]:
    """The records of a part, by their identities; none where the export has no such part or lost it."""
    if part not in export.files:
        return []
    try:
        text = (folder / _ids_name(export.files[part].name)).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    return [line.partition("\t")[0] for line in text.split("\n")[:-1]]


def export_lines(folder: Path, export: Export, part: Part) -> list[ExportLine]:
    """Reads a part back.

    Raises:
        UsageError: The export has no such part.
        InputError: Its files do not belong together.
    """
    return list(stream(folder, export, part))


def stream(folder: Path, export: Export, part: Part) -> Iterator[ExportLine]:
    """Reads a part back record by record, once its bytes are known to be those that were written.

    Raises:
        UsageError: The export has no such part.
        InputError: Its files do not belong together.
    """
    if part not in export.files:
        raise UsageError(f"The export {export.name} has no {part} part", todo="Give it a share in `split:`")
    file = export.files[part]
    decode = formats.named(export.recipe.format).decode
    path = folder / file.name
    try:
        with path.open("rb") as records, (folder / _ids_name(file.name)).open("rb") as ids:
            if hashlib.file_digest(records, "sha256").hexdigest() != file.sha256:
                raise ValueError("its bytes are not those that the manifest names")
            records.seek(0)
            for text, beside in zip(records, ids, strict=True):
                yield ExportLine(*_fields(beside.decode().removesuffix("\n")), decode(text))
    except (OSError, ValueError) as error:
        raise InputError(
            "This export is damaged", why=str(error), todo="Export again", where=Where(str(path))
        ) from error


def _write_part(folder: Path, part: Part, records: Iterable[ExportLine], format_name: str) -> File:
    """Writes a part and its identities side by side, record by record, so that its size needs no memory."""
    encode = formats.named(format_name).encode
    name = f"{part}.jsonl"
    digest, count, size, characters = hashlib.sha256(), 0, 0, 0
    with replacing(folder / name) as file, replacing(folder / _ids_name(name)) as ids:
        for record in records:
            line = encode(record.chat) + b"\n"
            file.write(line)
            ids.write(f"{_flat(record.id)}\t{_flat(record.group)}\t{_flat(record.kind)}\n".encode())
            digest.update(line)
            count += 1
            size += len(line)
            characters += len(record.chat.system or "") + sum([len(turn.content) for turn in record.chat.messages])
    return File(name, digest.hexdigest(), count, size, characters, estimate_characters(characters))


def _cost(files: Mapping[str, File], price: Price | None) -> TrainingCost:
    tokens = files["train"].tokens if "train" in files else 0
    if price is None:
        return TrainingCost(tokens)
    return TrainingCost(tokens, tokens * price.dollars / 1_000_000, price.as_of.isoformat(), price.source)


def _refusals(files: Mapping[str, File], recipe: Recipe) -> Iterable[str]:
    """What the service would say of the number and the size of the parts that a job is given."""
    for part, what in _GIVEN_TO_A_JOB:
        file = files.get(part)
        if file is not None and (file.records or part == "train"):
            requirements = Requirements(recipe.format, recipe.limits, (), what)
            for finding in check_totals(file.records, file.bytes, requirements):
                yield f"{what}: {finding.message}"


def _ids_name(name: str) -> str:
    return name.removesuffix(".jsonl") + ".ids"


def _fields(beside: str) -> tuple[str, str, str]:
    identity, group, kind = beside.split("\t")
    return identity, group, kind


def _flat(text: str) -> str:
    """A name without what would end its column or line; most have no such thing."""
    return text if text.isalnum() else " ".join(text.split())


def _last(folder: Path) -> str:
    try:
        return (folder / _LAST).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _existing(folder: Path) -> Export | None:
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Export)
    except (OSError, msgspec.MsgspecError):
        return None
