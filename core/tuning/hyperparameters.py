"""A job's hyperparameters: typed, held to the model's ranges where they are typed in, sent as strings."""

from collections.abc import Mapping

from core.catalog import Hyperparameter, Tuning
from core.errors import UsageError
from core.text import number


def named(tuning: Tuning, name: str) -> Hyperparameter:
    """The hyperparameter of a name.

    Raises:
        UsageError: The model has none of that name; says which it has.
    """
    knob = tuning.hyperparameter(name)
    if knob is None:
        known = ", ".join(each.name for each in tuning.hyperparameters or ())
        raise UsageError(f"This model has no hyperparameter named {name!r}", todo=f"It has: {known or 'none'}")
    return knob


def parse(knob: Hyperparameter, text: str) -> float:
    """Reads a value as a person types it.

    Raises:
        UsageError: Not a number of the right kind, or out of range; says the range.
    """
    try:
        value = int(text) if knob.type == "int" else float(text)
    except ValueError:
        kind = "a whole number" if knob.type == "int" else "a number"
        raise UsageError(f"{knob.name} must be {kind}, not {text!r}", todo=f"Give {span(knob)}") from None
    return check(knob, value)


def check(knob: Hyperparameter, value: float) -> float:
    """Holds a value to its range.

    Raises:
        UsageError: It is outside; says the range.
    """
    if not knob.minimum <= value <= knob.maximum:
        raise UsageError(f"{knob.name} cannot be {number(value)}", todo=f"Give {span(knob)}")
    if knob.type == "int" and value != int(value):
        raise UsageError(f"{knob.name} must be a whole number, not {number(value)}", todo=f"Give {span(knob)}")
    return value


def span(knob: Hyperparameter) -> str:
    """A range in words: `1 to 10`."""
    return f"{number(knob.minimum)} to {number(knob.maximum)}"


def effective(tuning: Tuning, chosen: Mapping[str, float]) -> dict[str, float]:
    """Every hyperparameter of a model: the chosen value, else the default.

    Raises:
        UsageError: A chosen one is not the model's, or out of range.
    """
    knobs = {knob.name: knob for knob in tuning.hyperparameters or ()}
    for name in chosen:
        if name not in knobs:
            known = ", ".join(knobs) or "none; its defaults are used"
            raise UsageError(f"This model has no hyperparameter named {name}", todo=f"It has: {known}")
    return {name: check(knob, chosen.get(name, knob.default)) for name, knob in knobs.items()}


def on_the_wire(values: Mapping[str, float]) -> dict[str, str]:
    """As Bedrock wants them: every value as a string."""
    return {name: number(value) for name, value in values.items()}
