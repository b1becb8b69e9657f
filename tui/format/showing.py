"""What the Format tab shows: the settings, the record's source, and beside both what becomes of it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from core.config import INCLUDE, Format, Split
from core.errors import OutcropError
from core.text import count, number
from tui.format import views
from tui.messages import Topic
from tui.present.line import Line, error_lines
from tui.tabs.stage import Stage
from tui.widgets.form import Entry, Form
from tui.widgets.record_view import record_lines
from tui.widgets.table import Column
from tui.widgets.text_view import Build, TextView
from tui.work import in_thread

if TYPE_CHECKING:
    from core.data.split_figures import SplitFigures
    from core.data.template_preview import Looked
    from core.formatting import Export

VIEWS = ("preview", "change", "tokens", "split", "line", "export")
SAMPLE = "format.sample"  # how many training records an export from here takes; remembered beside the project
_TABLES = ("html", "json", "markdown", "latex")


class Showing(Stage):
    """The Format tab without what is done with it."""

    PANES = ("settings", "preview", "source")
    DEFAULT_CSS = """
    Showing { layout: grid; grid-size: 2 2; grid-columns: 49% 1fr; grid-rows: 12 1fr; }
    Showing > #settings { padding-right: 1; }
    Showing > #preview { row-span: 2; border-left: solid $line; }
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

    def changed(self, topic: Topic) -> None:
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
        sample = self.sample
        self.form.fill(
            [
                Entry("format.template", "template", chosen.template, changed=chosen.template != first.template),
                Entry("format.table_format", "tables as", chosen.table_format, choices=_TABLES,
                      changed=chosen.table_format != first.table_format),
                Entry("split.by", "split by", split.by, changed=split.by != divided.by),
                Entry("split.stratify", "same mix", split.stratify or "of nothing", changed=bool(split.stratify)),
                Entry("split.seed", "seed", str(split.seed), changed=split.seed != divided.seed),
                Entry("split.train", "train", number(split.train), changed=split.train != divided.train),
                Entry("split.validation", "validation", number(split.validation),
                      changed=split.validation != divided.validation),
                Entry("split.test", "test", number(split.test), changed=split.test != divided.test),
                Entry("sample", "sub-sample", count(sample) if sample else "all of train", changed=bool(sample)),
                Entry("data.include", "include", config.data.include, changed=config.data.include != INCLUDE),
                Entry("model", "for", config.model, fixed=True),
            ]
        )  # fmt: skip

    @property
    def sample(self) -> int:
        """How many training records an export from here takes; 0 for all."""
        return self.shell.settings.number(SAMPLE, 0)

    def on_table_moved(self, event: Form.Moved) -> None:
        """The whole value stands in the bar."""
        event.stop()
        self._say()

    def action_view(self) -> None:
        """The record as a chat, its change, its tokens, the split, the line that is written, the last export."""
        self._view = (self._view + 1) % len(VIEWS)
        self._ask_for_split()
        self._show()
        self._say()

    def copied(self) -> str:
        """The line as it is written; the text of the view where another one is in front."""
        if VIEWS[self._view] in ("preview", "line"):
            return self._seen.line if self._seen else ""
        return self.query_one("#preview", TextView).text()

    def done(self, what: str, result: Any) -> None:
        """A record was rendered, a split made, or the last export read."""
        if what == "render":
            self._seen, self._error = result, None
        elif what == "split":
            self._splitting, self._split, self._split_error = False, result, None
        elif what in ("found", "written"):
            self._export = result
            if what == "written":
                self._view = VIEWS.index("export")
        else:
            return
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
            self._say()  # what was under way is no more
            super().failed(what, error)

    def _ask_for_preview(self) -> None:
        workspace, wanted = self.workspace, self.shell.settings.number("data.row", 0)

        def work() -> "Looked":
            from core.data.template_preview import few_of, look

            return look(workspace, wanted, few_of(workspace))

        in_thread(self, "render", work)

    def _ask_for_split(self) -> None:
        """Splits where that is looked at, once at a time."""
        if VIEWS[self._view] != "split" or self._splitting:
            return
        self._splitting = True
        workspace = self.workspace

        def work() -> "SplitFigures":
            from core.data.split_figures import figures
            from core.evaluation.squad import squad_f1

            return figures(workspace, score=squad_f1)

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
            "export": lambda width: views.export_lines(self._export, self.workspace.folder / "exports", width),
        }
        self.query_one("#preview", TextView).show(shown[VIEWS[self._view]])
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

        def lines(seen: "Looked", wide: int) -> list[Line]:
            chosen = self.workspace.config.format.table_format
            return [
                *views.fixed_lines(self._fixed, chosen, wide),
                *record_lines(seen.row, Decided(), "preview", wide),
            ]

        return self._of_record(width, lines)

    @property
    def _fixed(self) -> str:
        """The table format that the record keeps, where that is another than the chosen one."""
        return views.fixed_format(self._seen.row if self._seen else None, self.workspace.config.format.table_format)

    def _tokens(self, width: int) -> Sequence[Line]:
        chosen = self.workspace.config.format.table_format
        return self._of_record(width, lambda seen, wide: views.token_lines(seen, chosen, wide))

    def _split_lines(self, width: int) -> Sequence[Line]:
        if self._split_error is not None:
            return error_lines(self._split_error, width)
        if self._split is None or self._splitting:
            return [[("splitting", "dim")]]
        return views.split_lines(self._split, self.workspace.config.split.by, self.sample, width)

    def _say(self) -> None:
        entry = self.form.entry()
        if entry is not None:
            fixed = (
                f"  this record {self._fixed}, by its import"
                if self._fixed and entry.name == "format.table_format"
                else ""
            )
            spans = [(f"{entry.label}  ", "dim"), (entry.value, "text"), (fixed, "warn")]
            self.tell(spans, f"view: {VIEWS[self._view]}")
