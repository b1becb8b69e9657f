"""A project's records with everything that is known of them: facts, decisions, verdicts, disputes and splits."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from core.data import calibration, sharing
from core.data.annotation.case import case_of
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.data.judge.agreement import Agreement, with_humans
from core.data.judge.verdicts import Judged, Verdicts
from core.data.rationale.proposal import writers
from core.data.view import View
from core.errors import OutcropError
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
        self._splits: Mapping[str, str] | None = None
        facts.calibration = calibration.kept(workspace)
        super().__init__(dataset, facts, workspace.store)

    def refresh(self) -> None:
        """Reads decisions and verdicts again."""
        self._verdicts.refresh()
        self._splits = None
        super().refresh()

    def by_record(self, name: str) -> Mapping[str, str]:
        """A column that people or a judge filled, or that follows from what they said."""
        if name == "verdict":
            said = {record: each.verdict.judgement for record, each in self._verdicts.newest().items()}
            repeats = self.facts.repeats() if said else {}  # exact duplicates are judged once
            return {record: said[first] for record, first in repeats.items() if first in said} | said
        if name == "rationale":
            return writers(self.decisions())
        if name == "disputed":
            return disputed(sharing.by_reviewer(self._workspace.store))
        if name == "split":
            return self._split()
        return super().by_record(name)

    def disputed(self, number: int) -> str:
        """Who flagged a row differently, and how; empty where nobody did."""
        record = self.identity(number)
        return disputed(sharing.by_reviewer(self._workspace.store, record)).get(record, "") if record else ""

    def judged(self, number: int) -> tuple[Judged | None, bool]:
        """The newest verdict on a row, and whether the record has changed since."""
        case = case_of(self.row(number), self.dataset.renderer)
        content = case.content if case else ""
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

    def _split(self) -> Mapping[str, str]:
        """Where each record that is trained on goes; worked out when somebody asks, for it reads every record."""
        if self._splits is None:
            from core.data.selection import members_of, select
            from core.formatting import PARTS, split

            self._splits = {}  # for a rule that itself asks for the split
            try:
                rows = select(self._workspace, self).rows
                plan = self._workspace.config.split
                places = split.split(members_of(self, rows, plan), plan).tolist()
                identities = self.facts.ids.of_rows(rows)
                found = zip(identities, places, strict=True)
                self._splits = {identity: PARTS[place] for identity, place in found if place != split.LEFT}
            except OutcropError:
                self._splits = None
                raise
        return self._splits


@contextmanager
def opened(workspace: Workspace, report: Report = silent, cancel: Cancel | None = None) -> Iterator[ProjectView]:
    """The project's records, fully read.

    Raises:
        UsageError: The project has none yet.
        InputError: The file is not there or not of records.
        CancelledError: It was cancelled.
    """
    from core.data.project_records import open_dataset, read_facts

    dataset = open_dataset(workspace)
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
