"""A file of records, whatever its format: rows by number, decoded only when somebody looks.

Rows of a table on screen come from here before any scan; the first paint needs them, so nothing heavy is imported.
"""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from core.data import decisions
from core.data.decisions import Decided
from core.data.index import LineIndex
from core.errors import InputError, OutcropError, Where
from core.files import compression
from core.outputs import finish
from core.records import formats
from core.records.formats import source_record
from core.records.record import Chat, Message, Source, chat_identity, own_identity
from core.records.tokens import estimate
from core.store import Store

if TYPE_CHECKING:
    from core.formatting.template import Renderer

SOURCE = source_record.NAME  # the format of source records, which a template turns into chats
TEXTS = ("question", "answer", "prompt", "system", "id", "group")  # not kept: rows are read again for them
DECIDED = ("flag", "note", "tag", "verdict", "rationale", "disputed", "split")  # what people and models said
_PACKAGED = {"csv": "CSV", "parquet": "Parquet", "tatqa": "TAT-QA's JSON"}  # what no line of is a record
_LOOKED_AT = 50  # lines, to find out the format of a file that begins with broken ones


class DatasetRow(msgspec.Struct, frozen=True):
    """One decoded row.

    Attributes:
        number: From 0.
        raw: The line.
        identity: Without its number among equals; empty where the line cannot be read.
        group: Its table or document; empty where unknown.
        chat: What the model sees and should answer; None where the line cannot be read, or not be rendered.
        source: The source record, where the file has such.
        problem: Why there is no chat.
    """

    number: int
    raw: bytes
    identity: str
    group: str
    chat: Chat | None
    source: Source | None = None
    problem: str = ""

    @property
    def unrendered(self) -> bool:
        """Whether the record can be read and its template goes wrong on it."""
        return self.chat is None and self.source is not None


class Dataset:
    """One open file."""

    def __init__(self, path: Path, renderer: "Renderer | None" = None, expected: str | None = None) -> None:
        """Opens a file; finds out its format from its first lines.

        Args:
            path: The file.
            renderer: Turns source records into chats.
            expected: The wire format that it is held to where it does not hold source records; None to find out.

        Raises:
            InputError: It cannot be opened, is empty or compressed, or none of its first lines is a record.
        """
        finish(path.parent)
        self.path = path
        self.index = LineIndex(path)
        self.index.grow()
        self.renderer = renderer
        self._last: tuple[int, Source | Chat | str] | None = None  # the row that was looked at last, and what it says
        try:
            self._refuse_compressed()
            self._refuse_packaged()
            if expected is None:
                self._refuse_utf16()
            self.format = self._sniff(expected)
        except InputError:
            self.index.close()
            raise
        self.beside = _ids_beside(path)

    @property
    def count(self) -> int:
        """Rows known so far."""
        return self.index.count

    def row(self, number: int) -> DatasetRow:
        """One row."""
        return self.read(number, self.index.line(number))

    def read(self, number: int, raw: bytes) -> DatasetRow:
        """Decodes a line that is at hand already."""
        beside = self.beside[number] if number < len(self.beside) else ("", "")
        try:
            if self.format == SOURCE:
                return self._from_source(number, raw)
            chat: Chat = self._decode(raw)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            return DatasetRow(number, raw, beside[0], beside[1], None, problem=str(error))
        except OutcropError as error:
            return DatasetRow(number, raw, beside[0], beside[1], None, problem=str(error))
        return DatasetRow(number, raw, beside[0] or chat_identity(chat), beside[1] or chat.context, chat)

    def question(self, number: int) -> str:
        """What a row asks, without rendering it."""
        said = self._said(number)
        if isinstance(said, Source):
            return str(said.fields.get("question", ""))
        return said.question if isinstance(said, Chat) else ""

    def answer(self, number: int) -> str:
        """What a row answers, without rendering it; the problem of a line that cannot be read."""
        said = self._said(number)
        if isinstance(said, Source):
            return str(said.fields.get("answer", ""))
        return said.completion if isinstance(said, Chat) else said

    def group(self, number: int) -> str:
        """The table or document of a row."""
        source = self.source(number)
        return source.group if source is not None else self.row(number).group

    def source(self, number: int) -> Source | None:
        """A row's source record, without rendering it; None in a file of chats or a broken line."""
        said = self._said(number) if self.format == SOURCE else None
        return said if isinstance(said, Source) else None

    def _said(self, number: int) -> Source | Chat | str:
        """What a row says, decoded once for all that a line of a table shows of it; why it cannot be read."""
        last = self._last
        if last is not None and last[0] == number:
            return last[1]
        raw = self.index.line(number)
        said: Source | Chat | str
        try:
            said = source_record.decode(raw) if self.format == SOURCE else self._decode(raw)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            said = str(error)
        self._last = number, said
        return said

    def close(self) -> None:
        """Gives the file back."""
        self.index.close()

    def _from_source(self, number: int, raw: bytes) -> DatasetRow:
        source = source_record.decode(raw)
        identity = own_identity(source.id)
        try:
            chat = self.renderer.chat(source) if self.renderer else _plain(source)
        except OutcropError as error:
            return DatasetRow(number, raw, identity, source.group, None, source, str(error))
        return DatasetRow(number, raw, identity, source.group, chat, source)

    def _decode(self, raw: bytes) -> Chat:
        return formats.named(self.format).decode(raw)

    def _refuse_compressed(self) -> None:
        found = compression(self.index.line(0))
        if found is not None:
            raise InputError(
                f"This file is compressed, by {found.name}",
                why="records are read at any place of a file, which a compressed one does not allow",
                todo=f"Decompress it first: {found.undo} {self.path}",
                where=Where(str(self.path)),
            )

    def _refuse_packaged(self) -> None:
        first, suffix = self.index.line(0).lstrip(), self.path.suffix.lower()
        is_array, is_table = suffix == ".json" and first.startswith(b"["), suffix in (".csv", ".tsv")
        if first.startswith(b"PAR1") or is_array or (is_table and not first.startswith(b"{")):
            kind = _importable(self.path)
            if kind in _PACKAGED:
                raise InputError(
                    f"This file is {_PACKAGED[kind]}, and records are JSON, a line each",
                    todo=f"Make records of it: {_import(self.path)}",
                    where=Where(str(self.path)),
                )

    @property
    def is_utf16(self) -> bool:
        """Whether its first line looks like that: JSON begins with two ASCII characters, each with a NUL there."""
        first = self.index.line(0)
        return first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in first[:4]

    def _refuse_utf16(self) -> None:
        if self.is_utf16:
            raise InputError(
                "This file is UTF-16, and records are UTF-8",
                todo=f"Convert it: {iconv(self.path)}",
                where=Where(str(self.path), 1),
            )

    def _remedy(self, mended: str) -> str:
        """What helps where the first lines are records of no format that can be opened."""
        kind = _importable(self.path)
        if kind not in ("jsonl", "chat", "invocation-log", "tatqa"):
            return mended
        return f"Make records of it: {_import(self.path)}; `outcrop check` says what is wrong with a training file"

    def _sniff(self, expected: str | None) -> str:
        problem: InputError | None = None
        for number in range(min(self.index.count, _LOOKED_AT)):
            raw = self.index.line(number)
            try:
                source_record.decode(raw)
            except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
                pass
            else:
                return SOURCE
            if expected is not None:
                continue
            try:
                return formats.sniff(raw)
            except InputError as error:
                problem = problem or InputError(
                    "This file is not a file of records",
                    why=error.why,
                    todo=self._remedy(error.todo),
                    where=Where(str(self.path), number + 1),
                )
        if expected is not None:
            return expected
        if problem is not None:
            raise problem
        raise InputError("This file has no complete line", where=Where(str(self.path)))


def _importable(path: Path) -> str:
    """What kind of file it is to an import; empty where it is none."""
    from core.formatting import importing

    try:
        return importing.detect(path)
    except OutcropError:
        return ""


def _import(path: Path) -> str:
    return f"outcrop import {path} -o data"


def iconv(path: Path) -> str:
    """What makes UTF-8 of a file in UTF-16."""
    return f"iconv -f utf-16 -t utf-8 {path} > utf8.jsonl"


def _plain(source: Source) -> Chat:
    """A source record as it is, where there is no template at hand."""
    question, answer = source.fields.get("question", ""), source.fields.get("answer", "")
    return Chat((Message("user", str(question)), Message("assistant", str(answer))))


def _ids_beside(path: Path) -> list[tuple[str, str]]:
    """Identities and groups from the `.ids` file that an export has beside it."""
    beside = path.with_suffix(".ids")
    try:
        lines = beside.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [(own_identity(line.split("\t")[0]), line.split("\t")[1]) for line in lines if line.count("\t") == 2]


class Cells(msgspec.Struct, frozen=True):
    """One row of the table.

    Attributes:
        number: The row's number in the file, from 0.
        flag: What was decided, or None.
        input_tokens: About how many; None while the file is still being read.
        output_tokens: The same of the answer.
        issue: The worst finding's rule, or None.
        severity: How bad that is.
        answer: The completion, cut.
    """

    number: int
    flag: str | None
    input_tokens: int | None
    output_tokens: int | None
    issue: str | None
    severity: str | None
    answer: str


class RowSource(Protocol):
    """What a record table needs."""

    @property
    def count(self) -> int:
        """Rows there are, as far as is known."""

    def rows(self, start: int, stop: int) -> list[Cells]:
        """The rows from `start` to before `stop`."""

    def number(self, position: int) -> int | None:
        """The row in the file at a position of the table; None where there is none by now."""


class FirstRows:
    """The file in its own order, before anything is known but what its lines say."""

    def __init__(self, dataset: Dataset, store: Store | None) -> None:
        self.dataset = dataset
        self._store = store

    @property
    def count(self) -> int:
        """Rows known so far."""
        return self.dataset.count

    def number(self, position: int) -> int:
        """The same: nothing is filtered or sorted."""
        return position

    def rows(self, start: int, stop: int) -> list[Cells]:
        """The rows from `start` to before `stop`."""
        return [unread(self.dataset, number, self._decided) for number in range(start, min(stop, self.count))]

    def _decided(self, record: str) -> Decided:
        return decisions.of_record(self._store, record) if self._store else Decided()


def unread(dataset: Dataset, number: int, decided: Callable[[str], Decided]) -> Cells:
    """A row that no scan has come to: what can be said without rendering it.

    Args:
        dataset: The file.
        number: The row's.
        decided: What holds for a record.
    """
    source = dataset.source(number)
    if source is not None:
        answer, identity = str(source.fields.get("answer", "")), own_identity(source.id)
    else:
        row = dataset.row(number)
        answer, identity = (row.chat.completion if row.chat else row.problem), row.identity
    flag = decided(identity).flag
    return Cells(number, flag, None, estimate(answer), None, None, answer)
