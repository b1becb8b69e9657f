"""Asks a judge, and says what came of it."""

from collections import Counter
from typing import get_args

import msgspec

from core.data.annotation.annotator import AT_ONCE, ask
from core.data.annotation.case import AGAIN, key_of
from core.data.judge.plan import Plan, second_asks
from core.data.judge.verdict import Judgement, Verdict
from core.data.judge.verdicts import verdict_of
from core.inference import Answer, Usage, kept
from core.progress import Cancel, Report, silent
from core.workspace import Workspace


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

    A verdict excludes nothing from training by itself.

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
    judge = planned.judge
    before = kept(workspace.store, judge.run)
    used = ask(
        workspace,
        judge,
        planned.asks,
        report,
        cancel,
        at_once=at_once,
        again=lambda answers: second_asks(judge, planned.asks, answers),
    )
    reused = sum(each.id in before for each in planned.asks)
    return _summary(planned, kept(workspace.store, judge.run), reused, used)


def _summary(planned: Plan, answers: dict[str, Answer], reused: int, used: Usage) -> Summary:
    said = {key_of(each.id): verdict_of(answers, each.id) for each in planned.asks}
    judgements = Counter(each.judgement for each in said.values())
    return Summary(
        model=planned.judge.model,
        run=planned.judge.run,
        counts={each: judgements[each] for each in get_args(Judgement)},
        reused=reused,
        asked_again=sum(each.id + AGAIN in answers for each in planned.asks),
        used=used,
        dollars=planned.judge.dollars(used),
        verdicts={record: each for (record, _), each in said.items()},
    )
