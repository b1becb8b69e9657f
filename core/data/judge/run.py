"""Judges records with a model: forecast before, spent while running, resumable, each reply paid once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import get_args

import msgspec

from core.data.dataset import Row
from core.data.judge import verdicts
from core.data.judge.prompt import Prompt, Questioner, case_of
from core.data.judge.verdict import Judgement, Verdict, parse
from core.data.judge.verdicts import AGAIN, Usage
from core.data.judge.watch import Watch, listening
from core.inference import Answer, Ask, Settings, kept
from core.progress import Cancel, Report, silent
from core.records.tokens import estimate
from core.text import count, money
from core.workspace import Workspace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.formatting.template import Renderer

TYPICAL_REPLY = 90  # output tokens, as in the article's sample reply
AT_ONCE = 8


class Judge(msgspec.Struct, frozen=True):
    """Who judges, and how.

    Attributes:
        model: A key of the catalogue, or what was given where the catalogue does not have it.
        asked: What Converse is given.
        run: The id under which its replies are kept.
        prompt: What it is asked.
        prices: Dollars for a million tokens sent and for a million said; None where one of them is unknown.
    """

    model: str
    asked: str
    run: str
    prompt: Prompt
    prices: tuple[float, float] | None

    def dollars(self, used: Usage) -> float | None:
        """What tokens cost; None while a price is unknown."""
        if self.prices is None:
            return None
        sent, said = self.prices
        return (used.input_tokens * sent + used.output_tokens * said) / 1_000_000


class Forecast(msgspec.Struct, frozen=True):
    """What judging will take.

    Attributes:
        records: Distinct records to judge.
        to_ask: Those without a reply yet.
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


def judge_for(workspace: Workspace, prompt: Prompt, model: str = "") -> Judge:
    """A judge.

    Args:
        workspace: The project.
        prompt: What to ask.
        model: A key of the catalogue, a model id, an inference profile or an ARN; empty for the prompt's own.

    Raises:
        UsageError: It is neither in the catalogue nor something that Converse takes.
    """
    name = model or prompt.model
    is_key = not any(sign in name for sign in ".:")  # which every id, profile and ARN has
    asked = workspace.catalog.get(name).inference_id if is_key else name
    found = workspace.catalog.find(asked)
    key = found.key if found is not None and found.inference_id == asked else name
    sent, said = (found.prices.input, found.prices.output) if found is not None else (None, None)
    return Judge(
        model=key,
        asked=asked,
        run=verdicts.run_id(workspace.location.target, key, prompt),
        prompt=prompt,
        prices=(sent.dollars, said.dollars) if sent is not None and said is not None else None,
    )


def plan(workspace: Workspace, judge: Judge, rows: Iterable[Row], renderer: "Renderer | None") -> Plan:
    """Writes out what will be asked, and what that will take; nobody is asked yet.

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
    done = kept(workspace.store, judge.run)
    new = [each.chat for each in asks.values() if each.id not in done]
    sent = sum(estimate(chat.system or "") + estimate(chat.prompt) for chat in new)
    expected = Usage(sent, TYPICAL_REPLY * len(new))
    forecast = Forecast(
        records=len(asks),
        to_ask=len(new),
        input_tokens=expected.input_tokens,
        output_tokens=expected.output_tokens,
        dollars=judge.dollars(expected),
        duplicates=total - unreadable - len(asks),
        unreadable=unreadable,
    )
    return Plan(judge, tuple(asks.values()), forecast)


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
    store, name = workspace.store, planned.judge.run
    answers, before = kept(store, name), verdicts.usage(store, name)
    reused = sum(ask.id in answers for ask in planned.asks)
    watch = Watch(report, lambda: _in_words(planned.judge, verdicts.usage(store, name) - before))
    with listening(workspace.connection, watch):
        _ask(workspace, planned.judge, planned.asks, watch.reporting(), cancel, at_once)
        doubtful = _doubtful(planned, kept(store, name))
        if doubtful:
            _ask(workspace, planned.judge, doubtful, watch.reporting(len(planned.asks)), cancel, at_once, tries=2)
    return _summary(planned, kept(store, name), reused, verdicts.usage(store, name) - before)


def _ask(
    workspace: Workspace,
    judge: Judge,
    asks: Sequence[Ask],
    report: Report,
    cancel: Cancel | None,
    at_once: int,
    *,
    tries: int = 1,
) -> None:
    from core.inference.run import run as ask_all

    ask_all(
        asks,
        name=judge.run,
        settings=Settings(judge.asked, tries * judge.prompt.max_tokens, judge.prompt.temperature, at_once),
        connection=workspace.connection,
        store=workspace.store,
        clock=workspace.clock,
        report=report,
        cancel=cancel,
    )


def _doubtful(planned: Plan, answers: dict[str, Answer]) -> list[Ask]:
    """The second asks, for replies that held no verdict."""
    questioner = Questioner(planned.judge.prompt)
    return [
        Ask(ask.id + AGAIN, questioner.again(ask.chat))
        for ask in planned.asks
        if parse(answers[ask.id].text, answers[ask.id].stop_reason).judgement == "unparsed"
    ]


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


def _in_words(judge: Judge, used: Usage) -> str:
    dollars = judge.dollars(used)
    return f"{count(used.input_tokens + used.output_tokens)} tokens" if dollars is None else money(dollars)
