"""Writes a report in its formats."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from core.evaluation.bootstrap import Score
from core.evaluation.difference import Difference
from core.evaluation.model_scores import figure_name
from core.evaluation.report.document import document
from core.evaluation.report.figures import Improvement, ModelFigures, ReportFigures
from core.evaluation.report.html import html
from core.evaluation.report.markdown import markdown
from core.outputs import replacing_all
from core.text import visible

ReportFormat = Literal["md", "html", "csv", "json"]
FORMATS: tuple[ReportFormat, ...] = ("md", "html", "csv", "json")
HEAD = ("location", "section", "subject", "measure", "value", "low", "high", "n")
CsvRow = tuple[str, str, str, object, object, object, object]
_FORMULA = ("=", "+", "-", "@")  # how a cell begins that a spreadsheet would compute


def render(figures: ReportFigures, form: ReportFormat) -> str:
    """A report as text."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(figures), indent=2).decode() + "\n"
    if form == "csv":
        return measures(figures)
    return (markdown if form == "md" else html)(document(figures))


def write(figures: ReportFigures, folder: Path, forms: tuple[ReportFormat, ...] = FORMATS) -> list[Path]:
    """Writes `report.md`, `report.html` and so on into a folder, all of them or none.

    Args:
        figures: What it says.
        folder: Made where it is not there.
        forms: Which formats.

    Raises:
        InputError: The folder cannot be written.
    """
    paths = [folder / f"report.{form}" for form in forms]
    with replacing_all(paths) as files:
        for form, file in zip(forms, files, strict=True):
            file.write(render(figures, form).encode("utf-8", "replace"))
    return paths


def measures(figures: ReportFigures) -> str:
    """All numbers of a report; each row says where the models were asked."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for row in _rows(figures):
        writer.writerow(_cell(each) for each in (figures.location, *row))
    return text.getvalue()


def _cell(value: object) -> object:
    """A text from outside is never a formula, and always one line."""
    if not isinstance(value, str):
        return "" if value is None else value
    shown = visible(value)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def _rows(figures: ReportFigures) -> Iterator[CsvRow]:
    target = figures.target
    if target.use_case.target is not None:
        yield "target", target.figure, "target", target.use_case.target, None, None, None
        yield "target", target.figure, "met", int(bool(target.met)), None, None, None
    for model in figures.models:
        yield from _model(model)
    for each in figures.improvements:
        yield from _improvement(each)
    for name, kinds in figures.cuts.items():
        for kind in kinds:
            yield f"by {name}", kind.kind, "base F1", kind.base, None, None, kind.n
            yield f"by {name}", kind.kind, "tuned F1", kind.tuned, None, None, kind.n
            yield _score(f"by {name}", kind.kind, "gain", kind.gain)
    yield from _views(figures)
    yield from _histograms(figures)
    yield from _data(figures)
    for name, points in (("training", figures.training.training), ("validation", figures.training.validation)):
        for point in points:
            yield "loss", name, f"step {point.step}", point.loss, None, None, None


def _model(model: ModelFigures) -> Iterator[CsvRow]:
    scores, tokens, cost = model.scores, model.scores.tokens, model.cost
    for metric, found in scores.metrics.items():
        for figure, score in found.figures.items():
            yield _score("score", model.name, figure_name(metric, figure), score)
    plain = {
        "mean": tokens.mean,
        "median": tokens.median,
        "SD": tokens.sd,
        "min": tokens.min,
        "max": tokens.max,
        "p90": tokens.p90,
        "percent longer than base's p90": scores.longer,
    }
    for name, value in plain.items():
        yield "tokens", model.name, name, value, None, None, tokens.n
    yield "latency", model.name, "p50 ms", scores.latency_p50, None, None, tokens.n
    yield "latency", model.name, "p95 ms", scores.latency_p95, None, None, tokens.n
    yield "cost", model.name, "dollars a thousand answers", cost.thousand, None, None, None
    yield "cost", model.name, "dollars an hour", cost.hourly, None, None, None


def _improvement(each: Improvement) -> Iterator[CsvRow]:
    parts = {"total": each.gain.total, "brevity": each.gain.brevity, "skill": each.gain.skill, "recall": each.recall}
    for name, part in parts.items():
        yield _score("gain", each.over, name, part)
    yield "gain", each.over, "relative percent", each.relative, None, None, each.n
    yield "tokens", each.over, "percent reduced, mean", each.reduction.mean, None, None, each.n
    yield "tokens", each.over, "percent reduced, median", each.reduction.median, None, None, each.n


def _score(section: str, subject: str, measure: str, score: Score | Difference) -> CsvRow:
    return section, subject, measure, score.value, score.low, score.high, score.n


def _views(figures: ReportFigures) -> Iterator[CsvRow]:
    for point in figures.sizes.points if figures.sizes else ():
        if point.score:
            yield _score("training size", point.job, f"{point.records} records", point.score)
    for series in figures.few_shot.series:
        for each in series.points:
            yield _score("few-shot", series.name, f"{each.shots} examples", each.score)


def _histograms(figures: ReportFigures) -> Iterator[CsvRow]:
    for title, pair in (("tokens", figures.token_bins), ("F1", figures.f1_bins)):
        for model, bins in zip(figures.models, pair, strict=False):
            for low, high, number in zip(bins.edges, bins.edges[1:], bins.counts, strict=False):
                yield f"histogram of {title}", model.name, "answers", number, low, high, None


def _data(figures: ReportFigures) -> Iterator[CsvRow]:
    data, parts = figures.cleaning, figures.parts
    counted = {
        "left out": data.excluded,
        "decided": data.decided,
        "finding": data.issues,
        "flag": data.flags,
        "verdict": data.verdicts,
    }
    for section, found in (counted | {"records": parts.records}).items():
        for name, number in found.items():
            yield "data", section, name, number, None, None, None
    yield "split", "test", "opened", parts.openings, None, None, None
    for name in ("record", "question", "table"):
        yield "leakage", "test", name, getattr(parts.leakage, name), None, None, None
