"""A base model is asked a test part once, however many training sizes are measured on it."""

from msgspec.structs import replace

from core.experiments.evaluation_plan import AskVariant, Wanted, plan, trained_on
from core.experiments.evaluation_round import evaluate
from core.formatting import export as exports
from core.formatting.export import EXPORTS


def smaller_export(workspace, whole):
    """An export of fewer training records with the same test part, the newest of the project."""
    folder = workspace.folder / EXPORTS
    parts = {part: exports.export_lines(folder / whole.name, whole, part) for part in ("train", "validation", "test")}
    return exports.write(
        folder,
        parts | {"train": parts["train"][:40]},
        recipe=replace(whole.recipe, include="a sample of 40"),
        excluded={},
        leakage=whole.leakage,
        now=workspace.clock.now(),
    )


def test_the_base_is_not_paid_again_for_an_export_with_the_same_test_part(trained, open_project):
    workspace = open_project()
    evaluate(workspace, trained.job.name)
    small = smaller_export(workspace, trained_on(workspace, trained.job))
    planned = plan(workspace, Wanted(models=("claude-3-haiku",)))
    assert planned.export.name == small.name
    assert planned.runs[0].spec.export != small.name
    assert planned.runs[0].forecast.to_ask == 0


def test_examples_are_of_an_exports_own_training_part_so_that_those_are_asked_anew(trained, open_project):
    workspace = open_project()
    evaluate(workspace, trained.job.name)
    small = smaller_export(workspace, trained_on(workspace, trained.job))
    planned = plan(workspace, Wanted(models=("claude-3-haiku",), variants=(AskVariant(shots=1),)))
    assert planned.runs[0].spec.export == small.name
    assert planned.runs[0].forecast.to_ask == 36
