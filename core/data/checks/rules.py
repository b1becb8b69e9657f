"""The list of all rules, and what runs those that say what is in records.

A new rule is a module with a `RULE`, and a line here. Their order decides which of several equally bad rules is a
row's `issue`. Nothing here imports numpy or polars, for the processes that scan a file start with this list.
"""

from collections.abc import Iterator

from core.data.checks import (
    contradictions,
    control_characters,
    derivation,
    duplicates,
    file_name,
    imbalance,
    leakage,
    length_outliers,
    near_duplicates,
    no_blocks,
    no_system_prompt,
    personal_data,
    unrendered,
    unsupported_answer,
)
from core.data.checks.file_comparison import Compared, FileComparison, FileRule, QuestionsOf
from core.data.checks.one_record import Record, RecordRule
from core.progress import Cancel
from core.records import check
from core.records.finding import Finding
from core.records.rule import Rule

RULES: tuple[Rule, ...] = (
    *check.RULES,
    unrendered.RULE,
    file_name.RULE,
    duplicates.RULE,
    contradictions.RULE,
    near_duplicates.RULE,
    leakage.RULE,
    unsupported_answer.RULE,
    derivation.RULE,
    length_outliers.RULE,
    personal_data.RULE,
    control_characters.RULE,
    imbalance.RULE,
    no_system_prompt.RULE,
    no_blocks.RULE,
)
BY_NAME = {rule.name: rule for rule in RULES}
RECORD_RULES = tuple(rule for rule in RULES if isinstance(rule, RecordRule))
FILE_RULES = {rule.name: rule for rule in RULES if isinstance(rule, FileRule)}


def findings(record: Record, format_name: str) -> Iterator[Finding]:
    """What rules for one record find in it.

    Args:
        record: To look at.
        format_name: Of its file: a wire format, or `source`.
    """
    for rule in RECORD_RULES:
        if rule.applies(format_name):
            yield from rule.find(record)


def compare(
    compared: Compared, questions: QuestionsOf, *, thorough: bool = True, cancel: Cancel | None = None
) -> FileComparison:
    """Compares all rows of a file.

    Args:
        compared: Its columns.
        questions: Reads what some rows ask.
        thorough: Whether to compare wordings as well, and not only whole records.
        cancel: Stops it.

    Raises:
        CancelledError: It was cancelled.
    """
    token = cancel or Cancel()
    found = {}
    for rule in FILE_RULES.values():
        if thorough or rule.quick:
            found[rule.name] = rule.find(compared, questions, token)
            token.check()
    return FileComparison(found)
