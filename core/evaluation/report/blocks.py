"""What a report is made of, before it is written: plain blocks.

Markdown and HTML show each in its own way; the dashboard and the plain commands show tables and histograms with
`tui/present/blocks.py`.
"""

import msgspec

from core.evaluation.examples import AnswerPiece
from core.evaluation.histogram import Bins
from core.records.metric_point import MetricPoint


class Text(msgspec.Struct, frozen=True):
    """A sentence or two."""

    text: str


class FactList(msgspec.Struct, frozen=True):
    """Names and values."""

    rows: tuple[tuple[str, str], ...]


class TableBlock(msgspec.Struct, frozen=True):
    """A table.

    Attributes:
        head: Titles of the columns.
        rows: A text a column.
        left: How many columns hold words; those behind them hold numbers.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 1


class Histogram(msgspec.Struct, frozen=True):
    """Histograms side by side on one scale.

    Attributes:
        title: What is counted.
        names: Of the models.
        bins: Of each model, with the same edges.
    """

    title: str
    names: tuple[str, ...]
    bins: tuple[Bins, ...]


class LossCurves(msgspec.Struct, frozen=True):
    """Loss by step.

    Attributes:
        title: What is shown.
        lines: Names and points; the first is drawn solid, the others dashed.
    """

    title: str
    lines: tuple[tuple[str, tuple[MetricPoint, ...]], ...]


class Stations(msgspec.Struct, frozen=True):
    """Values at named stations, and a level behind them as a dashed line.

    Attributes:
        title: What is shown.
        values: A name and a value each; None where nothing is known.
        level: Of the dashed line.
    """

    title: str
    values: tuple[tuple[str, float | None], ...]
    level: float


class MarkedAnswer(msgspec.Struct, frozen=True):
    """What a model said, in pieces that say how it differs from the truth."""

    who: str
    f1: float
    pieces: tuple[AnswerPiece, ...]


class ExampleBlock(msgspec.Struct, frozen=True):
    """One test record."""

    change: float
    kind: str
    question: str
    truth: str
    answers: tuple[MarkedAnswer, ...]


Block = Text | FactList | TableBlock | Histogram | LossCurves | Stations | ExampleBlock


class Section(msgspec.Struct, frozen=True):
    """One heading and what stands below it."""

    title: str
    blocks: tuple[Block, ...]


class ReportDocument(msgspec.Struct, frozen=True):
    """The whole report.

    Attributes:
        title: Of the report.
        notice: What stands on every page; empty for none.
        sections: In the order of reading.
    """

    title: str
    notice: str
    sections: tuple[Section, ...]
