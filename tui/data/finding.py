"""Finding records: the filter bar with its completion, filters kept by name, and what a column holds."""

import importlib
import threading
from typing import Any

from core.errors import OutcropError, RefusedError, UsageError
from tui.data.reading import Reading

_WORDS = ("AND", "OR", "NOT", "IS NULL", "IS NOT NULL", "LIKE", "ILIKE", "IN", "BETWEEN")
_RECALLED = 50  # filters that the arrows bring back


class Finding(Reading):
    """Filters, and the statistics of what they leave."""

    def action_filter(self) -> None:
        """Asks for a filter; what applies it is imported while somebody types."""
        threading.Thread(target=importlib.import_module, args=("core.data.condition",), daemon=True).start()
        self.bar.ask("/", self._filter, self._apply, self._completed, self._used())

    def action_saved_filters(self) -> None:
        """Lists the filters that have a name; one is applied, forgotten, or the present one kept."""
        from tui.widgets.overlay import Choosing

        kept = self._kept_filters()
        entries = [(f"use {name}", f"{name}: {text}", "") for name, text in kept.items()]
        if self._filter:
            entries.append(("keep", f"Keep the present one by a name: {self._filter}", ""))
        entries += [(f"forget {name}", f"Forget {name}", "") for name in kept]
        if not entries:
            raise RefusedError("No filter has a name yet", todo="Filter with /, then keep it here")
        self.app.push_screen(Choosing(entries), self._chose_filter)

    def action_statistics(self) -> None:
        """What the column under the cursor holds, over the rows that are shown."""
        records, view, column = self._records, self.view, self.table.column_name
        if records is None or view is None:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        from core.data.statistics import statistics
        from tui.work import in_thread

        in_thread(self, "statistics", lambda: (records, statistics(view, column)))

    def action_tokens(self) -> None:
        """Counts the tokens of a sample with the model, so that estimates are calibrated and have an error."""
        records, view, workspace = self._records, self.view, self.workspace
        if records is None or view is None or not view.facts.complete:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        from core.data.token_estimate import calibrate
        from tui.work import in_thread

        in_thread(self, "calibrated", lambda: (records, calibrate(workspace, view, report=records.tell)))

    def action_trained(self) -> None:
        """How many records the project's rule takes, and why it leaves the others."""
        records, view, workspace = self._records, self.view, self.workspace
        if records is None or view is None or not view.facts.complete:
            raise RefusedError("The records are still being read", todo="Try again in a moment")
        from core.data.selection import select
        from tui.work import in_thread

        in_thread(self, "trained", lambda: (records, select(workspace, view)))

    def done(self, what: str, result: Any) -> None:
        """Something in a thread came to an end, or a step further."""
        super().done(what, result)
        if result[0] is not self._records:
            return
        from tui.present import statistics
        from tui.widgets import overlay

        if what == "indexed" and self._searches():
            self._select()  # words need no facts
        elif what == "calibrated" and self.view is not None:
            self.view.facts.calibration, self._progress = result[1], ""
            self._redraw()
            self.say(f"✓ tokens ≈ {result[1]}", "good")
        elif what == "statistics":
            found = result[1]
            self.app.push_screen(overlay.Reading(lambda width: statistics.lines(found, self._filter, width)))
        elif what == "trained":
            include, selection = self.workspace.config.data.include, result[1]
            self.app.push_screen(overlay.Reading(lambda width: statistics.trained(include, selection, width)))

    def failed(self, what: str, error: OutcropError) -> None:
        """A filter that cannot be applied is not the filter."""
        super().failed(what, error)
        if what == "selected" and self._filter != self._applied:
            self._filter = self._applied
            self.shell.settings.keep("data.filter", self._filter)
            self._redraw()
            self._say()

    def back(self) -> bool:
        """Stops a search, leaves the record, else gives up the filter."""
        if self._records is not None and self._records.selecting:
            self._records.stop_selecting()
            return True
        if super().back():
            return True
        if self._filter:
            self._apply("")
            return True
        return False

    def _apply(self, text: str) -> None:
        """Parses here, so that a mistake is shown in the field; applies in a thread.

        What is typed before that is possible is applied as soon as it is.
        """
        if self.view is not None:
            self.view.understood(text)
        self._filter, self.table.at_end = text.strip(), False
        self.shell.settings.keep("data.filter", self._filter)
        if self._filter:
            others = [used for used in self._used() if used != self._filter]
            self.shell.settings.keep("data.filters.used", [self._filter, *others][:_RECALLED])
        self._select()
        self._say()

    def _searches(self) -> bool:
        """Whether the filter looks for words only."""
        if not self._filter:
            return False
        from core.data import filter  # noqa: A004 - the filter of the filter bar

        try:
            query = filter.parse(self._filter, self.view.columns()) if self.view else None
        except OutcropError:
            return False  # said once, when it is applied
        return query is not None and query.kind == "text"

    def _completed(self, begun: str) -> list[str]:
        """Columns that begin with a word, then those that hold it, then SQL's own words."""
        names, bare = (self.view.columns() if self.view else ()), begun.lower()
        ordered = [name for name in names if name.startswith(bare)]
        ordered += [name for name in names if bare in name and name not in ordered]
        return ordered + [word for word in _WORDS if bare and word.lower().startswith(bare)]

    def _used(self) -> list[str]:
        """The filters of late, the newest first."""
        kept = self.shell.settings.get("data.filters.used")
        return kept if isinstance(kept, list) else []

    # Filters with a name

    def _kept_filters(self) -> dict[str, str]:
        kept = self.shell.settings.get("data.filters")
        return kept if isinstance(kept, dict) else {}

    def _chose_filter(self, chosen: str | None) -> None:
        what, _, name = (chosen or "").partition(" ")
        kept = self._kept_filters()
        if what == "use":
            try:
                self._apply(kept[name])
            except OutcropError as error:
                self.shell.complain(error)
        elif what == "keep":
            self.call_after_refresh(lambda: self.bar.ask("name of this filter", "", self._keep_filter))
        elif what == "forget":
            self.shell.settings.keep("data.filters", {key: text for key, text in kept.items() if key != name})
            self.say(f"forgotten: {name}", "text")

    def _keep_filter(self, name: str) -> None:
        if not name.strip():
            raise UsageError("A filter is kept by a name")
        self.shell.settings.keep("data.filters", self._kept_filters() | {name.strip(): self._filter})
        self.say(f"kept as {name.strip()}: F recalls it", "text")
