"""The dashboard: status line, stages, the present tab, bar and keys. It routes; each tab owns what it shows."""

import importlib
from collections.abc import Sequence
from typing import Any

from textual._compositor import CompositorUpdate
from textual.app import App, ComposeResult
from textual.containers import Container
from textual.filter import LineFilter
from textual.screen import Screen

from core.errors import OutcropError, RefusedError
from core.tasks import Task
from core.text import count, duration
from core.workspace import Workspace, own_folder, own_state
from tui import keys, quirks, theme
from tui.messages import Changed, EndpointsPolled, JobsPolled, PollFailed, StageOpened, TaskAdvanced
from tui.repaint import Painted
from tui.settings import Settings
from tui.tabs.stage import Stage
from tui.watch import Watcher
from tui.widgets.bar import Bar
from tui.widgets.key_line import KeyLine
from tui.widgets.line import Line
from tui.widgets.status_line import StatusLine
from tui.widgets.tab_strip import TabStrip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.deployment.endpoints import EndpointsSnapshot
    from core.training.jobs import JobsSnapshot


class Outcrop(App[None]):
    """The application."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    #pane { height: 1fr; width: 1fr; }
    """
    BINDINGS = keys.bindings("everywhere")

    def __init__(self, workspace: Workspace, *, watching: bool = True) -> None:
        """Prepares the dashboard.

        Args:
            workspace: The project.
            watching: Ask for jobs and endpoints in the background.

        Raises:
            UsageError: The project's keymap is wrong.
        """
        super().__init__()
        self.animation_level = "none"
        self.workspace = workspace
        self.settings = Settings(workspace.store)
        self.themes = theme.load(own_folder() / "themes")
        self.look = self._use_theme(theme.choose(workspace.config.theme, self.themes))
        self.keymap = keys.checked(workspace.config.keymap)
        self.set_keymap(self.keymap)
        self.bar = Bar()
        self.jobs: JobsSnapshot | None = None
        self.endpoints: EndpointsSnapshot | None = None
        self.tasks: dict[str, Task] = {}
        self._status, self._strip, self._keys = StatusLine(), TabStrip(), KeyLine()
        self._stages: dict[int, Stage] = {}
        self._stage = 0
        self._net = quirks.NoControls()
        self._painted = Painted()
        self.exit_message = ""  # what to say once the screen is gone
        self._watcher = Watcher(workspace, self.post_message) if watching else None

    # What is on the screen

    def compose(self) -> ComposeResult:
        """Five lines of grammar, the same on every tab."""
        yield self._status
        yield self._strip
        yield Container(id="pane")
        yield self.bar
        yield self._keys

    def on_mount(self) -> None:
        """Opens the stage that was left last."""
        self._show_status()
        self.open_stage(self.settings.number("stage", 1))
        self.call_after_refresh(self._begin_watching)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, CompositorUpdate):
            renderable = self._painted.only_changes(renderable, self.size)
        super()._display(screen, renderable)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters and the net that lets no control character through."""
        return [*super().get_line_filters(), self._net]

    def open_stage(self, number: int, target: Any = None) -> None:
        """Brings a stage to the front, mounting it on its first visit."""
        if number not in range(1, len(keys.STAGES) + 1) or self.bar.asking:
            return
        pane = self.query_one("#pane", Container)
        with self.batch_update():
            if self._stage in self._stages:
                self._stages[self._stage].display = False
            self._stage = number
            self._strip.show(number)
            self.bar.show("")
            stage = self._stages.get(number)
            if stage is None:
                self._stages[number] = self._make(number, target)
                pane.mount(self._stages[number])
            else:
                stage.display = True
                stage.opened(target)
            self._show_keys()
        self.settings.keep("stage", number)

    @property
    def stage(self) -> Stage:
        """The tab in front."""
        return self._stages[self._stage]

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed."""
        return self.workspace.config.read_only

    def complain(self, error: OutcropError) -> None:
        """Shows an error in the bar: what happened and what to do."""
        self.bar.show([("✗ " + error.what, "bad"), (f"  {error.todo or error.why}", "dim")])

    def refuse_if_read_only(self) -> None:
        """Keeps a read-only Outcrop from changing anything.

        Raises:
            RefusedError: It is read-only.
        """
        if self.read_only:
            raise RefusedError("This Outcrop is read-only", todo="Start it without --read-only")

    def _make(self, number: int, target: Any) -> Stage:
        name = keys.STAGE_NAMES[number - 1]
        made: Stage = importlib.import_module(f"tui.tabs.{name}").Tab(target)
        return made

    def _use_theme(self, chosen: theme.ThemeFile) -> theme.Look:
        self.register_theme(theme.textual_theme(chosen))
        self.theme = chosen.name
        return theme.look(chosen)

    def _show_keys(self) -> None:
        scope = self.stage.SCOPE
        entries = [
            (keys.shown(key, self.keymap).split()[0], key.label)
            for key in keys.in_scope(scope, "everywhere", read_only=self.read_only)
            if key.footer
        ]
        ours = [entry for entry in entries if entry[1] != "help"]
        self._keys.show([*ours, ("?", "help")])

    def _show_status(self) -> None:
        location, jobs = self.workspace.location, self.jobs
        where = f"{location} {location.as_of}" if location.rehearsed else str(location)
        running = jobs.running if jobs else 0
        working = [task for task in self.tasks.values() if task.state == "running"]
        right: list[tuple[str, str]] = []
        if self.read_only:
            right.append(("READ-ONLY", "warn"))
        if working:
            right.append((f"◐ {working[0].title}", "accent"))
        right.append((f"◐ {count(running, 'job')}", "accent") if running else ("◌ idle", "panel_dim"))
        meter = self.endpoints.meter if self.endpoints else None
        bills = meter is not None and meter.billing > 0
        right.append((str(meter) if meter else "$ ?/h", "warn" if bills else "panel_dim"))
        self._status.show(
            [("Outcrop", "panel_dim"), (self.workspace.config.name, "panel"), (where, "panel_dim")], right
        )

    # Messages

    def on_stage_opened(self, event: StageOpened) -> None:
        """A tab asked for another stage."""
        self.open_stage(event.stage, event.target)

    def on_tab_strip_asked(self, event: TabStrip.Asked) -> None:
        """A click on a stage."""
        self.open_stage(event.stage)

    def on_jobs_polled(self, event: JobsPolled) -> None:
        """All jobs, as of now."""
        self.jobs = event.snapshot
        self._show_status()
        self._pass_on("jobs_polled", event.snapshot)

    def on_endpoints_polled(self, event: EndpointsPolled) -> None:
        """All endpoints, as of now."""
        self.endpoints = event.snapshot
        self._show_status()
        self._pass_on("endpoints_polled", event.snapshot)

    def on_poll_failed(self, event: PollFailed) -> None:
        """Nobody answered: said once, and tried again by itself."""
        self.complain(event.error)

    def on_changed(self, event: Changed) -> None:
        """The store was written to."""
        self._pass_on("changed", event.topic)

    def on_task_advanced(self, event: TaskAdvanced) -> None:
        """A task came further, or ended."""
        task = event.task
        self.tasks[task.id] = task
        self._show_status()
        if task.state == "running" and task.progress is not None:
            total = f" of {count(task.progress.total)}" if task.progress.total is not None else ""
            done = f"{count(task.progress.done)}{total} {task.progress.unit}"
            self.bar.show([(f"◐ {task.title}", "accent"), (f"  {task.progress.note}  {done}", "dim")])
        elif task.state == "failed":
            self.bar.show([(f"✗ {task.title}", "bad"), (f"  {task.result}", "dim")])
        elif task.state == "stopped":
            self.bar.show([(f"■ {task.title} stopped", "warn"), ("  start it again to go on", "dim")])
        elif task.state == "done":
            took = duration((task.ended - task.started).total_seconds()) if task.ended else ""
            self.bar.show([(f"✓ {task.title}", "good"), (f"  done in {took}", "dim")])
        self._pass_on("task_advanced", task)

    def _pass_on(self, what: str, news: Any) -> None:
        """Tells the tabs that are there; hidden ones look again when they are opened."""
        for stage in self._stages.values():
            handler = getattr(stage, what, None)
            if handler is not None and stage.is_mounted:
                handler(news)

    # Actions

    def action_stage(self, number: int) -> None:
        """Goes to a stage."""
        self.open_stage(number)

    def action_turn(self, by: int) -> None:
        """Goes to the stage before or after."""
        total = len(keys.STAGES)
        self.open_stage((self._stage - 1 + by) % total + 1)

    def action_refresh_stage(self) -> None:
        """Asks again, now."""
        if self._watcher is not None:
            self._watcher.now()
        self.stage.reload()

    def action_give_up(self) -> None:
        """Closes what is in front."""
        if not self.bar.give_up():
            self.stage.back()

    def action_copy(self) -> None:
        """Copies what the cursor is on, through SSH and tmux, and to a file."""
        text = self.stage.copied()
        if not text:
            return
        path = quirks.keep_copy(text, own_state())
        if self._driver is not None:
            self._driver.write(quirks.copy_sequence(text))
        self.bar.show([("✓ copied", "good"), (f"  also in {path}", "dim")])

    def action_help(self) -> None:
        """All keys that work here."""
        from tui.help import help_lines
        from tui.widgets.overlay import Reading

        lines: Sequence[Line] = help_lines(self.stage.SCOPE, self.keymap, read_only=self.read_only)
        self.push_screen(Reading(lambda _width: lines))

    def action_palette(self) -> None:
        """Finds an action by its name."""
        from tui.widgets.overlay import Choosing

        scope = keys.in_scope(self.stage.SCOPE, "everywhere", read_only=self.read_only)
        entries = [(key.action, key.help, keys.shown(key, self.keymap)) for key in scope]
        entries += [(f"use_theme('{name}')", f"Use the theme {name}.", "") for name in self.themes.found]
        self.push_screen(Choosing(entries), self._run_chosen)

    async def _run_chosen(self, action: str | None) -> None:
        if action:
            await self.run_action(action, default_namespace=self.stage if _is_own(self.stage, action) else self)

    def action_use_theme(self, name: str) -> None:
        """Changes the theme, and keeps it in the project."""
        self.look = self._use_theme(self.themes.found[name])
        self.workspace.change_config(theme=name)
        self.refresh(layout=True)
        self.screen.refresh(layout=True)

    def action_quit_guarded(self) -> None:
        """Leaves; asks first where something goes on or still bills."""
        facts = self._unfinished()
        if not facts:
            self.exit()
            return
        from tui.widgets.confirm import Confirm

        self.push_screen(Confirm("Leave Outcrop? This goes on without it:", facts), self._leave)

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.exit()

    def _unfinished(self) -> list[tuple[str, str]]:
        facts = []
        if self.jobs and self.jobs.running:
            facts.append(("jobs", f"{count(self.jobs.running, 'job')} in progress"))
        facts += [("task", task.title) for task in self.tasks.values() if task.state == "running"]
        if self.endpoints and self.endpoints.meter.billing:
            facts.append(("endpoints", f"{self.endpoints.meter} until they are deleted"))
        return facts

    # Beginning and end

    def _begin_watching(self) -> None:
        for error in self.themes.failed:
            self.complain(error)
        if self._watcher is not None and not self._watcher.is_alive():
            self._watcher.start()

    def on_unmount(self) -> None:
        """Lets go of everything but what is on disk."""
        if self._watcher is not None:
            self._watcher.stop()

    def _handle_exception(self, error: Exception) -> None:
        """A crash leaves a traceback without its variables in a private file, and one line here."""
        if isinstance(error, OutcropError):
            self._return_code = error.exit_code
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        import sys

        error = sys.exc_info()[1] or self._exception
        if error is None:
            return
        path = quirks.keep_crash(error, own_state(), self.workspace.clock.now())
        self.exit_message = (
            f"Outcrop stopped: {type(error).__name__}. What it knows is in {path}; nothing decided is lost."
        )
        self._close_messages_no_wait()


def _is_own(stage: Stage, action: str) -> bool:
    name = action.partition("(")[0]
    return hasattr(stage, f"action_{name}")
