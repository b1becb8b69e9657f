"""LLM as a judge: a model says of each record whether its answer is right, and why.

A verdict excludes nothing from training by itself: a person decides what follows.
"""

from typing import ClassVar, get_args

import msgspec

from core.data import calibration
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
from core.data.annotation.brief import AGAIN, Brief, key_of
from core.data.annotation.prompt import AnnotationPrompt, digest
from core.data.annotation.verdicts import Judgement, Verdict, parse, verdict_of
from core.data.dataset import DatasetRow
from core.inference import Answer
from core.progress import Cancel, Report, silent
from core.records.record import Chat, Message
from core.workspace import Workspace

_USUAL_REPLY = 90  # tokens, as in the article's sample reply


class JudgePrompt(AnnotationPrompt, frozen=True, kw_only=True):
    """A judge's prompt: the article's, or the project's own `templates/judge.yaml`.

    Attributes:
        reminder: Put behind the user's turn when a reply held no verdict.
    """

    reminder: str

    name: ClassVar[str] = "judge"
    wanted: ClassVar[str] = "verdict"
    tag: ClassVar[str] = "judgement"
    where: ClassVar[str] = "the word in <judgement></judgement>, correct or incorrect"
    outcomes: ClassVar[tuple[str, ...]] = get_args(Judgement)

    @property
    def fingerprint(self) -> str:
        """Changes with whatever the model sees, and with the temperature."""
        return digest(f"{digest(self.system, self.user, self.reminder)} {self.temperature!r}")

    @property
    def usual_reply(self) -> int:
        """As long as the article's."""
        return _USUAL_REPLY

    def leaves_out(self, row: DatasetRow, brief: Brief | None, *, asked: bool) -> str:  # noqa: ARG002
        """Records that cannot be read, and all but one of those that are the same."""
        return "unreadable" if brief is None else "duplicates" if asked else ""

    def outcome(self, answer: Answer) -> str:
        """The judgement."""
        return parse(answer.text, answer.stop_reason).judgement

    def again(self, chat: Chat, answer: Answer) -> Chat | None:
        """The same with the reminder, for a judge whose reply held no verdict."""
        if self.outcome(answer) != "unparsed":
            return None
        return Chat((Message("user", f"{chat.prompt.rstrip()}\n\n{self.reminder}"),), chat.system)


class JudgeForecast(AnnotationForecast, frozen=True, kw_only=True):
    """What judging will take.

    Attributes:
        records: Distinct records to judge.
        duplicates: Records left out because the same one is judged already.
        unreadable: Records left out because they cannot be read.
    """

    records: int
    duplicates: int
    unreadable: int


class JudgeSummary(AnnotationSummary, frozen=True):
    """How judging went.

    Attributes:
        asked_again: Records about which the judge was asked twice, now or earlier.
        verdicts: What it said, by record.
    """

    asked_again: int
    verdicts: dict[str, Verdict]


JudgePlan = AnnotationPlan[JudgePrompt, JudgeForecast]


def prepare(
    workspace: Workspace,
    *,
    model: str = "",
    sample: int | None = None,
    seed: int = 1,
    where: str = "",
    report: Report = silent,
    cancel: Cancel | None = None,
) -> JudgePlan:
    """Plans to judge the project's records, as their edits make them.

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
    from core.data.project_records import TEMPLATES
    from core.data.project_view import opened  # with numpy, which reading a prompt or a verdict does without

    prompt = JudgePrompt.load(workspace.folder / TEMPLATES)
    judge = annotator_for(workspace.catalog, workspace.location.target, prompt, model)
    asks = Asks(judge, workspace.store, calibration.kept(workspace))
    with opened(workspace, report, cancel) as view:
        view.apply(where, report, cancel, words=False)
        rows = sorted(view.shown())
        if sample is not None:
            rows = sorted(drawn(rows, seed)[:sample])
        asks.add_records(view, rows, report=report, cancel=cancel)
    forecast = JudgeForecast(
        **msgspec.structs.asdict(asks.forecast()),
        records=len(asks.rows),
        duplicates=asks.left_out["duplicates"],
        unreadable=asks.left_out["unreadable"],
    )
    return AnnotationPlan(judge, asks.all(), asks.rows, forecast)


def run(
    workspace: Workspace,
    plan: JudgePlan,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> JudgeSummary:
    """Judges what has no verdict yet; `annotator.run` says how, and has the arguments and the errors."""
    summary, answers = annotator.run(workspace, plan, report, cancel, at_once=at_once)
    return JudgeSummary(
        **msgspec.structs.asdict(summary),
        asked_again=sum(each.id + AGAIN in answers for each in plan.asks),
        verdicts={key_of(each.id)[0]: verdict_of(answers, each.id) for each in plan.asks},
    )
