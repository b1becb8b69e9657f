"""`outcrop split`: divides a file of records into parts, each line as it is, or measures parts that somebody brought.

What the test part shares with training is measured in both cases, and what a model that only remembers would make of
it.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from core.config import Split
from core.data.dataset import Dataset, DatasetRow
from core.errors import UsageError, Where
from core.formatting import Leakage, Member
from core.formatting.memoriser import Known, Memoriser, ScoreFunction, exact, memorise
from core.formatting.parts import PARTS, Part, warnings
from core.formatting.split import BY_GROUP, columns_of, leakage_between, of_part, split
from core.outputs import finish, refuse_if_read_only, replacing_all
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records import grouping
from core.records.record import Chat, Numbering

_EVERY = 500  # rows between two looks at the cancel token


class SplitFile(msgspec.Struct, frozen=True):
    """What came of it.

    Attributes:
        counts: Records in each part.
        leakage: What the test part shares with training.
        memoriser: What one who only remembers the training answers would score; None without a test part.
        warnings: Parts without a record, where there should be some.
    """

    counts: dict[Part, int]
    leakage: Leakage
    memoriser: Memoriser | None
    warnings: tuple[str, ...] = ()


class _Read(msgspec.Struct, frozen=True):
    """One record of a file: its row, what a split needs of it, what it answers."""

    number: int
    member: Member
    answer: str

    @property
    def known(self) -> Known:
        return Known(self.member.group, self.member.question, self.answer)


def split_file(
    path: Path,
    plan: Split,
    output: Path,
    report: Report = silent,
    cancel: Cancel | None = None,
    *,
    score: ScoreFunction = exact,
) -> SplitFile:
    """Divides a file; a file of chats goes by the tables that their users show.

    Args:
        path: A file of source records or of chats.
        plan: Shares or numbers, seed, and by what.
        output: Folder for `train.jsonl`, `validation.jsonl` and `test.jsonl`.
        report: Told how far it is.
        cancel: Stops it; nothing is written then.
        score: How a memoriser's answers are scored.

    Raises:
        InputError: The file cannot be read, or the folder not written.
        UsageError: The parts do not fit, a fact is not there, or a part would replace the file itself.
        CancelledError: It was cancelled.
    """
    for part in PARTS:
        refuse_if_read_only(output / f"{part}.jsonl")
    targets = {part: output / f"{part}.jsonl" for part in PARTS}
    for target in targets.values():
        if target.exists() and path.exists() and target.samefile(path):
            raise UsageError(
                "The parts would take the place of the file that is divided",
                todo="Name another folder",
                where=Where(str(target)),
            )
    dataset = Dataset(path)
    try:
        records = list(_records(dataset, plan, report, cancel or Cancel()))
        assigned = split(columns_of(each.member for each in records), plan)
        parts = {part: [records[place] for place in of_part(assigned, part)] for part in PARTS}
        with replacing_all([targets[part] for part in PARTS]) as files:
            for part, file in zip(PARTS, files, strict=True):
                file.writelines(dataset.index.line(each.number) + b"\n" for each in parts[part])
    finally:
        dataset.close()
    return _measured(parts, score, plan)


def measure_parts(
    folder: Path, report: Report = silent, cancel: Cancel | None = None, *, score: ScoreFunction = exact
) -> SplitFile:
    """Measures parts that are there already: `train.jsonl`, `test.jsonl` and, if there is one, `validation.jsonl`.

    Raises:
        InputError: One of them is not there or cannot be read.
        CancelledError: It was cancelled.
    """
    finish(folder)
    parts: dict[Part, list[_Read]] = {}
    for part in PARTS:
        path = folder / f"{part}.jsonl"
        if part == "validation" and not path.exists():
            continue
        if path.is_file() and not path.stat().st_size:
            parts[part] = []
            continue
        dataset = Dataset(path)
        try:
            parts[part] = list(_records(dataset, Split(), report, cancel or Cancel()))
        finally:
            dataset.close()
    return _measured(parts, score)


def _measured(parts: dict[Part, list[_Read]], score: ScoreFunction, plan: Split | None = None) -> SplitFile:
    train, test = parts.get("train", []), parts.get("test", [])
    counts = {part: len(records) for part, records in parts.items()}
    return SplitFile(
        counts,
        leakage_between(*(columns_of(each.member for each in part) for part in (train, test))),
        memorise([each.known for each in train], [each.known for each in test], score),
        warnings(counts, plan),
    )


def _records(dataset: Dataset, plan: Split, report: Report, cancel: Cancel) -> Iterator[_Read]:
    """Every record that can be read, with its identity made unique."""
    dataset.index.grow_all()
    numbering, tell = Numbering(), throttled(report)
    for number in range(dataset.count):
        if number % _EVERY == 0:
            cancel.check()
            tell(Progress(number, dataset.count, "records", "reading"))
        row = dataset.row(number)
        if row.chat is None:
            continue
        identity = numbering.number(row.identity)
        group = _group(dataset, row, row.chat)
        facts = row.source.facts | row.source.fields if row.source else {}
        member = Member(
            identity,
            group,
            _question(row, group),
            _fact(dataset, facts, plan.stratify) if plan.stratify else "",
            _fact(dataset, facts, plan.by) if plan.by not in (*BY_GROUP, "row") else "",
        )
        yield _Read(number, member, str(facts.get("answer", "")) if row.source else row.chat.completion)


def _group(dataset: Dataset, row: DatasetRow, chat: Chat) -> str:
    """Its group by name, where there is one; else the first table its user shows, the same in every table format."""
    named = row.number < len(dataset.beside) and dataset.beside[row.number][1]
    return row.group if row.source or named else grouping.of_chat(chat)


def _question(row: DatasetRow, group: str) -> str:
    """What is asked of its group; without one, all that is asked, since its last line alone says too little."""
    if row.source is not None:
        asked = {name: each for name, each in row.source.fields.items() if name != "answer"}
        return str(asked.get("question", "")) if group else msgspec.json.encode(asked, order="sorted").decode()
    chat = row.chat or Chat(())
    return chat.question if group else chat.prompt


def _fact(dataset: Dataset, facts: dict[str, object], name: str) -> str:
    value = facts.get(name)
    if value is None or isinstance(value, list | dict):
        known = ", ".join(sorted(key for key, each in facts.items() if isinstance(each, str | int | float)))
        raise UsageError(
            f"Not every record has a fact named {name!r}",
            why=f"this one has {known or 'none'}",
            todo="Split by table or row, or import with the column mapped",
            where=Where(str(dataset.path)),
        )
    return str(value)
