"""The files that a project trains, validates and tests on: selected, split, rendered and written."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from core import read_only
from core.config import Config
from core.data import decisions, few_shot
from core.data.dealing import Dealing, dealt, keep
from core.data.project_records import open_dataset, project_requirements, read_facts, renderer
from core.data.project_view import ProjectView
from core.data.selection import nothing_left, select, table_formats
from core.data.view import View
from core.errors import UsageError
from core.formatting import export, split
from core.formatting.export import EXPORTS, Export
from core.formatting.parts import PARTS, ExportLine, Part
from core.formatting.remembered import LEFT
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records import formats
from core.records.check import check_chat
from core.records.requirements import Requirements
from core.store import Store
from core.workspace import Workspace

_EVERY = 500  # records between two looks at the cancel token


@contextmanager
def place(config: Config, folder: Path) -> Iterator[Path]:
    """Where exports go: into the project, or, where that is only read, into a folder that is gone after the block."""
    if not config.read_only:
        yield folder / EXPORTS
        return
    # Whoever ends the dashboard does not wait for a thread that still writes there.
    made = tempfile.TemporaryDirectory(prefix="outcrop-", ignore_cleanup_errors=True)
    with made as name, read_only.allowing(Path(name)):
        yield Path(name)


def prepare(
    workspace: Workspace,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    sample: int = 0,
    exports: Path | None = None,
) -> tuple[Export, Path]:
    """Selects, splits and writes the files for the project's model.

    Args:
        workspace: The project.
        report: Told how far it is.
        cancel: Stops it; nothing is left half written.
        sample: How many of the training records to take, for a learning curve; smaller samples are parts of larger
            ones. 0 for all.
        exports: Where exports are kept, when not in the project: see `place`.

    Returns:
        The export and its folder. The same records, rule and template give the same export again.

    Raises:
        RefusedError: The project is read-only, and exports are to go into it.
        UsageError: The rule leaves nothing, the sample is larger than the training part, or there are no records.
        InputError: A file cannot be read or written.
        CancelledError: It was cancelled.
    """
    if exports is None:
        workspace.refuse_if_read_only()
    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        facts = read_facts(workspace, dataset, report, cancel)
        view = ProjectView(workspace, dataset, facts)
        selection = select(workspace.config, workspace.folder, view)
        if not len(selection.rows):
            raise nothing_left(view, selection)
        dealing = dealt(workspace, view, selection)
        if sample:
            _draw(dealing, sample)
        parts = _Parts(view, dealing, throttled(report), cancel or Cancel(), project_requirements(workspace))
        made = _write(workspace, parts, sample, exports or workspace.folder / EXPORTS)
        if not workspace.config.read_only:
            keep(workspace, dealing)
        return made
    finally:
        dataset.close()


class _Parts:
    """The records of each part, read and rendered as they are written."""

    def __init__(
        self, view: View, dealing: Dealing, report: Report, cancel: Cancel, requirements: Requirements
    ) -> None:
        self.view = view
        self.dealing = dealing
        self._report = report
        self._cancel = cancel
        self._requirements = requirements
        if (
            few_shot.wanted(view.dataset) is not None
            and not (wire := formats.named(requirements.format)).conversations
        ):
            raise UsageError(
                f"This template shows examples, for which the {wire.title} format has no place",
                why="it holds one exchange a record",
                todo="Choose a model whose format takes conversations, or a template without `examples`",
            )
        self._pool = few_shot.pool(view, dealing.rows, dealing.assigned)
        self._written, self._total = 0, int(np.count_nonzero(dealing.assigned != LEFT))

    def lines(self, part: Part) -> Iterator[ExportLine]:
        """The records of a part, in the order of the file."""
        for number in self.dealing.rows[split.of_part(self.dealing.assigned, part)]:
            line = few_shot.line_of(self.view, int(number))
            if line is None:
                continue
            if self._pool is not None:
                line = self._pool.shown(line)
                if reason := self._refused(line):
                    excluded = self.dealing.excluded
                    excluded[reason] = excluded.get(reason, 0) + 1
                    continue
            yield line
            self._tell()

    def _refused(self, line: ExportLine) -> str:
        """Why the model would refuse a record with its examples, such as its length; nothing where it would not."""
        found = (each for each in check_chat(line.chat, 1, self._requirements) if each.severity == "error")
        return next((f"error: {each.rule} with its examples" for each in found), "")

    def _tell(self) -> None:
        self._written += 1
        if self._written % _EVERY == 0:
            self._cancel.check()
            self._report(Progress(self._written, self._total, "records", "writing"))


def _draw(dealing: Dealing, sample: int) -> None:
    """Leaves a sub-sample of the training records."""
    train = split.of_part(dealing.assigned, "train")
    drawn = dealing.sample(train, sample, dealing.plan.seed)
    dealing.assigned[np.setdiff1d(train, drawn)] = LEFT


def _write(workspace: Workspace, parts: _Parts, sample: int, exports: Path) -> tuple[Export, Path]:
    settings, view = workspace.config, parts.view
    model, tuning = workspace.tuning()
    chosen = renderer(workspace.folder, workspace.config.format)
    written = export.write(
        exports,
        {part: parts.lines(part) for part in PARTS},
        recipe=export.recipe(
            model=model,
            tuning=tuning,
            template=chosen.template,
            table_format=table_formats(view, parts.dealing.rows, chosen.table_format),
            split=settings.split,
            include=settings.data.include,
            source=view.dataset.path,
            sample=sample,
        ),
        excluded=parts.dealing.excluded,
        leakage=split.leakage(parts.dealing.members, parts.dealing.assigned),
        now=workspace.clock.now(),
        decisions=_decided(workspace.store, view),
        price=model.prices.training,
    )
    return written, exports / written.name


def _decided(store: Store, view: View) -> dict[str, int]:
    """How many records of this file carry which flag, and how many an edit."""
    current = decisions.current(store)
    held = [current[identity] for identity in view.facts.ids.rows_of(set(current)).values()]
    found: Counter[str] = Counter(each.flag for each in held if each.flag)
    found["edit"] = sum(bool(each.edit) for each in held)
    return {name: found[name] for name in sorted(found) if found[name]}
