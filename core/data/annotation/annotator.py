"""Who annotates, and how it is asked: resumable, each reply paid once, what was spent told while it runs."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from core.data.annotation.prompt import Prompt
from core.inference import Answer, Ask, Settings, Usage, asked, kept, usage
from core.inference.asked import Asked
from core.inference.watch import Watch, listening
from core.progress import Cancel, Report
from core.workspace import Workspace

AT_ONCE = 8

AnyPrompt = TypeVar("AnyPrompt", bound=Prompt)


class Annotator(Asked, Generic[AnyPrompt], frozen=True):
    """Who annotates, and with which prompt.

    Attributes:
        run: The id under which its replies are kept.
        prompt: What it is asked.
    """

    run: str
    prompt: AnyPrompt


def annotator_for(workspace: Workspace, prompt: AnyPrompt, model: str = "") -> Annotator[AnyPrompt]:
    """Who is asked a prompt: the same model and prompt go on where they stopped, others make another run.

    Args:
        workspace: The project.
        prompt: What to ask.
        model: A key of the catalogue, a model id, an inference profile or an ARN; empty for the prompt's own.

    Raises:
        UsageError: It is neither in the catalogue nor something that Converse takes.
    """
    found = asked.find(workspace.catalog, model or prompt.model)
    run = f"{prompt.name}/{workspace.location.target}/{found.model}/{prompt.fingerprint}"
    return Annotator(found.model, found.asked, found.prices, run, prompt)


def ask(
    workspace: Workspace,
    annotator: Annotator[AnyPrompt],
    asks: Sequence[Ask],
    report: Report,
    cancel: Cancel | None,
    *,
    at_once: int = AT_ONCE,
    again: Callable[[dict[str, Answer]], Sequence[Ask]] = lambda _: (),
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
        again: What to ask once more after the replies to all, with room for one twice as long.

    Returns:
        Tokens of this time, as billed.

    Raises:
        AwsError: The model does not answer.
        CancelledError: It was cancelled; the next time goes on where this one stopped.
    """
    from core.inference.run import run

    store = workspace.store
    before = usage(store, annotator.run)

    def used() -> Usage:
        return usage(store, annotator.run) - before

    def put(asks: Sequence[Ask], report: Report, *, longer: int = 1) -> None:
        most = longer * annotator.prompt.max_tokens
        run(
            asks,
            name=annotator.run,
            settings=Settings(annotator.asked, most, annotator.prompt.temperature, at_once),
            connection=workspace.connection,
            store=store,
            clock=workspace.clock,
            report=report,
            cancel=cancel,
        )

    watch = Watch(report, lambda: annotator.spent(used()), "replies")
    with listening(workspace.connection, watch):
        put(asks, watch.reporting())
        if second := again(kept(store, annotator.run)):
            put(second, watch.reporting(len(asks)), longer=2)
    return used()
