"""What a file would bring into a project: how it is read, what comes of its first rows, and where the records go.

Nothing is written here: `outcrop import` does that, by the plan that a person has settled on.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from core.config import Config
from core.data.project_records import renderer
from core.errors import OutcropError, UsageError
from core.formatting import importing
from core.formatting.importing import ImportPlan, ImportPreview, Input, fetch
from core.formatting.importing.importer import RECORDS, UNMAPPED, columns_of
from core.formatting.importing.mapping import quoted
from core.formatting.importing.shapes import columns
from core.workspace import Workspace, below

NEEDED = ("question", "answer")
FIELDS = (*columns.GUESSES, "id", "rationale")
"""What a column may be taken for; a column that is none of them is a field of its own name, or a fact."""
_FOLDER = "data"  # where records go in a project that has none, as by `outcrop import`


class ImportTarget(msgspec.Struct, frozen=True):
    """Where the records of an import go.

    Attributes:
        path: The file that is written.
        replaces: How many records it has now.
        before: What `data.source` names instead, if it is to name `path` from then on; else empty.
    """

    path: Path
    replaces: int = 0
    before: str = ""


class Offer(msgspec.Struct, frozen=True):
    """What may be imported, and what would come of it.

    Attributes:
        inputs: The files, those from S3 as they were fetched.
        plan: How they are read.
        columns: Their columns, and the dotted paths within them, where they are rows of such.
        target: Where the records go.
        guess: What the columns would be taken for where nobody says anything.
        preview: What would come of the first rows; None where they cannot be read so.
        problem: Why not.
        unrendered: Why the project's template cannot render the first record; empty where it can.
    """

    inputs: tuple[Input, ...]
    plan: ImportPlan
    columns: tuple[str, ...]
    target: ImportTarget
    guess: Mapping[str, str] = {}
    preview: ImportPreview | None = None
    problem: OutcropError | None = None
    unrendered: str = ""


class Came(msgspec.Struct, frozen=True):
    """What an import has brought.

    Attributes:
        records: How many.
        unmapped: Rows that could not be taken.
        report: The file that lists those.
    """

    records: int
    unmapped: int
    report: Path


def offer(workspace: Workspace, text: str) -> Offer:
    """What a path or an address in S3 would bring, read as what it looks like.

    Raises:
        OutcropError: It cannot be read, or is of no kind that is imported.
    """
    if text.startswith(fetch.SCHEME):
        inputs = fetch.fetch(workspace.connection, text, workspace.hidden / "cache" / "s3")
    else:
        inputs = [Input(Path(text).expanduser())]
    kind = importing.detect(inputs[0].path)
    return with_plan(
        workspace,
        Offer(tuple(inputs), ImportPlan(kind), (), target_of(workspace.config, workspace.folder)),
        ImportPlan(kind),
    )


def with_plan(workspace: Workspace, before: Offer, plan: ImportPlan) -> Offer:
    """The same files read by another plan.

    Raises:
        OutcropError: A file cannot be read.
    """
    known = columns_of(before.inputs[0].path, plan)
    guess = _guess([name for name, whole in known.items() if whole])
    if "mapping" in importing.options(plan.kind) and not plan.mapping:
        plan = msgspec.structs.replace(plan, mapping=guess)
    found = Offer(before.inputs, plan, tuple(known), before.target, guess)
    try:
        _refuse_unmapped(plan, found.columns)
        apart = fetch.bodies(lambda: workspace.connection, workspace.hidden / "cache" / "s3")
        preview = importing.look(before.inputs, plan, apart=apart)
    except OutcropError as error:
        return msgspec.structs.replace(found, problem=error)
    return msgspec.structs.replace(
        found, preview=preview, unrendered=_unrendered(workspace.config, workspace.folder, preview)
    )


def guessed(found: Offer) -> bool:
    """Whether columns are taken as they would be where nobody says anything."""
    return found.plan.mapping == found.guess


def target_of(config: Config, folder: Path) -> ImportTarget:
    """Where an import into a project goes: what `data.source` names, where an import can write that."""
    source = config.data.source
    path = below(folder, source or f"{_FOLDER}/{RECORDS}")
    if path.name == RECORDS:
        return ImportTarget(path, importing.records_in(path))
    other = folder / _FOLDER / RECORDS
    return ImportTarget(other, importing.records_in(other), source)


def came(target: ImportTarget) -> Came:
    """What an import has brought, once it is through."""
    report = target.path.parent / UNMAPPED
    return Came(importing.records_in(target.path), importing.records_in(report), report)


def _guess(names: Sequence[str]) -> dict[str, str]:
    """What the columns look like, as far as they do."""
    for missing in ((), ("answer",), ("question",), NEEDED):
        try:
            found = columns.guess((*names, *missing))
        except UsageError:
            continue
        return {field: column for field, column in found.items() if column in names}
    return {}


def _refuse_unmapped(plan: ImportPlan, names: Sequence[str]) -> None:
    missing = [field for field in NEEDED if field not in plan.mapping]
    if "mapping" in importing.options(plan.kind) and missing:
        what = f"No column is the {' or the '.join(missing)}"
        why = f"the columns are {', '.join(map(quoted, names))}"
        raise UsageError(what, why=why, todo="Choose which of the columns it is")


def _unrendered(config: Config, folder: Path, preview: ImportPreview) -> str:
    """Why the project's template cannot render the first record. A project without records takes the fitting one."""
    if not preview.records or (not config.data.source and importing.shape_of(preview.kind).template):
        return ""
    try:
        renderer(folder, config.format).chat(preview.records[0])
    except OutcropError as error:
        return error.why or error.what
    return ""
