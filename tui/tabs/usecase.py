"""Stage 1 on screen: what the model is for, when it is good enough, and what the article says about that."""

from textual.app import ComposeResult

from core.errors import UsageError
from core.evaluation.metrics import NAMES
from core.text import number
from core.usecase import KEY_POINTS, PROBLEMS, RECOMMENDED_USES, problem_named
from tui import keys
from tui.messages import Changed, Topic
from tui.present.line import Line, flow, wrap
from tui.tabs.stage import Stage
from tui.widgets.form import Form, FormEntry, next_choice
from tui.widgets.table import Column
from tui.widgets.text_view import TextView


class UsecaseTab(Stage):
    """The Use case tab."""

    SCOPE = "usecase"
    PANES = ("case", "advice")
    BINDINGS = keys.bindings("usecase")
    DEFAULT_CSS = """
    UsecaseTab { layout: horizontal; }
    UsecaseTab > #case { width: 48%; padding-right: 1; }
    UsecaseTab > #advice { width: 1fr; border-left: solid $line; }
    """

    def compose(self) -> ComposeResult:
        """The case, and beside it the advice."""
        yield Form([Column("", 9), Column("this project")], id="case")
        yield TextView(id="advice")

    @property
    def form(self) -> Form:
        """The case."""
        return self.query_one("#case", Form)

    def begin(self) -> None:
        """Shows what outcrop.yaml says."""
        self.reload()

    def opened(self, target: int | str | None = None) -> None:
        """The whole value under the cursor stands in the bar."""
        del target
        self.say_state()

    def changed(self, topic: Topic) -> None:
        """Another tab, or a person with an editor, changed the project."""
        if topic == "config":
            self.reload()

    def reload(self) -> None:
        """Shows what outcrop.yaml says now."""
        config = self.workspace.config
        case = config.use_case
        goal = "" if case.target is None else number(case.target)
        self.form.fill(
            [
                FormEntry("name", "project", config.name, fixed=True),
                FormEntry("task", "task", case.task or "?"),
                FormEntry("problem", "problem", case.problem or "?", choices=[each.key for each in PROBLEMS]),
                FormEntry("metric", "metric", case.metric, choices=NAMES),
                FormEntry("target", "target", goal or "?"),
                FormEntry(
                    "model", "to tune", config.model, choices=[m.key for m in self.workspace.catalog.tunable()]
                ),
                FormEntry("candidates", "compare", ", ".join(case.candidates) or "?"),
                FormEntry("source", "records", config.data.source or "none yet", fixed=True),
                FormEntry("where", "where", str(self.workspace.location), fixed=True),
                FormEntry("bucket", "bucket", config.bucket or "?", fixed=True),
            ]
        )
        self.query_one("#advice", TextView).show(self._advice, keep_place=True)
        self.say_state()

    def on_table_moved(self, event: Form.Moved) -> None:
        """The whole value stands in the bar."""
        event.stop()
        self.say_state()

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Goes to the next choice, or asks."""
        event.stop()
        entry = event.entry
        if entry.choices:
            self.attempt(lambda: self._save(entry.name, next_choice(entry)))
        else:
            value = "" if entry.value == "?" else entry.value
            self.bar.ask(entry.label, value, lambda text: self._save(entry.name, text))

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.shell.refuse_if_read_only()
        self.form.ask_for()

    def copied(self) -> str:
        """The value under the cursor."""
        entry = self.form.entry()
        return entry.value if entry else ""

    def _save(self, name: str, text: str) -> None:
        self.shell.refuse_if_read_only()
        value: object = text.strip()
        if name == "target":
            value = _score(text)
        if name == "candidates":
            value = [self.workspace.catalog.get(each.strip()).key for each in text.split(",") if each.strip()]
        if name == "model":
            self.workspace.change_config(model=value, hyperparameters=None)
        else:
            self.workspace.change_config(**{f"use_case__{name}": value})
        self.post_message(Changed("config"))

    def say_state(self) -> None:
        """The whole value under the cursor."""
        entry = self.form.entry()
        if entry is not None:
            self.tell([(f"{entry.label}  ", "dim"), (entry.value, "text")], "in outcrop.yaml" if entry.fixed else "")

    def _advice(self, width: int) -> list[Line]:
        case = self.workspace.config.use_case
        chosen = problem_named(case.problem)
        lines: list[Line] = []
        if case.task:
            lines += [[("THE TASK", "accent")], *_text(case.task, width), []]
        lines.append([("LIKELIHOOD OF SUCCESS", "accent")])
        for each in PROBLEMS:
            here = each == chosen
            name = wrap(each.name, width - 2)
            lines += [[("▸ " if here and not at else "  ", "accent"), (line, "strong" if here else "text")]
                      for at, line in enumerate(name)]  # fmt: skip
            rated = [[("fine-tuning ", "dim"), (each.fine_tuning, "text")],
                     [("prompting + RAG ", "dim"), (each.prompting, "text")]]  # fmt: skip
            lines += [[("  ", "dim"), *line] for line in flow(rated, width - 2)]
            lines += [[("  " + line, "dim")] for line in wrap(each.examples, width - 2)]
        lines += [[], [("WELL SUITED", "accent")]]
        for use in RECOMMENDED_USES:
            size = f"{use.records:,} labelled examples: " if use.records else ""
            lines += _text(f"{use.name}: {size}{use.example}", width)
        lines += [[], [("KEY POINTS", "accent")]]
        for point in KEY_POINTS:
            lines += _text(point, width)
        return [*lines, [], *_text("from AWS's article on fine-tuning Claude 3 Haiku", width, "dim")]


def _text(text: str, width: int, style: str = "text") -> list[Line]:
    return [[(line, style)] for line in wrap(text, width)]


def _score(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise UsageError("A target is a number", todo="Give a score between 0 and 100") from None
    if not 0 <= value <= 100:
        raise UsageError(f"A target of {number(value)} cannot be reached", todo="Give a score between 0 and 100")
    return value
