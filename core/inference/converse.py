"""Asks a model N things: bounded, resumable, each answer paid once."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import msgspec

from core.aws import runtime
from core.aws.errors import AwsError
from core.aws.session import Connection
from core.clock import Clock
from core.inference.answers import keep_all, kept
from core.inference.ask import Answer, Ask, AskSettings
from core.progress import Cancel, Progress, Report, silent, throttled
from core.store import Store

_ROUNDS = 6  # times an ask is tried when the service, after boto3's own retries, still says "later"
_PAUSE = 2.0  # seconds before the second round; doubles each time


class Summary(msgspec.Struct, frozen=True):
    """How a run went: answers in all, and how many of them were already there."""

    answered: int
    reused: int


def run(
    asks: Iterable[Ask],
    *,
    name: str,
    settings: AskSettings,
    connection: Connection,
    store: Store,
    clock: Clock,
    report: Report = silent,
    cancel: Cancel | None = None,
) -> Summary:
    """Asks whatever this run has no answer to yet.

    Args:
        asks: In any order; ids must be stable, since they are how a restart knows what is done.
        name: The run's id.
        settings: Which model, and how.
        connection: Where.
        store: Keeps the answers.
        clock: Times them, and waits between rounds.
        report: Told how many of how many are answered.
        cancel: Stops between answers; what is answered stays.

    Raises:
        CancelledError: After `cancel`.
        AwsError: The service refuses for good, or is still not able after several rounds.
    """
    cancel = cancel or Cancel()
    wanted = list(asks)
    done = kept(store, name)
    todo = [ask for ask in wanted if ask.id not in done]
    reused = len(wanted) - len(todo)
    tell = throttled(report)
    tell(Progress(reused, len(wanted), "answers"))
    pause = _PAUSE
    for attempt in range(_ROUNDS):
        failed, error = _round(todo, name, settings, connection, store, clock, cancel, tell, len(wanted))
        if not failed:
            return Summary(len(wanted), reused)
        todo = failed
        if attempt == _ROUNDS - 1 and error is not None:
            raise error
        note = f"{error.code if error else 'busy'}: {len(failed)} to ask again in {pause:.0f} s"
        report(Progress(len(wanted) - len(failed), len(wanted), "answers", note))  # the last word for a while
        if clock.wait(pause, cancel.event):
            cancel.check()
        pause *= 2
    raise AssertionError("unreachable: the last round returns or raises")


def _round(
    todo: list[Ask],
    name: str,
    settings: AskSettings,
    connection: Connection,
    store: Store,
    clock: Clock,
    cancel: Cancel,
    tell: Report,
    total: int,
) -> tuple[list[Ask], AwsError | None]:
    """Asks everything once; returns what the service was not able to answer, and why.

    When it refuses for good, nothing more is asked, and what is under way is still kept: it is paid for.
    """
    failed: list[Ask] = []
    last: AwsError | None = None
    fatal: BaseException | None = None
    answered = total - len(todo)
    stop = threading.Event()
    with ThreadPoolExecutor(settings.at_once, thread_name_prefix="ask") as pool:
        for ended in _in_flight(pool, todo, connection, settings, stop, cancel):
            answers = [future.result() for _, future in ended if future.exception() is None]
            if answers:
                keep_all(store, name, answers, clock.now())  # those that end together wait for one disk write
            answered += len(answers)
            for ask, future in ended:
                error = future.exception()
                if isinstance(error, AwsError) and error.transient:
                    failed.append(ask)
                    last = error
                else:
                    fatal = fatal or error
            tell(Progress(answered, total, "answers"))
    if fatal is not None:
        raise fatal
    cancel.check()
    return failed, last


def _in_flight(
    pool: ThreadPoolExecutor,
    todo: list[Ask],
    connection: Connection,
    settings: AskSettings,
    stop: threading.Event,
    cancel: Cancel,
) -> Iterator[list[tuple[Ask, Future[Answer]]]]:
    """Keeps `at_once` asks under way; yields those that have ended, in no order, when others are in their place."""
    waiting = iter(todo)
    under_way: dict[Future[Answer], Ask] = {}
    ended: list[tuple[Ask, Future[Answer]]] = []
    try:
        while True:
            if any(_is_fatal(future) for _, future in ended):
                stop.set()
            while len(under_way) < settings.at_once and not (stop.is_set() or cancel.event.is_set()):
                ask = next(waiting, None)
                if ask is None:
                    break
                under_way[pool.submit(_ask, connection, settings, ask)] = ask
            if ended:
                yield ended
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            ended = [(under_way.pop(future), future) for future in done]
    finally:
        for future in under_way:
            future.cancel()


def _is_fatal(future: Future[Answer]) -> bool:
    """Whether an ask failed for good."""
    error = future.exception()
    return error is not None and not (isinstance(error, AwsError) and error.transient)


def _ask(connection: Connection, settings: AskSettings, ask: Ask) -> Answer:
    reply = runtime.converse(
        connection,
        settings.model,
        ask.chat,
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
    )
    return Answer(ask.id, reply.text, reply.stop_reason, reply.input_tokens, reply.output_tokens, reply.latency_ms)
