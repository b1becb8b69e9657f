"""The settings of the Format tab: changed in the bar, or chosen from what there is."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from core.config import INCLUDE, Format, Split
from core.errors import InputError, UsageError
from core.evaluation.squad import squad_f1
from core.formatting import template
from core.formatting.parts import measurable
from core.text import clip, count, number
from tui.messages import Changed
from tui.present.leakage import share
from tui.tabs.format.panes import SAMPLE
from tui.tabs.stage import Action, Stage
from tui.widgets.form import Form, FormEntry, next_choice
from tui.widgets.table import Column

if TYPE_CHECKING:
    from core.data.split_figures import SplitWay

TEMPLATES = "templates"
_TABLES = ("html", "json", "markdown", "latex")
_SHARES = ("split.train", "split.validation", "split.test")
_NAME = 14  # cells of the name of a way to split
_NOTHING = "of nothing"
_MANY = 1 << 53  # more records than anybody has


class FormatSettings:
    """The form of the settings."""

    def __init__(self, stage: Stage, sample: Callable[[], int]) -> None:
        """Prepares the form.

        Args:
            stage: The tab.
            sample: Gives how many training records an export takes; 0 for all.
        """
        self._stage, self._sample = stage, sample
        self.form = Form([Column("", 10), Column("this project")], id="settings")

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the key does."""
        return {"change": self.change}

    def fill(self) -> None:
        """Shows what outcrop.yaml says."""
        config, sample = self._stage.workspace.config, self._sample()
        chosen, split = config.format, config.split
        first, divided = Format(), Split()
        self.form.fill(
            [
                FormEntry("format.template", "template", chosen.template, changed=chosen.template != first.template),
                FormEntry("format.table_format", "tables as", chosen.table_format, choices=_TABLES,
                      changed=chosen.table_format != first.table_format),
                FormEntry("split.by", "split by", split.by, changed=split.by != divided.by),
                FormEntry("split.stratify", "same mix", split.stratify or _NOTHING, changed=bool(split.stratify)),
                FormEntry("split.seed", "seed", str(split.seed), changed=split.seed != divided.seed),
                FormEntry("split.train", "train", number(split.train), changed=split.train != divided.train),
                FormEntry("split.validation", "validation", number(split.validation),
                      changed=split.validation != divided.validation),
                FormEntry("split.test", "test", number(split.test), changed=split.test != divided.test),
                FormEntry("sample", "sub-sample", count(sample) if sample else "all of train", changed=bool(sample)),
                FormEntry("data.include", "include", config.data.include, changed=config.data.include != INCLUDE),
                FormEntry("model", "for", config.model, fixed=True),
            ]
        )  # fmt: skip

    def change(self) -> None:
        """Changes the value under the cursor."""
        self._stage.shell.refuse_if_read_only()
        self.form.ask_for()

    def ask(self, entry: FormEntry) -> None:
        """Goes to the next choice, lists the choices, or asks."""
        lists: dict[str, Callable[[], None]] = {
            "format.template": self._choose_template,
            "split.by": self._choose_way,
            "split.stratify": self._choose_stratum,
        }
        if entry.name in lists:
            lists[entry.name]()
        elif entry.choices:
            self._save(entry.name, next_choice(entry))
        else:
            value = str(self._sample() or "all") if entry.name == "sample" else entry.value
            self._stage.bar.ask(entry.label, value, lambda typed: self._save(entry.name, typed))

    def _choose_template(self) -> None:
        from tui.widgets.dialogs import ChoiceDialog

        workspace = self._stage.workspace
        own = workspace.folder / TEMPLATES
        entries = []
        for name in template.names(own):
            try:
                found = template.load(name, own)
            except InputError as error:
                entries.append((name, f"{name:<22}! {error.why}", ""))
            else:
                metric = "judge only" if found.metric == "judge" else found.metric
                entries.append((name, f"{name:<22}{found.description}", metric))
        chosen = ChoiceDialog(entries, chosen=workspace.config.format.template)
        self._stage.dialog(chosen, lambda name: self._chose("format.template", name))

    def _chose(self, name: str, value: str | None) -> None:
        if value:
            self._save(name, value)

    def _choose_way(self) -> None:
        """Lists what a split may keep together, with what leaks and what that does to a score."""
        workspace = self._stage.workspace
        self._stage.say("splitting in every way")

        def work() -> "tuple[SplitWay, ...]":
            from core.data.split_figures import ways

            return ways(workspace, score=squad_f1)

        self._stage.in_thread("ways", work, self._offer_ways)

    def _offer_ways(self, found: "tuple[SplitWay, ...]") -> None:
        from tui.widgets.dialogs import ChoiceDialog

        self._stage.say_state()
        if not self._still_on("split.by"):
            return
        head = (f"{'together':<{_NAME}}{'units':>7} question table  memoriser  by the leak", "")
        entries = [(way.by, _way(way), "") for way in found]
        chosen = ChoiceDialog(entries, head, chosen=self._stage.workspace.config.split.by)
        self._stage.dialog(chosen, lambda by: self._chose("split.by", by))

    def _still_on(self, name: str) -> bool:
        """A list that took its time may open: the user has not gone on to something else."""
        entry = self.form.entry()
        return self._stage.in_front and self._stage.front() is self.form and entry is not None and entry.name == name

    def _choose_stratum(self) -> None:
        """Lists the facts of which every part may have the same mix."""
        workspace = self._stage.workspace

        def work() -> tuple[str, ...]:
            from core.data.split_figures import facts

            return facts(workspace)

        self._stage.in_thread("facts", work, self._offer_strata)

    def _offer_strata(self, names: tuple[str, ...]) -> None:
        from tui.widgets.dialogs import ChoiceDialog

        if not self._still_on("split.stratify"):
            return
        entries = [(name, name, "") for name in (_NOTHING, *names)]
        chosen = ChoiceDialog(entries, chosen=self._stage.workspace.config.split.stratify)
        self._stage.dialog(chosen, lambda name: self._chose("split.stratify", name))

    def _save(self, name: str, typed: str) -> None:
        self._stage.shell.refuse_if_read_only()
        value: object = typed.strip()
        if name == "sample":
            self._stage.shell.settings.keep(SAMPLE, _records(typed))
            self._stage.reload()
            return
        if name in _SHARES:
            value = self._share(name, typed)
        elif name == "split.seed":
            value = _number(typed, int)
        elif name == "split.stratify":
            value = "" if value == _NOTHING else value
        elif name == "data.include":
            _check_include(typed)
        self._stage.workspace.change_config(**{name.replace(".", "__"): value})
        self._stage.post_message(Changed("config"))

    def _share(self, name: str, typed: str) -> float:
        """A part's share or number, held to what a split takes; whether there are so many shows when it is made."""
        from core.formatting.split import sizes

        value = _number(typed, float)
        split = self._stage.workspace.config.split
        sizes(msgspec.structs.replace(split, **{name.removeprefix("split."): value}), _MANY)
        return value


def _way(way: "SplitWay") -> str:
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


def _records(text: str) -> int:
    """How many records of the training part; 0 for all of them."""
    wanted = text.strip().replace(",", "")
    if wanted in ("", "all"):
        return 0
    if not wanted.isdecimal() or not int(wanted):
        raise UsageError(f"Expected a whole number of records or `all`, got {text.strip()!r}")
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
