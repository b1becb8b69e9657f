"""Changing a job's parameters: one by one, by a preset, or to those of an earlier job."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.errors import RefusedError
from core.text import number
from tui.messages import Changed
from tui.tuning import fields
from tui.tuning.planning import Planning
from tui.tuning.showing import DIFFERENCE
from tui.widgets.form import Form

if TYPE_CHECKING:
    from core.tuning.earlier import Earlier

_KEEP = "\0keep"  # what the list of presets returns for keeping one; no preset is called that


class Choosing(Planning):
    """What a person chooses."""

    def action_change(self) -> None:
        """Changes the value under the cursor."""
        self.shell.refuse_if_read_only()
        self.form.ask_for()

    def action_difference(self) -> None:
        """Chooses an earlier job to compare with."""
        self._choose_earlier(self._compare)

    def action_clone(self) -> None:
        """Takes an earlier job's parameters over: those of the job in sight, or of one that is chosen."""
        self.shell.refuse_if_read_only()
        if self._view == DIFFERENCE and self._earlier is not None:
            self._clone(self._earlier.arn)
        else:
            self._choose_earlier(self._clone)

    def on_form_wanted(self, event: Form.Wanted) -> None:
        """Asks for a value, held to its range where it is typed."""
        event.stop()
        entry = event.entry
        if entry.name == fields.PRESET:
            self._choose_preset()
            return
        begin = fields.typed(self.workspace, entry.name)
        self.bar.ask(f"{entry.label} ({entry.note})", begin, lambda text: self._save(entry.name, text))

    def _save(self, name: str, text: str) -> None:
        self.shell.refuse_if_read_only()
        fields.save(self.workspace, name, text)
        self.post_message(Changed("config"))

    def _choose_preset(self) -> None:
        from core.tuning import presets
        from tui.widgets import overlay

        export = self._plan.export
        found = presets.presets(self.workspace, export.records("train") if export else 0)
        usual = found[presets.DEFAULTS]
        entries = [(name, f"{name:<12}{_changed(values, usual)}", "") for name, values in found.items()]
        entries.append((_KEEP, "keep the present values under a name", ""))
        self.app.push_screen(overlay.Choosing(entries), lambda name: self._use_preset(name, found) if name else None)

    def _use_preset(self, name: str, found: dict[str, dict[str, float]]) -> None:
        from core.tuning import presets

        if name == _KEEP:
            self.bar.ask("name of the preset", "", self._keep_preset)
        elif self.attempt(lambda: presets.apply(self.workspace, found[name])):
            self.post_message(Changed("config"))

    def _keep_preset(self, name: str) -> None:
        from core.tuning import presets

        presets.keep(self.workspace, name.strip())
        self.post_message(Changed("config"))

    def _earlier_jobs(self) -> "list[Earlier]":
        from core.tuning.earlier import earlier_jobs

        known = self.shell.jobs
        others = {job.arn: job for job in known.jobs if job.hyperparameters} if known else {}
        return earlier_jobs(self.workspace, others)

    def _choose_earlier(self, act: Callable[[str], None]) -> None:
        from tui.widgets import overlay

        found = self._earlier_jobs()
        if not found:
            raise RefusedError("There is no earlier job", todo="Submit one first")
        entries = [(each.arn, each.name, f"{each.created.astimezone():%d %b %H:%M}") for each in found]
        self.app.push_screen(overlay.Choosing(entries), lambda arn: act(arn) if arn else None)

    def _compare(self, arn: str) -> None:
        self._earlier = next((each for each in self._earlier_jobs() if each.arn == arn), None)
        self._turn_to(DIFFERENCE)

    def _clone(self, arn: str) -> None:
        from core.tuning import earlier

        found = next((each for each in self._earlier_jobs() if each.arn == arn), None)
        if found is not None and self.attempt(lambda: earlier.clone(self.workspace, found)):
            self._compare(arn)
            self.post_message(Changed("config"))


def _changed(values: dict[str, float], usual: dict[str, float]) -> str:
    """A preset's values that are not the defaults."""
    changed = [f"{name} {number(value)}" for name, value in values.items() if value != usual[name]]
    return ", ".join(changed) or "every value at its default"
