"""An LLM judge as one more metric: the article's template asks whether an answer to a question is right.

The judge sees the context, the question and the answer, and not the truth. Equal answers to a question are asked
about once, whichever model gave them; replies are kept apart from the verdicts on records, which are about the data.
"""

from collections.abc import Sequence

from core.data.judge import prompt as prompts
from core.data.judge import verdicts
from core.data.judge.plan import Judge, judge_for
from core.data.judge.prompt import Case as Judged
from core.data.judge.prompt import Questioner
from core.data.project_records import TEMPLATES
from core.errors import UsageError
from core.evaluation.metric import Case, Metric
from core.evaluation.runs import AT_ONCE, Result
from core.inference import Ask, Settings, kept, usage
from core.inference.watch import Watch, listening
from core.progress import Cancel, Report, silent
from core.text import money
from core.workspace import Workspace

NAME = "judge"


def judge_of(workspace: Workspace, model: str = "") -> Judge:
    """A judge with the project's prompt, or the article's.

    Args:
        workspace: The project.
        model: A key of the catalogue or a model id; empty for the prompt's own.

    Raises:
        UsageError: There is no such model.
        InputError: The project's prompt is none.
    """
    return judge_for(workspace, prompts.load(workspace.folder / TEMPLATES), model)


def to_ask(workspace: Workspace, judge: Judge, results: Sequence[Result]) -> list[Ask]:
    """What the judge has not replied to yet, each answer to a question once."""
    questioner, answered = Questioner(judge.prompt), kept(workspace.store, _run(judge))
    cases = {judged.content: judged for judged in (_judged(each.case()) for each in results)}
    return [Ask(content, questioner.chat(judged)) for content, judged in cases.items() if content not in answered]


def ask(
    workspace: Workspace,
    judge: Judge,
    results: Sequence[Result],
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> Metric:
    """Asks the judge about every answer that it has not replied to yet.

    Args:
        workspace: The project.
        judge: Who.
        results: Of all the runs that are to be compared.
        report: Told how many replied, and what that cost.
        cancel: Stops between replies.
        at_once: Asks under way at the same time.

    Returns:
        The metric: `correct`, and `unparsed` for replies without a verdict, which count as not correct.

    Raises:
        AwsError: The judge does not answer.
        CancelledError: It was cancelled; the next time goes on where this one stopped.
    """
    from core.inference.run import run as ask_all

    run, store = _run(judge), workspace.store
    before = usage(store, run)

    def spent() -> str:
        cost = judge.dollars(usage(store, run) - before)
        return "asking the judge" + ("" if cost is None else f"; {money(cost)}")

    watch = Watch(report, spent, "replies")
    with listening(workspace.connection, watch):
        ask_all(
            to_ask(workspace, judge, results),
            name=run,
            settings=Settings(judge.asked, judge.prompt.max_tokens, judge.prompt.temperature, at_once),
            connection=workspace.connection,
            store=store,
            clock=workspace.clock,
            report=watch.reporting(),
            cancel=cancel,
        )
    return metric(workspace, judge)


def metric(workspace: Workspace, judge: Judge) -> Metric:
    """The metric from the replies there are."""
    replies = kept(workspace.store, _run(judge))

    def rule(case: Case) -> tuple[float, float]:
        content = _judged(case).content
        if content not in replies:
            raise UsageError("The judge was not asked about these answers yet", todo="Compare with `--judge`")
        said = verdicts.verdict_of(replies, content).judgement
        return 100.0 * (said == "correct"), 100.0 * (said == "unparsed")

    return Metric(NAME, ("correct", "unparsed"), "correct", rule, asks=True)


def _judged(case: Case) -> Judged:
    """The prompt without its question, the question, the answer."""
    before, tag, rest = case.context.rpartition("<question>")
    around = before + rest.partition("</question>")[2] if tag else case.context.removesuffix(case.question)
    return Judged(around.strip(), case.question, case.prediction)


def _run(judge: Judge) -> str:
    return f"answers/{judge.run}"
