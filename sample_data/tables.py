"""A table that knows what its cells mean, so that questions about it can be asked and answered.

A `Sheet` is filled row by row and prints cells; an `Exhibit` is the finished table with its paragraphs.
Figures are seen as `Series`: one measure at several points (years, segments, buildings …), whichever way they run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from sample_data.amounts import Style, Unit, rounded
from sample_data.companies import Company
from sample_data.words import in_sentence

Cell = Decimal | str | None
Place = tuple[int, int]

AMOUNT_ASKS = (  # a column that holds the change itself
    "By how much did the {said} change from {old} to {new}?",
    "What change in the {said} between {old} and {new} does the table report?",
    "What was the {new} increase or decrease in the {said}?",
)
PERCENT_ASKS = (
    "By what percentage did the {said} change in {new}?",
    "What percentage change does the table report for the {said} from {old} to {new}?",
    "In percent, how did the {said} move between {old} and {new}?",
)


@dataclass(frozen=True)
class Column:
    """A column and how a question speaks of it.

    Attributes:
        head: Its header cells, top to bottom.
        name: The word for it in an answer: `2023`.
        phrases: Completes "What was revenue …": `in 2023`, `for the year ended 31 March 2023`.
        total: It adds up the other columns.
        change: It holds the change between two columns (newer, older), as an amount or in percent.
        unit: What its figures count, where that does not depend on the row.
    """

    head: tuple[str, ...]
    name: str
    phrases: tuple[str, ...] = ()
    total: bool = False
    change: tuple[Literal["amount", "percent"], int, int] | None = None
    unit: Unit | None = None


@dataclass(frozen=True)
class Header:
    """The header rows: the cells above the labels, the columns, and whether the scale is told there.

    `years` are the fiscal years of the columns, in their order, where the columns are years.
    """

    corner: tuple[str, ...]
    columns: tuple[Column, ...]
    told: bool = True
    years: tuple[int, ...] = ()

    def in_order(self, oldest_first: Sequence[Decimal]) -> list[Decimal]:
        """A series of years in the order of the columns."""
        return list(oldest_first if self.years[0] < self.years[-1] else reversed(oldest_first))


@dataclass(frozen=True)
class Point:
    """One figure of a series: its name and phrases, where it stands, what is printed and its value."""

    name: str
    phrases: tuple[str, ...]
    place: Place
    text: str
    value: Decimal
    total: bool = False


@dataclass(frozen=True)
class Series:
    """One measure at several points.

    Attributes:
        said: Ways to name it, without an article: `cost of sales`.
        label: Its cell in the table.
        unit: Of all its figures.
        points: Only those with a figure.
        over: What a point is: `year`, `segment`.
        asks: Questions of its own, with `{when}`.
        named: The names of its points stand in the row or column of their figures.
    """

    said: tuple[str, ...]
    label: str
    unit: Unit
    points: tuple[Point, ...]
    over: str = "year"
    asks: tuple[str, ...] = ()
    named: bool = True


@dataclass(frozen=True)
class Group:
    """Sibling series, such as the segments that make up revenue; `measure` is what is compared."""

    noun: str
    nouns: str
    measure: str
    members: tuple[Series, ...]
    total: Series | None = None


@dataclass(frozen=True)
class Lookup:
    """A question with its own words whose answers are cells."""

    asks: tuple[str, ...]
    answers: tuple[str, ...]
    kind: Literal["span", "multi-span", "count"] = "span"
    scale: str = ""


@dataclass(frozen=True)
class Sum:
    """Cells that add up: the total, what is added and what is taken away."""

    total: Place
    plus: tuple[Place, ...]
    minus: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Fact:
    """A sentence, the answers that stand in it, and the questions they answer."""

    text: str
    answers: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exhibit:
    """A finished table with its paragraphs.

    Attributes:
        company: Whose it is.
        topic: Its heading.
        grid: The printed cells, row by row.
        series: Figures that questions may be asked about.
        groups: Which series belong together.
        lookups: Questions with their own words.
        sums: Cells that add up.
        paragraphs: Each a sequence of sentences.
        scale_told_in: The paragraph, from 1, that tells the scale; 0 where the table does.
        changes_told: It has columns for the change from year to year.
    """

    company: Company
    topic: str
    grid: tuple[tuple[str, ...], ...]
    series: tuple[Series, ...]
    groups: tuple[Group, ...]
    lookups: tuple[Lookup, ...]
    sums: tuple[Sum, ...]
    paragraphs: tuple[tuple[Fact, ...], ...]
    scale_told_in: int = 0
    changes_told: bool = False


@dataclass(frozen=True)
class Line:
    """A row of figures that was entered: its number in the grid and its values, one a column."""

    index: int
    label: str
    said: tuple[str, ...]
    unit: Unit
    values: tuple[Cell, ...]

    def value(self, column: int) -> Decimal:
        """The figure in a column; an empty cell counts as nothing."""
        found = self.values[column]
        return found if isinstance(found, Decimal) else Decimal(0)


@dataclass
class Sheet:
    """A table under construction: rows are measures, columns are periods or kinds."""

    header: Header
    style: Style
    over: str = "year"
    rows: list[tuple[str, ...]] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    lookups: list[Lookup] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    _money_seen: bool = False

    def __post_init__(self) -> None:
        """Prints the header rows."""
        columns = self.header.columns
        self.rows = [
            (corner, *(column.head[at] for column in columns)) for at, corner in enumerate(self.header.corner)
        ]

    def heading(self, label: str = "") -> None:
        """A row with a label only, or an empty one."""
        self.rows.append((label, *[""] * len(self.header.columns)))

    def row(
        self,
        label: str,
        values: Sequence[Cell],
        unit: Unit,
        *said: str,
        edge: bool = False,
        asked: bool = True,
        asks: Sequence[str] = (),
    ) -> Line:
        """Enters a row; columns of totals and changes are filled in by themselves.

        Args:
            label: Its first cell.
            values: Figures, text or None, for the columns that are neither totals nor changes.
            unit: What the figures count.
            said: Ways to name it in a question; the label in lower case unless given.
            edge: It carries a currency sign where only edges do.
            asked: Whether questions may be asked about it.
            asks: Questions of its own, with `{when}`.
        """
        filled = self._fill(values, len(self.rows), unit)
        line = Line(len(self.rows), label, said or (in_sentence(label),), unit, filled)
        edge = edge or (unit.kind == "money" and not self._money_seen)
        self._money_seen = self._money_seen or unit.kind == "money"
        cells = [
            self.style.cell(value, column.unit or unit, edge=edge)
            for value, column in zip(filled, self.header.columns, strict=True)
        ]
        self.rows.append((label, *cells))
        if asked:
            self.series.append(self._across(line, tuple(asks)))
            self._ask_changes(line)
        return line

    def total(
        self, label: str, plus: Sequence[Line], minus: Sequence[Line] = (), *said: str, asked: bool = True
    ) -> Line:
        """Enters the sum of rows above it, less some others."""
        columns = self.header.columns
        adds = [column.change is None and column.unit is None for column in columns]  # words and rates do not add up
        values: list[Cell] = []
        for at, column in enumerate(columns):
            if not column.total and not column.change:
                less = sum((line.value(at) for line in minus), Decimal(0))
                values.append(sum((line.value(at) for line in plus), -less) if adds[at] else None)
        line = self.row(label, values, plus[0].unit, *said, edge=True, asked=asked)
        for at in range(len(columns)):
            if adds[at]:
                self.add_up(line, plus, minus, column=at)
        return line

    def add_up(self, total: Line, plus: Sequence[Line], minus: Sequence[Line] = (), *, column: int) -> None:
        """Declares that one column of a row adds up others."""
        at = column + 1
        parts = tuple((line.index, at) for line in plus)
        self.sums.append(Sum((total.index, at), parts, tuple((line.index, at) for line in minus)))

    def add_across(self, line: Line, *, total: int, parts: Sequence[int]) -> None:
        """Declares that one cell of a row adds up others of the same row."""
        self.sums.append(Sum((line.index, total + 1), tuple((line.index, part + 1) for part in parts)))

    def find(self, line: Line) -> Series:
        """The series of a row that may be asked about."""
        return next(series for series in self.series if series.points[0].place[0] == line.index)

    def group(self, noun: str, nouns: str, measure: str, lines: Iterable[Line], total: Line | None = None) -> None:
        """Says that rows are siblings, and which row is their total."""
        members = tuple(self.find(line) for line in lines)
        self.groups.append(Group(noun, nouns, measure, members, self.find(total) if total else None))

    def down(
        self, column: int, lines: Sequence[Line], said: Sequence[str], over: str, phrase: str, *, named: bool = True
    ) -> None:
        """Lets questions be asked about one column as a series over rows.

        Args:
            column: Its number, from 0.
            lines: The rows, which are the points.
            said: Ways to name the measure.
            over: What a row is.
            phrase: How a question speaks of a row, with `{}` for its name.
            named: The labels of the lines are those of the table.
        """
        unit = self.header.columns[column].unit or lines[0].unit
        points = tuple(
            Point(
                line.label.strip(),
                (phrase.format(line.said[0]),),
                (line.index, column + 1),
                self.rows[line.index][column + 1].strip(),
                line.value(column),
            )
            for line in lines
            if isinstance(line.values[column], Decimal)
        )
        name = self.header.columns[column].name
        self.series.append(Series(tuple(said), name, unit, points, over, named=named))

    def _fill(self, values: Sequence[Cell], row: int, unit: Unit) -> tuple[Cell, ...]:
        given, filled = iter(values), list[Cell]()
        for at, column in enumerate(self.header.columns):
            if column.total:
                parts = {other: value for other, value in enumerate(filled) if isinstance(value, Decimal)}
                additive = unit.kind in ("money", "shares", "count") and len(parts) > 1
                filled.append(sum(parts.values(), Decimal(0)) if additive else None)
                if additive:
                    self.sums.append(Sum((row, at + 1), tuple((row, part + 1) for part in parts)))
            elif column.change:
                kind, newer, older = column.change
                filled.append(_change(kind, filled[newer], filled[older]))
            else:
                filled.append(next(given))
        return tuple(filled)

    def _across(self, line: Line, asks: tuple[str, ...]) -> Series:
        points = tuple(
            Point(column.name, column.phrases, (line.index, at + 1), self._printed(line, at), value, column.total)
            for at, (column, value) in enumerate(zip(self.header.columns, line.values, strict=True))
            if isinstance(value, Decimal) and column.change is None
        )
        return Series(line.said, line.label.strip(), line.unit, points, self.over, asks)

    def _ask_changes(self, line: Line) -> None:
        for at, column in enumerate(self.header.columns):
            if column.change is None or not isinstance(line.values[at], Decimal) or line.values[at] == 0:
                continue
            kind, newer, older = column.change
            new, old = self.header.columns[newer].name, self.header.columns[older].name
            patterns, scale = (AMOUNT_ASKS, line.unit.scale) if kind == "amount" else (PERCENT_ASKS, "")
            asks = tuple(pattern.format(said=line.said[0], new=new, old=old) for pattern in patterns)
            self.lookups.append(Lookup(asks, (self._printed(line, at),), scale=scale))

    def _printed(self, line: Line, column: int) -> str:
        return self.rows[line.index][column + 1].strip()


def _change(kind: str, new: Cell, old: Cell) -> Cell:
    if not isinstance(new, Decimal) or not isinstance(old, Decimal):
        return None
    if kind == "amount":
        return new - old
    return rounded((new - old) * 100 / old, 1) if old > 0 and new > 0 else None
