"""The metrics there are: those that come with Outcrop, and the user's own by name."""

from collections.abc import Sequence
from pathlib import Path

from core.config import Config
from core.errors import UsageError
from core.evaluation.article import article
from core.evaluation.classification import accuracy
from core.evaluation.f1 import References
from core.evaluation.metric import Metric, of_struct
from core.evaluation.own_metrics import own_metrics
from core.evaluation.squad import squad
from core.evaluation.structured import json_rule, read_schema, tools
from core.evaluation.tatqa import tatqa
from core.workspace import below, own_folder

ARTICLE = of_struct(
    "article", ("precision", "recall", "f1"), "f1", lambda case: article(case.prediction, case.reference)
)
SQUAD = of_struct(
    "squad", ("em", "precision", "recall", "f1"), "f1", lambda case: squad(case.prediction, case.reference)
)
TATQA = of_struct(
    "tatqa",
    ("em", "precision", "recall", "f1", "unparsable"),
    "f1",
    lambda case: tatqa(case.prediction, case.reference, case.kind, case.scale),
)
EXACT = Metric("exact", ("match",), "match", lambda case: (exact(case.prediction, case.reference),))
CLASSIFICATION = Metric(
    "classification", ("accuracy",), "accuracy", lambda case: (accuracy(case.prediction, case.reference),)
)
TOOLS = of_struct("tools", ("call", "arguments", "both"), "both", lambda case: tools(case.prediction, case.reference))


def exact(prediction: str, reference: References) -> float:
    """100 where the texts are equal but for white space at their ends, else 0; of several references any will do."""
    accepted = (reference,) if isinstance(reference, str) else reference
    return 100.0 if prediction.strip() in (each.strip() for each in accepted) else 0.0


def json_metric(schema: Path | None = None) -> Metric:
    """The metric of structured output.

    Args:
        schema: A file with a JSON Schema; without one, the truth decides.

    Raises:
        InputError: The file is no schema.
    """
    rule = json_rule(read_schema(schema) if schema else None)
    figures = ("valid", "schema", "equal") if schema else ("valid", "equal")
    return of_struct("json", figures, figures[1], lambda case: rule(case.prediction, case.reference))


_READY = {each.name: each for each in (SQUAD, ARTICLE, TATQA, EXACT, CLASSIFICATION, json_metric(), TOOLS)}
NAMES = tuple(_READY)
"""Those that come with Outcrop and need no model, the one that sorts by default first."""


def named(names: Sequence[str], *, schema: Path | None = None, own: Path | None = None) -> list[Metric]:
    """Metrics by name, each once, in the order given.

    Args:
        names: Of those that come with Outcrop, or of the user's own.
        schema: For `json`.
        own: The user's own configuration folder; see `own_metrics`.

    Raises:
        UsageError: There is no metric of that name.
        InputError: A file cannot be read, or a metric of the user's own cannot be imported.
    """
    return [_named(name, schema, own) for name in dict.fromkeys(names)]


def of_project(config: Config, folder: Path, names: Sequence[str] = ()) -> list[Metric]:
    """The metric that a project's use case names, and others by name.

    Raises:
        UsageError: There is no metric of that name.
        InputError: The use case's schema cannot be read, or a metric of the user's own cannot be imported.
    """
    use_case = config.use_case
    schema = below(folder, use_case.schema) if use_case.schema else None
    return named((use_case.metric, *names), schema=schema, own=own_folder())


def _named(name: str, schema: Path | None, own: Path | None) -> Metric:
    if name == "json" and schema:
        return json_metric(schema)
    if name in _READY:
        return _READY[name]
    theirs = own_metrics(own) if own else {}
    if name not in theirs:
        known = ", ".join((*NAMES, *theirs))
        raise UsageError(f"There is no metric named {name!r}", todo=f"There are {known}")
    return theirs[name]()
