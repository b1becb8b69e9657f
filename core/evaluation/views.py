"""The article's views beside the comparison of two models: several bases, data sizes, few-shot examples."""

from collections.abc import Sequence

import msgspec

from core.aws.customization import Job
from core.evaluation.article import article
from core.evaluation.bootstrap import Score, score
from core.evaluation.comparison import Comparison, Example, compare
from core.evaluation.difference import Difference, difference
from core.evaluation.runs import Run, listing, results
from core.evaluation.squad import squad
from core.formatting import Export, Line
from core.formatting.answer import take
from core.tuning import ledger
from core.tuning.ledger import Entry
from core.workspace import Workspace


class SizePoint(msgspec.Struct, frozen=True):
    """The best job of one training size.

    Attributes:
        records: Training records.
        job: The job's name.
        jobs: How many completed jobs of that size it was chosen from.
        hyperparameters: The job's own, as Bedrock knows them.
        validation_loss: What it was chosen by; None where the job has none.
        run: The id of its evaluation; empty where it is not evaluated.
        score: F1 by the use case's metric; None where it is not evaluated.
    """

    records: int
    job: str
    jobs: int
    hyperparameters: dict[str, str]
    validation_loss: float | None
    run: str
    score: Score | None


class SizeCurve(msgspec.Struct, frozen=True):
    """F1 by training size on one test set.

    Attributes:
        metric: Whose F1.
        points: Ascending by size.
        base: The base model's score, the dashed line.
        base_run: The run that it comes from.
    """

    metric: str
    points: tuple[SizePoint, ...]
    base: Score
    base_run: str


def model_name(workspace: Workspace, run: Run) -> str:
    """What a person calls the model that a run asked: `Claude 3 Haiku`, `Claude 3 Haiku tuned by <job>`."""
    model = workspace.catalog.find(run.model)
    name = model.name if model else run.model
    if not run.job:
        return name
    entry = ledger.entries(workspace.store, run.location).get(run.job)
    return f"{name} tuned by {entry.name if entry else run.job.rpartition('/')[2]}"


def recall_gain(examples: Sequence[Example], rule: str) -> Difference:
    """The gain when only recall counts: whether the words of the truth are there, however many stand around them.

    By SQuAD's rule. A model that recites a whole table row has its recall already: brevity alone cannot raise it.

    Args:
        examples: With both answers.
        rule: How the answer is taken out of a completion.
    """
    base, tuned = (
        [squad(take(rule, text), example.truth).recall for text, example in zip(texts, examples, strict=True)]
        for texts in ([each.base for each in examples], [each.tuned for each in examples])
    )
    return difference(base, tuned, [example.group for example in examples])


def against_others(workspace: Workspace, main: Comparison, export: Export, lines: Sequence[Line]) -> list[Comparison]:
    """The tuned model of a comparison against every other base model that answered the same test set.

    Args:
        workspace: The project; nobody is asked.
        main: The tuned model against its own base.
        export: With the test part.
        lines: The test records.
    """
    tuned, rule = main.tuned.run, export.recipe.answer
    others = {
        run.spec.model: run
        for run in listing(workspace.store, tuned.location)
        if not run.job
        and run.ended
        and run.spec.model != main.base.run.spec.model
        and run.spec.test_sha256 == tuned.spec.test_sha256
        and run.spec.template_fingerprint == tuned.spec.template_fingerprint
    }
    answered = results(workspace.store, tuned, lines, rule)
    return [
        compare(
            (run, results(workspace.store, run, lines, rule)),
            (tuned, answered),
            leakage=main.leakage,
            openings=main.openings,
        )
        for run in reversed(others.values())
    ]


def by_size(
    workspace: Workspace, main: Comparison, jobs: Sequence[Job], export: Export, lines: Sequence[Line]
) -> SizeCurve:
    """F1 by training size: of each size the job with the lowest validation loss, never the one that tests best.

    Args:
        workspace: The project; nobody is asked.
        main: Names the base and the test set.
        jobs: Of the account; those submitted from here on the same test set count.
        export: With the test part.
        lines: The test records.
    """
    test, rule, metric = main.tuned.run.spec.test_sha256, export.recipe.answer, workspace.config.use_case.metric
    ours = ledger.entries(workspace.store, main.tuned.run.location)
    sizes: dict[int, list[Job]] = {}
    for job in jobs:
        entry = ours.get(job.arn)
        if job.status == "Completed" and entry is not None and _tests_on(entry, test):
            sizes.setdefault(entry.export.records("train"), []).append(job)
    known = {run.job: run for run in reversed(listing(workspace.store, main.tuned.run.location)) if _tells(run, test)}
    points = []
    for size, candidates in sorted(sizes.items()):
        best = min(candidates, key=lambda job: (job.validation_loss is None, job.validation_loss or 0.0, job.name))
        run = known.get(best.arn)
        points.append(
            SizePoint(
                records=size,
                job=best.name,
                jobs=len(candidates),
                hyperparameters=best.hyperparameters,
                validation_loss=best.validation_loss,
                run=run.id if run else "",
                score=_f1(workspace, run, lines, rule, metric) if run else None,
            )
        )
    return SizeCurve(metric, tuple(points), main.base.headline(metric), main.base.run.id)


def _tests_on(entry: Entry, test_sha256: str) -> bool:
    file = entry.export.files.get("test")
    return file is not None and file.sha256 == test_sha256


def _tells(run: Run, test_sha256: str) -> bool:
    return bool(run.job and run.ended) and run.spec.test_sha256 == test_sha256


def _f1(workspace: Workspace, run: Run, lines: Sequence[Line], rule: str, metric: str) -> Score:
    answers = results(workspace.store, run, lines, rule)
    rate = article if metric == "article" else squad
    return score([rate(each.answer, each.truth).f1 for each in answers], [each.line.group for each in answers])
