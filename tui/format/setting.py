"""Settings of the Format tab: changed in the bar, or chosen from what there is."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from core.errors import InputError, UsageError
from core.formatting.parts import measurable
from core.text import clip, count
from tui.format.showing import SAMPLE, Showing
from tui.messages import Changed
from tui.present.leakage import share
from tui.widgets.form import Form, next_choice
from tui.work import in_thread

if TYPE_CHECKING:
    from core.data.split_figures import Way

TEMPLATES = "templates"
_SHARES = ("split.train", "split.validation", "split.test")
_NAME = 14  # cells of the name of a way to split
_NOTHING = "of nothing"
_MANY = 1 << 53  # more records than anybody has


class Setting(Showing):
    """The Format tab, its settings to be changed."""

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Goes to the next choice, lists the choices, or asks."""
        event.stop()
        entry = event.entry
        lists: dict[str, Callable[[], None]] = {
            "format.template": self._choose_template,
            "split.by": self._choose_way,
            "split.stratify": self._choose_stratum,
        }
        if entry.name in lists:
            lists[entry.name]()
        elif entry.choices:
            self.attempt(lambda: self._save(entry.name, next_choice(entry)))
        else:
            value = str(self.sample or "all") if entry.name == "sample" else entry.value
            self.bar.ask(entry.label, value, lambda text: self._save(entry.name, text))

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.shell.refuse_if_read_only()
        self.form.ask_for()

    def done(self, what: str, result: Any) -> None:
        """Work in a thread ended: there are ways to choose from."""
        super().done(what, result)
        if what == "ways":
            self._offer_ways(result)
        elif what == "facts":
            self._offer_strata(result)

    def _choose_template(self) -> None:
        from core.formatting import template
        from tui.widgets.overlay import Choosing

        own = self.workspace.folder / TEMPLATES
        entries = []
        for name in template.names(own):
            try:
                found = template.load(name, own)
            except InputError as error:
                entries.append((name, f"{name:<22}! {error.why}", ""))
            else:
                metric = "judge only" if found.metric == "judge" else found.metric
                entries.append((name, f"{name:<22}{found.description}", metric))
        chosen = self.workspace.config.format.template
        self.app.push_screen(Choosing(entries, chosen=chosen), lambda name: self._chose("format.template", name))

    def _chose(self, name: str, value: str | None) -> None:
        if value:
            self.attempt(lambda: self._save(name, value))

    def _choose_way(self) -> None:
        """Lists what a split may keep together, with what leaks and what that does to a score."""
        workspace = self.workspace
        self.say("splitting in every way")

        def work() -> "tuple[Way, ...]":
            from core.data.split_figures import ways
            from core.evaluation.squad import squad_f1

            return ways(workspace, score=squad_f1)

        in_thread(self, "ways", work)

    def _offer_ways(self, found: "tuple[Way, ...]") -> None:
        from tui.widgets.overlay import Choosing

        self._say()
        if not self._still_on("split.by"):
            return
        head = (f"{'together':<{_NAME}}{'units':>7} question table  memoriser  by the leak", "")
        by = self.workspace.config.split.by
        entries = [(way.by, _way(way), "") for way in found]
        self.app.push_screen(Choosing(entries, head, chosen=by), lambda by: self._chose("split.by", by))

    def _still_on(self, name: str) -> bool:
        """Whether a list that took its time may open: the user has not gone on to something else."""
        entry = self.form.entry()
        return self.in_front and self.front() is self.form and entry is not None and entry.name == name

    def _choose_stratum(self) -> None:
        """Lists the facts of which every part may have the same mix."""
        workspace = self.workspace

        def work() -> tuple[str, ...]:
            from core.data.split_figures import facts

            return facts(workspace)

        in_thread(self, "facts", work)

    def _offer_strata(self, names: tuple[str, ...]) -> None:
        from tui.widgets.overlay import Choosing

        if not self._still_on("split.stratify"):
            return
        entries = [(name, name, "") for name in (_NOTHING, *names)]
        chosen = self.workspace.config.split.stratify
        self.app.push_screen(Choosing(entries, chosen=chosen), lambda name: self._chose("split.stratify", name))

    def _save(self, name: str, text: str) -> None:
        self.shell.refuse_if_read_only()
        value: object = text.strip()
        if name == "sample":
            self.shell.settings.keep(SAMPLE, _sample(text))
            self.reload()
            return
        if name in _SHARES:
            value = self._share(name, text)
        elif name == "split.seed":
            value = _number(text, int)
        elif name == "split.stratify":
            value = "" if value == _NOTHING else value
        elif name == "data.include":
            _check_include(text)
        self.workspace.change_config(**{name.replace(".", "__"): value})
        self.post_message(Changed("config"))

    def _share(self, name: str, text: str) -> float:
        """A part's share or number, held to what a split takes; whether there are so many shows when it is made."""
        from core.formatting.split import sizes

        value = _number(text, float)
        plan = msgspec.structs.replace(self.workspace.config.split, **{name.removeprefix("split."): value})
        sizes(plan, _MANY)
        return value


def _way(way: "Way") -> str:
    """A way to split on one line: what leaks, what a memoriser scores and how much of that the leak explains."""
    name = f"{clip(way.by, _NAME - 1):<{_NAME}}"
    if way.figures is None:
        return f"{name}! {way.problem}"
    leak, known = way.figures.leakage, way.figures.memoriser
    score, lift = "–", "–"
    if known is not None:
        score, lift = f"F1 {known.score:.1f}", lift if known.lift is None else f"{known.lift:+.1f}"
    measured = measurable(way.figures.counts)
    question, table = (share(each, measured=measured) for each in (leak.question, leak.table))
    return f"{name}{count(way.units):>7} {question:>8} {table:>5}  {score:>9}  {lift:>11}"


def _sample(text: str) -> int:
    """How many records of the training part; 0 for all of them."""
    wanted = text.strip().replace(",", "")
    if wanted in ("", "all"):
        return 0
    if not wanted.isdecimal() or not int(wanted):
        raise UsageError(f"{text!r} is no number of records", todo="Give a number, or all")
    return int(wanted)


def _number(text: str, kind: type[float] | type[int]) -> float:
    try:
        return kind(text.strip().replace(",", ""))
    except ValueError:
        todo = "Give a share such as 0.8, above 1 a number of records" if kind is float else "Give a whole number"
        raise UsageError(f"{text!r} is not a number", todo=todo) from None


def _check_include(text: str) -> None:
    from core.data.include import check_include

    check_include(text)
