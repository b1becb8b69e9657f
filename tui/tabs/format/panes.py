"""What the pieces of the Format tab share, and the panes that show it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.data import Decided
from core.errors import OutcropError
from core.evaluation.squad import squad_f1
from core.formatting import export
from tui.present.line import Line, error_lines
from tui.tabs.format import text
from tui.tabs.stage import Stage
from tui.widgets.record_view import record_lines
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.data.split_figures import SplitFigures
    from core.data.template_preview import Looked
    from core.formatting import Export

VIEWS = ("preview", "change", "tokens", "split", "line", "export")
SAMPLE = "format.sample"  # the setting that has how many training records an export from here takes


@dataclass
class FormatSelection:
    """What is in sight.

    Attributes:
        view: The name of the view.
        seen: The record under Data's cursor, rendered; None where it cannot be.
        error: Why it cannot be rendered.
        split: The parts that the split makes.
        split_error: Why it makes none.
        splitting: A thread deals the records.
        export: The last export.
    """

    view: str = VIEWS[0]
    seen: "Looked | None" = None
    error: OutcropError | None = None
    split: "SplitFigures | None" = None
    split_error: OutcropError | None = None
    splitting: bool = False
    export: "Export | None" = None


class FormatPanes:
    """Renders the record, deals the records and reads the last export in threads, and shows them."""

    def __init__(self, stage: Stage, selection: FormatSelection) -> None:
        """Prepares the panes.

        Args:
            stage: The tab.
            selection: Gets what threads make.
        """
        self._stage, self._selection = stage, selection
        self.preview = TextView(id="preview")
        self.source = TextView(id="source", margin="  ")

    @property
    def sample(self) -> int:
        """How many training records an export from here takes; 0 for all."""
        return self._stage.shell.settings.number(SAMPLE, 0)

    @property
    def fixed(self) -> str:
        """The table format that the record keeps, where that is another than the chosen one."""
        seen, chosen = self._selection.seen, self._stage.workspace.config.format.table_format
        return text.fixed_format(seen.row if seen else None, chosen)

    def turn(self) -> None:
        """To the next view."""
        self._selection.view = VIEWS[(VIEWS.index(self._selection.view) + 1) % len(VIEWS)]
        self.ask_for_split()
        self._show_all()

    def ask_for_preview(self) -> None:
        """Renders the record under Data's cursor."""
        workspace, wanted = self._stage.workspace, self._stage.shell.settings.number("data.row", 0)

        def work() -> "Looked":
            from core.data.template_preview import few_of, look

            return look(workspace, wanted, few_of(workspace))

        def take(seen: "Looked") -> None:
            self._selection.seen, self._selection.error = seen, None
            self._show_all()

        def fail(error: OutcropError) -> None:
            self._selection.seen, self._selection.error = None, error
            self.show()

        self._stage.in_thread("render", work, take, fail)

    def ask_for_split(self) -> None:
        """Splits where that is looked at, once at a time."""
        if self._selection.view != "split" or self._selection.splitting:
            return
        self._selection.splitting = True
        workspace = self._stage.workspace

        def work() -> "SplitFigures":
            from core.data.split_figures import figures

            return figures(workspace, score=squad_f1)

        def take(found: "SplitFigures") -> None:
            self._dealt(found, None)
            self._stage.say_state()

        self._stage.in_thread("split", work, take, lambda error: self._dealt(None, error))

    def find_export(self, *, written: bool = False) -> None:
        """Reads the last export.

        Args:
            written: It was written just now, and is shown.
        """
        folder = self._stage.workspace.folder / "exports"

        def work() -> "Export | None":
            found = export.latest_export(folder)
            return found[0] if found else None

        def take(export: "Export | None") -> None:
            self._selection.export = export
            if written:
                self._selection.view = "export"
            self._show_all()

        def fail(error: OutcropError) -> None:
            self._stage.say_state()  # what was under way is no more
            self._stage.shell.complain(error)

        self._stage.in_thread("export", work, take, fail)

    def show(self) -> None:
        """Shows the view, and the record's source."""
        self.preview.show(self._lines)
        row = self._selection.seen.row if self._selection.seen else None
        self.source.show(lambda width: text.source_lines(row, width))

    def _show_all(self) -> None:
        self.show()
        self._stage.say_state()

    def _dealt(self, found: "SplitFigures | None", error: OutcropError | None) -> None:
        selection = self._selection
        selection.splitting, selection.split, selection.split_error = False, found, error
        self.show()

    def _lines(self, width: int) -> Sequence[Line]:
        workspace, selection = self._stage.workspace, self._selection
        chosen = workspace.config.format.table_format
        if selection.view == "split":
            return self._split_lines(width)
        if selection.view == "export":
            return text.export_lines(selection.export, workspace.folder / "exports", width)
        of_record: dict[str, Callable[[Looked], Sequence[Line]]] = {
            "preview": lambda seen: self._preview(seen, width),
            "change": lambda seen: text.change_lines(seen, width),
            "tokens": lambda seen: text.token_lines(seen, chosen, width),
            "line": lambda seen: text.raw_lines(seen.line, width),
        }
        if selection.error is not None:
            empty = not workspace.config.data.source
            here: list[Line] = [[], [("L imports a file here", "accent")]] if empty else []
            return [*error_lines(selection.error, width), *here]
        return of_record[selection.view](selection.seen) if selection.seen is not None else []

    def _preview(self, seen: "Looked", width: int) -> list[Line]:
        chosen = self._stage.workspace.config.format.table_format
        return [*text.fixed_lines(self.fixed, chosen, width), *record_lines(seen.row, Decided(), "preview", width)]

    def _split_lines(self, width: int) -> Sequence[Line]:
        selection = self._selection
        if selection.split_error is not None:
            return error_lines(selection.split_error, width)
        if selection.split is None or selection.splitting:
            return [[("splitting", "dim")]]
        return text.split_lines(selection.split, self._stage.workspace.config.split.by, self.sample, width)
