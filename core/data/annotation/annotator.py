"""The engine that asks a model about records: which ones, what that takes, and each reply paid once.

An `AnnotationPrompt` says what is asked, which records it leaves out and what a reply comes to. `Asks` collects what
is to be asked and forecasts it; nobody is asked yet. `run` asks: it goes on where an earlier start stopped.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from core.catalog import Catalog
from core.data.annotation.brief import AGAIN, Brief, ask_id, brief_of, key_of, last_answer
from core.data.annotation.prompt import AnnotationPrompt, Questioner
from core.data.calibration import Basis, Calibration, basis, characters
from core.inference import Answer, Ask, AskSettings, Usage, asked, kept, usage
from core.inference.asked import AskedModel
from core.inference.asking_progress import Watch, listening
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.tokens import estimate_characters
from core.store import Store
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.data.view import View  # with numpy

AT_ONCE = 8
_EVERY = 100  # records between two looks at the cancel token

AnyPrompt = TypeVar("AnyPrompt", bound=AnnotationPrompt)


class Annotator(AskedModel, Generic[AnyPrompt], frozen=True):
    """Who annotates, and with which prompt.

    Attributes:
        run: The id under which its replies are kept.
        prompt: What it is asked.
        asks_again: A reply of no use is asked for once more, where the prompt knows how.
    """

    run: str
    prompt: AnyPrompt
    asks_again: bool = True


def annotator_for(catalog: Catalog, target: str, prompt: AnyPrompt, model: str = "") -> Annotator[AnyPrompt]:
    """Who is asked a prompt. The same model and prompt share a run; another model or prompt makes another run.

    Args:
        catalog: What Bedrock offers.
        target: Where it is asked: `rehearsal` or `aws`.
        prompt: What to ask.
        model: A key of the catalogue, a model id, an inference profile or an ARN; empty for the prompt's own.

    Raises:
        UsageError: It is neither in the catalogue nor something that Converse takes.
    """
    found = asked.find(catalog, model or prompt.model)
    run = f"{prompt.name}/{target}/{found.model}/{prompt.fingerprint}"
    return Annotator(found.model, found.asked, found.prices, run, prompt)


class AnnotationForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What asking will take.

    Attributes:
        to_ask: Asks without a reply yet.
        input_tokens: About how many will be sent.
        basis: What that rests on.
        output_tokens: About how many will come back.
        replies: How many were billed before, which that rests on; with none, on how long a reply usually is.
        dollars: What those cost; None while a price is unknown.
        most_dollars: The same with the error on top, and each reply as long as the prompt allows; None while one of
            them is unknown.
    """

    to_ask: int
    input_tokens: int
    basis: Basis
    output_tokens: int
    replies: int
    dollars: float | None
    most_dollars: float | None


AnyForecast = TypeVar("AnyForecast", bound=AnnotationForecast)


class AnnotationPlan(msgspec.Struct, Generic[AnyPrompt, AnyForecast], frozen=True):
    """Who is asked what, and what that takes.

    Attributes:
        annotator: Who.
        asks: What it is asked, each different thing once.
        rows: The ask of each row that is annotated.
        forecast: What they take.
    """

    annotator: Annotator[AnyPrompt]
    asks: tuple[Ask, ...]
    rows: dict[int, str]
    forecast: AnyForecast


class AnnotationSummary(msgspec.Struct, frozen=True):
    """How asking went.

    Attributes:
        model: Who was asked.
        run: Its run.
        counts: How many records have which outcome.
        reused: Records that had a reply before.
        used: Tokens of this time, as billed.
        dollars: What those cost; None while a price is unknown.
    """

    model: str
    run: str
    counts: dict[str, int]
    reused: int
    used: Usage
    dollars: float | None


class Asks:
    """What is to be asked about some records: each different thing once, whether it has a reply or not.

    Attributes:
        answers: The replies there are, by ask.
        rows: The ask of each row that is asked about.
        left_out: How many records are left out, by the reason.
    """

    def __init__(self, annotator: Annotator[AnyPrompt], store: Store, counted: Calibration | None) -> None:
        """Begins without any.

        Args:
            annotator: Who is asked.
            store: Has the replies of earlier starts.
            counted: What turns the records' characters into tokens; None while nobody has counted.

        Raises:
            InputError: The prompt is not a valid template.
        """
        self.answers = kept(store, annotator.run)
        self.rows: dict[int, str] = {}
        self.left_out = Counter[str]()
        self._annotator, self._counted = annotator, counted
        self._questioner = Questioner(annotator.prompt)
        self._asks: dict[str, Ask] = {}
        self._characters: dict[tuple[str, str], int] = {}  # of each brief
        self._billed: dict[str, tuple[int, int]] = {}  # characters and tokens, of each context once: it errs alike

    def add_records(
        self,
        view: "View",
        numbers: Sequence[int],
        *,
        most: int | None = None,
        report: Report = silent,
        cancel: Cancel | None = None,
    ) -> None:
        """Asks about records, but for those that the prompt leaves out.

        Args:
            view: The records, as their edits make them.
            numbers: Their rows, in the order in which they are looked at.
            most: Stops at this many rows that are asked about; None for all.
            report: Told how many are read.
            cancel: Stops between records.

        Raises:
            InputError: The prompt asks for something that a brief does not have.
            CancelledError: It was cancelled.
        """
        tell, token = throttled(report), cancel or Cancel()
        for done, number in enumerate(numbers):
            if len(self.rows) == most:
                break
            if done % _EVERY == 0:
                token.check()
                tell(Progress(done, len(numbers), "records", "reading"))
            row = view.row(number)
            brief = brief_of(row, view.dataset.renderer)
            ask = ask_id(row.identity, brief.content) if brief else ""
            why = self._annotator.prompt.leaves_out(row, brief, asked=ask in self._asks)
            if why:
                self.left_out[why] += 1
            if brief is None:
                continue
            if why:
                self._learn(ask, brief)
            else:
                self.rows[number] = ask
                self.add(ask, brief)

    def add(self, ask: str, brief: Brief) -> None:
        """Asks about a brief, once under each id.

        Raises:
            InputError: The prompt asks for something that a brief does not have.
        """
        if ask not in self._asks:
            self._asks[ask] = Ask(ask, self._questioner.chat(brief))
            self._characters[key_of(ask)] = brief.characters
            self._learn(ask, brief)

    def all(self) -> tuple[Ask, ...]:
        """What is asked, in the order of the records."""
        return tuple(self._asks.values())

    def left(self) -> list[Ask]:
        """Those without a reply, and those that are asked again."""
        wanted = [*self.all(), *second_asks(self._annotator, self.all(), self.answers)]
        return [ask for ask in wanted if ask.id not in self.answers]

    def forecast(self) -> AnnotationForecast:
        """What those take that have no reply yet, with as many second asks as there were until now."""
        to_ask = self.left()
        tokens, counted = self._measure()
        firsts = sum(not ask.endswith(AGAIN) for ask in self.answers)
        rounds = len(self.answers) / firsts if firsts else 1.0
        prompt, said = self._annotator.prompt, [answer.output_tokens for answer in self.answers.values()]
        reply = sum(said) / len(said) if said else prompt.usual_reply
        expected = Usage(round(rounds * sum(map(tokens, to_ask))), round(rounds * reply * len(to_ask)))
        most = None
        if counted.error is not None:
            sent = round(expected.input_tokens * (1 + counted.error))
            most = self._annotator.dollars(Usage(sent, round(rounds * prompt.max_tokens * len(to_ask))))
        return AnnotationForecast(
            to_ask=len(to_ask),
            input_tokens=expected.input_tokens,
            basis=counted,
            output_tokens=expected.output_tokens,
            replies=len(said),
            dollars=self._annotator.dollars(expected),
            most_dollars=most,
        )

    def _learn(self, ask: str, brief: Brief) -> None:
        """Takes what a brief was billed with, if it was asked about before, as a measure of what others will be."""
        answer = self.answers.get(ask)
        about = brief.context or brief.question
        if answer is not None and about not in self._billed:
            self._billed[about] = characters(self._questioner.chat(brief)), answer.input_tokens

    def _measure(self) -> tuple[Callable[[Ask], float], Basis]:
        """Tokens of an ask: as such asks were billed, else as the project's records were counted."""
        from core.data.token_estimate import LEAST, fit  # with numpy, which nothing else here needs

        model, billed, counted = self._annotator.model, list(self._billed.values()), self._counted
        if len(billed) >= LEAST:
            own = fit(model, "usage", billed)
            return lambda ask: own.prompt(characters(ask.chat)), basis(own, model)
        if counted is not None:
            return lambda ask: self._around(counted, ask), basis(counted, model)
        if billed:
            rate = sum(tokens for _, tokens in billed) / sum(length for length, _ in billed)
            return lambda ask: rate * characters(ask.chat), Basis(f"usage of {model}", len(billed))
        return lambda ask: estimate_characters(characters(ask.chat)), Basis()

    def _around(self, counted: Calibration, ask: Ask) -> int:
        """The brief as its record was counted, and the prompt's own words, which nobody has counted, as any text."""
        length = characters(ask.chat)
        brief = min(length, self._characters[key_of(ask.id)])
        return counted.prompt(brief) + estimate_characters(length - brief)


def drawn(rows: Iterable[int], seed: int) -> list[int]:
    """Rows in an order by chance: the first ones are a sample, and a larger sample holds a smaller one.

    Args:
        rows: Which.
        seed: Of the order.
    """
    order = list(rows)
    random.Random(seed).shuffle(order)  # noqa: S311 - a draw, not a secret
    return order


def second_asks(annotator: Annotator[AnyPrompt], asks: Sequence[Ask], answers: dict[str, Answer]) -> list[Ask]:
    """What is asked once more, because the first reply is of no use.

    Args:
        annotator: Who is asked.
        asks: The first asks.
        answers: The replies there are, by ask.
    """
    if not annotator.asks_again:
        return []
    replied = ((ask, answers[ask.id]) for ask in asks if ask.id in answers)
    chats = ((ask, annotator.prompt.again(ask.chat, answer)) for ask, answer in replied)
    return [Ask(ask.id + AGAIN, chat) for ask, chat in chats if chat is not None]


def run(
    workspace: Workspace,
    plan: AnnotationPlan[AnyPrompt, AnyForecast],
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> tuple[AnnotationSummary, dict[str, Answer]]:
    """Asks whatever has no reply yet, and once more where a reply is of no use.

    Args:
        workspace: The project.
        plan: What to ask.
        report: Told how many replied, what that cost, and that the service asks for patience.
        cancel: Stops between replies.
        at_once: Asks under way at the same time.

    Returns:
        How it went, and the replies to the plan's asks.

    Raises:
        AwsError: The model does not answer.
        CancelledError: It was cancelled; the next start goes on where this one stopped.
    """
    annotator, store = plan.annotator, workspace.store
    before = kept(store, annotator.run)
    used = ask(workspace, annotator, plan.asks, report, cancel, at_once=at_once)
    answers = kept(store, annotator.run)
    outcomes = {each.id: annotator.prompt.outcome(last_answer(answers, each.id)) for each in plan.asks}
    counts = Counter(outcomes[each] for each in plan.rows.values())
    summary = AnnotationSummary(
        model=annotator.model,
        run=annotator.run,
        counts={each: counts[each] for each in annotator.prompt.outcomes},
        reused=sum(each in before for each in plan.rows.values()),
        used=used,
        dollars=annotator.dollars(used),
    )
    return summary, answers


def ask(
    workspace: Workspace,
    annotator: Annotator[AnyPrompt],
    asks: Sequence[Ask],
    report: Report,
    cancel: Cancel | None,
    *,
    at_once: int = AT_ONCE,
) -> Usage:
    """Asks whatever has no reply yet.

    A kill loses at most the replies under way, `at_once` of them: what is in the store is never asked for again.

    Args:
        workspace: The project; its store keeps the replies.
        annotator: Who.
        asks: What.
        report: Told how many replied, what that cost, and that the service asks for patience.
        cancel: Stops between replies.
        at_once: Asks under way at the same time.

    Returns:
        Tokens of this time, as billed.

    Raises:
        AwsError: The model does not answer.
        CancelledError: It was cancelled; the next start goes on where this one stopped.
    """
    from core.inference import converse

    store = workspace.store
    before = usage(store, annotator.run)

    def used() -> Usage:
        return usage(store, annotator.run) - before

    def put(asks: Sequence[Ask], report: Report, *, longer: int = 1) -> None:
        most = longer * annotator.prompt.max_tokens
        converse.run(
            asks,
            name=annotator.run,
            settings=AskSettings(annotator.asked, most, annotator.prompt.temperature, at_once),
            connection=workspace.connection,
            store=store,
            clock=workspace.clock,
            report=report,
            cancel=cancel,
        )

    watch = Watch(report, lambda: annotator.spent(used()), "replies")
    with listening(workspace.connection, watch):
        put(asks, watch.reporting())
        if second := second_asks(annotator, asks, kept(store, annotator.run)):
            put(second, watch.reporting(len(asks)), longer=2)  # room for a reply twice as long
    return used()
