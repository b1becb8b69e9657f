"""What the Evaluate tab knows: made in a thread from the answers that are there; asks nobody."""

from typing import TYPE_CHECKING

import msgspec

from core.catalog import Catalog
from core.evaluation.metrics import of_project
from core.store import Store
from core.text import when
from core.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.aws.customization import Job
    from core.aws.session import Connection
    from core.evaluation.comparison import Comparison, Example
    from core.evaluation.difference import Difference
    from core.evaluation.examples import Neighbour
    from core.evaluation.questions import Questions
    from core.evaluation.runs import Run
    from core.evaluation.views import FewShot, SizeCurve
    from core.inference.batch_jobs import Listed


class Evaluated(msgspec.Struct, frozen=True):
    """The run of a tuned model and all that it is compared with.

    Attributes:
        run: Of the tuned model.
        name: Of its job.
        comparison: With its own base.
        recall: The gain when only recall counts.
        questions: That both were asked, and what trained.
        runs: The ids of all runs that have ended: what other views follow from.
    """

    run: "Run"
    name: str
    comparison: "Comparison"
    recall: "Difference"
    questions: "Questions"
    runs: tuple[str, ...]


class Said(msgspec.Struct, frozen=True):
    """What one more model answered to a test question, and its F1."""

    name: str
    text: str
    f1: float


class ModelComparisons(msgspec.Struct, frozen=True):
    """The tuned model beside every other one on the same test set.

    Attributes:
        comparisons: With its own base first.
        names: The tuned model's, then those of the others.
        said: By the record's id, what models beside base and tuned answered.
    """

    comparisons: "tuple[Comparison, ...]"
    names: tuple[str, ...]
    said: dict[str, tuple[Said, ...]]


class ListedEvaluation(msgspec.Struct, frozen=True):
    """An evaluation to choose: its run, its job and the way it was asked, and when."""

    run: str
    name: str
    at: str


def evaluated(workspace: Workspace, name: str = "") -> Evaluated | None:
    """One evaluation, made from its answers.

    Args:
        workspace: The project.
        name: Of its job, or the job's ARN, or the id of its run; empty for the newest.

    Returns:
        None where there is none of that name.
    """
    from core.evaluation import questions, runs
    from core.evaluation.views import recall_gain
    from core.experiments.evaluation_round import base_run, compared, job_name

    known = [run for run in runs.listing(workspace.store, workspace.location.key) if run.ended]
    tuned = next((r for r in known if r.job and name in ("", r.id, r.job, job_name(workspace.store, r))), None)
    base = tuned and base_run(known, tuned)
    if tuned is None or base is None:
        return None
    asked = questions.read_questions(workspace, tuned.spec)
    comparison = compared(workspace, base, tuned, questions=asked)
    recall = recall_gain(comparison.examples, asked.rule)
    ended = tuple(run.id for run in known)
    return Evaluated(tuned, job_name(workspace.store, tuned), comparison, recall, asked, ended)


def listed(workspace: Workspace) -> list[ListedEvaluation]:
    """Every evaluation of a tuned model, the newest first."""
    from core.evaluation import runs
    from core.experiments.evaluation_round import base_run, job_name

    known = [run for run in runs.listing(workspace.store, workspace.location.key) if run.ended]
    now = workspace.clock.now()
    found = []
    for run in known:
        if run.job and base_run(known, run):
            way = f", {run.way}" if run.way else ""
            found.append(
                ListedEvaluation(run.id, f"{job_name(workspace.store, run)}{way}  {run.id}", when(run.started, now))
            )
    return found


def models(catalog: Catalog, store: Store, found: Evaluated) -> ModelComparisons:
    """Every model that answered the same test set."""
    from core.evaluation.views import against_others, model_name

    every = (found.comparison, *against_others(store, found.comparison, found.questions))
    names = ("tuned", *(model_name(catalog, store, each.base.run) for each in every))
    said: dict[str, tuple[Said, ...]] = {}
    for each, name in zip(every[1:], names[2:], strict=True):
        for example in each.examples:
            said[example.id] = (*said.get(example.id, ()), Said(name, example.base, example.base_f1))
    return ModelComparisons(every, names, said)


def sizes(workspace: Workspace, found: Evaluated, jobs: "Sequence[Job]") -> "SizeCurve":
    """F1 by training size."""
    from core.evaluation.views import by_size

    metric = of_project(workspace.config, workspace.folder)[0]
    return by_size(workspace.store, found.comparison, jobs, found.questions, metric)


def shots(workspace: Workspace, found: Evaluated) -> "FewShot":
    """F1 by few-shot examples."""
    from core.evaluation.views import few_shot

    metric = of_project(workspace.config, workspace.folder)[0]
    return few_shot(workspace.store, found.comparison, found.questions, metric)


def batches(connection: "Connection", store: Store) -> "tuple[Listed, ...]":
    """The batch jobs of the account, newest first."""
    from core.inference.batch_jobs import listing

    return listing(connection, store)


def beside(found: Evaluated, example: "Example") -> "tuple[Neighbour, ...]":
    """The training records that are most similar to an example."""
    from core.evaluation.examples import neighbours

    return neighbours(example.question, example.truth, found.questions.examples)


def row_of(workspace: Workspace, identity: str) -> int | None:
    """The row of the project's file that a record stands in; None where it is not there any more."""
    from core.data.project_records import open_dataset, read_facts

    dataset = open_dataset(workspace.config, workspace.folder)
    try:
        return next(iter(read_facts(workspace, dataset).ids.rows_of({identity})), None)
    finally:
        dataset.close()
