"""The form of the Tune tab: the model's hyperparameters, the preset they are, and what a job is given besides."""

from typing import TYPE_CHECKING

from core.catalog import Hyperparameter
from core.errors import OutcropError
from core.text import number
from core.tuning import advise, presets
from core.tuning.hyperparameters import span
from core.workspace import Workspace
from tui.widgets.form import FormEntry

if TYPE_CHECKING:
    from core.catalog.model import Tuning
    from core.tuning.submission import Submission

PRESET = "preset"
_UNDOCUMENTED = "undocumented"
SENTENCES = {
    PRESET: "All values at once: defaults, the article's advice, or a set of your own.",
    _UNDOCUMENTED: "AWS documents no hyperparameters for this model: Bedrock's defaults are used.",
    "kms_key": "The KMS key that encrypts the tuned model; empty for Bedrock's own.",
    "subnets": "Subnets that the job runs in, one in each zone; empty for none of your own.",
    "security_groups": "Security groups of that network.",
    "tags": "Tags of the job, as key=value, key=value.",
}


def entries(workspace: Workspace, records: int | None) -> list[FormEntry]:
    """Every line of the form.

    Args:
        workspace: The project.
        records: How many train, for the preset; None while that is not known.

    Raises:
        OutcropError: The project names a model that is none, or that cannot be tuned.
    """
    config = workspace.config
    _, tuning = workspace.tuning()
    undocumented = FormEntry(_UNDOCUMENTED, "hyperparameters", "–", "Bedrock's", fixed=True)
    return [
        *([undocumented] if tuning.hyperparameters is None else ()),
        *(_value(knob, config.hyperparameters.get(knob.name, knob.default)) for knob in tuning.hyperparameters or ()),
        FormEntry(PRESET, PRESET, _preset(workspace, records), "↵ chooses"),
        FormEntry("kms_key", "KMS key", config.kms_key or "–", "ARN or id", changed=bool(config.kms_key)),
        FormEntry("subnets", "subnets", _listed(config.vpc.subnets), "ids"),
        FormEntry("security_groups", "security groups", _listed(config.vpc.security_groups), "ids"),
        FormEntry("tags", "job tags", _tags(workspace) or "–", "key=value"),
    ]


def typed(workspace: Workspace, name: str) -> str:
    """What the field begins with when an entry is to change."""
    config = workspace.config
    _, tuning = workspace.tuning()
    knob = tuning.hyperparameter(name)
    if knob is not None:
        return number(config.hyperparameters.get(name, knob.default))
    return {
        "kms_key": config.kms_key,
        "subnets": " ".join(config.vpc.subnets),
        "security_groups": " ".join(config.vpc.security_groups),
        "tags": _tags(workspace),
    }[name]


def save(workspace: Workspace, name: str, text: str) -> None:
    """Keeps what was typed in `outcrop.yaml`.

    Raises:
        UsageError: It is out of range, or AWS would refuse it; says what fits.
    """
    from core.tuning import hyperparameters, surroundings

    config = workspace.config
    _, tuning = workspace.tuning()
    knob = tuning.hyperparameter(name)
    if knob is not None:
        value = hyperparameters.parse(knob, text)
        chosen = None if value == knob.default else int(value) if knob.type == "int" else value
        workspace.change_config(**{f"hyperparameters__{name}": chosen})
    elif name == "kms_key":
        workspace.change_config(kms_key=surroundings.check_key(text) or None)
    elif name == "tags":
        workspace.change_config(tags=surroundings.check_tags(text) or None)
    elif name == "subnets":
        workspace.change_config(vpc=surroundings.vpc_changes(config.vpc, subnets=surroundings.check_subnets(text)))
    elif name == "security_groups":
        groups = surroundings.check_groups(text)
        workspace.change_config(vpc=surroundings.vpc_changes(config.vpc, security_groups=groups))


def kind(knob: Hyperparameter) -> str:
    """A hyperparameter's type, range and default in words."""
    return f"{'whole number' if knob.type == 'int' else 'number'}, {span(knob)}, default {number(knob.default)}"


def sentence(tuning: "Tuning", entry: FormEntry, planned: "Submission | None") -> tuple[str, str]:
    """An entry in a sentence, and its type, range, default and advice.

    Args:
        tuning: Has the hyperparameters of the project's model.
        entry: The line of the form.
        planned: The job that would be submitted, whose size the advice depends on.
    """
    knob = tuning.hyperparameter(entry.name)
    if knob is not None:
        return knob.help, kind(knob) + _advised(knob.name, planned)
    return SENTENCES[entry.name], ""


def _advised(name: str, planned: "Submission | None") -> str:
    found = advise(planned.model, planned.forecast.records) if planned else []
    band = next((each for each in found if each.parameter == name and each.low is not None), None)
    return f", advised {number(band.low or 0)} to {number(band.high or 0)}" if band else ""


def _value(knob: Hyperparameter, value: float) -> FormEntry:
    return FormEntry(knob.name, knob.name, number(value), span(knob), changed=value != knob.default)


def _preset(workspace: Workspace, records: int | None) -> str:
    try:
        return (presets.current(workspace, records) if records is not None else "") or "–"
    except OutcropError:  # a value out of range, which the plan says
        return "–"


def _listed(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "–"


def _tags(workspace: Workspace) -> str:
    from core.tuning.surroundings import tags_text

    return tags_text(workspace.config.tags)
