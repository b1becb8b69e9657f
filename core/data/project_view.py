"""A project's records with everything that is known of them: facts, decisions, verdicts, disputes and splits."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from core.data import calibration, sharing
from core.data.agreement import Agreement, with_humans
from core.data.annotation.brief import brief_of
from core.data.annotation.proposal import writers
from core.data.annotation.verdicts import Judged, Verdicts
from core.data.checks.file_comparison import FileComparison
from core.data.dataset import DECIDED, Dataset
from core.data.decisions import Held
from core.data.facts import Facts
from core.data.view import View
from core.errors import OutcropError
from core.formatting import PARTS, remembered
from core.progress import Cancel, Report, silent
from core.workspace import Workspace


class ProjectView(View):
    """One project's dataset as it is being looked at.

    Beside what people decided it has the columns `verdict` (the newest judge's word), `rationale` (which model wrote
    the record's), `disputed` (who flagged a record differently) and `split` (where the project's rule and split would
    put it).
    """

    def __init__(self, workspace: Workspace, dataset: Dataset, facts: Facts) -> None:
        self._workspace = workspace
        self._verdicts = Verdicts(workspace.store, workspace.location.target)
        self._said: tuple[FileComparison, dict[str, str]] | None = None  # verdicts, for what was found by comparing
        self._disputes = _Kept(lambda records: disputed(sharing.by_reviewer(workspace.store, records)))
        self._writers = _Kept(self._written)
        self._splits: _Splits | None = None
        facts.calibration = calibration.kept(workspace)
        super().__init__(dataset, facts, workspace.store)

    def refresh(self) -> bool:
        """Reads whatever has come in since, what judges said included; False where nothing has."""
        judged = bool(self._verdicts.refresh())
        if judged:
            self._said = None
            self._forget_splits({"verdict"})
        return super().refresh() or judged

    def disputed(self, number: int) -> str:
        """Who flagged a row differently, and how; empty where nobody did."""
        record = self.identity(number)
        return disputed(sharing.by_reviewer(self._workspace.store, {record})).get(record, "") if record else ""

    def judged(self, number: int) -> tuple[Judged | None, bool]:
        """The newest verdict on a row, and whether the record has changed since."""
        brief = brief_of(self.row(number), self.dataset.renderer)
        content = brief.content if brief else ""
        found = self._verdicts.of(self.identity(number), content)
        return found, found is not None and found.content != content

    @property
    def has_verdicts(self) -> bool:
        """Whether any record was judged."""
        return len(self._verdicts) > 0

    def judge_and_people(self) -> Agreement:
        """How far the newest verdicts agree with what people decided."""
        said = {record: each.verdict for record, each in self._verdicts.newest().items()}
        flags = {record: each.flag for record, each in self.decisions().items() if each.flag}
        return with_humans(flags, said)

    def _column(self, name: str) -> dict[str, str]:
        if name == "verdict":
            return self._verdict()
        if name == "rationale":
            return self._writers.values()
        if name == "disputed":
            return self._disputes.values()
        if name == "split":
            return self._split()
        return super()._column(name)

    def _learned(self, held: Sequence[Held]) -> None:
        super()._learned(held)
        flagged = {each.record for each in held if each.kind == "flag"}
        edited = {each.record for each in held if each.kind == "edit"}
        self._disputes.changed(flagged)
        self._writers.changed(edited)
        self._forget_splits({each.kind for each in held})

    def _written(self, records: Collection[str] | None) -> dict[str, str]:
        """Which model wrote the rationale of some records, or of all."""
        every = self._decided.column("edit").copy() if records is None else records
        return writers({record: self._decided.of(record) for record in every})

    def _verdict(self) -> dict[str, str]:
        compared = self.facts.comparison
        if self._said is None or self._said[0] is not compared:
            said: dict[str, str] = {
                record: each.verdict.judgement for record, each in self._verdicts.newest().items()
            }
            repeats = self.facts.repeats() if said else {}  # exact duplicates are judged once
            self._said = compared, {record: said[first] for record, first in repeats.items() if first in said} | said
        return self._said[1]

    def _split(self) -> dict[str, str]:
        """Where each record that is trained on goes; worked out when somebody asks, for it reads every record."""
        kept, config, facts = self._splits, self._workspace.config, self.facts
        basis = (
            config.data.include,
            config.split,
            facts.count,
            remembered.changed(self._workspace.folder, config.split),
        )
        if kept is not None and kept.basis == basis and kept.compared is facts.comparison:
            return kept.parts
        from core.data.dealing import dealt
        from core.data.selection import select

        plan = config.split
        named = {name for name in DECIDED if name in config.data.include.lower()}
        made = _Splits(basis, facts.comparison, frozenset({"edit", plan.by, plan.stratify, *named}), {})
        self._splits = made  # for a rule that itself asks for the split
        try:
            dealing = dealt(self._workspace, self, select(config, self._workspace.folder, self))
        except OutcropError:
            self._splits = None
            raise
        found = zip(facts.ids.of_rows(dealing.rows), dealing.assigned.tolist(), strict=True)
        parts = {identity: PARTS[place] for identity, place in found if place != remembered.LEFT}
        if self._splits is made:  # nothing was decided meanwhile that it depends on
            self._splits = msgspec.structs.replace(made, parts=parts)
        return parts

    def _forget_splits(self, changed: set[str]) -> None:
        """Forgets where records go, where that depends on some columns or kinds of decisions."""
        follow = {"flag": "disputed", "edit": "rationale"}
        changed = changed | {follow[each] for each in changed & follow.keys()}
        if self._splits is not None and changed & self._splits.needs:
            self._splits = None


@contextmanager
def opened(workspace: Workspace, report: Report = silent, cancel: Cancel | None = None) -> Iterator[ProjectView]:
    """The project's records, fully read.

    Raises:
        UsageError: The project has none yet.
        InputError: The file is not there or not of records.
        CancelledError: It was cancelled.
    """
    from core.data.project_records import open_dataset, read_facts

    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        yield ProjectView(workspace, dataset, read_facts(workspace, dataset, report, cancel))
    finally:
        dataset.close()


def disputed(flags: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Records that people flagged differently, with who said what: `ann keep, bob reject`.

    Args:
        flags: Everybody's own, by reviewer and record.
    """
    said: dict[str, list[tuple[str, str]]] = {}
    for who in sorted(flags):
        for record, flag in flags[who].items():
            said.setdefault(record, []).append((who, flag))
    return {
        record: ", ".join(f"{who} {flag}" for who, flag in each)
        for record, each in said.items()
        if len({flag for _, flag in each}) > 1
    }


class _Kept:
    """A column that follows from decisions: worked out when somebody asks, and then only where they have changed."""

    def __init__(self, make: Callable[[Collection[str] | None], dict[str, str]]) -> None:
        """Prepares the column.

        Args:
            make: Works it out for some records, or for all.
        """
        self._make = make
        self._lock = threading.Lock()
        self._values: dict[str, str] | None = None
        self._old: set[str] = set()

    def changed(self, records: set[str]) -> None:
        """Decisions about some records have changed."""
        self._old.update(records)

    def values(self) -> dict[str, str]:
        """The column by record; what is returned stays as it is."""
        with self._lock:
            old = {self._old.pop() for _ in range(len(self._old))}
            if self._values is None:
                self._values = self._make(None)
            elif old:
                others = {record: value for record, value in self._values.items() if record not in old}
                self._values = others | self._make(old)
            return self._values


class _Splits(msgspec.Struct, frozen=True):
    """Where records go.

    Attributes:
        basis: The rule, the split, the number of rows, and what was dealt before, that this is of.
        compared: What was found by comparing rows then.
        needs: The columns and kinds of decisions that it depends on.
        parts: By record.
    """

    basis: tuple[object, ...]
    compared: FileComparison
    needs: frozenset[str]
    parts: dict[str, str]
