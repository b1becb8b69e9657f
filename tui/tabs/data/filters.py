"""The filter bar: typed with completion, applied, kept by a name."""

import importlib
import threading
from collections.abc import Callable, Mapping

from core.errors import OutcropError, RefusedError, UsageError
from tui.tabs.data.selection import DataSelection
from tui.tabs.stage import Action, Stage

_WORDS = ("AND", "OR", "NOT", "IS NULL", "IS NOT NULL", "LIKE", "ILIKE", "IN", "BETWEEN")
_RECALLED = 50  # filters that the arrows bring back


class FilterBar:
    """Filters the rows by an SQL condition or by words."""

    def __init__(self, stage: Stage, selection: DataSelection, select: Callable[[], None]) -> None:
        """Prepares the bar.

        Args:
            stage: The tab.
            selection: Gets the filter.
            select: Applies the filter to the rows.
        """
        self._stage, self._selection, self._select = stage, selection, select

    @property
    def actions(self) -> Mapping[str, Action]:
        """What the keys do."""
        return {"filter": self.ask, "saved_filters": self.choose}

    def ask(self) -> None:
        """Asks for a filter; what applies it is imported while the user types."""
        threading.Thread(target=importlib.import_module, args=("core.data.condition",), daemon=True).start()
        self._stage.bar.ask("/", self._selection.filter, self.apply, self._completed, self._used())

    def apply(self, text: str) -> None:
        """Parses here, so that a mistake is shown in the field; applies in a thread.

        A filter typed before rows are known is applied as soon as they are.

        Raises:
            UsageError: It is no filter.
        """
        selection, settings = self._selection, self._stage.shell.settings
        if selection.view is not None:
            selection.view.understood(text)
        selection.filter, selection.table.at_end = text.strip(), False
        settings.keep("data.filter", selection.filter)
        if selection.filter:
            others = [used for used in self._used() if used != selection.filter]
            settings.keep("data.filters.used", [selection.filter, *others][:_RECALLED])
        self._select()
        self._stage.say_state()

    def give_up(self) -> bool:
        """Goes back to the filter that the rows shown went through; False where that is the present one."""
        selection = self._selection
        if selection.filter == selection.applied:
            return False
        selection.filter = selection.applied
        self._stage.shell.settings.keep("data.filter", selection.filter)
        return True

    def apply_words(self) -> None:
        """Applies a filter that only looks for words, which needs no facts about the rows."""
        if self._searches():
            self._select()

    def as_option(self) -> str:
        """The filter as `--where` takes it: words behind a quote."""
        view = self._selection.view
        query = view.understood(self._selection.filter) if view else None
        return "" if query is None else query.text if query.kind == "sql" else f"'{query.text}"

    def choose(self) -> None:
        """Lists the filters that have a name; one is applied, forgotten, or the present one kept."""
        from tui.widgets.dialogs import ChoiceDialog

        kept, present = self._kept(), self._selection.filter
        entries = [(f"use {name}", f"{name}: {text}", "") for name, text in kept.items()]
        if present:
            entries.append(("keep", f"Keep the present one by a name: {present}", ""))
        entries += [(f"forget {name}", f"Forget {name}", "") for name in kept]
        if not entries:
            raise RefusedError("No filter has a name yet", todo="Filter with /, then keep it here")
        self._stage.dialog(ChoiceDialog(entries), self._chosen)

    def _chosen(self, chosen: str | None) -> None:
        what, _, name = (chosen or "").partition(" ")
        kept = self._kept()
        if what == "use":
            self.apply(kept[name])
        elif what == "keep":
            self._stage.call_after_refresh(lambda: self._stage.bar.ask("name of this filter", "", self._keep))
        elif what == "forget":
            self._stage.shell.settings.keep("data.filters", {key: text for key, text in kept.items() if key != name})
            self._stage.say(f"forgotten: {name}", "text")

    def _keep(self, name: str) -> None:
        if not name.strip():
            raise UsageError("A filter is kept by a name")
        self._stage.shell.settings.keep("data.filters", self._kept() | {name.strip(): self._selection.filter})
        self._stage.say(f"kept as {name.strip()}: F recalls it", "text")

    def _kept(self) -> dict[str, str]:
        kept = self._stage.shell.settings.get("data.filters")
        return kept if isinstance(kept, dict) else {}

    def _used(self) -> list[str]:
        """The filters of late, the newest first."""
        kept = self._stage.shell.settings.get("data.filters.used")
        return kept if isinstance(kept, list) else []

    def _completed(self, begun: str) -> list[str]:
        """Columns that begin with a word, then those that hold it, then SQL's own words."""
        view = self._selection.view
        names, bare = (view.columns() if view else ()), begun.lower()
        ordered = [name for name in names if name.startswith(bare)]
        ordered += [name for name in names if bare in name and name not in ordered]
        return ordered + [word for word in _WORDS if bare and word.lower().startswith(bare)]

    def _searches(self) -> bool:
        """The filter looks for words only."""
        view = self._selection.view
        if not self._selection.filter or view is None:
            return False
        try:
            query = view.understood(self._selection.filter)
        except OutcropError:
            return False  # said once, when it is applied
        return query is not None and query.kind == "text"
