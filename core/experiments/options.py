"""The options of `outcrop evaluate` and `outcrop sweep start`, as the plans that they ask for."""

from itertools import product
from pathlib import Path

from core.errors import UsageError
from core.experiments.evaluation_plan import AskVariant, Wanted
from core.experiments.sweep import Wish
from core.experiments.sweep_data import VARIANTS, DataVariant
from core.training.jobs import newest_done
from core.tuning import hyperparameters
from core.workspace import Workspace

_LONGEST_NAME = 40  # characters of a sweep's name


def wanted(
    workspace: Workspace,
    *,
    jobs: tuple[str, ...],
    models: tuple[str, ...],
    base: bool,
    part: str,
    file: Path | None,
    templates: tuple[str, ...],
    table_format: str | None,
    shots: tuple[int, ...],
    temperature: float,
    repeats: int,
    max_tokens: int,
    via: str,
    **_: object,
) -> Wanted:
    """Reads the options of `outcrop evaluate`; without a job and a model they ask for the newest job that is done.

    Raises:
        UsageError: No job of this project is done yet.
    """
    return Wanted(
        jobs=jobs or (() if models else (newest_done(workspace),)),
        models=models,
        base=base,
        variants=tuple(
            AskVariant(template, table_format or "", k, temperature, repeats, max_tokens)
            for template, k in product(templates or ("",), shots or (0,))
        ),
        part="validation" if part == "validation" else "test",
        file=_relative(workspace.folder, file),
        route="batch" if via == "batch" else "converse",
    )


def wish(
    workspace: Workspace, *, name: str, vary: tuple[str, ...], variants: tuple[str, ...], **others: object
) -> Wish:
    """Reads the options of `outcrop sweep start`.

    Raises:
        UsageError: A name, value or variant is not possible, or nothing varies.
    """
    found = Wish(
        name=_name(name),
        grid=dict(_values(workspace, text) for text in vary),
        variants=tuple(map(_variant, variants)) or ("reviewed",),
        **others,  # type: ignore[arg-type]  # sizes, repeats, seed and budgets go in as they are
    )
    if not (found.grid or found.sizes or variants or found.repeats > 1):
        raise UsageError("Nothing varies in this sweep", todo="Add --vary, --size, --variant or --repeats")
    return found


def _relative(folder: Path, file: Path | None) -> str:
    """A file as a run's spec names it, so that the project may move."""
    if file is None:
        return ""
    path = file.expanduser().resolve()
    folder = folder.resolve()
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def _name(name: str) -> str:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError("A sweep's name is one to 40 printable characters")
    return name


def _variant(text: str) -> DataVariant:
    for each in VARIANTS:
        if text == each:
            return each
    raise UsageError(f"There is no data variant named {text!r}", todo=f"There are: {', '.join(VARIANTS)}")


def _values(workspace: Workspace, text: str) -> tuple[str, tuple[float, ...]]:
    """Reads `NAME=V,V`: the values of a hyperparameter, each once and in its range."""
    name, _, given = text.partition("=")
    _, tuning = workspace.tuning()
    knob = hyperparameters.named(tuning, name)
    return name, tuple(dict.fromkeys(hyperparameters.parse(knob, each.strip()) for each in given.split(",")))
