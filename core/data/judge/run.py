"""Asks a judge: resumable, each reply paid once, what was spent told while it runs."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

import msgspec

from core.data.judge import verdicts
from core.data.judge.plan import Judge, Plan, second_asks
from core.data.judge.verdict import Judgement, Verdict
from core.data.judge.verdicts import AGAIN
from core.inference import Answer, Ask, Settings, Usage, kept, usage
from core.inference.watch import Watch, listening
from core.progress import Cancel, Report, silent
from core.workspace import Workspace

AT_ONCE = 8


class Summary(msgspec.Struct, frozen=True):
    """How judging went.

    Attributes:
        model: The judge.
        run: Its run.
        counts: How many records have which judgement.
        reused: Records that had a reply before.
        asked_again: Records about which the judge was asked twice, now or earlier.
        used: Tokens of this time, as billed.
        dollars: What those cost; None while a price is unknown.
        verdicts: What it said, by record.
    """

    model: str
    run: str
    counts: dict[Judgement, int]
    reused: int
    asked_again: int
    used: Usage
    dollars: float | None
    verdicts: dict[str, Verdict]


def run(
    workspace: Workspace,
    planned: Plan,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> Summary:
    """Asks whatever has no reply yet, and once more where a reply held no verdict.

    A verdict excludes nothing from training by itself. A kill loses at most the replies under way, `at_once` of them:
    what has reached the store is never asked for again.

    Args:
        workspace: The project.
        planned: What to ask.
        report: Told how many replied, what that cost, and that the service asks for patience.
        cancel: Stops between replies.
        at_once: Asks under way at the same time.

    Raises:
        AwsError: The model does not answer.
        CancelledError: It was cancelled; the next time goes on where this one stopped.
    """
    judge, store = planned.judge, workspace.store
    answers, before = kept(store, judge.run), usage(store, judge.run)
    reused = sum(ask.id in answers for ask in planned.asks)
    watch = Watch(report, lambda: judge.spent(usage(store, judge.run) - before), "replies")
    with listening(workspace.connection, watch):
        _ask(workspace, judge, planned.asks, watch.reporting(), cancel, at_once)
        again = second_asks(judge, planned.asks, kept(store, judge.run))
        if again:
            _ask(workspace, judge, again, watch.reporting(len(planned.asks)), cancel, at_once, tokens=2)
    return _summary(planned, kept(store, judge.run), reused, usage(store, judge.run) - before)


def _ask(
    workspace: Workspace,
    judge: Judge,
    asks: Sequence[Ask],
    report: Report,
    cancel: Cancel | None,
    at_once: int,
    *,
    tokens: int = 1,
) -> None:
    """Asks; `tokens` times as long a reply as the prompt says is wanted."""
    from core.inference.run import run as ask_all

    ask_all(
        asks,
        name=judge.run,
        settings=Settings(judge.asked, tokens * judge.prompt.max_tokens, judge.prompt.temperature, at_once),
        connection=workspace.connection,
        store=workspace.store,
        clock=workspace.clock,
        report=report,
        cancel=cancel,
    )


def _summary(planned: Plan, answers: dict[str, Answer], reused: int, used: Usage) -> Summary:
    said = {verdicts.key_of(ask.id): verdicts.verdict_of(answers, ask.id) for ask in planned.asks}
    judgements = Counter(each.judgement for each in said.values())
    return Summary(
        model=planned.judge.model,
        run=planned.judge.run,
        counts={each: judgements[each] for each in get_args(Judgement)},
        reused=reused,
        asked_again=sum(ask.id + AGAIN in answers for ask in planned.asks),
        used=used,
        dollars=planned.judge.dollars(used),
        verdicts={record: each for (record, _), each in said.items()},
    )
