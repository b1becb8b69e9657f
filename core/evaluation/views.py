"""The article's views beside the comparison of two models: several bases, data sizes, few-shot examples."""

from collections.abc import Sequence

from core.evaluation.article import article
from core.evaluation.comparison import Comparison, Example, compare
from core.evaluation.difference import Difference, difference
from core.evaluation.runs import Run, listing, results
from core.formatting import Export, Line
from core.formatting.answer import take
from core.tuning import ledger
from core.workspace import Workspace


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

    By the article's rule. A model that recites a whole table row keeps its recall, so it is no gain to have it cut.

    Args:
        examples: With both answers.
        rule: How the answer is taken out of a completion.
    """
    base, tuned = (
        [article(take(rule, text), example.truth).recall for text, example in zip(texts, examples, strict=True)]
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
    others = [
        run
        for run in listing(workspace.store, tuned.location)
        if not run.job
        and run.ended
        and run.id != main.base.run.id
        and run.spec.test_sha256 == tuned.spec.test_sha256
        and run.spec.template_fingerprint == tuned.spec.template_fingerprint
    ]
    answered = results(workspace.store, tuned, lines, rule)
    return [
        compare(
            (run, results(workspace.store, run, lines, rule)),
            (tuned, answered),
            leakage=main.leakage,
            openings=main.openings,
        )
        for run in reversed(others)
    ]
