"""Stage 3 on screen: template, table format and split, and what they make of the record under Data's cursor."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from textual.app import ComposeResult

from core.config import INCLUDE, Format, Split
from core.errors import InputError, OutcropError, UsageError
from core.text import count, number
from tui import keys
from tui.editor import edited
from tui.format import views
from tui.messages import Changed
from tui.tabs.stage import Stage
from tui.widgets.form import Entry, Form, next_choice
from tui.widgets.line import Line, error_lines
from tui.widgets.record_view import record_lines
from tui.widgets.table import Column
from tui.widgets.text_view import Build, TextView
from tui.work import in_thread, start_task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from core.data.split_figures import SplitFigures
    from core.data.template_preview import Looked
    from core.formatting import Export
    from core.formatting.importing import Preview
    from core.tasks import Task

_VIEWS = ("preview", "change", "tokens", "split", "line", "export")
_TABLES = ("html", "json", "markdown", "latex")
_TEMPLATES = "templates"


class FormatTab(Stage):
    """The Format tab."""

    SCOPE = "format"
    PANES = ("settings", "preview", "source")
    BINDINGS = keys.bindings("format")
    DEFAULT_CSS = """
    FormatTab { layout: grid; grid-size: 2 2; grid-columns: 49% 1fr; grid-rows: 11 1fr; }
    FormatTab > #settings { padding-right: 1; }
    FormatTab > #preview { row-span: 2; border-left: solid $line; }
    """

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._view = 0
        self._seen: Looked | None = None
        self._error: OutcropError | None = None
        self._split: SplitFigures | None = None
        self._split_error: OutcropError | None = None
        self._splitting = False
        self._export: Export | None = None

    def compose(self) -> ComposeResult:
        """Settings above the record's source; beside both, what becomes of it."""
        yield Form([Column("", 10), Column("this project")], id="settings")
        yield TextView(id="preview")
        yield TextView(id="source", margin="  ")

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
        self._ask_for_split()
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
            self._ask_for_split()

    def _fill(self) -> None:
        config = self.workspace.config
        chosen, split = config.format, config.split
        first, divided = Format(), Split()
        self.form.fill(
            [
                Entry("format.template", "template", chosen.template, changed=chosen.template != first.template),
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
        """An export or an import goes on, or ended: shows what it wrote."""
        if task.argv[:1] not in (("export",), ("import",)):
            return
        if task.state == "running" and task.progress is not None:
            found = task.progress
            total = f" of {count(found.total)}" if found.total else ""
            self.say(f"{found.note or task.title}  {count(found.done)}{total} {found.unit}")
        elif task.state == "done" and task.argv[:1] == ("export",):
            self._find_export("written")
        elif task.state == "done":
            self.workspace.reread()  # the first import says where the records are
            self.post_message(Changed("config"))

    def on_table_moved(self, event: Form.Moved) -> None:
        """The whole value stands in the bar."""
        event.stop()
        self._say()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Goes to the next choice, or asks."""
        event.stop()
        entry = event.entry
        if entry.name == "format.template":
            self._choose_template()
        elif entry.choices:
            self.attempt(lambda: self._save(entry.name, next_choice(entry)))
        else:
            self.bar.ask(entry.label, entry.value, lambda text: self._save(entry.name, text))

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.outcrop.refuse_if_read_only()
        self.form.ask_for()

    def action_view(self) -> None:
        """The record as a chat, its change, its tokens, the split, the line that is written, the last export."""
        self._view = (self._view + 1) % len(_VIEWS)
        self._ask_for_split()
        self._show()
        self._say()

    def action_edit_template(self) -> None:
        """Opens the template in `$VISUAL` or `$EDITOR`; what comes back is checked before it takes its place."""
        from core.formatting import template, template_versions

        self.outcrop.refuse_if_read_only()
        name = self.workspace.config.format.template
        path = self.workspace.folder / _TEMPLATES / f"{name}.yaml"
        was = path.read_text("utf-8") if path.is_file() else template.ready_made_text(name)
        draft = self.workspace.hidden / "drafts" / f"template-{name}.yaml"
        begun = draft.read_text("utf-8") if draft.is_file() else was
        text = edited(self.app, draft, begun, "The template stays; e goes on with it")
        if text == was:
            draft.unlink()
            self.say("nothing was changed", "text")
            return
        try:
            self._try_out(text, draft)
        except InputError as error:
            why = f"{error.where}: {error.why}" if error.where else error.why
            raise InputError(error.what, why=why, todo="e opens your text again") from error
        template_versions.noted(name, path.parent, self.workspace.hidden)
        path.parent.mkdir(exist_ok=True)
        draft.replace(path)
        self._view = _VIEWS.index("change")
        self.post_message(Changed("config"))

    def _try_out(self, text: str, draft: Path) -> None:
        """Holds a template to its language, and to the record that is shown."""
        from core.formatting.template import Renderer, parse

        renderer = Renderer(parse(text, draft.name), self.workspace.config.format.table_format)
        if self._seen is not None and self._seen.row.source is not None:
            renderer.chat(self._seen.row.source)

    def action_load(self) -> None:
        """Imports a file, once what it would give is confirmed."""
        self.outcrop.refuse_if_read_only()
        self.bar.ask("file to import", "", self._look_at)

    def _look_at(self, text: str) -> None:
        path = Path(text.strip()).expanduser()
        if not text.strip():
            return
        self.say("looking at the first rows")

        def work() -> "tuple[Path, Preview]":
            from core.formatting import importing

            return path, importing.look([importing.Input(path)], importing.Plan(importing.detect(path)))

        in_thread(self, "looked", work)

    def _offer_import(self, path: Path, found: "Preview") -> None:
        from tui.widgets.confirm import Confirm

        replaces = (self.workspace.folder / "records.jsonl").exists()
        if not found.fitting:
            missed = found.unmapped[0] if found.unmapped else None
            raise InputError(
                "None of these rows can become a record",
                why=f"line {missed.line}: {missed.reason}" if missed else "the file has no rows",
                todo=missed.todo if missed else "Give one with records",
            )
        facts = views.import_facts(found, str(path), replaces=replaces)
        folder = str(self.workspace.folder)
        words = ("import", found.kind, str(path.resolve()), "-o", folder)
        self.app.push_screen(
            Confirm("Import this file?", facts),
            lambda yes: self._start(bool(yes), lambda: start_task(self.workspace, "import", *words)),
        )

    def action_write(self) -> None:
        """Writes the files for the project's model, as a task that outlives the dashboard."""
        self._export_as_task("writing the training, validation and test files")

    def action_upload(self) -> None:
        """Writes them and uploads them, once that is confirmed."""
        from tui.widgets.confirm import Confirm

        self.outcrop.refuse_if_read_only()
        config = self.workspace.config
        if not config.bucket:
            raise UsageError("No bucket is set", todo="Set `bucket:` in outcrop.yaml")
        facts = [
            ("where", str(self.workspace.location)),
            ("bucket", config.bucket),
            ("what", "the training and validation files; what lies there already is not sent twice"),
            ("format", f"for {config.model}, template {config.format.template}"),
        ]
        what = f"uploading to {config.bucket}"
        self.app.push_screen(
            Confirm("Write and upload the files?", facts),
            lambda yes: self._start(bool(yes), lambda: self._export_as_task(what, "--upload")),
        )

    def _start(self, yes: bool, act: "Callable[[], object]") -> None:
        if yes:
            self.attempt(act)

    def _export_as_task(self, what: str, *options: str) -> None:
        self.outcrop.refuse_if_read_only()
        start_task(self.workspace, "export", "export", *options)
        self.say(what)

    def copied(self) -> str:
        """The line as it is written; the text of the view where another one is in front."""
        if _VIEWS[self._view] in ("preview", "line"):
            return self._seen.line if self._seen else ""
        return self.query_one("#preview", TextView).text()

    def done(self, what: str, result: Any) -> None:
        """A record was rendered, a split made, a file looked at, or the last export read."""
        if what == "render":
            self._seen, self._error = result, None
        elif what == "split":
            self._splitting, self._split, self._split_error = False, result, None
        elif what == "looked":
            self._offer_import(*result)
            return
        else:
            self._export = result
            if what == "written":
                self._view = _VIEWS.index("export")
        self._show()
        self._say()

    def failed(self, what: str, error: OutcropError) -> None:
        """The error stands where the record or the figures would."""
        if what == "render":
            self._seen, self._error = None, error
            self._show()
        elif what == "split":
            self._splitting, self._split, self._split_error = False, None, error
            self._show()
        else:
            super().failed(what, error)

    def _choose_template(self) -> None:
        from core.formatting import template
        from tui.widgets.overlay import Choosing

        own = self.workspace.folder / _TEMPLATES
        entries = []
        for name in template.names(own):
            try:
                found = template.load(name, own)
            except InputError as error:
                entries.append((name, f"{name:<22}! {error.why}", ""))
            else:
                metric = "judge only" if found.metric == "judge" else found.metric
                entries.append((name, f"{name:<22}{found.description}", metric))
        self.app.push_screen(Choosing(entries), self._chose_template)

    def _chose_template(self, name: str | None) -> None:
        if name:
            self.attempt(lambda: self._save("format.template", name))

    def _ask_for_preview(self) -> None:
        workspace, wanted = self.workspace, self.outcrop.settings.number("data.row", 0)

        def work() -> "Looked":
            from core.data.template_preview import look

            return look(workspace, wanted)

        in_thread(self, "render", work)

    def _ask_for_split(self) -> None:
        """Splits where that is looked at, once at a time."""
        if _VIEWS[self._view] != "split" or self._splitting:
            return
        self._splitting = True
        workspace = self.workspace

        def work() -> "SplitFigures":
            from core.data.split_figures import figures

            return figures(workspace)

        in_thread(self, "split", work)

    def _find_export(self, what: str) -> None:
        workspace = self.workspace

        def work() -> "Export | None":
            from core.formatting import export

            found = export.latest(workspace.folder / "exports")
            return found[0] if found else None

        in_thread(self, what, work)

    def _show(self) -> None:
        shown: dict[str, Build] = {
            "preview": self._preview,
            "change": lambda width: self._of_record(width, views.change_lines),
            "tokens": self._tokens,
            "split": self._split_lines,
            "line": lambda width: self._of_record(width, lambda seen, wide: views.raw_lines(seen.line, wide)),
            "export": lambda width: views.export_lines(self._export, width),
        }
        self.query_one("#preview", TextView).show(shown[_VIEWS[self._view]])
        row = self._seen.row if self._seen else None
        self.query_one("#source", TextView).show(lambda width: views.source_lines(row, width))

    def _of_record(self, width: int, make: "Callable[[Looked, int], list[Line]]") -> Sequence[Line]:
        if self._error is not None:
            empty = not self.workspace.config.data.source
            here: list[Line] = [[], [("L imports a file here", "accent")]] if empty else []
            return [*error_lines(self._error, width), *here]
        return make(self._seen, width) if self._seen is not None else []

    def _preview(self, width: int) -> Sequence[Line]:
        from core.data import Decided

        return self._of_record(width, lambda seen, wide: record_lines(seen.row, Decided(), "preview", wide))

    def _tokens(self, width: int) -> Sequence[Line]:
        chosen = self.workspace.config.format.table_format
        return self._of_record(width, lambda seen, wide: views.token_lines(seen, chosen, wide))

    def _split_lines(self, width: int) -> Sequence[Line]:
        if self._split_error is not None:
            return error_lines(self._split_error, width)
        if self._split is None or self._splitting:
            return [[("splitting", "dim")]]
        return views.split_lines(self._split, self.workspace.config.split.by, width)

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
    from core.data.selection import check_include

    check_include(text)
