"""Asks for rationales, and keeps what came back."""

from collections import Counter
from collections.abc import Mapping
from typing import get_args

import msgspec

from core.data import decisions
from core.data.annotation.annotator import AT_ONCE, ask
from core.data.annotation.case import ask_id, case_of
from core.data.project_view import opened
from core.data.rationale.plan import Plan
from core.data.rationale.proposal import with_rationale
from core.data.rationale.reply import Outcome, parse
from core.data.reviewer import reviewer
from core.inference import Usage, kept
from core.progress import Cancel, Report, silent
from core.workspace import Workspace


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
    writer, store = planned.writer, workspace.store
    before = kept(store, writer.run)
    used = ask(workspace, writer, planned.asks, report, cancel, at_once=at_once)
    answers = kept(store, writer.run)
    replies = {each.id: parse(answers[each.id].text, answers[each.id].stop_reason) for each in planned.asks}
    outcomes = Counter(replies[each].outcome for each in planned.rows.values())
    texts = {asked: each.text for asked, each in replies.items() if each.outcome == "written"}
    return Summary(
        model=writer.model,
        run=writer.run,
        counts={each: outcomes[each] for each in get_args(Outcome)},
        proposed=propose(workspace, planned.rows, texts, writer.model),
        reused=sum(each in before for each in planned.rows.values()),
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
        for number, asked in rows.items():
            if asked not in texts or number >= view.facts.count:
                continue
            row = view.row(number)
            case = case_of(row, view.dataset.renderer)
            if row.source is None or case is None or ask_id(row.identity, case.content) != asked:
                continue
            if not row.source.fields.get("rationale"):
                line = with_rationale(row, texts[asked], model).decode("utf-8", "surrogatepass")
                proposed.append((view.edited_subject(number), line))
    if proposed:
        who, now = reviewer(workspace), workspace.clock.now()
        decisions.decide_each(workspace.store, proposed, "edit", who=who, now=now)
    return len(proposed)
