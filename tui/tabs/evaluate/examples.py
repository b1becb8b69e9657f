"""The examples of an evaluation: found by the filter bar, and one of them with every model's answer."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from core.errors import OutcropError, RefusedError
from core.evaluation.examples import COLUMNS, OUTCOMES, select
from core.experiments import evaluated
from core.text import count
from tui import keys
from tui.messages import StageOpened
from tui.present.example import example_lines
from tui.present.line import Span
from tui.tabs.evaluate.neighbours import Neighbours
from tui.tabs.evaluate.selection import EvaluateSelection
from tui.tabs.stage import Action, Stage
from tui.widgets.table import Column, Row, Table
from tui.widgets.text_view import TextView

if TYPE_CHECKING:
    from core.evaluation.comparison import Example
    from core.evaluation.examples import Neighbour, Selected
    from core.experiments.evaluated import Evaluated, ModelComparisons

_NONE = ("No examples yet.", "", "E evaluates a job.")
_NONE_FIT = ("No example fits this filter.", "", "escape shows all of them, / changes it")
_FILTER = "evaluate.filter"


class ExampleList:
    """A list of examples, those that changed most first, and the one under the cursor.

    Attributes:
        table: The list.
        pane: The example under the cursor.
        filter: What narrows the list.
        whole: The example has all the room, with all that the models were asked.
    """

    def __init__(
        self,
        stage: Stage,
        selection: EvaluateSelection,
        models: "Callable[[Evaluated], ModelComparisons | None]",
        *,
        bring: Callable[[], None],
    ) -> None:
        """Prepares the list.

        Args:
            stage: The tab.
            selection: The evaluation in sight.
            models: Gives what every model said, as soon as that is known.
            bring: Has the tab show the examples.
        """
        self._stage, self._selection, self._models = stage, selection, models
        self._bring = bring
        self._selected: Selected | None = None
        self.filter = ""
        self.whole = False
        self.table = Table(
            [
                Column("Δ F1", 5, right=True),
                Column("type", 10, least=60),
                Column("question"),
                Column("truth", 16, least=60),
                Column("tuned", 18, least=60),
            ],
            empty=_NONE,
            id="examples",
        )
        self.pane = TextView(id="example")

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"filter": self.ask, "saved_filters": self.choose, "neighbours": self.find_neighbours}

    @property
    def listed(self) -> bool:
        """There are examples to look at."""
        return self._selected is not None and bool(self._selected.examples)

    def restore(self) -> None:
        """With the filter of the last time."""
        self.filter = self._stage.shell.settings.text(_FILTER)

    def fill(self) -> None:
        """Lists the examples of the evaluation in sight; a filter that they do not take is given up."""
        try:
            self._select()
        except OutcropError:
            self.filter = ""
            self._select()

    # Filters

    def ask(self) -> None:
        """Asks for a filter, in the examples."""
        self._refuse_without()
        self._bring()
        self._stage.bar.ask("/", self.filter, self.apply, _completed)

    def choose(self) -> None:
        """Losses, wins, both wrong: the filters that have a name here."""
        found = self._refuse_without()
        from tui.widgets.dialogs import ChoiceDialog

        examples = found.comparison.examples
        entries = [
            (name, f"{name}: {text or 'every example'}", count(len(select(examples, text).examples)))
            for name, text in OUTCOMES.items()
        ]

        def use(name: str | None) -> None:
            if name:
                self._bring()
                self.apply(OUTCOMES[name])

        self._stage.dialog(ChoiceDialog(entries), use)

    def apply(self, text: str) -> None:
        """Narrows the list.

        Raises:
            OutcropError: The filter is wrong; the one before stays.
        """
        before, self.filter = self.filter, text.strip()
        try:
            self._select()
        except OutcropError:
            self.filter = before
            raise
        self._stage.shell.settings.keep(_FILTER, self.filter)
        self.show()
        self._stage.say_state()

    # One example

    def show(self) -> None:
        """Shows the example under the cursor."""
        example, whole = self._example(), self.whole
        if example is None:
            self.pane.show(lambda _width: [])
            return
        others = self._others(example)
        self.pane.show(lambda width: example_lines(example, width, context=whole, others=others))

    def count_line(self) -> tuple[list[Span], str] | None:
        """What the bar says of the list: the filter, and how many it leaves; None before there is one."""
        if self._selected is None:
            return None
        left: list[Span] = [("/ ", "accent"), (self.filter or "filter", "text" if self.filter else "dim")]
        if self._selected.kind:
            left.append((f"   {self._selected.kind.upper()}", "accent"))
        found = self._selection.found
        total, shown = len(found.comparison.examples) if found else 0, len(self._selected.examples)
        return left, count(total, "example") if shown == total else f"{count(shown)} of {count(total)}"

    # Beside the training records

    def find_neighbours(self) -> None:
        """Looks for what trained beside this example: the example itself must not become a training record."""
        found, example = self._selection.found, self._example()
        if found is None or example is None or not self.pane.display:
            raise RefusedError("There is no example here", todo="enter goes to the examples")
        self._stage.say("looking for what trained beside it…")
        self._stage.in_thread(
            "neighbours",
            lambda: evaluated.beside(found, example),
            lambda neighbours: self._offer(example, neighbours),
        )

    def _offer(self, example: "Example", neighbours: "tuple[Neighbour, ...]") -> None:
        self._stage.say_state()
        self._stage.dialog(Neighbours(example, neighbours), self._look_up)

    def _look_up(self, identity: str | None) -> None:
        if identity:
            workspace = self._stage.workspace
            self._stage.in_thread("row", lambda: evaluated.row_of(workspace, identity), self._to_data)

    def _to_data(self, row: int | None) -> None:
        if row is None:
            self._stage.say("This record is not in the project's file any more", "warn")
        else:
            self._stage.post_message(StageOpened(keys.stage_number("data"), row))

    def _refuse_without(self) -> "Evaluated":
        if self._selection.found is None:
            raise RefusedError("There are no examples yet", todo="E evaluates a job")
        return self._selection.found

    def _select(self) -> None:
        """Filters the examples and shows them from the first one."""
        found = self._selection.found
        self._selected = select(found.comparison.examples if found else (), self.filter)
        chosen = self._selected.examples
        self.table.set_empty(*(_NONE_FIT if self.filter else _NONE))
        self.table.show(len(chosen), lambda start, stop: [_row(each) for each in chosen[start:stop]])
        self.table.move_to(0)

    def _example(self) -> "Example | None":
        chosen = self._selected.examples if self._selected else ()
        return chosen[min(self.table.cursor, len(chosen) - 1)] if chosen else None

    def _others(self, example: "Example") -> list[tuple[str, str, float]]:
        """What further models said to an example, as soon as that is known."""
        found = self._selection.found
        if found is None:
            return []
        try:
            made = self._models(found)
        except OutcropError:  # the view of models says why
            return []
        return [(each.name, each.text, each.f1) for each in made.said.get(example.id, ())] if made else []


def _row(example: "Example") -> Row:
    style = "bad" if example.change < 0 else "good" if example.change > 0 else "dim"
    return ((f"{example.change:+.0f}", style), example.kind, example.question, example.truth, example.tuned)


def _completed(begun: str) -> list[str]:
    return [name for name in COLUMNS if name.startswith(begun.lower())]
