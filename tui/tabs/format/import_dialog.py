"""What a file would bring, and how it is read: looked at, changed and looked at again before anything is written."""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical

from core.data.import_offer import FIELDS, Offer, guessed
from core.errors import OutcropError
from core.formatting.importing import KINDS, PRESETS, ImportPlan, options
from core.formatting.importing.containers.csv_file import DELIMITERS
from core.formatting.importing.mapping import written
from core.records.tables import FORMATS
from tui.present.line import Line, error_lines, fact_lines, wrap
from tui.tabs.format import text
from tui.widgets.dialogs import ChoiceDialog
from tui.widgets.form import Form, FormEntry, next_choice
from tui.widgets.modal import Modal
from tui.widgets.table import Column
from tui.widgets.text_view import TextView
from tui.work import in_thread

_NONE = "–"
_TEXT, _NO_TEXT = "kept", "left out"
_PROJECTS, _ALL = "the project's", "all four"
_FOUND_OUT = "found out"
_BETWEEN = {_FOUND_OUT: "", **{"tab" if each == "\t" else each: each for each in DELIMITERS}}
_FROM = "field."  # before the name of a field, as an entry's name
_MOST = 9  # entries that are shown at once
_LABEL = 10


class ImportDialog(Modal[Offer | None]):
    """The choices above, what comes of them below."""

    DEFAULT_CSS = """
    ImportDialog { align: center middle; background: transparent; }
    ImportDialog > Vertical { width: 76; max-width: 100%; height: 100%; max-height: 30; border: solid $accent; }
    ImportDialog #way { height: 1; }
    """
    KEYS = (("↵", "import"), ("spc", "change"), ("↑↓", "move"), ("tab", "the facts"), ("esc", "back"))
    BINDINGS = [
        Binding("escape,q,ctrl+c", "give_up", "back", show=False),
        Binding("enter", "accept", "import", show=False),
        Binding("space", "change", "change", show=False),
        Binding("tab", "turn", "the facts", show=False, priority=True),
    ]

    def __init__(self, offer: Offer, called: str, look: Callable[[Offer, ImportPlan], Offer]) -> None:
        """Prepares the choices.

        Args:
            offer: The files as they look at first.
            called: What the user called them.
            look: Reads them by another plan; takes its time.
        """
        super().__init__()
        self._offer, self._called, self._look = offer, called, look
        self._plan = offer.plan
        self._broken: OutcropError | None = None
        self._seen = False  # what was typed before the facts were there to read is no answer
        self._form = Form([Column("", _LABEL), Column("how it is read", 18), Column("")], id="choices")

    def compose(self) -> ComposeResult:
        """The choices, the facts, the ways out."""
        with Vertical():
            yield self._form
            yield TextView(id="facts")
            yield TextView(id="way")

    def on_mount(self) -> None:
        """Shows them."""
        self.query_one("#way", TextView).show(lambda _width: [self._way()])
        self._show()
        self.set_focus(self._form)
        self.call_after_refresh(self._now_seen)

    def _now_seen(self) -> None:
        self._seen = True

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Goes to the next choice, or lists them."""
        event.stop()
        entry = event.entry
        if len(entry.choices) <= len(FORMATS) + 2 and not entry.name.startswith(_FROM):
            self._choose(entry.name, next_choice(entry))
        else:
            entries = [(each, each, "") for each in entry.choices]
            self.app.push_screen(ChoiceDialog(entries), lambda value: self._choose(entry.name, value))

    def action_change(self) -> None:
        """Changes what the cursor is on."""
        self._form.ask_for()

    def action_turn(self) -> None:
        """To the facts, which may be longer than their pane, and back."""
        facts = self.query_one("#facts")
        self.set_focus(self._form if self.focused is facts else facts)

    def action_accept(self) -> None:
        """Imports, once what that gives is there to read."""
        if self._ready and self._seen:
            self.dismiss(self._offer)

    def action_give_up(self) -> None:
        """Back without an import."""
        self.dismiss(None)

    @property
    def _ready(self) -> bool:
        preview = self._offer.preview
        current = self._plan == self._offer.plan and self._broken is None
        return current and preview is not None and preview.fitting > 0

    def _choose(self, name: str, value: str | None) -> None:
        if value is None:
            return
        self._plan = _changed(self._plan, name, value)
        before, plan = self._offer, self._plan

        def take(offer: Offer) -> None:
            self._taken(plan, offer, None)

        def fail(error: OutcropError) -> None:
            self._taken(plan, None, error)

        in_thread(self, "offer", lambda: self._look(before, plan), take, fail)
        self._show()

    def _taken(self, plan: ImportPlan, offer: Offer | None, error: OutcropError | None) -> None:
        """The files were read again, by the present plan or one that was given up since."""
        if plan != self._plan:
            return
        self._broken = error
        if offer is not None:
            self._offer, self._plan = offer, offer.plan
        self._show()

    def _show(self) -> None:
        entries = _entries(self._plan, self._offer.columns)
        self._form.fill(entries)
        self._form.styles.height = min(len(entries), _MOST, max(2, self.app.size.height // 3)) + 1
        self.query_one("#facts", TextView).show(self._facts)
        self.query_one("#way", TextView).show(lambda _width: [self._way()])

    def _facts(self, width: int) -> Sequence[Line]:
        if self._broken is not None:
            return error_lines(self._broken, width)
        if self._plan != self._offer.plan:
            return [[("looking at the first rows", "dim")]]
        if self._offer.problem is not None:
            problem = self._offer.problem
            return [[("what is read so far: ", "dim"), (self._called, "text")], *error_lines(problem, width)]
        facts = text.import_facts(self._offer, self._called)
        lines: list[Line] = [[("Import this file?", "strong")], *fact_lines(facts, width, _LABEL)]
        if self._offer.unrendered:
            template = f"! the project's template cannot render these: {self._offer.unrendered}; choose another then"
            lines += [[(line, "warn")] for line in wrap(template, width)]
        return lines

    def _way(self) -> Line:
        change: Line = [("space", "accent"), (" changes what the cursor is on, ", "dim")]
        does: Line = [("enter", "accent"), (" imports, ", "dim")] if self._ready else []
        return [*change, *does, ("escape", "accent"), (" leaves it", "dim")]


def words(offer: Offer, called: str) -> tuple[str, ...]:
    """The plain command that imports what was settled on, without its first word.

    Args:
        offer: What was settled on.
        called: A path or an address.
    """
    plan = offer.plan
    said = [plan.kind, called if "://" in called else str(offer.inputs[0].path.resolve())]
    said += ["-o", str(offer.target.path.parent), "--yes"]  # it was asked here
    said += ["--use"] if offer.target.before else []
    if plan.mapping and not guessed(offer):
        said += ["--map", written(plan.mapping)]
    if plan.delimiter:
        said += ["--delimiter", _between(plan)]
    if "preset" in options(plan.kind):
        said += ["--preset", plan.preset]
    if "paragraphs" in options(plan.kind) and not plan.paragraphs:
        said.append("--no-paragraphs")
    if plan.table_formats:
        said += ["--table-format", plan.table_formats[0] if len(plan.table_formats) == 1 else "all"]
    return tuple(said)


def _entries(plan: ImportPlan, names: Sequence[str]) -> list[FormEntry]:
    """What may be chosen for a kind of file."""
    may = options(plan.kind)
    found = [FormEntry("kind", "kind", plan.kind, choices=KINDS)]
    if "preset" in may:
        found.append(
            FormEntry(
                "preset", "questions", plan.preset, "article: spans; table: by the table alone", choices=PRESETS
            )
        )
    if "paragraphs" in may:
        found.append(FormEntry("paragraphs", "text", _TEXT if plan.paragraphs else _NO_TEXT, "around a table",
                           choices=(_TEXT, _NO_TEXT)))  # fmt: skip
    if "delimiter" in may:
        found.append(FormEntry("delimiter", "delimiter", _between(plan), "any other: outcrop import --delimiter",
                           choices=(*_BETWEEN,)))  # fmt: skip
    if "table_formats" in may:
        found.append(FormEntry("tables", "tables as", _tables(plan), choices=(_PROJECTS, *FORMATS, _ALL)))
    if "mapping" in may:
        found += [
            FormEntry(f"{_FROM}{field}", field, plan.mapping.get(field, _NONE), "from this column" if not at else "",
                  choices=(_NONE, *names))
            for at, field in enumerate(_fields(plan.mapping, names))
        ]  # fmt: skip
    return found


def _fields(mapping: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """The fields that a column may be taken for, and the columns that are fields of their own name, or facts."""
    return list(dict.fromkeys((*FIELDS, *mapping, *(name for name in names if name not in mapping.values()))))


def _tables(plan: ImportPlan) -> str:
    if not plan.table_formats:
        return _PROJECTS
    return plan.table_formats[0] if len(plan.table_formats) == 1 else _ALL


def _between(plan: ImportPlan) -> str:
    return next(said for said, between in _BETWEEN.items() if between == plan.delimiter)


def _changed(plan: ImportPlan, name: str, value: str) -> ImportPlan:
    """A plan with another choice."""
    if name == "kind":
        return ImportPlan(next(each for each in KINDS if each == value))
    if name == "delimiter":  # other columns come of it
        return msgspec.structs.replace(plan, delimiter=_BETWEEN[value], mapping={})
    if name == "preset":
        return msgspec.structs.replace(plan, preset=next(each for each in PRESETS if each == value))
    if name == "paragraphs":
        return msgspec.structs.replace(plan, paragraphs=value == _TEXT)
    if name == "tables":
        formats = tuple(each for each in FORMATS if value in (each, _ALL))
        return msgspec.structs.replace(plan, table_formats=formats)
    field = name.removeprefix(_FROM)
    mapping = {
        each: column
        for each, column in plan.mapping.items()
        if each != field and not each == column == value  # which is no field of its own name then
    }
    return msgspec.structs.replace(plan, mapping=mapping | ({field: value} if value != _NONE else {}))
