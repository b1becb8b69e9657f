"""Sets of hyperparameters by name: the model's defaults, the article's advice for this size, and the user's own."""

from collections.abc import Mapping

from core.catalog import Model, Tuning
from core.errors import UsageError
from core.tuning.advice import advise
from core.tuning.hyperparameters import effective
from core.workspace import Workspace

DEFAULTS = "defaults"
ARTICLE = "article"


def presets(workspace: Workspace, records: int) -> dict[str, dict[str, float]]:
    """Every preset of a project's model, its values complete; one's own that do not fit the model are left out.

    Args:
        workspace: The project.
        records: How many records train, by which the article advises.
    """
    model, tuning = workspace.tuning()
    found = {DEFAULTS: effective(tuning, {})}
    advised = _advised(model, tuning, records)
    if advised:
        found[ARTICLE] = advised
    for name, values in workspace.config.presets.items():
        try:
            found[name] = effective(tuning, values)
        except UsageError:
            continue  # of another model
    return found


def apply(workspace: Workspace, values: Mapping[str, float]) -> None:
    """Takes values over into `outcrop.yaml`; what equals a default is not written.

    Raises:
        UsageError: A value is not the model's, or out of range.
    """
    _, tuning = workspace.tuning()
    complete = effective(tuning, values)
    knobs = {knob.name: knob for knob in tuning.hyperparameters or ()}
    stale = {name: None for name in workspace.config.hyperparameters if name not in knobs}
    wanted = {name: _written(value) if value != knobs[name].default else None for name, value in complete.items()}
    workspace.change_config(**{f"hyperparameters__{name}": value for name, value in (stale | wanted).items()})


def named(workspace: Workspace, name: str, records: int) -> dict[str, float]:
    """One preset.

    Raises:
        UsageError: There is none of that name for this model; lists those that there are.
    """
    found = presets(workspace, records)
    if name not in found:
        raise UsageError(f"There is no preset named {name!r} for this model", todo=f"There are: {', '.join(found)}")
    return found[name]


def keep(workspace: Workspace, name: str) -> None:
    """Keeps the project's present values under a name.

    Raises:
        UsageError: The name is none, or one of Outcrop's own.
    """
    if not name.strip() or name in (DEFAULTS, ARTICLE):
        raise UsageError(f"A preset cannot be named {name!r}", todo=f"Give another name than {DEFAULTS} or {ARTICLE}")
    _, tuning = workspace.tuning()
    values = effective(tuning, workspace.config.hyperparameters)
    kept = {each: _written(value) for each, value in values.items()}
    workspace.change_config(presets={**workspace.config.presets, name: kept})


def current(workspace: Workspace, records: int) -> str:
    """The preset that the project's values are, or empty."""
    _, tuning = workspace.tuning()
    values = effective(tuning, workspace.config.hyperparameters)
    return next((name for name, preset in presets(workspace, records).items() if preset == values), "")


def _advised(model: Model, tuning: Tuning, records: int) -> dict[str, float]:
    """The model's defaults, each moved into the advised range where it lies outside."""
    chosen = {}
    for each in advise(model, records):
        knob = tuning.hyperparameter(each.parameter) if each.low is not None else None
        if knob is not None and each.low is not None and each.high is not None:
            chosen[knob.name] = min(max(knob.default, each.low), each.high)
    return effective(tuning, chosen) if chosen else {}


def _written(value: float) -> float:
    return int(value) if value == int(value) else value
