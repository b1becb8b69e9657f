"""Stage 7 on screen: endpoints with what they cost by the hour, made, asked and deleted."""

from typing import TYPE_CHECKING

import msgspec
from textual.app import ComposeResult

from core.deployment.meter import bill, hourly, rate_in_words, spent
from core.errors import OutcropError, UsageError
from core.text import count, duration, money
from tui import keys
from tui.present import endpoints, glyphs
from tui.present.line import Line, fact_lines, wrap
from tui.tabs.stage import Stage
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView
from tui.work import start_task

if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.aws.endpoints import Endpoint
    from core.aws.runtime import Reply
    from core.deployment.endpoints import EndpointsSnapshot


class Exchange(msgspec.Struct, frozen=True):
    """A question to an endpoint, what it said, and the truth where that is known."""

    endpoint: str
    question: str
    reply: "Reply"
    truth: str = ""


class DeployTab(Stage):
    """The Deploy tab."""

    SCOPE = "deploy"
    PANES = ("endpoints", "endpoint")
    BINDINGS = keys.bindings("deploy")
    DEFAULT_CSS = """
    DeployTab { layout: vertical; }
    DeployTab > #endpoints { height: 1fr; min-height: 3; }
    DeployTab > #endpoint { height: 2fr; border-top: solid $line; }
    """

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__(target)
        self._snapshot: EndpointsSnapshot | None = None
        self._exchanges: list[Exchange] = []

    def compose(self) -> ComposeResult:
        """The endpoints, and below them the one under the cursor."""
        yield Table(
            [
                Column("", 1),
                Column("endpoint"),
                Column("kind", 11, least=60),
                Column("state", 8),
                Column("age", 7, right=True, least=60),
                Column("$/hour", 9, right=True),
                Column("so far", 9, right=True, least=60),
            ],
            id="endpoints",
        )
        yield TextView(id="endpoint")

    @property
    def table(self) -> Table:
        """The endpoints."""
        return self.query_one("#endpoints", Table)

    def begin(self) -> None:
        """Shows what is known already."""
        self._say_why_empty()
        if self.shell.endpoints is not None:
            self.endpoints_polled(self.shell.endpoints)

    def opened(self, target: int | str | None = None) -> None:
        """Shows how old everything is by now."""
        del target
        self._say_why_empty()
        self._show()
        self.say_state()

    def reload(self) -> None:
        """Draws anew; the watcher asks by itself."""
        if self._snapshot is not None:
            self.endpoints_polled(self._snapshot)

    def endpoints_polled(self, snapshot: "EndpointsSnapshot") -> None:
        """All endpoints, as of now."""
        self._snapshot = snapshot
        self._say_why_empty()
        self.table.show(len(snapshot.endpoints), self._rows)
        self._show()
        self.say_state()

    def poll_failed(self, error: OutcropError) -> None:
        """Nobody answers: says what is known, and of when."""
        del error
        self._say_why_empty()
        self.say_state()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows the endpoint under the cursor."""
        event.stop()
        self._show()

    def action_detail(self) -> None:
        """To the endpoint below, with what it was asked."""
        self.bring(self.query_one("#endpoint"))

    def back(self) -> bool:
        """Back to the list."""
        return self.leave_detail()

    def action_create(self) -> None:
        """Shows what an endpoint for the newest model costs, and makes it once that is confirmed."""
        job = self._newest()
        if job is None:
            self.say("No job of this project is done yet: 4 goes to Tune", "warn")
            return
        from core.deployment.endpoints import request_for

        self.shell.refuse_if_read_only()
        request = request_for(self.workspace.catalog, job)
        facts = [
            ("where", f"{self.workspace.location} {self.workspace.location.as_of}".strip()),
            ("model", job.model_name),
            ("kind", request.kind),
            ("cost", rate_in_words(self.workspace.catalog, request.model, request.kind)),
            ("endpoint", request.name),
        ]
        self.confirm("Create this endpoint?", facts, lambda: self._create(job))

    def action_ask(self) -> None:
        """Asks the endpoint under the cursor."""
        self.shell.refuse_if_read_only()
        endpoint = self._endpoint()
        if endpoint is None:
            self.say("There is no endpoint to ask: C creates one", "warn")
        elif endpoint.state not in ("ready", "updating"):
            self.say(f"{endpoint.name} is {endpoint.state}: it does not answer", "warn")
        else:
            self.bar.ask("ask, or enter for Data's record", "", lambda text: self._ask(endpoint, text))

    def action_delete(self) -> None:
        """Asks, then deletes the endpoint under the cursor."""
        endpoint = self._endpoint()
        if endpoint is None:
            return
        self.shell.refuse_if_read_only()

        facts = [
            ("where", f"{self.workspace.location} {self.workspace.location.as_of}".strip()),
            ("endpoint", endpoint.name),
            ("bills", rate_in_words(self.workspace.catalog, endpoint.model, endpoint.kind)),
            ("then", "the model stays; a new endpoint takes a while to come up"),
        ]
        self.confirm("Delete this endpoint?", facts, lambda: self._delete(endpoint))

    def copied(self) -> str:
        """The endpoint's ARN."""
        endpoint = self._endpoint()
        return endpoint.arn if endpoint else ""

    def _create(self, job: "Job") -> None:
        start_task(self.workspace, "deploy", "deploy", "create", job.arn, "--yes")
        self.say(f"creating an endpoint for {job.model_name}")

    def _ask(self, endpoint: "Endpoint", text: str) -> None:
        workspace, row = self.workspace, self.shell.settings.number("data.row", 0)

        def work() -> Exchange:
            from core.data.template_preview import few_of, preview
            from core.deployment.endpoints import ask_chat, ask_model

            if text.strip():
                return Exchange(endpoint.name, text, ask_model(workspace.connection, endpoint.arn, text))
            chat = preview(workspace, row, few_of(workspace)).chat
            if chat is None:
                raise UsageError("That record cannot be read", todo="Type a question, or choose another in Data")
            reply = ask_chat(workspace.connection, endpoint.arn, chat.asked())
            return Exchange(endpoint.name, chat.question, reply, chat.completion)

        self.in_thread("ask", work, self._replied)
        self.say(f"asking {endpoint.name}…")

    def _replied(self, exchange: Exchange) -> None:
        self._exchanges.insert(0, exchange)
        self._show()
        self.say_state()

    def _delete(self, endpoint: "Endpoint") -> None:
        workspace = self.workspace

        def work() -> None:
            from core.deployment.endpoints import delete

            delete(workspace, endpoint)

        self.in_thread("delete", work, lambda _: self.shell.refresh_stage())
        self.say(f"deleting {endpoint.name}")

    def _newest(self) -> "Job | None":
        snapshot = self.shell.jobs
        done = [job for job in (snapshot.jobs if snapshot else ()) if job.status == "Completed" and job.model_arn]
        return done[0] if done else None

    def _endpoint(self) -> "Endpoint | None":
        if self._snapshot is None or not self._snapshot.endpoints:
            return None
        return self._snapshot.endpoints[min(self.table.cursor, len(self._snapshot.endpoints) - 1)]

    def _rows(self, start: int, stop: int) -> list[Row]:
        if self._snapshot is None:
            return []
        now, catalog = self.workspace.clock.now(), self.workspace.catalog
        return [
            (
                glyphs.ENDPOINTS.get(each.state, glyphs.UNKNOWN),
                each.name,
                each.kind,
                (each.state, glyphs.ENDPOINTS.get(each.state, glyphs.UNKNOWN)[1]),
                duration(max(0.0, (now - each.created).total_seconds())),
                (money(hourly(each, catalog)), "warn" if each.kind == "provisioned" else "text"),
                money(spent(each, catalog, now)),
            )
            for each in self._snapshot.endpoints[start:stop]
        ]

    def _show(self) -> None:
        self.query_one("#endpoint", TextView).show(self._lines, keep_place=True)

    def _lines(self, width: int) -> list[Line]:
        endpoint, lines = self._endpoint(), list[Line]()
        if endpoint is not None and self._snapshot is not None:
            bills = bill(endpoint, self.workspace.catalog, self.workspace.clock.now())
            lines += fact_lines(_facts(endpoint, self._snapshot, bills), width, 9)
        for exchange in self._exchanges:
            reply = exchange.reply
            used = f"{count(reply.input_tokens)} tokens in, {count(reply.output_tokens)} out, {reply.latency_ms} ms"
            lines += [[], *_spoken("you", exchange.question, "text", width)]
            lines += _spoken("it", reply.text, "strong", width)
            lines += _spoken("truth", exchange.truth, "good", width) if exchange.truth else []
            lines += _spoken("", used, "dim", width)
        return lines

    def _say_why_empty(self) -> None:
        """Only an answer says that nothing bills by the hour."""
        known = endpoints.last_answer(self.shell.known_endpoints, self.workspace.clock.now())
        if self.shell.endpoints_silence is not None:
            self.table.set_empty("Nobody answers, so what bills by the hour is not known.", "", known)
        elif self._snapshot is None:
            self.table.set_empty("Asking for the endpoints…", "", known)
        else:
            create = "C creates one for the newest tuned model."
            self.table.set_empty("No endpoints, so nothing bills by the hour.", "", create)

    def say_state(self) -> None:
        """How many endpoints, what bills by the hour, and when AWS answered."""
        known = self.shell.known_endpoints
        if self.shell.endpoints_silence is not None and known is not None:
            self.tell(
                [("nobody answers", "warn"), (f"  {endpoints.last_answer(known, self.workspace.clock.now())}", "dim")]
            )
            return
        if self._snapshot is None:
            self.say("" if self.shell.endpoints_silence else "asking for the endpoints…")
            return
        meter = self._snapshot.meter
        at = f"{self._snapshot.at.astimezone():%H:%M:%S}"
        self.tell(
            [
                (count(len(self._snapshot.endpoints), "endpoint"), "text"),
                (f"  {meter}", "warn" if meter.billing else "good"),
                (f"  {self._snapshot.location}  at {at}", "dim"),
            ]
        )


def _facts(endpoint: "Endpoint", snapshot: "EndpointsSnapshot", bills: str) -> list[tuple[str, str]]:
    entry = snapshot.ours.get(endpoint.arn)
    facts = [("bills", bills), ("arn", endpoint.arn), ("model", endpoint.model)]
    if endpoint.units:
        until = f"until {endpoint.committed_until:%Y-%m-%d}" if endpoint.committed_until else "no commitment"
        facts.append(("units", f"{count(endpoint.units, 'model unit')}, {until}"))
    if endpoint.failure:
        facts.append(("failed", endpoint.failure))
    if entry is not None and entry.purpose:
        facts.append(("purpose", "one evaluation; deleted after it"))
    elif entry is None:
        facts.append(("made", "not from this project"))
    return facts


def _spoken(who: str, text: str, style: str, width: int) -> list[Line]:
    said = wrap(text, width - 7)
    return [[(f"{who if at == 0 else '':<7}", "accent"), (line, style)] for at, line in enumerate(said)]
