"""For which records a model is to write a rationale, and what that will take: nobody is asked yet."""

import random

import msgspec

from core.data.annotation.annotator import Annotator, annotator_for
from core.data.annotation.case import ask_id, case_of
from core.data.annotation.forecast import Asks, Work
from core.data.project_records import TEMPLATES
from core.data.project_view import ProjectView, opened
from core.data.rationale.prompt import RationalePrompt
from core.data.selection import select
from core.errors import UsageError
from core.inference import Ask
from core.progress import Cancel, Progress, Report, silent, throttled
from core.workspace import Workspace

_NEEDED = {"question", "answer"}  # the fields without which there is nothing to reason about
_EVERY = 100  # records between two looks at the cancel token


Writer = Annotator[RationalePrompt]


class Forecast(Work, frozen=True, kw_only=True):
    """What writing will take.

    Attributes:
        records: Records that are to get a rationale; exact duplicates share an ask.
        have_one: Records left out because they have a rationale.
        unfit: Records left out because they have no question and answer of their own.
        shown: Whether the project's template shows a rationale.
    """

    records: int
    have_one: int
    unfit: int
    shown: bool


class Plan(msgspec.Struct, frozen=True):
    """What is to be written by whom.

    Attributes:
        writer: Who.
        asks: What it is asked, each different thing once.
        rows: The ask of each row that is to get a rationale.
        forecast: What they will take.
    """

    writer: Writer
    asks: tuple[Ask, ...]
    rows: dict[int, str]
    forecast: Forecast


def prepare(
    workspace: Workspace,
    *,
    model: str = "",
    sample: int | None = None,
    sentences: int | None = None,
    seed: int = 1,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Plan:
    """Plans rationales for the records that `data.include` takes and that have none yet.

    Args:
        workspace: The project.
        model: A key of the catalogue, a model id, an inference profile or an ARN; empty for the prompt's own.
        sample: For how many records, drawn by chance; None for all.
        sentences: How many are asked for at most; None for the prompt's own number.
        seed: Of the draw.
        report: Told how many are read.
        cancel: Stops between records.

    Raises:
        UsageError: The project has no records or only chats, or there is no such model.
        InputError: The records or the prompt cannot be read.
        CancelledError: It was cancelled.
    """
    prompt = RationalePrompt.load(workspace.folder / TEMPLATES)
    if sentences is not None:
        prompt = msgspec.structs.replace(prompt, sentences=sentences)
    writer = annotator_for(workspace, prompt, model)
    with opened(workspace, report, cancel) as view:
        if view.dataset.format != "source":
            raise UsageError(
                "These records are chats, which have no field for a rationale",
                todo="Import them with `outcrop import`; a template then puts the rationale before the answer",
            )
        return _planned(workspace, writer, view, sample, seed, report, cancel or Cancel())


def _planned(
    workspace: Workspace,
    writer: Writer,
    view: ProjectView,
    sample: int | None,
    seed: int,
    report: Report,
    cancel: Cancel,
) -> Plan:
    order = select(workspace, view).rows.tolist()
    if sample is not None:  # in an order drawn by chance, up to so many that have none
        random.Random(seed).shuffle(order)  # noqa: S311 - a draw, not a secret
    asks, rows = Asks(workspace, writer), dict[int, str]()
    tell = throttled(report)
    have_one = unfit = 0
    for done, number in enumerate(order):
        if len(rows) == sample:
            break
        if done % _EVERY == 0:
            cancel.check()
            tell(Progress(done, len(order), "records", "reading"))
        row = view.row(number)
        case = case_of(row, view.dataset.renderer)
        if row.source is None or case is None or not row.source.fields.keys() >= _NEEDED:
            unfit += 1
        elif row.source.fields.get("rationale"):
            have_one += 1
            asks.look_back(ask_id(row.identity, case.content), case)
        else:
            rows[number] = ask_id(row.identity, case.content)
            asks.add(rows[number], case)
    forecast = Forecast(
        **msgspec.structs.asdict(asks.work()),
        records=len(rows),
        have_one=have_one,
        unfit=unfit,
        shown=_shows_one(view),
    )
    return Plan(writer, asks.all(), rows, forecast)


def _shows_one(view: ProjectView) -> bool:
    """Whether the project's template writes a rationale into the completion."""
    renderer = view.dataset.renderer
    return renderer is not None and "rationale" in renderer.template.assistant
