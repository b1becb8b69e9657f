"""Stage 1 on screen: what the model is for, when it is good enough, and what the article says about that."""

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal

from core.errors import UsageError
from core.text import number
from core.usecase import KEY_POINTS, PROBLEMS, RECOMMENDED_USES, problem
from tui import keys
from tui.tabs.stage import Stage
from tui.widgets.form import Entry, Form, next_choice
from tui.widgets.line import Line, wrap
from tui.widgets.text_view import TextView


class Tab(Stage):
    """The Use case tab."""

    SCOPE = "usecase"
    BINDINGS = keys.bindings("usecase")
    DEFAULT_CSS = """
    Tab > #usecase { height: 1fr; }
    Tab #case { width: 42; }
    Tab #advice { width: 1fr; border-left: solid $line; }
    """

    def compose(self) -> ComposeResult:
        """The case, and beside it the advice."""
        with Horizontal(id="usecase"):
            yield Form(label=12, value=26, id="case")
            yield TextView(id="advice")

    @property
    def form(self) -> Form:
        """The case."""
        return self.query_one("#case", Form)

    def on_mount(self) -> None:
        """Shows what outcrop.yaml says."""
        self.reload()

    def opened(self, target: Any = None) -> None:
        """The keys go to the form."""
        del target
        self.form.focus()
        self._say()

    def reload(self) -> None:
        """Shows what outcrop.yaml says now."""
        config = self.workspace.config
        case = config.use_case
        goal = "" if case.target is None else number(case.target)
        self.form.fill(
            [
                Entry("name", "project", config.name, fixed=True),
                Entry("task", "task", case.task or "?"),
                Entry("problem", "problem", case.problem or "?", choices=[each.key for each in PROBLEMS]),
                Entry("metric", "metric", case.metric, choices=["squad", "article"]),
                Entry("target", "target F1", goal or "?"),
                Entry("model", "to tune", config.model, choices=[m.key for m in self.workspace.catalog.tunable()]),
                Entry("candidates", "compare", ", ".join(case.candidates) or "?"),
                Entry("source", "records", config.data.source or "none yet", fixed=True),
                Entry("where", "where", str(self.workspace.location), fixed=True),
                Entry("bucket", "bucket", config.bucket or "?", fixed=True),
            ]
        )
        self.query_one("#advice", TextView).show(self._advice, keep_place=True)

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
            value = "" if entry.value == "?" else entry.value
            self.bar.ask(entry.label, value, lambda text: self._save(entry.name, text))

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.form.ask_for()

    def copied(self) -> str:
        """The value under the cursor."""
        entry = self.form.entry()
        return entry.value if entry else ""

    def _save(self, name: str, text: str) -> None:
        self.outcrop.refuse_if_read_only()
        value: object = text.strip()
        if name == "target":
            value = _score(text)
        if name == "candidates":
            value = [self.workspace.catalog.get(each.strip()).key for each in text.split(",") if each.strip()]
        if name == "model":
            self.workspace.change_config(model=value, hyperparameters=None)
        else:
            self.workspace.change_config(**{f"use_case__{name}": value})
        self.reload()
        self._say()

    def _say(self) -> None:
        entry = self.form.entry()
        if entry is not None:
            self.bar.show([(f"{entry.label}  ", "dim"), (entry.value, "text")])

    def _advice(self, width: int) -> list[Line]:
        chosen = problem(self.workspace.config.use_case.problem)
        lines: list[Line] = [[("LIKELIHOOD OF SUCCESS", "accent")]]
        for each in PROBLEMS:
            style = "strong" if each == chosen else "text"
            lines += [[(line, style)] for line in wrap(each.name, width)]
            lines.append([(f"  fine-tuning {each.fine_tuning}, prompting + RAG {each.prompting}", "text")])
            lines += [[("  " + line, "dim")] for line in wrap(each.examples, width - 2)]
        lines += [[], [("WELL SUITED", "accent")]]
        for use in RECOMMENDED_USES:
            size = f"{use.records:,} labelled examples: " if use.records else ""
            lines += [[(line, "text")] for line in wrap(f"{use.name}: {size}{use.example}", width)]
        lines += [[], [("KEY POINTS", "accent")]]
        for point in KEY_POINTS:
            lines += [[(line, "text")] for line in wrap(point, width)]
        lines += [[], [("from AWS's article on fine-tuning Claude 3 Haiku", "dim")]]
        return lines


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
