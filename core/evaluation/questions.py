"""The questions of a run: a part of an export, or any other file, in the export's template or in another one."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from core.config import Config, Format
from core.data import decisions
from core.data.dataset import SOURCE, Dataset
from core.data.project_records import renderer
from core.errors import InputError, OutcropError, UsageError, Where
from core.evaluation.runs import RunSpec
from core.files import unreadable
from core.formatting import Export, ExportLine, Leakage, Member, export
from core.formatting.export import EXPORTS
from core.formatting.few_shot_examples import Pool, drawn
from core.formatting.split import columns_of, leakage_between
from core.records import tables
from core.records.formats import source_record
from core.records.record import Source, own_identity
from core.store import Store
from core.text import count
from core.workspace import Workspace, below

if TYPE_CHECKING:
    from core.formatting.template import Renderer

_Known = TypeVar("_Known", Source, "_Noted")

RecordFacts = Mapping[str, Mapping[str, str]]
"""What importers noted of a record, by its id."""


class Questions(msgspec.Struct, frozen=True):
    """What a run asks.

    Attributes:
        name: Of the export and its part, or of the file.
        sha256: Of the file's bytes.
        template: The template's name.
        fingerprint: Of the template.
        rule: How the answer is taken out of a completion.
        lines: The test records, each with its truth.
        examples: The training records, to be shown before a question.
        facts: What is known of each.
        leakage: What the test records share with training.
    """

    name: str
    sha256: str
    template: str
    fingerprint: str
    rule: str
    lines: tuple[ExportLine, ...]
    examples: tuple[ExportLine, ...]
    facts: RecordFacts
    leakage: Leakage


def read_questions(workspace: Workspace, spec: RunSpec) -> Questions:
    """Reads the questions that a run asks, or asked.

    Args:
        workspace: The project.
        spec: Of the run; an empty `test_sha256` takes whatever is there now.

    Raises:
        InputError: A file is gone, has changed since the run, or a record of it cannot be written in that template.
        UsageError: The export has no such part, or there is no such template.
    """
    folder = workspace.folder / EXPORTS / spec.export
    made = export.read_export(folder)
    other = spec.template or spec.table_format
    wanted = Format(spec.template or made.recipe.template, _format(spec.table_format or _usual(made)))
    writer = renderer(workspace.folder, wanted) if other or spec.file else None
    sources = _sources(workspace.config, workspace.folder, Source) if writer else {}
    noted: Mapping[str, Source | _Noted] = sources or _sources(workspace.config, workspace.folder, _Noted)
    train = export.export_lines(folder, made, "train")
    rendered = True  # of a file of chats a template makes nothing
    if spec.file:
        assert writer is not None
        lines, facts, digest, rendered = _of_file(workspace.path(spec.file), writer)
        leaked = _leakage(lines, train)
    else:
        lines = export.export_lines(folder, made, spec.part)
        facts = {line.id: _facts(noted[_bare(line.id)]) for line in lines if _bare(line.id) in noted}
        digest, leaked = made.files[spec.part].sha256, made.leakage
        if spec.part != "test":
            leaked = _leakage(lines, train)
        if writer is not None:
            lines = _rewritten(workspace.folder, workspace.store, made, lines, sources, writer)
    if spec.test_sha256 not in ("", digest):
        raise InputError(
            "The test file is not the one that was asked",
            why="its bytes have changed since",
            todo="Evaluate it anew",
            where=Where(spec.file or str(folder)),
        )
    own = writer.template.examples if writer is not None else made.recipe.examples
    if own is not None and spec.shots:
        raise UsageError(f"The template shows {own.k} examples of its own", todo="Ask without shots")
    if writer is not None and rendered:
        lines = _with_examples(workspace.folder, workspace.store, made, lines, sources, writer)
    if other and writer is not None and spec.shots:
        train = _rewritten(workspace.folder, workspace.store, made, train, sources, writer)
    return Questions(
        name=Path(spec.file).name if spec.file else f"{made.name} {spec.part}",
        sha256=digest,
        template=wanted.template,
        fingerprint=writer.template.fingerprint if writer else made.recipe.template_fingerprint,
        rule=writer.template.answer if writer else made.recipe.answer,
        lines=tuple(lines),
        examples=tuple(train),
        facts=facts,
        leakage=leaked,
    )


def _usual(made: Export) -> str:
    """The table format of an export's records that have none of their own; of several it is the first."""
    return made.recipe.table_format.partition(",")[0]


def _format(name: str) -> tables.TableFormat:
    found = next((each for each in tables.FORMATS if each == name), None)
    if found is None:
        raise UsageError(f"There is no table format {name!r}", todo=f"Use one of {', '.join(tables.FORMATS)}")
    return found


def _of_file(path: Path, writer: "Renderer") -> tuple[list[ExportLine], dict[str, dict[str, str]], str, bool]:
    """The records of any file: source records, or chats in a model's format; and whether they are the former."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error
    dataset = Dataset(path, writer)
    try:
        dataset.index.grow_all()
        lines, facts = [], {}
        for number in range(dataset.count):
            row = dataset.row(number)
            if row.chat is None or not row.chat.completion:
                why = row.problem or "It has no answer to compare with"
                raise InputError("This record is no test record", why=why, where=Where(str(path), number + 1))
            known = _facts(row.source) if row.source else {}
            identity = row.identity if row.identity not in facts else f"{row.identity}.{number + 1}"
            lines.append(ExportLine(identity, row.group, known.get("type", ""), row.chat))
            facts[identity] = known
    finally:
        dataset.close()
    return lines, facts, digest, dataset.format == SOURCE


class _Noted(msgspec.Struct, frozen=True):
    """As much of a source record as is wanted where none is written anew, in a third of the time."""

    id: str
    facts: dict[str, str | int | float] = {}


def _sources(config: Config, folder: Path, kind: type[_Known]) -> dict[str, _Known]:
    """The project's source records by identity; none where its records came as chats, or are gone."""
    path = below(folder, config.data.source) if config.data.source else None
    if path is None or not path.is_file():
        return {}
    found, decode = {}, msgspec.json.Decoder(kind).decode
    with path.open("rb") as file:
        for text in file:
            try:
                source = decode(text)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                continue
            found[own_identity(source.id)] = source
    return found


def _rewritten(
    folder: Path,
    store: Store,
    made: Export,
    lines: Sequence[ExportLine],
    sources: Mapping[str, Source],
    writer: "Renderer",
) -> list[ExportLine]:
    """The same records in another template, filled from what was imported, or from the edit that the export holds."""
    edits = decisions.edits(store)
    own = _own_renderer(folder, made) if any(line.id in edits for line in lines) else None
    found, lost = [], []
    for line in lines:
        imported = sources.get(_bare(line.id))
        source = _exported(line, imported, edits[line.id], own) if line.id in edits else imported
        if source is None:
            lost.append(line.id)
        else:
            found.append(ExportLine(line.id, line.group, line.kind, writer.chat(source)))
    if lost:
        raise UsageError(
            f"{count(len(lost), 'record')} cannot be written in another template, such as {lost[0]}",
            why="it is not in the project's `data.source` any more, or both it and the export's template were edited",
            todo="Export again, or ask in the export's own template",
        )
    return found


def _own_renderer(folder: Path, made: Export) -> "Renderer | None":
    """What wrote an export; None where its template is another one by now."""
    try:
        own = renderer(folder, Format(made.recipe.template, _format(_usual(made))))
    except OutcropError:
        return None
    return own if own.template.fingerprint == made.recipe.template_fingerprint else None


def _exported(
    line: ExportLine, imported: Source | None, edits: Sequence[str], own: "Renderer | None"
) -> Source | None:
    """Which version of an edited record an export holds: the one that its template makes the same exchange of."""
    versions = [imported] if imported is not None else []
    for edit in edits:
        try:
            versions.append(source_record.decode(edit.encode("utf-8", "surrogatepass")))
        except (msgspec.MsgspecError, UnicodeDecodeError):  # an edit of a chat
            continue
    if own is None:
        return None
    for version in versions:
        try:
            if own.chat(version).messages[-2:] == line.chat.messages[-2:]:
                return version
        except InputError:
            continue
    return None


def _with_examples(
    folder: Path,
    store: Store,
    made: Export,
    lines: list[ExportLine],
    sources: Mapping[str, Source],
    writer: "Renderer",
) -> list[ExportLine]:
    """The records with the examples that their template shows, from the export's training part."""
    wanted = writer.template.examples
    if wanted is None:
        return lines
    train = export.export_lines(folder / EXPORTS / made.name, made, "train")
    chosen = drawn(train, lambda line: line.id, wanted.seed)
    pool = Pool(_rewritten(folder, store, made, chosen, sources, writer), wanted)
    return [pool.shown(line) for line in lines]


def _facts(source: Source | _Noted) -> dict[str, str]:
    return {name: str(value) for name, value in source.facts.items()}


def _bare(identity: str) -> str:
    """An identity without its number among equals."""
    return identity.partition(".")[0]


def _leakage(test: Sequence[ExportLine], train: Sequence[ExportLine]) -> Leakage:
    """What lines share with training, as a split says it."""
    parts = ([Member(line.id, line.group, line.chat.question) for line in lines] for lines in (train, test))
    return leakage_between(*map(columns_of, parts))
