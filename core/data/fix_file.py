"""`outcrop check --fix`: a file mended where that is safe, written as a new one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from core.catalog import Tuning
from core.data.checks import fixes
from core.data.checks.fixes import Fixed
from core.data.checks.rules import BY_NAME
from core.data.dataset import Dataset
from core.errors import UsageError, Where
from core.formatting import source_file
from core.outputs import refuse_if_read_only
from core.progress import Cancel, Progress, Report, silent, throttled
from core.records.check import LINES_KEPT


class Mended(msgspec.Struct, frozen=True):
    """What one fix did.

    Attributes:
        rule: Whose findings it mends.
        does: What it does, in words.
        count: Lines that it changed or took out.
        lines: The first of them, from 1.
    """

    rule: str
    does: str
    count: int
    lines: tuple[int, ...]


def fix_file(
    path: Path, output: Path, tuning: Tuning, report: Report = silent, cancel: Cancel | None = None
) -> tuple[Mended, ...]:
    """Writes a mended copy aside, flushes it and renames it; a line with nothing to mend stays byte for byte.

    Args:
        path: A training file, or source records.
        output: The new file.
        tuning: Of the model, whose format a training file should have.
        report: Told how far it is.
        cancel: Leaves no new file.

    Returns:
        What each fix did; those that did nothing are left out.

    Raises:
        UsageError: The output is the file itself.
        InputError: The file cannot be read, or the new one cannot be written.
        CancelledError: It was cancelled.
    """
    refuse_if_read_only(output)
    if output.exists() and output.samefile(path):
        raise UsageError(
            "A file is never mended in place", todo="Give another name with -o", where=Where(str(output))
        )
    dataset = Dataset(path, expected=tuning.data_format)
    found: dict[str, list[int]] = {}
    try:
        dataset.index.grow_all(report, cancel)
        source_file.write_lines(output, _mended(dataset, found, throttled(report), cancel or Cancel()))
    finally:
        dataset.close()
    return tuple(
        Mended(rule, fix.does, len(found[rule]), tuple(found[rule][:LINES_KEPT]))
        for rule in fixes.FIXABLE
        if rule in found and (fix := BY_NAME[rule].fix)
    )


def _mended(dataset: Dataset, found: dict[str, list[int]], tell: Report, cancel: Cancel) -> Iterator[bytes]:
    lines: Iterable[bytes] = dataset.index.lines(0, dataset.count)
    each: Fixed
    for each in fixes.fix_lines(lines, dataset.format):
        for rule in each.rules:
            found.setdefault(rule, []).append(each.number)
        if each.after is not None:
            yield each.after
        if not each.number & 0xFFF:
            cancel.check()
            tell(Progress(each.number, dataset.count, "lines", "mending"))
