"""Stage 7 on screen: endpoints with what they cost by the hour, made, asked and deleted."""

from typing import Any

import msgspec
from textual.app import ComposeResult

from core.errors import UsageError
from core.text import count, duration, money
from tui import keys
from tui.messages import Done
from tui.tabs.stage import Stage
from tui.widgets.line import Line, Span, fact_lines, wrap
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.aws.customization import Job
    from core.aws.endpoints import Endpoint
    from core.aws.runtime import Reply
    from core.deployment.endpoints import EndpointsSnapshot

GLYPHS: dict[str, Span] = {
    "creating": ("◌", "warn"),
    "ready": ("✓", "good"),
    "updating": ("◐", "accent"),
    "failed": ("✗", "bad"),
}


class Exchange(msgspec.Struct, frozen=True):
    """A question to an endpoint, what it said, and the truth where that is known."""

    endpoint: str
    question: str
    reply: "Reply"
    truth: str = ""


class Tab(Stage):
    """The Deploy tab."""

    SCOPE = "deploy"
    BINDINGS = keys.bindings("deploy")
    DEFAULT_CSS = """
    Tab #endpoints { height: 7; }
    Tab #endpoint { height: 1fr; border-top: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._snapshot: EndpointsSnapshot | None = None
        self._exchanges: list[Exchange] = []

    def compose(self) -> ComposeResult:
        """The endpoints, and below them the one under the cursor."""
        yield Table(
            [
                Column("", 1),
                Column("endpoint"),
                Column("kind", 11),
                Column("state", 8),
                Column("age", 7, right=True),
                Column("$/hour", 9, right=True),
                Column("so far", 9, right=True),
            ],
            empty=["No endpoints, so nothing bills by the hour.", "C creates one for the newest tuned model."],
            id="endpoints",
        )
        yield TextView(id="endpoint")

    @property
    def table(self) -> Table:
        """The endpoints."""
        return self.query_one("#endpoints", Table)

    def on_mount(self) -> None:
        """Shows what is known already."""
        if self.outcrop.endpoints is not None:
            self.endpoints_polled(self.outcrop.endpoints)

    def opened(self, target: Any = None) -> None:
        """The keys go to the endpoints."""
        del target
        self.table.focus()
        self._show()
        self._say()

    def on_resize(self) -> None:
        """A third of the pane is for the list."""
        self.table.styles.height = max(3, self.size.height // 3 + 1)

    def reload(self) -> None:
        """Draws anew; the watcher asks by itself."""
        if self._snapshot is not None:
            self.endpoints_polled(self._snapshot)

    def endpoints_polled(self, snapshot: "EndpointsSnapshot") -> None:
        """All endpoints, as of now."""
        self._snapshot = snapshot
        self.table.show(len(snapshot.endpoints), self._rows)
        self._show()
        self._say()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows the endpoint under the cursor."""
        event.stop()
        self._show()

    def action_create(self) -> None:
        """Shows what an endpoint for the newest model costs, and makes it once that is confirmed."""
        job = self._newest()
        if job is None:
            self.say("No job of this project is done yet: 4 goes to Tune", "warn")
            return

        def ask() -> None:
            from core.deployment.endpoints import request_for
            from core.deployment.meter import rate_in_words
            from tui.widgets.confirm import Confirm

            self.outcrop.refuse_if_read_only()
            request = request_for(self.workspace, job)
            facts = [
                ("where", f"{self.workspace.location} {self.workspace.location.as_of}".strip()),
                ("model", job.model_name),
                ("kind", request.kind),
                ("cost", rate_in_words(self.workspace.catalog, request.model, request.kind)),
                ("endpoint", request.name),
            ]
            question = Confirm("Create this endpoint?", facts)
            self.app.push_screen(question, lambda yes: self._create(job) if yes else None)

        self.attempt(ask)

    def action_ask(self) -> None:
        """Asks the endpoint under the cursor."""
        endpoint = self._endpoint()
        if endpoint is None:
            self.say("There is no endpoint to ask: C creates one", "warn")
        elif endpoint.state != "ready":
            self.say(f"{endpoint.name} is {endpoint.state}: it does not answer yet", "warn")
        elif self.attempt(self.outcrop.refuse_if_read_only):
            self.bar.ask("ask, or enter for Data's record", "", lambda text: self._ask(endpoint, text))

    def action_delete(self) -> None:
        """Asks, then deletes the endpoint under the cursor."""
        endpoint = self._endpoint()
        if endpoint is None or not self.attempt(self.outcrop.refuse_if_read_only):
            return
        from core.deployment.meter import hourly
        from tui.widgets.confirm import Confirm

        facts = [
            ("where", f"{self.workspace.location} {self.workspace.location.as_of}".strip()),
            ("endpoint", endpoint.name),
            ("bills", money(hourly(endpoint, self.workspace.catalog), " an hour") + " until it is deleted"),
            ("then", "the model stays; a new endpoint takes a while to come up"),
        ]
        self.app.push_screen(
            Confirm("Delete this endpoint?", facts), lambda yes: self._delete(endpoint) if yes else None
        )

    def copied(self) -> str:
        """The endpoint's ARN."""
        endpoint = self._endpoint()
        return endpoint.arn if endpoint else ""

    def on_done(self, event: Done) -> None:
        """An endpoint answered, or was deleted."""
        event.stop()
        if event.error is not None:
            self.outcrop.complain(event.error)
        elif event.what == "ask":
            self._exchanges.insert(0, event.result)
            self._show()
            self._say()
        elif event.what == "delete":
            self.outcrop.action_refresh_stage()

    def _create(self, job: "Job") -> None:
        start_task(self.workspace, "deploy", "deploy", "create", job.arn, "--yes")
        self.say(f"creating an endpoint for {job.model_name}")

    def _ask(self, endpoint: "Endpoint", text: str) -> None:
        workspace, row = self.workspace, self.outcrop.settings.number("data.row", 0)

        def work() -> Exchange:
            from core.data.preview import preview
            from core.deployment.ask import ask

            if text.strip():
                return Exchange(endpoint.name, text, ask(workspace, endpoint.arn, text))
            chat = preview(workspace, row)[0].chat
            if chat is None:
                raise UsageError("That record cannot be read", todo="Type a question, or choose another in Data")
            reply = ask(workspace, endpoint.arn, chat.prompt, chat.system or "")
            return Exchange(endpoint.name, chat.question, reply, chat.completion)

        in_thread(self, "ask", work)
        self.say(f"asking {endpoint.name}…")

    def _delete(self, endpoint: "Endpoint") -> None:
        workspace = self.workspace

        def work() -> None:
            from core.deployment.endpoints import delete

            delete(workspace, endpoint)

        in_thread(self, "delete", work)
        self.say(f"deleting {endpoint.name}")

    def _newest(self) -> "Job | None":
        snapshot = self.outcrop.jobs
        done = [job for job in (snapshot.jobs if snapshot else ()) if job.status == "Completed" and job.model_arn]
        return done[0] if done else None

    def _endpoint(self) -> "Endpoint | None":
        if self._snapshot is None or not self._snapshot.endpoints:
            return None
        return self._snapshot.endpoints[min(self.table.cursor, len(self._snapshot.endpoints) - 1)]

    def _rows(self, start: int, stop: int) -> list[Row]:
        from core.deployment.meter import hourly, spent

        if self._snapshot is None:
            return []
        now, catalog = self.workspace.clock.now(), self.workspace.catalog
        return [
            (
                GLYPHS[each.state],
                each.name,
                each.kind,
                (each.state, GLYPHS[each.state][1]),
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
            entry = self._snapshot.ours.get(endpoint.arn)
            facts = [("arn", endpoint.arn), ("model", endpoint.model)]
            if endpoint.units:
                facts.append(("units", f"{count(endpoint.units, 'model unit')}, no commitment"))
            if entry is not None and entry.purpose:
                facts.append(("purpose", "one evaluation; deleted after it"))
            elif entry is None:
                facts.append(("made", "not from this project"))
            lines += fact_lines(facts, width, 9)
        for exchange in self._exchanges:
            reply = exchange.reply
            lines += [[], [("you    ", "accent"), (exchange.question, "text")]]
            said = wrap(reply.text, width - 7)
            for at, line in enumerate(said):
                lines.append([("it     " if at == 0 else "       ", "accent"), (line, "strong")])
            used = f"{count(reply.input_tokens)} tokens in, {count(reply.output_tokens)} out, {reply.latency_ms} ms"
            if exchange.truth:
                lines.append([("truth  ", "accent"), (exchange.truth, "good")])
            lines.append([("       ", "dim"), (used, "dim")])
        return lines

    def _say(self) -> None:
        if self._snapshot is None:
            self.say("asking for the endpoints…")
            return
        meter = self._snapshot.meter
        at = f"{self._snapshot.at.astimezone():%H:%M:%S}"
        self.bar.show(
            [
                (count(len(self._snapshot.endpoints), "endpoint"), "text"),
                (f"  {meter}", "warn" if meter.billing else "good"),
                (f"  {self._snapshot.location}  at {at}", "dim"),
            ]
        )
