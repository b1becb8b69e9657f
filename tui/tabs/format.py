"""Stage 3 on screen: template, table format and split, with what they make of the record under Data's cursor."""

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult

from core.config import INCLUDE, Format, Split
from core.errors import OutcropError, UsageError
from core.text import count, number
from tui import keys
from tui.messages import Changed
from tui.tabs.stage import Stage
from tui.widgets.form import Entry, Form, next_choice
from tui.widgets.line import Line, error_lines, wrap
from tui.widgets.record_view import record_lines
from tui.widgets.table import Column
from tui.widgets.text_view import Build, TextView
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.data import Row
    from core.formatting import Export
    from core.tasks import Task

_VIEWS = ("preview", "line", "export")
_MOST_TEXT = 100_000  # characters of a line that the pane shows
_TABLES = ("html", "json", "markdown", "latex")


class FormatTab(Stage):
    """The Format tab."""

    SCOPE = "format"
    PANES = ("settings", "preview")
    BINDINGS = keys.bindings("format")
    DEFAULT_CSS = """
    FormatTab { layout: horizontal; }
    FormatTab > #settings { width: 48%; max-width: 52; padding-right: 1; }
    FormatTab > #preview { width: 1fr; border-left: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._view = 0
        self._row: Row | None = None
        self._line = ""
        self._error: OutcropError | None = None
        self._export: Export | None = None

    def compose(self) -> ComposeResult:
        """Settings, and what they make of a record."""
        yield Form([Column("", 10), Column("this project")], id="settings")
        yield TextView(id="preview")

    @property
    def form(self) -> Form:
        """The settings."""
        return self.query_one("#settings", Form)

    def begin(self) -> None:
        """Shows what outcrop.yaml says."""
        self._fill()

    def opened(self, target: Any = None) -> None:
        """The preview follows Data's cursor."""
        del target
        self._ask_for_preview()
        self._find_export("found")
        self._say()

    def changed(self, topic: str) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config":
            self.reload()

    def reload(self) -> None:
        """Shows the settings and renders the record anew."""
        self._fill()
        self._say()
        if self.display:
            self._ask_for_preview()

    def _fill(self) -> None:
        config = self.workspace.config
        chosen, split = config.format, config.split
        first, divided = Format(), Split()
        self.form.fill(
            [
                Entry("format.template", "template", chosen.template, changed=chosen.template != first.template,
                      choices=self._templates()),
                Entry("format.table_format", "tables as", chosen.table_format, choices=_TABLES,
                      changed=chosen.table_format != first.table_format),
                Entry("split.by", "split by", split.by, choices=("group", "row"), changed=split.by != divided.by),
                Entry("split.seed", "seed", str(split.seed), changed=split.seed != divided.seed),
                Entry("split.train", "train", number(split.train), changed=split.train != divided.train),
                Entry("split.validation", "validation", number(split.validation),
                      changed=split.validation != divided.validation),
                Entry("split.test", "test", number(split.test), changed=split.test != divided.test),
                Entry("data.include", "include", config.data.include, changed=config.data.include != INCLUDE),
                Entry("model", "for", config.model, fixed=True),
            ]
        )  # fmt: skip

    def task_advanced(self, task: "Task") -> None:
        """An export ended: shows what it wrote."""
        if task.argv[:1] == ("export",) and task.state == "done":
            self._find_export("written")

    def on_table_moved(self, event: Form.Moved) -> None:
        """The whole value stands in the bar."""
        event.stop()
        self._say()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Goes to the next choice, or asks."""
        event.stop()
        entry = event.entry
        if entry.choices:
            self.attempt(lambda: self._save(entry.name, next_choice(entry)))
        else:
            self.bar.ask(entry.label, entry.value, lambda text: self._save(entry.name, text))

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.outcrop.refuse_if_read_only()
        self.form.ask_for()

    def action_view(self) -> None:
        """The record as a chat, the line that is written, the last export."""
        self._view = (self._view + 1) % len(_VIEWS)
        self._show()
        self._say()

    def action_write(self) -> None:
        """Writes the files for the project's model, as a task that outlives the dashboard."""
        self._export_as_task("writing the training, validation and test files")

    def action_upload(self) -> None:
        """Writes them and uploads them."""
        self._export_as_task(f"uploading to {self.workspace.config.bucket}", "--upload")

    def _export_as_task(self, what: str, *options: str) -> None:
        self.outcrop.refuse_if_read_only()
        start_task(self.workspace, "export", "export", *options)
        self.say(what)

    def copied(self) -> str:
        """The line as it is written."""
        return self._line

    def done(self, what: str, result: Any) -> None:
        """A record was rendered, or the last export read."""
        if what == "render":
            (self._row, self._line), self._error = result, None
        else:
            self._export = result
            if what == "written":
                self._view = _VIEWS.index("export")
        self._show()
        self._say()

    def failed(self, what: str, error: OutcropError) -> None:
        """The error stands where the record would."""
        if what == "render":
            self._row, self._line, self._error = None, "", error
            self._show()
        else:
            super().failed(what, error)

    def _templates(self) -> list[str]:
        from core.formatting.template import ready_made

        own = self.workspace.folder / "templates"
        return sorted({*ready_made(), *(path.stem for path in own.glob("*.yaml"))})

    def _ask_for_preview(self) -> None:
        workspace, wanted = self.workspace, self.outcrop.settings.number("data.row", 0)

        def work() -> "tuple[Row, str]":
            from core.data.preview import preview

            return preview(workspace, wanted)

        in_thread(self, "render", work)

    def _find_export(self, what: str) -> None:
        workspace = self.workspace

        def work() -> "Export | None":
            from core.formatting import export

            found = export.latest(workspace.folder / "exports")
            return found[0] if found else None

        in_thread(self, what, work)

    def _show(self) -> None:
        views: dict[str, Build] = {"preview": self._preview, "line": self._raw, "export": self._export_lines}
        self.query_one("#preview", TextView).show(views[_VIEWS[self._view]])

    def _preview(self, width: int) -> Sequence[Line]:
        if self._error is not None:
            return error_lines(self._error, width)
        if self._row is None:
            return []
        from core.data import Decided

        return record_lines(self._row, Decided(), "preview", width)

    def _raw(self, width: int) -> Sequence[Line]:
        if self._error is not None:
            return error_lines(self._error, width)
        return [[(line, "text")] for line in wrap(self._line[:_MOST_TEXT], width)]

    def _export_lines(self, width: int) -> list[Line]:
        found = self._export
        if found is None:
            return [[("No export yet: w writes one", "dim")]]
        lines: list[Line] = [[(found.name, "strong")], []]
        for part, file in found.files.items():
            lines.append([(f"{part:<11}{count(file.records):>8}", "text"), (f"  {count(file.bytes)} bytes", "dim")])
        leak = found.leakage
        lines += [[], [("test rows that training has seen", "accent")]]
        for what, share in (("record", leak.record), ("question", leak.question), ("table", leak.table)):
            lines.append([(f"{what:<11}{share:>7.0%}", "bad" if share else "good")])
        lines += [[], [("left out", "accent")]]
        lines += [[(f"{reason:<28}{count(many):>6}", "text")] for reason, many in found.excluded.items()]
        if not found.excluded:
            lines.append([("nothing", "dim")])
        lines += [[], *([(line, "dim")] for line in wrap(f"include: {found.recipe.include}", width))]
        return lines

    def _save(self, name: str, text: str) -> None:
        self.outcrop.refuse_if_read_only()
        value: object = text.strip()
        if name in ("split.train", "split.validation", "split.test"):
            value = _number(text, float)
        elif name == "split.seed":
            value = _number(text, int)
        elif name == "data.include":
            _check_include(text)
        self.workspace.change_config(**{name.replace(".", "__"): value})
        self.post_message(Changed("config"))

    def _say(self) -> None:
        entry = self.form.entry()
        if entry is not None:
            self.tell([(f"{entry.label}  ", "dim"), (entry.value, "text")], f"view: {_VIEWS[self._view]}")


def _number(text: str, kind: type[float] | type[int]) -> float:
    try:
        return kind(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a number", todo="Give a share such as 0.8, or a whole seed") from None


def _check_include(text: str) -> None:
    from core.data.training_set import check_include

    check_include(text)
