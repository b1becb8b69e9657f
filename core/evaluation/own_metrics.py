"""Metrics of the user's own: Python functions that `metrics.yaml` in the user's configuration folder names.

    contains:
      function: my_metrics:contains
      figures: [score]

A function is called as `function(prediction, reference, facts)` and gives a number in 0 to 100, or a mapping of its
figures to such numbers. Its module is a file beside `metrics.yaml`, or one that is installed. A project can name such
a metric but never bring one: what comes through git is data and is not run.
"""

import importlib
import importlib.util
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import msgspec

from core import yaml_file
from core.errors import InputError, OutcropError, Where
from core.evaluation.metric import Case, Metric

FILE = "metrics.yaml"
_WORD = r"^[A-Za-z_][A-Za-z0-9_]*$"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    function: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")]
    figures: Annotated[tuple[Annotated[str, msgspec.Meta(pattern=_WORD)], ...], msgspec.Meta(min_length=1)] = (
        "score",
    )


def own_metrics(folder: Path) -> dict[str, Callable[[], Metric]]:
    """The user's own metrics by name, each imported only when it is called for.

    Args:
        folder: The user's configuration folder, never a project's.

    Raises:
        InputError: `metrics.yaml` has the wrong shape; says where.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    entries = yaml_file.read_as(dict[str, _Entry], path)
    return {name: partial(_load, path, name, entry) for name, entry in entries.items()}


def _load(path: Path, name: str, entry: _Entry) -> Metric:
    module, _, function = entry.function.partition(":")
    try:
        found = getattr(_module(path.parent, module), function)
    except Exception as error:
        raise InputError(
            f"The metric {name} cannot be imported",
            why=f"{type(error).__name__}: {error}",
            todo="Mend `function`, or its module",
            where=Where(str(path), field=name),
        ) from error
    return Metric(name, entry.figures, entry.figures[0], partial(_call, name, found, entry.figures))


def _module(folder: Path, name: str) -> ModuleType:
    """A file of the folder, under a name that hides no other module; else an installed module."""
    path = folder.joinpath(*name.split(".")).with_suffix(".py")
    if not path.is_file():
        return importlib.import_module(name)
    hidden = f"outcrop_own_metrics.{name}"
    spec = importlib.util.spec_from_file_location(hidden, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[hidden] = module
    spec.loader.exec_module(module)
    return module


def _call(name: str, function: Callable[..., Any], figures: Sequence[str], case: Case) -> tuple[float, ...]:
    facts = {"id": case.id, "type": case.kind, "scale": case.scale, "question": case.question}
    try:
        given = function(case.prediction, case.reference, facts)
        said = given if isinstance(given, Mapping) else {figures[0]: given}
        values = tuple(float(said[figure]) for figure in figures)
        if not all(math.isfinite(value) for value in values):
            raise ValueError(f"{values} is not a score")
    except Exception as error:
        raise OutcropError(
            f"The metric {name} failed",
            why=f"{type(error).__name__}: {error}",
            todo="Mend its function",
            where=Where(field=f"record {case.id}"),
        ) from error
    return values
