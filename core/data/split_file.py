"""`outcrop split`: divides a file of records into parts, each line as it is."""

from pathlib import Path

import msgspec

from core.config import Split
from core.data.dataset import Dataset
from core.data.facts import Facts
from core.data.view import View
from core.errors import UsageError, Where
from core.formatting import Leakage, Member
from core.formatting.source_file import write_lines
from core.formatting.split import PARTS, leakage, split
from core.progress import Cancel, Report, silent


class SplitFile(msgspec.Struct, frozen=True):
    """What came of it: records in each part, and what the test part shares with training."""

    counts: dict[str, int]
    leakage: Leakage


def split_file(
    path: Path, plan: Split, output: Path, report: Report = silent, cancel: Cancel | None = None
) -> SplitFile:
    """Divides a file; a file of chats goes by the table in their prompts.

    Args:
        path: A file of source records or of chats.
        plan: Shares, seed, and by what.
        output: Folder for `train.jsonl`, `validation.jsonl` and `test.jsonl`.
        report: Told how far it is.
        cancel: Stops it; nothing is written then.

    Raises:
        InputError: The file cannot be read, or the folder not written.
        UsageError: The shares do not fit, or a part would replace the file itself.
    """
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
        facts = Facts(dataset, None)
        facts.scan(report, cancel)
        frame = View(dataset, facts, None).frame(("id", "group", "question"))
        members = [
            Member(identity, group or identity, question)
            for identity, group, question in frame.select("id", "group", "question").iter_rows()
            if identity
        ]
        numbers = {identity: number for number, identity in enumerate(frame["id"]) if identity}
        assigned = split(members, plan)
        for part in PARTS:
            rows = [numbers[member.id] for member in members if assigned.get(member.id) == part]
            write_lines(targets[part], (dataset.index.line(number) for number in rows))
    finally:
        dataset.close()
    counts = {part: sum(each == part for each in assigned.values()) for part in PARTS}
    return SplitFile({str(part): number for part, number in counts.items()}, leakage(members, assigned))
