"""Presets in the Tune tab: all values at once, chosen from a list or kept under a name."""

from core.text import number
from core.tuning import presets
from tui.messages import Changed
from tui.tabs.stage import Stage
from tui.tabs.tune.plan import TuneSelection

_KEEP = "\0keep"  # what the list returns for keeping one; no preset is called that


def choose_preset(stage: Stage, selection: TuneSelection) -> None:
    """Lists the presets for the number of records that train, and applies the one that is chosen."""
    from tui.widgets.dialogs import ChoiceDialog

    found = presets.presets(stage.workspace, selection.records or 0)
    usual = found[presets.DEFAULTS]
    entries = [(name, f"{name:<12}{_changed(values, usual)}", "") for name, values in found.items()]
    entries.append((_KEEP, "keep the present values under a name", ""))

    def chosen(name: str | None) -> None:
        if name == _KEEP:
            stage.bar.ask("name of the preset", "", keep)
        elif name:
            presets.apply(stage.workspace, found[name])
            stage.post_message(Changed("config"))

    def keep(name: str) -> None:
        presets.keep(stage.workspace, name.strip())
        stage.post_message(Changed("config"))

    stage.dialog(ChoiceDialog(entries), chosen)


def _changed(values: dict[str, float], usual: dict[str, float]) -> str:
    """A preset's values that are not the defaults."""
    changed = [f"{name} {number(value)}" for name, value in values.items() if value != usual[name]]
    return ", ".join(changed) or "every value at its default"
