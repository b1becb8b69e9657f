"""Records without a system prompt, which the article recommends and a file can do without."""

from collections.abc import Iterator

from core.data.checks.one_record import Record, RecordRule
from core.records import formats
from core.records.finding import Finding
from core.records.record import Chat
from core.records.rule import ARTICLE


def lacks_system_prompt(chat: Chat) -> bool:
    """Whether nothing defines the model's role and task."""
    return chat.system is None or not chat.system or chat.system.isspace()


def _find(record: Record) -> Iterator[Finding]:
    if lacks_system_prompt(record.chat):
        said = "no system prompt defines the model's role"
        yield Finding("no-system-prompt", "advice", said, record.line, "system")


def _applies(format_name: str) -> bool:
    wire = formats.FORMATS.get(format_name)
    return wire is None or wire.system_prompt


RULE = RecordRule(
    name="no-system-prompt",
    severities=("advice",),
    finds="No system prompt defines the model's role and task, which is optional but highly recommended.",
    todo="Give the template a system prompt.",
    source=ARTICLE,
    find=_find,
    holds=lambda record: lacks_system_prompt(record.chat),
    applies=_applies,
)
