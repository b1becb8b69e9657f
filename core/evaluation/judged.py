"""An LLM judge as one more metric: the article's template asks whether an answer to a question is right.

The judge sees the context, the question and the answer, and not the truth. Equal answers to a question are asked
about once, whichever model gave them; replies are kept apart from the verdicts on records, which are about the data.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from core.data import calibration
from core.data.annotation import annotator
from core.data.annotation.annotator import Annotator, Asks, annotator_for
from core.data.annotation.brief import Brief
from core.data.annotation.judge import JudgePrompt
from core.data.annotation.verdicts import verdict_of
from core.data.project_records import TEMPLATES
from core.errors import UsageError
from core.evaluation.metric import Case, Metric
from core.evaluation.runs import AT_ONCE, Result
from core.inference import kept
from core.progress import Cancel, Report, silent
from core.store import Store
from core.workspace import Workspace

NAME = "judge"


def judge_of(workspace: Workspace, model: str = "") -> Annotator[JudgePrompt]:
    """A judge with the project's prompt, or the article's.

    Args:
        workspace: The project.
        model: A key of the catalogue or a model id; empty for the prompt's own.

    Raises:
        UsageError: There is no such model.
        InputError: The project's prompt is none.
    """
    prompt = JudgePrompt.load(workspace.folder / TEMPLATES)
    found = annotator_for(workspace.catalog, workspace.location.target, prompt, model)
    return replace(found, run=f"answers/{found.run}", asks_again=False)


def asks_about(workspace: Workspace, judge: Annotator[JudgePrompt], results: Sequence[Result]) -> Asks:
    """What the judge is to be asked, each answer to a question once, whether it has replied or not.

    Raises:
        InputError: The prompt asks for something that an answer does not have.
    """
    asks = Asks(judge, workspace.store, calibration.kept(workspace))
    for each in results:
        brief = _brief(each.case())
        asks.add(brief.content, brief)
    return asks


def ask(
    workspace: Workspace,
    judge: Annotator[JudgePrompt],
    asks: Asks,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> Metric:
    """Asks the judge about every answer that it has not replied to yet.

    Args:
        workspace: The project.
        judge: Who.
        asks: What about, of all the runs that are to be compared.
        report: Told how many replied, and what that cost.
        cancel: Stops between replies.
        at_once: Asks under way at the same time.

    Returns:
        The metric: `correct`, and `unparsed` for replies without a verdict, which count as not correct.

    Raises:
        AwsError: The judge does not answer.
        CancelledError: It was cancelled; the next time goes on where this one stopped.
    """
    annotator.ask(workspace, judge, asks.left(), report, cancel, at_once=at_once)
    return metric(workspace.store, judge)


def metric(store: Store, judge: Annotator[JudgePrompt]) -> Metric:
    """The metric from the replies there are."""
    replies = kept(store, judge.run)

    def rule(case: Case) -> tuple[float, float]:
        content = _brief(case).content
        if content not in replies:
            raise UsageError("The judge was not asked about these answers yet", todo="Compare with `--judge`")
        said = verdict_of(replies, content).judgement
        return 100.0 * (said == "correct"), 100.0 * (said == "unparsed")

    return Metric(NAME, ("correct", "unparsed"), "correct", rule, asks=True)


def _brief(case: Case) -> Brief:
    """The prompt without its question, the question, the answer."""
    before, tag, rest = case.context.rpartition("<question>")
    around = before + rest.partition("</question>")[2] if tag else case.context.removesuffix(case.question)
    return Brief(around.strip(), case.question, case.prediction)
