"""The dashboard: status line, stages, the present tab, bar and keys. It routes; each tab owns what it shows."""

import functools
import gc
import importlib
import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Container
from textual.filter import LineFilter, Monochrome, NoColor
from textual.message_pump import MessagePump

from core import config
from core.deployment.last_known import last_known
from core.errors import OutcropError, RefusedError, UsageError, Where
from core.workspace import Workspace, own_folder, own_state
from tui import keys, quirks, status, theme
from tui.command_line import CommandLine
from tui.help import help_lines
from tui.messages import Changed, EndpointsPolled, JobsEnded, JobsPolled, PollFailed, StageOpened, TaskAdvanced
from tui.settings import Settings
from tui.tabs.stage import Stage
from tui.textual_internals import Application
from tui.widgets.bar import Bar
from tui.widgets.frame import KeyLine, StatusLine, TabStrip
from tui.widgets.modal import Modal

if TYPE_CHECKING:
    from core.deployment.endpoints import EndpointsSnapshot
    from core.tasks import Task
    from core.training.jobs import JobsSnapshot
    from tui.watch import Watcher

_YOUNG = 10_000  # new objects until Python looks for cycles among them: 700 by default


class Outcrop(Application, inherit_bindings=False):
    """The application."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    #pane { height: 1fr; width: 1fr; }
    """
    BINDINGS = keys.bindings("everywhere")

    def __init__(self, workspace: Workspace, command_line: CommandLine, *, watching: bool = True) -> None:
        """Prepares the dashboard.

        Args:
            workspace: The project.
            command_line: Reads a plain command's options that somebody types in the bar.
            watching: Ask for jobs and endpoints in the background.

        Raises:
            UsageError: The project's keymap is wrong.
        """
        super().__init__()
        self.animation_level = "none"
        self.workspace = workspace
        self.command_line = command_line
        self.settings = Settings(workspace.store)
        self.look = self._use_theme(theme.begin(workspace.config.theme, own_folder() / "themes"))
        self.keymap = keys.checked(workspace.config.keymap)
        self.set_keymap(self.keymap)
        self.bar = Bar()
        self.jobs: JobsSnapshot | None = None
        self.endpoints: EndpointsSnapshot | None = None
        self.tasks: dict[str, Task] = {}
        self.exit_message = ""  # what to say once the screen is gone
        self.silence: OutcropError | None = None  # why the last poll was not answered
        self.endpoints_silence: OutcropError | None = None  # the same, until endpoints are told again
        self.known_endpoints = last_known(workspace.store, workspace.config)
        self._status, self._strip, self._keys = StatusLine(), TabStrip(), KeyLine()
        self._stages: dict[int, Stage] = {}
        self._settled = workspace.store.settled
        self._stage = self.settings.number("stage", 1 if self._settled else 2)
        if self._stage not in range(1, len(keys.STAGES) + 1):
            self._stage = 1
        self._net = quirks.NoControls()
        self._watching = watching
        self._watcher: Watcher | None = None

    @functools.cached_property
    def themes(self) -> theme.Themes:
        """The shipped themes and the user's own, read when somebody asks."""
        return theme.load(own_folder() / "themes")

    @property
    def stage(self) -> Stage:
        """The tab in front."""
        return self._stages[self._stage]

    @property
    def read_only(self) -> bool:
        """Whether nothing may be changed."""
        return self.workspace.config.read_only

    # What is on the screen

    def heard(self) -> None:
        """What was said in the bar makes room."""
        self.bar.heard()

    def awaited(self) -> tuple[MessagePump, ...]:
        """The stage in front as well: on its first visit its panes take a moment."""
        return *super().awaited(), self.stage, *self.bar.awaited

    def compose(self) -> ComposeResult:
        """Five lines of grammar, the same on every tab; the stage that was left last is there at once."""
        yield self._status
        yield self._strip
        with Container(id="pane"):
            yield self._make(self._stage)
        yield self.bar
        yield self._keys

    def on_mount(self) -> None:
        """What needs time comes after the first paint."""
        self._show_status()
        self._strip.show(self._stage)
        self._show_keys()
        self.app_resume_signal.subscribe(self, lambda _: self.repaint())
        self.screen_change_signal.subscribe(self, lambda _: self._show_keys())
        self.call_after_refresh(self._begin)

    def open_stage(self, number: int, target: int | str | None = None) -> None:
        """Brings a stage to the front, mounting it on its first visit."""
        if number not in range(1, len(keys.STAGES) + 1) or self.bar.asking:
            return
        self.screen.set_focus(None)  # what is typed before the stage is there must not reach the one left behind
        with self.batch_update():
            self.stage.display = False
            self._stage = number
            self._strip.show(number)
            self.bar.heard()
            self.bar.show("")
            if number in self._stages:
                self.stage.display = True
                if self.stage.is_mounted:  # else it opens itself, once its panes are there
                    self.stage.open(target)
            else:
                self.query_one("#pane", Container).mount(self._make(number, target))
            self._show_keys()
        self.settings.keep("stage", number)

    def complain(self, error: OutcropError) -> None:
        """Shows an error in the bar: what happened, where, why, and what to do."""
        where = error.where
        place = f"({Where(Path(where.path).name, where.line, where.field)})" if where and where.path else ""
        rest = ". ".join(part.rstrip(".") for part in (error.why, error.todo) if part)
        ends = "" if error.what.endswith("?") else ":" if error.why else "." if rest else ""
        what, place = (error.what, place + ends) if place else (error.what + ends, "")
        self.bar.say([("✗ " + what, "bad"), (f" {place}" if place else "", "text"), (f" {rest}", "dim")])

    def refresh_stage(self) -> None:
        """Reads and asks again, now, and writes every cell of the screen again."""
        self.repaint()
        self._reread()
        if self._watcher is not None:
            self._watcher.now()
        self.stage.reload()
        self._refuse_unknown_model()

    def refuse_if_read_only(self) -> None:
        """Keeps a read-only Outcrop from changing anything.

        Raises:
            RefusedError: It is read-only.
        """
        self.workspace.refuse_if_read_only()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters and the net that lets no control character through.

        Without colours Textual would draw in greys, which are colours, and of the terminal's own make black.
        """
        found = [NoColor() if isinstance(each, Monochrome) else each for each in super().get_line_filters()]
        return [*found, self._net]

    def _make(self, number: int, target: int | str | None = None) -> Stage:
        name = keys.STAGE_NAMES[number - 1]
        made: Stage = getattr(importlib.import_module(f"tui.tabs.{name}"), f"{name.capitalize()}Tab")(target)
        self._stages[number] = made
        return made

    def _use_theme(self, chosen: theme.ThemeFile) -> theme.Look:
        self.register_theme(theme.textual_theme(chosen))
        self.theme = chosen.name
        return theme.look(chosen)

    def _show_keys(self) -> None:
        """The keys that work now: of what is in front, of the field while somebody types, else of the stage."""
        front, field = self.screen, self.bar.field
        if isinstance(front, Modal):
            self._keys.show(front.keys_here)
            front.refresh()  # which draws what is behind it as well
        elif field is not None:
            self._keys.show(field.shown_keys(self.keymap))
        else:
            found = keys.in_scope(self.stage.SCOPE, "everywhere", read_only=self.read_only)
            entries = [(keys.first(key, self.keymap), key.label) for key in found if key.footer]
            self._keys.show(sorted(entries, key=lambda entry: entry[1] == "help"))

    def _show_status(self) -> None:
        right = status.fields(
            self.tasks.values(),
            self.jobs,
            None if self.endpoints_silence else self.endpoints,
            self.known_endpoints,
            self.workspace.clock.now(),
            read_only=self.read_only,
            silent=self.silence is not None,
        )
        where = status.places(self.workspace.location) if self.workspace.store.settled else ["no project"]
        self._status.show(self.workspace.config.name, where, right)

    # Messages

    def on_stage_opened(self, event: StageOpened) -> None:
        """A tab asked for another stage."""
        self.open_stage(event.stage, event.target)

    def on_bar_turned(self) -> None:
        """Somebody begins or ceases to type."""
        self._show_keys()

    def on_modal_turned(self) -> None:
        """Somebody begins or ceases to type in what is in front."""
        self._show_keys()

    def on_tab_strip_asked(self, event: TabStrip.Asked) -> None:
        """A click on a stage."""
        self.open_stage(event.stage)

    def on_jobs_polled(self, event: JobsPolled) -> None:
        """All jobs, as of now."""
        self.jobs, self.silence = event.snapshot, None
        self._show_status()
        self._pass_on(lambda stage: stage.jobs_polled(event.snapshot))

    def on_jobs_ended(self, event: JobsEnded) -> None:
        """Rings, and starts the user's own command, for each job that has ended."""
        from core.training import notification

        try:
            wishes = notification.read()
        except OutcropError as error:
            self.complain(error)
            return
        for job in event.jobs:
            notification.announce(wishes, job, self.workspace.location)
        if wishes.bell:
            self.bell()

    def on_endpoints_polled(self, event: EndpointsPolled) -> None:
        """All endpoints, as of now."""
        self.endpoints, self.endpoints_silence = event.snapshot, None
        self.known_endpoints = last_known(self.workspace.store, self.workspace.config)
        self._show_status()
        self._pass_on(lambda stage: stage.endpoints_polled(event.snapshot))

    def on_poll_failed(self, event: PollFailed) -> None:
        """Nobody answered: said once, marked until somebody does; the watcher tries again by itself."""
        self.silence = self.endpoints_silence = event.error
        self.known_endpoints = last_known(self.workspace.store, self.workspace.config)
        self._show_status()
        self._pass_on(lambda stage: stage.poll_failed(event.error))
        self.complain(event.error)

    def on_changed(self, event: Changed) -> None:
        """The store or the project was written to."""
        self._show_status()
        if self._settled != self.workspace.store.settled:
            self._settled = True
            self.bar.say([("kept from now on in outcrop.yaml and .outcrop", "good"), ("  beside the file", "dim")])
        self._pass_on(lambda stage: stage.changed(event.topic))

    def on_task_advanced(self, event: TaskAdvanced) -> None:
        """A task came further, or ended."""
        self.tasks[event.task.id] = event.task
        self._show_status()
        tell = self.bar.say if event.task.state in ("failed", "stopped") else self.bar.show
        tell(status.told(event.task))
        self._pass_on(lambda stage: stage.task_advanced(event.task))

    def _pass_on(self, news: Callable[[Stage], None]) -> None:
        """Tells the tabs that are there, unless the dashboard is ending."""
        if not self.is_running:
            return
        for stage in self._stages.values():
            if stage.is_mounted:
                stage.attempt(functools.partial(news, stage))

    # Actions

    def action_refresh_stage(self) -> None:
        """Reads and asks again, now."""
        self.refresh_stage()

    async def run_action(self, *args: Any, **kwargs: Any) -> bool:
        """Runs an action; one that is refused says why."""
        try:
            return await super().run_action(*args, **kwargs)
        except OutcropError as error:
            self.complain(error)
            return True

    def action_stage(self, number: int) -> None:
        """Goes to a stage."""
        self.open_stage(number)

    def action_turn(self, by: int) -> None:
        """Goes to the stage before or after."""
        self.open_stage((self._stage - 1 + by) % len(keys.STAGES) + 1)

    def action_other_pane(self) -> None:
        """To the other pane and back."""
        if len(self.screen_stack) == 1 and not self.bar.asking:
            self.stage.turn_pane()

    def action_give_up(self) -> None:
        """Closes what is in front."""
        if not self.bar.give_up():
            self.stage.back()

    def action_copy(self) -> None:
        """Copies what the cursor is on, through SSH and tmux, and to a file."""
        text = self.stage.copied()
        if not text:
            raise RefusedError("There is nothing to copy here")
        path = None if self.read_only else quirks.keep_copy(text, own_state())
        sequence = quirks.copy_sequence(text)
        self.write_to_terminal(sequence)
        done = ("✓ copied", "good") if sequence else ("! too long for the terminal's clipboard", "warn")
        place = "" if path is None else f"  also in {path}" if sequence else f"  it is in {path}"
        self.bar.say([done, (place, "dim")])

    def action_help(self) -> None:
        """All keys that work here."""
        from tui.widgets.dialogs import TextDialog

        scope = self.stage.SCOPE
        self.push_screen(TextDialog(lambda width: help_lines(scope, self.keymap, width, read_only=self.read_only)))

    def action_palette(self) -> None:
        """Finds an action by its name."""
        from tui.widgets.dialogs import Palette

        scope = keys.in_scope(self.stage.SCOPE, "everywhere", read_only=self.read_only)
        entries = [(key.action, key.help, keys.shown(key, self.keymap)) for key in scope]
        entries += [(f"use_theme({name!r})", f"Use the theme {name}.", "") for name in self.themes.found]
        self.push_screen(Palette(entries, ("action", "key")), self._run_chosen)

    async def _run_chosen(self, action: str | None) -> None:
        if action:
            own = hasattr(self.stage, f"action_{action.partition('(')[0]}")
            await self.run_action(action, default_namespace=self.stage if own else self)

    def action_use_theme(self, name: str) -> None:
        """Changes the theme, and keeps it in the project where there is one."""
        self.look = self._use_theme(self.themes.found[name])
        self.screen.refresh(layout=True)
        if not self.read_only and (self.workspace.folder / config.FILE).is_file():
            self.workspace.change_config(theme=name)

    def action_suspend_process(self) -> None:
        """Goes back to the shell until `fg`, with whatever started Outcrop, such as make: the shell waits for that.

        Raises:
            RefusedError: No shell waits for Outcrop, and nobody could wake it.
        """
        if os.getpgrp() == os.getsid(0):
            raise RefusedError("There is no shell here to go back to")
        with self.suspend():
            resume = signal.signal(signal.SIGCONT, signal.SIG_DFL)  # the driver's own, which would start it twice
            os.killpg(os.getpgrp(), signal.SIGSTOP)
            signal.signal(signal.SIGCONT, resume)

    def action_quit_guarded(self) -> None:
        """Leaves; asks first where something goes on or still bills."""
        answered = None if self.endpoints_silence else self.endpoints
        now = self.workspace.clock.now()
        facts = status.unfinished(self.tasks.values(), self.jobs, answered, self.known_endpoints, now)
        if not facts:
            self.exit()
            return
        from tui.widgets.dialogs import Confirm

        self.push_screen(Confirm("Leave Outcrop? This goes on without it:", facts), self._leave)

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.exit()

    # Beginning and end

    def _begin(self) -> None:
        if not gc.isenabled():  # as the command leaves it, for the time until the first paint
            gc.freeze()  # what is there by now stays, and needs no looking through
            gc.set_threshold(_YOUNG)  # a whole look takes 50 ms once AWS and polars are there; keys wait for it
            gc.enable()
        self.bar.prepare()
        if self._watching:
            from tui.watch import Watcher

            self._watcher = Watcher(self.workspace, self.post_message)
            self._watcher.start()
        wanted = self.workspace.config.theme
        for error in self.themes.failed:
            self.complain(error)
        if wanted and wanted not in self.themes.found:
            self.complain(UsageError(f"There is no theme named {wanted}", todo="`outcrop themes` lists them"))
        try:
            self._refuse_unknown_model()
        except OutcropError as error:
            self.complain(error)

    def _reread(self) -> None:
        """Reads outcrop.yaml again: somebody may have edited it."""
        path = self.workspace.folder / config.FILE
        if path.is_file():
            self.workspace.reread()
            self._show_status()

    def _refuse_unknown_model(self) -> None:
        """Says on whichever stage that the project's model is none, or cannot be tuned.

        Raises:
            OutcropError: With the line of outcrop.yaml, and the nearest names.
        """
        if self.workspace.store.settled:
            self.workspace.tuning()

    def on_unmount(self) -> None:
        """Lets go of everything but what is on disk."""
        if self._watcher is not None:
            self._watcher.stop()

    def crashed(self, error: Exception) -> None:
        """Leaves a traceback without its variables in a private file, and one line for the terminal."""
        if not self.exit_message:
            self.exit_message = quirks.last_words(error, own_state(), self.workspace.clock.now())
