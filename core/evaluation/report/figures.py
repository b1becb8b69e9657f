"""What a report says, as plain data: every format is written from these figures and no others."""

from datetime import datetime

import msgspec

from core.config import Split, UseCase
from core.evaluation.bootstrap import Score
from core.evaluation.comparison import Example
from core.evaluation.cuts import KindScore
from core.evaluation.difference import Difference
from core.evaluation.gain import Gain
from core.evaluation.histogram import Bins
from core.evaluation.model_scores import ModelScores
from core.evaluation.token_statistics import Reduction
from core.evaluation.views import FewShot, SizeCurve
from core.formatting import Leakage
from core.records.metric_point import MetricPoint

REHEARSAL = "REHEARSAL: answers of a small stand-in, which say nothing about the model they stand in for"


class TargetFigures(msgspec.Struct, frozen=True):
    """What the use case asks for, and whether it was reached.

    Attributes:
        use_case: As `outcrop.yaml` has it.
        figure: What decides by the use case's metric, such as `squad F1`.
        reached: The tuned model's.
        met: Whether that is the target or more; None where there is no target.
    """

    use_case: UseCase
    figure: str
    reached: Score
    met: bool | None


class Cleaning(msgspec.Struct, frozen=True):
    """The records and what was decided about them: when they were exported, and when the report is made.

    Attributes:
        source: The file of records.
        sha256: Of its bytes, when it was trained on.
        records: How many it has now; None where it cannot be read any more.
        issues: Records by the worst finding of the checks.
        flags: Records by the flag that holds.
        edits: Records that an edit takes the place of.
        reviewers: Who decided, with the number of decisions that hold.
        verdicts: Records by what a judge said, newest verdict each.
        include: The rule of what is trained on.
        excluded: How many records each reason kept out of the export.
        decided: Records by what was decided about them when they were exported: by flag, and `edit`.
    """

    source: str
    sha256: str
    records: int | None
    issues: dict[str, int]
    flags: dict[str, int]
    edits: int
    reviewers: dict[str, int]
    verdicts: dict[str, int]
    include: str
    excluded: dict[str, int]
    decided: dict[str, int]


class Parts(msgspec.Struct, frozen=True):
    """How records were divided.

    Attributes:
        split: By what, with which seed and shares.
        records: In each part.
        leakage: What the test part shares with training.
        openings: How many runs have asked this test set.
        groups: Tables or documents in the test part that both models answered about.
    """

    split: Split
    records: dict[str, int]
    leakage: Leakage
    openings: int
    groups: int


class Training(msgspec.Struct, frozen=True):
    """The job that tuned the model.

    Attributes:
        name: Of the job.
        arn: Of the job.
        base: The model that was tuned, by its name for people.
        hyperparameters: As they were sent.
        submitted: When.
        seconds: From its creation to its end; None where Bedrock was not asked or does not say.
        dollars: The forecast of its bill; None while the price is unknown.
        tokens: Billed for training, estimated.
        training: Loss by step.
        validation: Loss by step on the validation part.
        why_not: What is missing here and why; empty where nothing is.
    """

    name: str
    arn: str
    base: str
    hyperparameters: dict[str, str]
    submitted: datetime | None
    seconds: float | None
    dollars: float | None
    tokens: int
    training: tuple[MetricPoint, ...]
    validation: tuple[MetricPoint, ...]
    why_not: str = ""


class AnswerCost(msgspec.Struct, frozen=True):
    """What a model's answers cost.

    Attributes:
        input_tokens: A prompt's, on average.
        output_tokens: An answer's, on average.
        thousand: Dollars for a thousand such answers where they are billed by the token; None while unknown.
        hourly: Dollars an hour of an endpoint that bills by the hour; None while unknown.
        by: `token` or `hour`.
        source: Where the price is written, and of which day.
    """

    input_tokens: float
    output_tokens: float
    thousand: float | None
    hourly: float | None
    by: str
    source: str


class ModelFigures(msgspec.Struct, frozen=True):
    """One model: its scores and what its answers cost."""

    name: str
    scores: ModelScores
    cost: AnswerCost


class Improvement(msgspec.Struct, frozen=True):
    """The tuned model against one other.

    Attributes:
        over: The other model's name.
        run: Its run.
        n: Records that both answered.
        gain: In F1, split into brevity and skill.
        recall: What is left when only recall counts, which a longer answer cannot lose.
        relative: In percent, as the article's table has it.
        reduction: Of tokens.
    """

    over: str
    run: str
    n: int
    gain: Gain
    recall: Difference
    relative: float | None
    reduction: Reduction


class ExampleFigures(msgspec.Struct, frozen=True):
    """A few test records that stand for many.

    Attributes:
        losses: How many answers became worse.
        wins: How many became better.
        both_wrong: How many both models answer wrongly.
        shown: Some of each, by these names.
    """

    losses: int
    wins: int
    both_wrong: int
    shown: dict[str, tuple[Example, ...]]


class LineageFigures(msgspec.Struct, frozen=True):
    """From which data, by which job and which asks these figures come.

    Attributes:
        export: Its name, which follows from its bytes.
        exported: When it was written.
        files: SHA-256 of each part.
        template: The template's name and fingerprint.
        table_format: In which tables are written.
        asked: For each run: its id, the model it asked, its parameters, the version of Outcrop, when.
    """

    export: str
    exported: datetime
    files: dict[str, str]
    template: str
    table_format: str
    asked: dict[str, str]


class ReportFigures(msgspec.Struct, frozen=True):
    """All of a report.

    Attributes:
        notice: What must stand on every page; empty for answers of real models.
        project: The project's name.
        location: Where the models were asked.
        made: When the report was made.
        outcrop: By which version.
        target: Of the use case.
        cleaning: Of the data.
        parts: Training, validation and test.
        training: The job.
        models: Base first, then tuned, then others that answered the same test set.
        improvements: Of the tuned model over each other one; over its own base first.
        token_bins: Base and tuned on one scale.
        f1_bins: Base and tuned.
        cuts: F1 by type of question, and by whatever else tells questions apart.
        perfect: What a perfect model scores, by metric.
        sizes: F1 by training size; None where Bedrock could not be asked for the jobs.
        few_shot: F1 by the number of examples before each question.
        examples: Some.
        lineage: Of all this.
        limits: What to know before believing it.
    """

    notice: str
    project: str
    location: str
    made: datetime
    outcrop: str
    target: TargetFigures
    cleaning: Cleaning
    parts: Parts
    training: Training
    models: tuple[ModelFigures, ...]
    improvements: tuple[Improvement, ...]
    token_bins: tuple[Bins, Bins]
    f1_bins: tuple[Bins, Bins]
    cuts: dict[str, tuple[KindScore, ...]]
    perfect: dict[str, float]
    sizes: SizeCurve | None
    few_shot: FewShot
    examples: ExampleFigures
    lineage: LineageFigures
    limits: tuple[str, ...]
