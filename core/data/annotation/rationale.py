"""Rationales: a model writes for each record the reasoning that leads to its known answer; a person reviews it.

What comes back is kept as an edit of its record, in the journal like any other.
"""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, get_args

import msgspec

from core.data import calibration, decisions
from core.data.annotation import annotator
from core.data.annotation.annotator import (
    AT_ONCE,
    AnnotationForecast,
    AnnotationPlan,
    AnnotationSummary,
    Asks,
    annotator_for,
    drawn,
)
from core.data.annotation.brief import Brief, ask_id, brief_of
from core.data.annotation.prompt import AnnotationPrompt, digest
from core.data.annotation.proposal import with_rationale
from core.data.dataset import DatasetRow
from core.data.project_records import TEMPLATES
from core.data.project_view import ProjectView, opened
from core.data.reviewer import reviewer
from core.data.selection import select
from core.errors import UsageError
from core.inference import Answer
from core.progress import Cancel, Report, silent
from core.workspace import Workspace

ReasoningOutcome = Literal["written", "refused", "blank", "cut off", "without <reason>"]

_NEEDED = {"question", "answer"}  # the fields without which there is nothing to reason about
_TOKENS_A_SENTENCE = 30  # English sentences have about 20 words
_REASON = re.compile(r"<\s*reason\s*>(.*?)(?:<\s*/\s*reason\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_CLOSED = re.compile(r"<\s*/\s*reason\s*>", re.IGNORECASE)
_REFUSALS = frozenset({"content_filtered", "guardrail_intervened", "refusal"})  # as Converse names why it stopped


class Reasoning(msgspec.Struct, frozen=True):
    """What a reply holds.

    Attributes:
        outcome: `written` if it holds a rationale, else why it does not.
        text: The rationale, or nothing.
    """

    outcome: ReasoningOutcome
    text: str = ""


def parse(reply: str, stop_reason: str = "end_turn") -> Reasoning:
    """Reads a reply; the last `<reason>` counts.

    Args:
        reply: The completion.
        stop_reason: Why it ended, as Converse names it.
    """
    if stop_reason in _REFUSALS:
        return Reasoning("refused")
    if not reply.strip():
        return Reasoning("blank")
    if stop_reason == "max_tokens" and not _CLOSED.search(reply):
        return Reasoning("cut off")
    found = [text.strip() for text in _REASON.findall(reply)]
    if not found:
        return Reasoning("without <reason>")
    return Reasoning("written", found[-1]) if found[-1] else Reasoning("blank")


class RationalePrompt(AnnotationPrompt, frozen=True, kw_only=True):
    """A prompt for rationales: the one that comes along, or the project's own `templates/rationale.yaml`.

    Its templates may use `sentences` as well.

    Attributes:
        sentences: How many are asked for at most.
    """

    sentences: Annotated[int, msgspec.Meta(ge=1)] = 3

    name: ClassVar[str] = "rationale"
    wanted: ClassVar[str] = "rationale"
    tag: ClassVar[str] = "reason"
    where: ClassVar[str] = "the text in <reason></reason>"
    outcomes: ClassVar[tuple[str, ...]] = get_args(ReasoningOutcome)

    @property
    def fingerprint(self) -> str:
        """Changes with whatever the model sees, and with the temperature."""
        return digest(self.system, self.user, str(self.sentences), repr(self.temperature))

    @property
    def usual_reply(self) -> int:
        """As long as so many sentences are."""
        return _TOKENS_A_SENTENCE * self.sentences

    @property
    def more(self) -> dict[str, object]:
        """How many sentences."""
        return {"sentences": self.sentences}

    def leaves_out(self, row: DatasetRow, brief: Brief | None, *, asked: bool) -> str:  # noqa: ARG002
        """Records without a question and an answer of their own, and those that have a rationale."""
        if row.source is None or brief is None or not row.source.fields.keys() >= _NEEDED:
            return "unfit"
        return "have one" if row.source.fields.get("rationale") else ""

    def outcome(self, answer: Answer) -> str:
        """`written`, or why there is no rationale."""
        return parse(answer.text, answer.stop_reason).outcome


class RationaleForecast(AnnotationForecast, frozen=True, kw_only=True):
    """What writing will take.

    Attributes:
        records: Records that are to get a rationale; exact duplicates share an ask.
        have_one: Records left out because they have a rationale.
        unfit: Records left out because they have no question and answer of their own.
        shown: The project's template shows a rationale.
    """

    records: int
    have_one: int
    unfit: int
    shown: bool


class RationaleSummary(AnnotationSummary, frozen=True):
    """How writing went.

    Attributes:
        proposed: How many records have got a rationale, to be reviewed.
    """

    proposed: int


RationalePlan = AnnotationPlan[RationalePrompt, RationaleForecast]


def prepare(
    workspace: Workspace,
    *,
    model: str = "",
    sample: int | None = None,
    sentences: int | None = None,
    seed: int = 1,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> RationalePlan:
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
    writer = annotator_for(workspace.catalog, workspace.location.target, prompt, model)
    asks = Asks(writer, workspace.store, calibration.kept(workspace))
    with opened(workspace, report, cancel) as view:
        if view.dataset.format != "source":
            raise UsageError(
                "These records are chats, which have no field for a rationale",
                todo="Import them with `outcrop import`; a template then puts the rationale before the answer",
            )
        rows = select(workspace.config, workspace.folder, view).rows.tolist()
        if sample is not None:
            rows = drawn(rows, seed)
        asks.add_records(view, rows, most=sample, report=report, cancel=cancel)
        shown = _shows_one(view)
    forecast = RationaleForecast(
        **msgspec.structs.asdict(asks.forecast()),
        records=len(asks.rows),
        have_one=asks.left_out["have one"],
        unfit=asks.left_out["unfit"],
        shown=shown,
    )
    return AnnotationPlan(writer, asks.all(), asks.rows, forecast)


def run(
    workspace: Workspace,
    plan: RationalePlan,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> RationaleSummary:
    """Asks for what has no reply yet, and keeps what came back as edits, in one batch of the journal.

    `annotator.run` says how it asks, and has the arguments and the errors.
    """
    summary, answers = annotator.run(workspace, plan, report, cancel, at_once=at_once)
    found = {each.id: parse(answers[each.id].text, answers[each.id].stop_reason) for each in plan.asks}
    texts = {ask: each.text for ask, each in found.items() if each.outcome == "written"}
    proposed = propose(workspace, plan.rows, texts, plan.annotator.model)
    return RationaleSummary(**msgspec.structs.asdict(summary), proposed=proposed)


def propose(workspace: Workspace, rows: Mapping[int, str], texts: Mapping[str, str], model: str) -> int:
    """Keeps rationales as one batch of the journal; a record that has changed since it was asked about gets none.

    Args:
        workspace: The project.
        rows: The ask of each row.
        texts: The rationale of each ask that has brought one.
        model: Who wrote them.

    Returns:
        How many records got theirs.
    """
    with opened(workspace) as view:
        proposed = []
        for number, ask in rows.items():
            if ask not in texts or number >= view.facts.count:
                continue
            row = view.row(number)
            brief = brief_of(row, view.dataset.renderer)
            if row.source is None or brief is None or ask_id(row.identity, brief.content) != ask:
                continue
            if not row.source.fields.get("rationale"):
                line = with_rationale(row, texts[ask], model).decode("utf-8", "surrogatepass")
                proposed.append((view.edited_subject(number), line))
    if proposed:
        who, now = reviewer(workspace), workspace.clock.now()
        decisions.decide_each(workspace.store, proposed, "edit", who=who, now=now)
    return len(proposed)


def _shows_one(view: ProjectView) -> bool:
    """The project's template writes a rationale into the completion."""
    renderer = view.dataset.renderer
    return renderer is not None and "rationale" in renderer.template.assistant
