"""A report as sections: what for, how good, why, from what."""

from collections.abc import Iterator

from core.evaluation.bootstrap import Estimate, with_interval
from core.evaluation.classification import OTHER, Classification
from core.evaluation.difference import Difference
from core.evaluation.examples import WRONG, AnswerPiece, differences
from core.evaluation.model_scores import figure_name
from core.evaluation.report.blocks import (
    Block,
    ExampleBlock,
    FactList,
    Histogram,
    LossCurves,
    MarkedAnswer,
    ReportDocument,
    Section,
    Stations,
    TableBlock,
    Text,
)
from core.evaluation.report.figures import AnswerCost, Improvement, ModelFigures, ReportFigures
from core.evaluation.views import ShotSeries, knobs
from core.text import clip, count, decimal, duration, money

_LABELS = 20  # of a classification that are shown, the most frequent first
_LONGEST = 600  # characters of a question or an answer


def document(figures: ReportFigures) -> ReportDocument:
    """Puts figures into sections: what for, how good, why, from what."""
    sections = (
        Section("Use case", tuple(_use_case(figures))),
        Section("Scores", tuple(_scores(figures))),
        Section("Where the gain comes from", tuple(_gain(figures))),
        Section("Training size", tuple(_sizes(figures))),
        Section("Few-shot examples", tuple(_few_shot(figures))),
        Section("Tokens", tuple(_tokens(figures))),
        Section("Latency and cost", tuple(_cost(figures))),
        Section("Examples", tuple(_examples(figures))),
        Section("Data and its cleaning", tuple(_data(figures))),
        Section("Split", tuple(_split(figures))),
        Section("Training", tuple(_training(figures))),
        Section("Lineage", tuple(_lineage(figures))),
        Section("Limits", tuple(Text(limit) for limit in figures.limits)),
    )
    return ReportDocument(f"{figures.project}: evaluation", figures.notice, sections)


def interval(found: Estimate, sign: str = "") -> str:
    """`82.1 [80.3, 83.9]`, with a comma, as prose has it."""
    return with_interval(found, sign, ", ")


def percent(value: float | None, sign: str = "") -> str:
    """`24.6 %`; a dash where it is not defined."""
    return "–" if value is None else f"{value:{sign}.1f} %"


def _use_case(figures: ReportFigures) -> Iterator[Block]:
    use_case, reached, met = figures.target.use_case, figures.target.reached, figures.target.met
    wanted = "none set" if use_case.target is None else f"{figures.target.figure} of {use_case.target:g} or more"
    outcome = {True: "met ✓", False: "missed ✗", None: "–"}[met]
    yield FactList(
        (
            ("task", use_case.task or "not written down"),
            ("target", wanted),
            ("reached", f"{figures.target.figure} {interval(reached)}"),
            ("outcome", outcome),
            ("where", figures.location),
            ("made", f"{figures.made:%Y-%m-%d %H:%M} UTC by Outcrop {figures.outcrop}"),
        )
    )


def _scores(figures: ReportFigures) -> Iterator[Block]:
    yield Text(
        f"{count(figures.improvements[0].n, 'test question')}. Points from 0 to 100, each with its 95 % interval."
    )
    yield TableBlock(
        ("model", "squad F1", "squad EM", "article precision", "article recall", "article F1"),
        tuple(_score_row(each) for each in figures.models),
    )
    yield TableBlock(
        ("the tuned model against", "gain in F1", "", "relative", "questions"),
        tuple(
            (
                each.over,
                interval(each.gain.total, "+"),
                _noise(each.gain.total),
                percent(each.relative, "+"),
                count(each.n),
            )
            for each in figures.improvements
        ),
    )
    yield Histogram("F1", _names(figures), figures.f1_bins)
    yield TableBlock(
        ("figure", *(each.name for each in figures.models)),
        tuple(_figure_row(figures, *named) for named in _figure_names(figures)),
    )
    for model in figures.models:
        if model.scores.labels is not None:
            yield from _labels(model.name, model.scores.labels)
    for name, kinds in figures.cuts.items():
        yield TableBlock(
            (f"by {name}", "n", "base F1", "tuned F1", "gain", ""),
            tuple(
                (
                    each.kind,
                    count(each.n),
                    f"{each.base:.1f}",
                    f"{each.tuned:.1f}",
                    interval(each.gain, "+"),
                    _noise(each.gain),
                )
                for each in kinds
            ),
        )


def _figure_names(figures: ReportFigures) -> list[tuple[str, str]]:
    found = figures.models[0].scores.metrics
    return [(metric, figure) for metric, scores in found.items() for figure in scores.figures]


def _figure_row(figures: ReportFigures, metric: str, figure: str) -> tuple[str, ...]:
    return (
        figure_name(metric, figure),
        *(interval(each.scores.metrics[metric].figures[figure]) for each in figures.models),
    )


def _labels(name: str, found: Classification) -> Iterator[Block]:
    """How a model told labels apart: the frequent ones one by one, and which it took for which."""
    yield FactList(((f"{name}: accuracy", interval(found.accuracy)), ("macro-F1", interval(found.macro_f1))))
    shown = found.labels[:_LABELS]
    yield TableBlock(
        ("label", "n", "precision", "recall", "F1"),
        tuple(
            (_short(each.label), count(each.n), f"{each.precision:.1f}", f"{each.recall:.1f}", f"{each.f1:.1f}")
            for each in shown
        ),
    )
    yield TableBlock(
        ("truth, then how often it was answered as", *(_short(each.label) for each in shown), OTHER),
        tuple(
            (_short(each.label), *(count(n) for n in row[: len(shown)]), count(sum(row[len(shown) :])))
            for each, row in zip(shown, found.confusion, strict=False)
        ),
    )


def _noise(difference: Difference) -> str:
    return "beyond noise" if difference.beyond_noise else "within noise"


def _sizes(figures: ReportFigures) -> Iterator[Block]:
    curve = figures.sizes
    if curve is None or not curve.points:
        yield Text("The jobs are not known: Bedrock could not be asked.")
        return
    yield Text(
        f"{curve.figure} by training records. Of each size the job with the lowest validation loss, never the one"
        f" that tests best. The base scores {interval(curve.base)} in run {curve.base_run}."
    )
    values = tuple((count(each.records), each.score.value if each.score else None) for each in curve.points)
    yield Stations(f"{curve.figure} by training records; the base is dashed", values, curve.base.value)
    yield TableBlock(
        ("records", curve.figure, "parameters", "validation loss", "best of jobs", "run", "job"),
        tuple(
            (
                count(each.records),
                interval(each.score) if each.score else "not evaluated",
                knobs(each.hyperparameters),
                "–" if each.validation_loss is None else f"{each.validation_loss:.3f}",
                count(each.jobs),
                each.run or "not evaluated",
                each.job,
            )
            for each in curve.points
        ),
    )


def _few_shot(figures: ReportFigures) -> Iterator[Block]:
    found = figures.few_shot
    if len(found.shots) < 2:
        yield Text("No model was asked with examples before the question.")
        return
    yield TableBlock(
        ("model", "trained on", "examples", found.figure, "run"),
        tuple(_shot_row(each, shots) for each in found.series for shots in found.shots),
    )


def _shot_row(series: ShotSeries, shots: int) -> tuple[str, ...]:
    point = next((each for each in series.points if each.shots == shots), None)
    trained = count(series.records) if series.records else "–"
    known = (interval(point.score), point.run) if point else ("not evaluated", "not evaluated")
    return (series.name, trained, count(shots), *known)


def _score_row(model: ModelFigures) -> tuple[str, ...]:
    scores = model.scores
    shown = (
        scores.squad_f1,
        scores.squad_em,
        scores.article_precision,
        scores.article_recall,
        scores.article_f1,
    )
    return (model.name, *(interval(each) for each in shown))


def _gain(figures: ReportFigures) -> Iterator[Block]:
    yield Text(
        "A gain in F1 is brevity (the same knowledge in fewer words) and skill (better knowledge). Skill is an upper"
        " bound: both models' answers are cut to the span that scores best. Recall alone asks only whether the words"
        " of the truth are there, however many stand around them."
    )
    yield TableBlock(
        ("the tuned model against", "gain", "brevity", "skill", "recall alone"),
        tuple(_gain_row(each) for each in figures.improvements),
    )


def _gain_row(each: Improvement) -> tuple[str, ...]:
    parts = (each.gain.total, each.gain.brevity, each.gain.skill, each.recall)
    return (each.over, *(interval(part, "+") for part in parts))


def _tokens(figures: ReportFigures) -> Iterator[Block]:
    yield TableBlock(
        ("model", "mean", "reduced", "median", "reduced", "SD", "min", "max", "longer than base's p90"),
        tuple(_token_row(figures, at, each) for at, each in enumerate(figures.models)),
    )
    yield Histogram("tokens an answer", _names(figures), figures.token_bins)


def _token_row(figures: ReportFigures, at: int, model: ModelFigures) -> tuple[str, ...]:
    tokens, reduced = model.scores.tokens, figures.improvements[0].reduction
    tuned = at == 1
    return (
        model.name,
        f"{tokens.mean:.1f}",
        percent(reduced.mean) if tuned else "",
        f"{tokens.median:g}",
        percent(reduced.median) if tuned else "",
        f"{tokens.sd:.1f}",
        count(tokens.min),
        count(tokens.max),
        f"{model.scores.longer:.1f} %",
    )


def _cost(figures: ReportFigures) -> Iterator[Block]:
    yield TableBlock(
        ("model", "p50 ms", "p95 ms", "tokens in", "tokens out", "a thousand answers"),
        tuple(
            (
                each.name,
                f"{each.scores.latency_p50:,.0f}",
                f"{each.scores.latency_p95:,.0f}",
                f"{each.cost.input_tokens:,.0f}",
                f"{each.cost.output_tokens:,.0f}",
                _price(each.cost),
            )
            for each in figures.models
        ),
    )
    yield FactList(tuple((f"price of {each.name}", each.cost.source) for each in figures.models))


def _price(cost: AnswerCost) -> str:
    if cost.by == "token":
        return money(cost.thousand)
    return f"by the hour: {money(cost.hourly, '/h')}"


def _examples(figures: ReportFigures) -> Iterator[Block]:
    found = figures.examples
    wins, losses = count(found.wins, "answer"), count(found.losses, "answer")
    yield Text(
        f"{wins} became better, {losses} worse; {count(found.both_wrong)} both models answer wrongly, below"
        f" {WRONG:g} points. {{+Words that are too much+}} and [-words that are missing-] are marked."
    )
    for name, examples in found.shown.items():
        yield Text(f"{name.capitalize()}: {'none' if not examples else f'the first {len(examples)}'}.")
        for each in examples:
            answers = (
                MarkedAnswer("base", each.base_f1, _pieces(each.base, each.truth)),
                MarkedAnswer("tuned", each.tuned_f1, _pieces(each.tuned, each.truth)),
            )
            yield ExampleBlock(each.change, each.kind, _short(each.question), _short(each.truth), answers)


def _pieces(answer: str, truth: str) -> tuple[AnswerPiece, ...]:
    return differences(_short(answer), _short(truth))


def _short(text: str) -> str:
    return clip(text, _LONGEST)


def _data(figures: ReportFigures) -> Iterator[Block]:
    data = figures.cleaning
    known = "the file is not there any more" if data.records is None else count(data.records, "record")
    yield FactList(
        (
            ("source", f"{data.source}, {known}"),
            ("SHA-256 when trained on", data.sha256),
            ("what trains", data.include or "everything without errors"),
            ("left out", _counted(data.excluded)),
            ("decided when it was exported", _counted(data.decided)),
            ("findings of the checks now", _counted(data.issues)),
            ("flags now", _counted(data.flags)),
            ("edits now", count(data.edits)),
            ("reviewers", _counted(data.reviewers)),
            ("verdicts of judges", _counted(data.verdicts)),
        )
    )


def _counted(found: dict[str, int]) -> str:
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{name} {count(many)}" for name, many in ordered) or "none"


def _split(figures: ReportFigures) -> Iterator[Block]:
    parts = figures.parts
    plan, leak = parts.split, parts.leakage
    by = "whole tables or documents" if plan.by == "group" else "single records"
    yield FactList(
        (
            ("divided by", f"{by}, seed {plan.seed}"),
            ("records", ", ".join(f"{part} {count(many)}" for part, many in parts.records.items())),
            ("test questions seen in training", f"{leak.record:.1%} as records, {leak.question:.1%} as questions"),
            ("test tables seen in training", f"{leak.table:.1%}"),
            ("test set opened", f"{count(parts.openings, 'time')}, by one run each"),
            ("tables or documents in the test", count(parts.groups)),
        )
    )


def _training(figures: ReportFigures) -> Iterator[Block]:
    job = figures.training
    values = ", ".join(f"{name} {value}" for name, value in job.hyperparameters.items())
    losses = [
        (name, points) for name, points in (("training", job.training), ("validation", job.validation)) if points
    ]
    yield FactList(
        (
            ("job", job.name),
            ("base model", job.base),
            ("records", count(figures.parts.records.get("train", 0))),
            ("parameters", values or "not known"),
            ("took", "not known" if job.seconds is None else duration(job.seconds)),
            ("tokens trained on", f"about {count(job.tokens)}"),
            ("cost of training", f"forecast {money(job.dollars)}"),
            *(
                (f"{name} loss", f"{decimal(points[0].loss, 3)} → {decimal(points[-1].loss, 3)}")
                for name, points in losses
            ),
        )
    )
    if losses:
        yield LossCurves("loss by step", tuple(losses))


def _lineage(figures: ReportFigures) -> Iterator[Block]:
    line = figures.lineage
    yield FactList(
        (
            ("export", f"{line.export}, {line.exported:%Y-%m-%d %H:%M} UTC"),
            *((f"{part}.jsonl", f"SHA-256 {digest}") for part, digest in line.files.items()),
            ("template", f"{line.template}, tables in {line.table_format}"),
            ("job", figures.training.arn),
            *line.asked.items(),
        )
    )


def _names(figures: ReportFigures) -> tuple[str, ...]:
    """What the two models are called above a chart, without the way they were asked."""
    return tuple(each.scores.run.short_label for each in figures.models[:2])
