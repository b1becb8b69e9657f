"""Who is to judge what, and what that will take: nobody is asked yet."""

import random
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from core.data.dataset import Dataset, Row
from core.data.judge import prompt as prompts
from core.data.judge import verdicts
from core.data.judge.prompt import Prompt, Questioner, case_of
from core.data.judge.verdict import parse
from core.data.judge.verdicts import AGAIN
from core.inference import Answer, Ask, Usage, asked, kept
from core.inference.asked import Asked
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.tokens import estimate
from core.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting.template import Renderer

TYPICAL_REPLY = 90  # output tokens, as in the article's sample reply


class Judge(Asked, frozen=True):
    """Who judges, and how.

    Attributes:
        run: The id under which its replies are kept.
        prompt: What it is asked.
    """

    run: str
    prompt: Prompt


class Forecast(msgspec.Struct, frozen=True):
    """What judging will take.

    Attributes:
        records: Distinct records to judge.
        to_ask: Those without a reply yet, or to be asked about once more.
        input_tokens: About how many will be sent.
        output_tokens: About how many will come back.
        dollars: What those cost; None while a price is unknown.
        duplicates: Records left out because the same one is judged already.
        unreadable: Records left out because they cannot be read.
    """

    records: int
    to_ask: int
    input_tokens: int
    output_tokens: int
    dollars: float | None
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
        model: As for `judge_for`.
        sample: How many records to draw by chance; None for all.
        seed: Of the draw.
        where: Only records that this condition leaves.
        report: Told how many are read.
        cancel: Stops between records.

    Raises:
        UsageError: The project has no records, there is no such model, or `where` is no condition.
        InputError: The records or the prompt cannot be read.
        CancelledError: It was cancelled.
    """
    from core.data.project_records import TEMPLATES, open_dataset  # with polars, which nothing else here needs

    judge = judge_for(workspace, prompts.load(workspace.folder / TEMPLATES), model)
    dataset = open_dataset(workspace)
    try:
        dataset.index.grow_all(report, cancel)
        left = _left(workspace, where, report, cancel) if where else range(dataset.count)
        numbers = left if sample is None else [left[at] for at in draw(len(left), sample, seed)]
        return plan(workspace, judge, _rows(dataset, numbers, report, cancel or Cancel()), dataset.renderer)
    finally:
        dataset.close()


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


def judge_for(workspace: Workspace, prompt: Prompt, model: str = "") -> Judge:
    """A judge.

    Args:
        workspace: The project.
        prompt: What to ask.
        model: A key of the catalogue, a model id, an inference profile or an ARN; empty for the prompt's own.

    Raises:
        UsageError: It is neither in the catalogue nor something that Converse takes.
    """
    found = asked.find(workspace.catalog, model or prompt.model)
    run = verdicts.run_id(workspace.location.target, found.model, prompt)
    return Judge(found.model, found.asked, found.prices, run, prompt)


def plan(workspace: Workspace, judge: Judge, rows: Iterable[Row], renderer: "Renderer | None") -> Plan:
    """Writes out what will be asked about some records.

    Args:
        workspace: The project.
        judge: Who judges.
        rows: The records.
        renderer: Writes the tables of source records out; None where the file has no such.

    Raises:
        InputError: The judge's prompt goes wrong.
    """
    questioner = Questioner(judge.prompt)
    asks: dict[str, Ask] = {}
    total = unreadable = 0
    for row in rows:
        total += 1
        case = case_of(row, renderer)
        if case is None:
            unreadable += 1
            continue
        ask = verdicts.ask_id(row.identity, case.content)
        if ask not in asks:
            asks[ask] = Ask(ask, questioner.chat(case))
    wanted = tuple(asks.values())
    answers = kept(workspace.store, judge.run)
    to_ask = [ask for ask in (*wanted, *second_asks(judge, wanted, answers)) if ask.id not in answers]
    sent = sum(estimate(ask.chat.system or "") + estimate(ask.chat.prompt) for ask in to_ask)
    expected = Usage(sent, TYPICAL_REPLY * len(to_ask))
    forecast = Forecast(
        records=len(wanted),
        to_ask=len(to_ask),
        input_tokens=expected.input_tokens,
        output_tokens=expected.output_tokens,
        dollars=judge.dollars(expected),
        duplicates=total - unreadable - len(wanted),
        unreadable=unreadable,
    )
    return Plan(judge, wanted, forecast)


def second_asks(judge: Judge, asks: Sequence[Ask], answers: dict[str, Answer]) -> list[Ask]:
    """The asks, with a reminder, about which there is a reply without a verdict."""
    questioner = Questioner(judge.prompt)
    return [
        Ask(ask.id + AGAIN, questioner.again(ask.chat))
        for ask in asks
        if (first := answers.get(ask.id)) and parse(first.text, first.stop_reason).judgement == "unparsed"
    ]


def _rows(dataset: Dataset, numbers: Sequence[int], report: Report, cancel: Cancel) -> Iterator[Row]:
    tell = throttled(report)
    for done, number in enumerate(numbers, start=1):
        yield dataset.row(number)
        cancel.check()
        tell(Progress(done, len(numbers), "records", "reading"))
