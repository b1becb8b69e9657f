"""Examples: what changed most first, found by the filter bar, with differences, and what trained beside them."""

from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from core.errors import OutcropError, RefusedError
from core.experiments import evaluated as finding
from core.text import count
from tui import keys
from tui.evaluation.asking import Asking
from tui.evaluation.viewing import VIEWS
from tui.messages import StageOpened
from tui.present.line import Span
from tui.widgets.table import Row, Table
from tui.widgets.text_view import TextView
from tui.work import in_thread

if TYPE_CHECKING:
    from core.evaluation.comparison import Example
    from core.evaluation.examples import Neighbour, Selected

_NEIGHBOURS, _ROW = "neighbours", "row"


class Examining(Asking):
    """What is done with examples."""

    def __init__(self, target: Any = None) -> None:
        super().__init__(target)
        self._filter = ""
        self._selected: Selected | None = None
        self._whole = False

    @property
    def table(self) -> Table:
        """The examples."""
        return self.query_one("#examples", Table)

    def panes(self) -> list[Widget]:
        """The list is away while one example has all the room."""
        if self.view == "examples" and self._whole:
            return [self.query_one("#example")]
        return super().panes()

    def begin(self) -> None:
        """With the filter of the last time."""
        self._filter = self.shell.settings.text("evaluate.filter")
        super().begin()

    def done(self, what: str, result: Any) -> None:
        """Examples are there, or what was looked for beside one of them."""
        if what == _NEIGHBOURS:
            self._offer(*result)
            return
        if what == _ROW:
            self._to_data(result)
            return
        if what == "compare":
            self._found = result
            try:
                self._select()
            except OutcropError:  # a filter that was kept, and that these examples do not take
                self._filter = ""
                self._select()
        super().done(what, result)

    def on_table_moved(self, event: Table.Moved) -> None:
        """Shows the example under the cursor."""
        event.stop()
        self._show_example()

    def action_detail(self) -> None:
        """From the scores to the examples, from the list to what one of them was asked."""
        if self.view != "examples":
            self._turn_to(VIEWS.index("examples"))
        elif self._selected is not None and self._selected.examples:
            self._see_context(not self._whole)

    def back(self) -> bool:
        """From an example's context to the list, from there to all examples, then to the scores."""
        if self.view == "examples":
            if self._whole:
                self._see_context(False)
                return True
            if self.leave_detail():
                return True
            if self._filter:
                self._apply("")
                return True
        return super().back()

    # Finding

    def action_filter(self) -> None:
        """Asks for a filter, in the examples."""
        if self._found is None:
            raise RefusedError("There are no examples yet", todo="E evaluates a job")
        if self.view != "examples":
            self._turn_to(VIEWS.index("examples"))
        self.bar.ask("/", self._filter, self._apply, _completed)

    def action_saved_filters(self) -> None:
        """Losses, wins, both wrong: the filters that have a name here."""
        if self._found is None:
            raise RefusedError("There are no examples yet", todo="E evaluates a job")
        from core.evaluation.examples import OUTCOMES, select
        from tui.widgets.overlay import Choosing

        examples = self._found.comparison.examples
        entries = [
            (name, f"{name}: {text or 'every example'}", count(len(select(examples, text).examples)))
            for name, text in OUTCOMES.items()
        ]
        self.app.push_screen(Choosing(entries), lambda name: self._use(OUTCOMES[name]) if name else None)

    def _use(self, text: str) -> None:
        if self.view != "examples":
            self._turn_to(VIEWS.index("examples"))
        self._apply(text)

    def _apply(self, text: str) -> None:
        before, self._filter = self._filter, text.strip()
        try:
            self._select()
        except Exception:
            self._filter = before
            raise
        self.shell.settings.keep("evaluate.filter", self._filter)
        self._show()
        self._say()

    def _select(self) -> None:
        """Filters the examples and shows them from the first one."""
        from core.evaluation.examples import select

        examples = self._found.comparison.examples if self._found else ()
        self._selected = select(examples, self._filter)
        chosen = self._selected.examples
        empty = ("No example fits this filter.", "", "escape shows all of them, / changes it")
        self.table.set_empty(*(empty if self._filter else ("No examples yet.", "", "E evaluates a job.")))
        self.table.show(len(chosen), lambda start, stop: [_row(each) for each in chosen[start:stop]])
        self.table.move_to(0)

    # Showing

    def _example(self) -> "Example | None":
        chosen = self._selected.examples if self._selected else ()
        return chosen[min(self.table.cursor, len(chosen) - 1)] if chosen else None

    def _others(self) -> list[tuple[str, str, float]]:
        """What further models said to the example under the cursor, as soon as that is known."""
        found, example = self._found, self._example()
        if found is None or example is None:
            return []
        try:
            made = self._every_model(found)
        except OutcropError:  # the view of models says why
            return []
        return [(each.name, each.text, each.f1) for each in made.said.get(example.id, ())] if made else []

    def _see_context(self, seen: bool) -> None:
        self._whole = seen
        self.set_class(seen, "-context")
        self.bring(self.panes()[0])
        self._show_example()

    def _turn_to(self, view: int) -> None:
        self._whole = False
        self.set_class(False, "-context")
        super()._turn_to(view)

    def _show(self, *, keep_place: bool = True) -> None:
        if self.view == "examples":
            self._show_example()
        else:
            super()._show(keep_place=keep_place)

    def _show_example(self) -> None:
        from tui.present.example import example_lines

        example, whole, others = self._example(), self._whole, self._others()
        if example is None:
            self.query_one("#example", TextView).show(lambda _width: [])
            return
        shown = example
        self.query_one("#example", TextView).show(
            lambda width: example_lines(shown, width, context=whole, others=others)
        )

    def _say(self) -> None:
        if self.view != "examples" or self._selected is None:
            super()._say()
            return
        left: list[Span] = [("/ ", "accent"), (self._filter or "filter", "text" if self._filter else "dim")]
        if self._selected.kind:
            left.append((f"   {self._selected.kind.upper()}", "accent"))
        total = len(self._found.comparison.examples) if self._found else 0
        shown = len(self._selected.examples)
        self.tell(left, count(total, "example") if shown == total else f"{count(shown)} of {count(total)}")

    # Beside the training records

    def action_neighbours(self) -> None:
        """Looks for what trained beside this example: the example itself must not become a training record."""
        found, example = self._found, self._example()
        if found is None or example is None or self.view != "examples":
            raise RefusedError("There is no example here", todo="enter goes to the examples")
        self.say("looking for what trained beside it…")
        in_thread(self, _NEIGHBOURS, lambda: (example, finding.beside(found, example)))

    def _offer(self, example: "Example", neighbours: "tuple[Neighbour, ...]") -> None:
        from tui.widgets.neighbours import Neighbours

        self._say()
        self.app.push_screen(Neighbours(example, neighbours), self._look_up)

    def _look_up(self, identity: str | None) -> None:
        if identity:
            workspace = self.workspace
            in_thread(self, _ROW, lambda: finding.row_of(workspace, identity))

    def _to_data(self, row: int | None) -> None:
        if row is None:
            self.say("This record is not in the project's file any more", "warn")
        else:
            self.post_message(StageOpened(keys.STAGE_NAMES.index("data") + 1, row))


def _row(example: "Example") -> Row:
    style = "bad" if example.change < 0 else "good" if example.change > 0 else "dim"
    return ((f"{example.change:+.0f}", style), example.kind, example.question, example.truth, example.tuned)


def _completed(begun: str) -> list[str]:
    from core.evaluation.examples import COLUMNS

    return [name for name in COLUMNS if name.startswith(begun.lower())]
