"""Who is to judge what, and what that will take: nobody is asked yet."""

import random
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from core.data.annotation.annotator import Annotator, annotator_for
from core.data.annotation.case import AGAIN, ask_id, case_of
from core.data.annotation.forecast import Asks, Work
from core.data.dataset import Dataset, Row
from core.data.judge.prompt import JudgePrompt
from core.data.judge.verdict import parse
from core.inference import Answer, Ask
from core.progress import Cancel, Progress, Report, silent, throttled
from core.workspace import Workspace

Judge = Annotator[JudgePrompt]


class Forecast(Work, frozen=True, kw_only=True):
    """What judging will take.

    Attributes:
        records: Distinct records to judge.
        duplicates: Records left out because the same one is judged already.
        unreadable: Records left out because they cannot be read.
    """

    records: int
    duplicates: int
    unreadable: int


class Plan(msgspec.Struct, frozen=True):
    """What is to be judged by whom: an ask for each record, and what they will take."""

    judge: Judge
    asks: tuple[Ask, ...]
    forecast: Forecast


def prepare(
    workspace: Workspace,
    *,
    model: str = "",
    sample: int | None = None,
    seed: int = 1,
    where: str = "",
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Plan:
    """Plans to judge the project's records with its prompt.

    Args:
        workspace: The project.
        model: A key of the catalogue, a model id, an inference profile or an ARN; empty for the prompt's own.
        sample: How many records to draw by chance; None for all.
        seed: Of the draw.
        where: Only records that this condition leaves.
        report: Told how many are read.
        cancel: Stops between records.

    Raises:
        UsageError: The project has no records, there is no such model, or `where` is no condition.
        InputError: The records or the prompt cannot be read, or the prompt goes wrong.
        CancelledError: It was cancelled.
    """
    from core.data.project_records import TEMPLATES, open_dataset  # with polars, which nothing else here needs

    judge = annotator_for(workspace, JudgePrompt.load(workspace.folder / TEMPLATES), model)
    dataset = open_dataset(workspace)
    try:
        dataset.index.grow_all(report, cancel)
        left = _left(workspace, where, report, cancel) if where else range(dataset.count)
        numbers = left if sample is None else [left[at] for at in draw(len(left), sample, seed)]
        asks, unreadable = Asks(workspace, judge), 0
        for row in _rows(dataset, numbers, report, cancel or Cancel()):
            case = case_of(row, dataset.renderer)
            if case is None:
                unreadable += 1
            else:
                asks.add(ask_id(row.identity, case.content), case)
    finally:
        dataset.close()
    wanted = asks.all()
    work = asks.work(again=second_asks(judge, wanted, asks.answers))
    duplicates = len(numbers) - unreadable - len(wanted)
    forecast = Forecast(
        **msgspec.structs.asdict(work), records=len(wanted), duplicates=duplicates, unreadable=unreadable
    )
    return Plan(judge, wanted, forecast)


def _left(workspace: Workspace, where: str, report: Report, cancel: Cancel | None) -> Sequence[int]:
    """The rows that a condition leaves, in order."""
    from core.data.project_view import opened

    with opened(workspace, report, cancel) as view:
        view.apply(where, report, cancel, words=False)
        return sorted(view.shown())


def draw(count: int, wanted: int, seed: int) -> list[int]:
    """Row numbers drawn by chance, in order; a larger draw with the same seed holds the smaller one.

    Args:
        count: Rows there are.
        wanted: Rows to draw; all where there are fewer.
        seed: Of the draw.
    """
    rows = list(range(count))
    random.Random(seed).shuffle(rows)  # noqa: S311 - a draw, not a secret
    return sorted(rows[:wanted])


def second_asks(judge: Judge, asks: Sequence[Ask], answers: Mapping[str, Answer]) -> list[Ask]:
    """The asks, with a reminder, about which there is a reply without a verdict."""
    return [
        Ask(ask.id + AGAIN, judge.prompt.again(ask.chat))
        for ask in asks
        if (first := answers.get(ask.id)) and parse(first.text, first.stop_reason).judgement == "unparsed"
    ]


def _rows(dataset: Dataset, numbers: Sequence[int], report: Report, cancel: Cancel) -> Iterator[Row]:
    tell = throttled(report)
    for done, number in enumerate(numbers, start=1):
        yield dataset.row(number)
        cancel.check()
        tell(Progress(done, len(numbers), "records", "reading"))
