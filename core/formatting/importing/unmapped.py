"""What is said of a row that cannot become a record."""

import msgspec


class Unmapped(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row that cannot become a record.

    Attributes:
        file: Where it stands.
        line: Its line from 1; in Parquet its row, in TAT-QA its question.
        field: Which part of it is at fault; empty for all of it.
        reason: Why.
        todo: What to do about it.
    """

    file: str
    line: int
    field: str
    reason: str
    todo: str

    def __str__(self) -> str:
        """`line 4, answer: the answer is empty. Fill it, or leave the row out.`"""
        field = f", {self.field}" if self.field else ""
        return f"line {self.line}{field}: {self.reason}. {self.todo}{'' if self.todo.endswith('?') else '.'}"


class UnfitRow(Exception):  # noqa: N818 - it never leaves the importers
    """Raised where a row cannot be taken; becomes an `Unmapped` once file and line are known."""

    def __init__(self, field: str, reason: str, todo: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason
        self.todo = todo

    def at(self, file: str, line: int) -> Unmapped:
        """The same with its place."""
        return Unmapped(file, line, self.field, self.reason, self.todo)


def refuse_empty(text: str, what: str, field: str) -> None:
    """Holds a question or an answer to saying something, whatever kind of file it comes from.

    Raises:
        Misfit: It is empty.
    """
    if not text.strip():
        raise UnfitRow(field, f"the {what} is empty", "Fill it, or leave the row out")
