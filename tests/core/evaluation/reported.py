"""Figures of a report, made from answers small enough to follow, with whatever texts a test wants in them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from core.config import Split, UseCase
from core.evaluation.comparison import Comparison, compare
from core.evaluation.examples import OUTCOMES, select
from core.evaluation.metric import Metric
from core.evaluation.report.figures import (
    REHEARSAL,
    AnswerCost,
    Cleaning,
    ExampleFigures,
    Improvement,
    LineageFigures,
    ModelFigures,
    Parts,
    ReportFigures,
    TargetFigures,
    Training,
)
from core.evaluation.report.gather import limits_of
from core.evaluation.runs import Result, Run, RunSpec
from core.evaluation.views import FewShot, ShotPoint, ShotSeries, SizeCurve, SizePoint, recall_gain
from core.formatting import ExportLine, Leakage
from core.records.metric_point import MetricPoint
from core.records.record import Chat, Message

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
COST = AnswerCost(600.0, 20.0, 0.175, None, "token", "a price list, 2025-06-01")


def run(label: str, job: str = "") -> Run:
    """A run that has ended."""
    spec = RunSpec("model", "sha", "export", "template", 512, 0.0)
    return Run(label, "rehearsal/1/us-west-2", label, "claude-3-haiku", job, spec, "0.1.0", NOW, NOW)


def result(number: int, truth: str, answer: str, *, kind: str = "span") -> Result:
    """One answer beside its truth; two questions a table."""
    chat = Chat((Message("user", f"A table.\nquestion {number}"), Message("assistant", truth)))
    line = ExportLine(f"id-{number}", f"table {number // 2}", kind, chat)
    return Result(line, answer, answer, truth, len(answer.split()), 10 + number)


def comparison(
    truths: list[str], base: list[str], tuned: list[str], base_label: str = "base", metrics: Sequence[Metric] = ()
) -> Comparison:
    """Two models on the same questions."""
    answers = [[result(n, *pair) for n, pair in enumerate(zip(truths, said, strict=True))] for said in (base, tuned)]
    runs = run(base_label), run("tuned", "job")
    return compare(
        (runs[0], answers[0]), (runs[1], answers[1]), leakage=Leakage(0.0, 0.1, 0.2), openings=4, metrics=metrics
    )


TRUTHS = ["12 %", "fiscal 2019", "Europe, Asia", "43 million", "2018", "the retrospective method"]
BASE = [f"The answer to that question is {truth}" for truth in TRUTHS]
TUNED = [*TRUTHS[:4], "2017", TRUTHS[5]]


def figures(
    truths: list[str] | None = None,
    base: list[str] | None = None,
    tuned: list[str] | None = None,
    *,
    notice: str = REHEARSAL,
    name: str = "shops",
    others: tuple[Comparison, ...] = (),
    metrics: Sequence[Metric] = (),
) -> ReportFigures:
    """All of a report."""
    main = comparison(truths or TRUTHS, base or BASE, tuned or TUNED, metrics=metrics)
    chosen = {name: select(main.examples, text).examples for name, text in OUTCOMES.items() if text}
    every = (main, *others)
    loss = tuple(MetricPoint(step, 0, 2.0 - step / 10, 1.0) for step in range(10))
    score = main.tuned.squad_f1
    sizes = (
        SizePoint(100, "job-100", 2, {"batchSize": "4"}, 1.5, "", None),
        SizePoint(500, "job-500", 1, {"batchSize": "16"}, None, "run-500", score),
    )
    shots = (
        ShotSeries("base", 0, (ShotPoint(0, "run-base", main.base.squad_f1), ShotPoint(3, "run-3", score))),
        ShotSeries("job-500", 500, (ShotPoint(0, "run-500", score),)),
    )
    made = ReportFigures(
        notice=notice,
        project=name,
        location="REHEARSAL us-west-2" if notice else "AWS 1234…9012 us-west-2",
        made=NOW,
        outcrop="0.1.0",
        target=TargetFigures(
            UseCase(task="Answer", target=60.0), "squad F1", main.tuned.squad_f1, main.tuned.squad_f1.value >= 60
        ),
        cleaning=Cleaning(
            "records.jsonl",
            "ab" * 32,
            12,
            {"too-long": 2},
            {"reject": 3},
            1,
            {"ana": 3},
            {"correct": 9},
            "flag",
            {},
            {"keep": 2},
        ),
        parts=Parts(Split(), {"train": 8, "validation": 2, "test": 6}, main.leakage, main.openings, 3),
        training=Training(
            "job-1", "arn:job", "Claude 3 Haiku", {"epochCount": "2"}, NOW, 61.0, None, 900, loss, loss[:3]
        ),
        models=tuple(
            ModelFigures(label, scores, COST)
            for label, scores in (("base", main.base), ("tuned", main.tuned), *(("other", o.base) for o in others))
        ),
        improvements=tuple(
            Improvement(
                each.base.run.label,
                each.base.run.id,
                each.n,
                each.gain,
                recall_gain(each.examples, "whole"),
                each.improvement,
                each.reduction,
            )
            for each in every
        ),
        token_bins=main.token_bins,
        f1_bins=main.f1_bins,
        cuts=main.cuts,
        perfect=main.perfect,
        sizes=SizeCurve("squad F1", sizes, main.base.squad_f1, "run-base"),
        few_shot=FewShot("squad F1", shots),
        examples=ExampleFigures(1, 5, 0, chosen),
        lineage=LineageFigures(
            "export-1", NOW, {"test": "cd" * 32}, "table-question 12ab", "html", {"base": "run 1"}
        ),
        limits=(),
    )
    return msgspec.structs.replace(made, limits=limits_of(made))
