"""For which records a model is to write a rationale, and what that will take: nobody is asked yet."""

import random

import msgspec

from core.data.judge.prompt import case_of
from core.data.judge.verdicts import ask_id
from core.data.project_records import TEMPLATES
from core.data.project_view import ProjectView, opened
from core.data.rationale import prompt as prompts
from core.data.rationale.prompt import Prompt, Questioner
from core.data.selection import select
from core.errors import UsageError
from core.inference import Ask, Usage, asked, kept
from core.inference.asked import Asked
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.tokens import estimate
from core.workspace import Workspace

TOKENS_A_SENTENCE = 30  # of a reply, for the forecast: English sentences have about 20 words
_NEEDED = {"question", "answer"}  # the fields without which there is nothing to reason about
_EVERY = 100  # records between two looks at the cancel token


class Writer(Asked, frozen=True):
    """Who writes, and how.

    Attributes:
        run: The id under which its replies are kept.
        prompt: What it is asked.
    """

    run: str
    prompt: Prompt


class Forecast(msgspec.Struct, frozen=True):
    """What writing will take.

    Attributes:
        records: Records that are to get a rationale.
        to_ask: Asks without a reply yet; exact duplicates share one.
        input_tokens: About how many will be sent.
        output_tokens: About how many will come back.
        dollars: What those cost; None while a price is unknown.
        have_one: Records left out because they have a rationale.
        unfit: Records left out because they have no question and answer of their own.
        shown: Whether the project's template shows a rationale.
    """

    records: int
    to_ask: int
    input_tokens: int
    output_tokens: int
    dollars: float | None
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
    prompt = prompts.load(workspace.folder / TEMPLATES)
    if sentences is not None:
        prompt = msgspec.structs.replace(prompt, sentences=sentences)
    writer = writer_for(workspace, prompt, model)
    with opened(workspace, report, cancel) as view:
        if view.dataset.format != "source":
            raise UsageError(
                "These records are chats, which have no field for a rationale",
                todo="Import them with `outcrop import`; a template then puts the rationale before the answer",
            )
        return _planned(workspace, writer, view, sample, seed, report, cancel or Cancel())


def writer_for(workspace: Workspace, prompt: Prompt, model: str = "") -> Writer:
    """A model that is to write.

    Raises:
        UsageError: It is neither in the catalogue nor something that Converse takes.
    """
    found = asked.find(workspace.catalog, model or prompt.model)
    run = f"rationale/{workspace.location.target}/{found.model}/{prompt.fingerprint}"
    return Writer(found.model, found.asked, found.prices, run, prompt)


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
    questioner, asks, rows = Questioner(writer.prompt), dict[str, Ask](), dict[int, str]()
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
        else:
            rows[number] = ask_id(row.identity, case.content)
            asks.setdefault(rows[number], Ask(rows[number], questioner.chat(case)))
    wanted = tuple(asks.values())
    answers = kept(workspace.store, writer.run)
    to_ask = [ask for ask in wanted if ask.id not in answers]
    sent = sum(estimate(ask.chat.system or "") + estimate(ask.chat.prompt) for ask in to_ask)
    expected = Usage(sent, TOKENS_A_SENTENCE * writer.prompt.sentences * len(to_ask))
    forecast = Forecast(
        records=len(rows),
        to_ask=len(to_ask),
        input_tokens=expected.input_tokens,
        output_tokens=expected.output_tokens,
        dollars=writer.dollars(expected),
        have_one=have_one,
        unfit=unfit,
        shown=_shows_one(view),
    )
    return Plan(writer, wanted, rows, forecast)


def _shows_one(view: ProjectView) -> bool:
    """Whether the project's template writes a rationale into the completion."""
    renderer = view.dataset.renderer
    return renderer is not None and "rationale" in renderer.template.assistant
