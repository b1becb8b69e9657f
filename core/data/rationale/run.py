"""Asks for rationales: resumable, each reply paid once, what was spent told while it runs."""

from collections import Counter
from collections.abc import Mapping
from typing import get_args

import msgspec

from core.data import decisions
from core.data.judge.prompt import case_of
from core.data.judge.verdicts import ask_id
from core.data.project_view import opened
from core.data.rationale.plan import Plan
from core.data.rationale.proposal import with_rationale
from core.data.rationale.reply import Outcome, parse
from core.data.reviewer import reviewer
from core.inference import Settings, Usage, kept, usage
from core.inference.watch import Watch, listening
from core.progress import Cancel, Report, silent
from core.workspace import Workspace

AT_ONCE = 8


class Summary(msgspec.Struct, frozen=True):
    """How writing went.

    Attributes:
        model: Who wrote.
        run: Its run.
        counts: How many records have which outcome.
        proposed: How many records have got a rationale now, to be reviewed.
        reused: Records whose reply was there before.
        used: Tokens of this time, as billed.
        dollars: What those cost; None while a price is unknown.
    """

    model: str
    run: str
    counts: dict[Outcome, int]
    proposed: int
    reused: int
    used: Usage
    dollars: float | None


def run(
    workspace: Workspace,
    planned: Plan,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    at_once: int = AT_ONCE,
) -> Summary:
    """Asks whatever has no reply yet, and keeps what came back as edits, in one batch of the journal.

    A kill loses at most the replies under way, `at_once` of them: what is in the store is never asked for again.

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
    from core.inference.run import run as ask_all

    writer, store = planned.writer, workspace.store
    before, there = usage(store, writer.run), kept(store, writer.run)
    watch = Watch(report, lambda: writer.spent(usage(store, writer.run) - before), "replies")
    with listening(workspace.connection, watch):
        ask_all(
            planned.asks,
            name=writer.run,
            settings=Settings(writer.asked, writer.prompt.max_tokens, writer.prompt.temperature, at_once),
            connection=workspace.connection,
            store=store,
            clock=workspace.clock,
            report=watch.reporting(),
            cancel=cancel,
        )
    answers, used = kept(store, writer.run), usage(store, writer.run) - before
    replies = {ask.id: parse(answers[ask.id].text, answers[ask.id].stop_reason) for ask in planned.asks}
    outcomes = Counter(replies[ask].outcome for ask in planned.rows.values())
    texts = {ask: each.text for ask, each in replies.items() if each.outcome == "written"}
    return Summary(
        model=writer.model,
        run=writer.run,
        counts={each: outcomes[each] for each in get_args(Outcome)},
        proposed=propose(workspace, planned.rows, texts, writer.model),
        reused=sum(ask in there for ask in planned.rows.values()),
        used=used,
        dollars=writer.dollars(used),
    )


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
            case = case_of(row, view.dataset.renderer)
            if row.source is None or case is None or ask_id(row.identity, case.content) != ask:
                continue
            if not row.source.fields.get("rationale"):
                line = with_rationale(row, texts[ask], model).decode("utf-8", "surrogatepass")
                proposed.append((view.edited_subject(number), line))
    if proposed:
        who, now = reviewer(workspace), workspace.clock.now()
        decisions.decide_each(workspace.store, proposed, "edit", who=who, now=now)
    return len(proposed)
