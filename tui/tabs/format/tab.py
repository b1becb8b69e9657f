"""The Format tab: the settings above the record's source; beside both, what becomes of it."""

from typing import TYPE_CHECKING

from textual.app import ComposeResult

from core.text import count
from tui import keys
from tui.messages import Topic
from tui.tabs.format.exports import ExportActions
from tui.tabs.format.format_settings import FormatSettings
from tui.tabs.format.imports import ImportActions
from tui.tabs.format.panes import FormatPanes, FormatSelection
from tui.tabs.format.rationale import RationaleActions
from tui.tabs.format.template_editor import TemplateEditor
from tui.tabs.stage import Stage
from tui.widgets.form import Form

if TYPE_CHECKING:
    from core.tasks import Task

_OURS = ("export", "import", "rationale")  # plain commands that this tab starts


class FormatTab(Stage):
    """The Format tab."""

    SCOPE = "format"
    PANES = ("settings", "preview", "source")
    BINDINGS = keys.bindings("format")
    DEFAULT_CSS = """
    FormatTab { layout: grid; grid-size: 2 2; grid-columns: 49% 1fr; grid-rows: 12 1fr; }
    FormatTab > #settings { padding-right: 1; }
    FormatTab > #preview { row-span: 2; border-left: solid $line; }
    """

    def __init__(self, target: int | str | None = None) -> None:
        super().__init__(target)
        self.selection = FormatSelection()
        self._panes = FormatPanes(self, self.selection)
        self._settings = FormatSettings(self, lambda: self._panes.sample)
        self._imports = ImportActions(self)
        self.bind_actions(
            self._settings,
            self._imports,
            TemplateEditor(self, self.selection),
            RationaleActions(self),
            ExportActions(self, lambda: self._panes.sample),
        )

    def compose(self) -> ComposeResult:
        """The form, what becomes of the record, and the record's source."""
        yield self._settings.form
        yield self._panes.preview
        yield self._panes.source

    # News

    def begin(self) -> None:
        """Shows what outcrop.yaml says."""
        self._settings.fill()

    def opened(self, target: int | str | None = None) -> None:
        """The preview follows Data's cursor."""
        del target
        self._panes.ask_for_preview()
        self._panes.ask_for_split()
        self._panes.find_export()
        self.say_state()

    def changed(self, topic: Topic) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config":
            self.reload()

    def reload(self) -> None:
        """Shows the settings and renders the record anew."""
        self._settings.fill()
        self.say_state()
        if self.display:
            self._panes.ask_for_preview()
            self._panes.ask_for_split()

    def task_advanced(self, task: "Task") -> None:
        """A task of this tab goes on, or ended: shows what it brought."""
        command = task.argv[0] if task.argv else ""
        if command not in _OURS:
            return
        if task.state == "running" and task.progress is not None:
            found = task.progress
            total = f" of {count(found.total)}" if found.total else ""
            self.say(f"{found.note or task.title}  {count(found.done)}{total} {found.unit}")
        elif task.state == "done" and command == "export":
            self._panes.find_export(written=True)
            if "--upload" in task.argv:
                self.say(f"✓ uploaded to {self.workspace.config.bucket}", "good")
        elif task.state == "done" and command == "rationale":
            self.reload()
            self.say("✓ rationales are there: in Data, rationale IS NOT NULL shows them, u takes them back", "good")
        elif task.state == "done":
            self._imports.ended(task)

    def on_table_moved(self, event: Form.Moved) -> None:
        """The whole value stands in the bar."""
        event.stop()
        self.say_state()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """A setting is to change."""
        event.stop()
        self.attempt(lambda: self._settings.ask(event.entry))

    # Keys

    def action_view(self) -> None:
        """The record as a chat, its change, its tokens, the split, the line that is written, the last export."""
        self._panes.turn()

    def copied(self) -> str:
        """The line as it is written; the text of the view where another one is in front."""
        if self.selection.view in ("preview", "line"):
            return self.selection.seen.line if self.selection.seen else ""
        return self._panes.preview.text()

    def say_state(self) -> None:
        """The whole value under the cursor."""
        entry = self._settings.form.entry()
        if entry is None:
            return
        fixed = ""
        if self._panes.fixed and entry.name == "format.table_format":
            fixed = f"  this record {self._panes.fixed}, by its import"
        spans = [(f"{entry.label}  ", "dim"), (entry.value, "text"), (fixed, "warn")]
        self.tell(spans, f"view: {self.selection.view}")
