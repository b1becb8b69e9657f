"""Records that stand twice."""

from collections.abc import Callable

import msgspec

from core.data.checks.file_comparison import Compared, FileRule, QuestionsOf, Reader, Reject, Related
from core.progress import Cancel
from core.records import formats
from core.records.record import Source, chat_identity, source_identity
from core.records.rule import OUTCROP, Fix


def _find(compared: Compared, questions: QuestionsOf, cancel: Cancel) -> Related:  # noqa: ARG001
    from core.data.checks.row_keys import repeats

    again, first = repeats(compared.records)
    readable = compared.known.prompts[again] != 0
    return Related(again[readable], first[readable])


def _reason(rows: Reader, row: int, other: int, figures: tuple[float, ...]) -> str:  # noqa: ARG001
    return f"the same record as line {other + 1:,}"


def _once(format_name: str) -> Callable[[bytes], bytes | None]:
    """Passes each record once; lines that cannot be read pass."""
    seen: set[str] = set()

    def mend(line: bytes) -> bytes | None:
        identity = _identity(line, format_name)
        if identity in seen:
            return None
        if identity:
            seen.add(identity)
        return line

    return mend


def _identity(line: bytes, format_name: str) -> str:
    try:
        record = formats.decode(line, format_name)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    return source_identity(record.fields) if isinstance(record, Source) else chat_identity(record)


RULE = FileRule(
    name="duplicate",
    severities=("warning",),
    finds="The same record stands more than once, and the model learns it by heart.",
    todo="Keep the first and reject the others.",
    source=OUTCROP,
    find=_find,
    reason=_reason,
    quick=True,
    fix=Fix("keeps the first of exact duplicates", lines=_once),
    reject=Reject("rejects all but the first of exact duplicates", lambda rows, row, other: True),  # noqa: ARG005
)
