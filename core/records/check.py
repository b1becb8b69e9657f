"""Does a model accept this file? The rules of its format, line by line, as the service applies them.

The limits come from the catalogue. Sources: AWS's model-customization-prepare page and its data validation sample
for Claude 3 Haiku, which estimates three characters a token where the documentation's planning figure is six.
"""

import codecs
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

import msgspec

from core.catalog import Limits, Tuning
from core.records import formats
from core.records.finding import Finding, Severity
from core.records.formats import Problem
from core.records.formats.shape import TwiceError, undoubled
from core.records.record import Chat
from core.text import count

RULES = (
    "encoding",
    "blank-line",
    "json",
    "schema",
    "extra-key",
    "roles",
    "reserved-keyword",
    "empty-content",
    "too-long",
    "record-count",
    "file-size",
)
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")  # the worst first
LINES_KEPT = 20
SURELY_TOO_LONG = 6  # characters a token: even at this rate the record exceeds the limit
LIKELY_TOO_LONG = 3  # characters a token: AWS's own estimate, which errs on the safe side


class Rules(msgspec.Struct, frozen=True):
    """What one model demands of a training or validation file."""

    format: str
    limits: Limits
    reserved: tuple[str, ...]
    part: Literal["training", "validation"] = "training"


class Issue(msgspec.Struct, frozen=True):
    """All findings of one rule and severity: the number of lines and the first of them."""

    rule: str
    severity: Severity
    count: int
    lines: tuple[int, ...]
    message: str


class Report(msgspec.Struct, frozen=True):
    """The outcome for one file."""

    records: int
    errors: int
    warnings: int
    issues: tuple[Issue, ...]


def rules_for(tuning: Tuning, part: Literal["training", "validation"] = "training") -> Rules:
    """The rules of a tunable model."""
    return Rules(tuning.data_format, tuning.limits, tuning.reserved, part)


def check_line(line: bytes, number: int, rules: Rules) -> tuple[Chat | None, list[Finding]]:
    """Reads one line and says all that is wrong with it.

    Args:
        line: The raw bytes, with or without the line break.
        number: Its number, from 1.
        rules: What to hold it against.

    Returns:
        The chat, or None where it could not be read, and the findings.
    """
    if not line.strip():
        return None, [Finding("blank-line", "error", "an empty line", number)]
    module = formats.named(rules.format)
    try:
        chat: Chat = module.decode(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None, list(explain(line, number, module.explain))
    return chat, [*_check_turns(chat, number), *_check_texts(chat, number, rules)]


def check_chat(chat: Chat, number: int, rules: Rules) -> list[Finding]:
    """The same for a record that is about to be written."""
    return [*_check_turns(chat, number), *_check_texts(chat, number, rules)]


def explain(line: bytes, number: int, shape: Callable[[Any], Iterable[Problem]]) -> Iterator[Finding]:
    """The slow path, for lines that failed: every reason, with its field.

    Args:
        line: The raw bytes.
        number: Its number, from 1.
        shape: Says what is wrong with the decoded value.
    """
    if line.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield Finding("encoding", "error", "starts with a byte order mark; save as UTF-8 without it", number)
        return
    if b"\0" in line[:4]:  # JSON begins with two ASCII characters, of which UTF-16 makes such bytes
        yield Finding("encoding", "error", "looks like UTF-16; save as UTF-8", number)
        return
    try:
        value = json.loads(line.rstrip(b"\r\n").decode("utf-8"), object_pairs_hook=undoubled)
    except UnicodeDecodeError as error:
        yield Finding("encoding", "error", f"byte {error.start + 1} is not UTF-8", number)
        return
    except RecursionError:
        yield Finding("json", "error", "nested too deeply", number)
        return
    except json.JSONDecodeError as error:
        wrong = error.msg.lower().removesuffix(" at")
        yield Finding("json", "error", f"not JSON: {wrong} at column {error.colno}", number)
        return
    except TwiceError as error:
        yield Finding("json", "error", str(error), number)
        return
    except ValueError:  # Python reads no such number, and says how to make it
        most = sys.get_int_max_str_digits()
        yield Finding("json", "error", f"a whole number of more than {count(most, 'digit')}", number)
        return
    problems = list(shape(value))
    for problem in problems:
        yield Finding(problem.rule, "error", problem.message, number, problem.field)
    if not problems:  # of the right shape, so it is a text that UTF-8 cannot hold
        yield Finding("encoding", "error", "an unpaired surrogate such as \\ud800", number)


def _check_turns(chat: Chat, number: int) -> Iterator[Finding]:
    turns = chat.messages
    if len(turns) < 2:
        yield Finding("schema", "error", "needs at least a user and an assistant message", number, "messages")
        return
    for index, turn in enumerate(turns):
        expected = "assistant" if index % 2 else "user"
        if turn.role != expected:
            field = f"messages[{index}].role"
            said = f"{field} is {turn.role!r}, expected {expected!r}: roles alternate, user first"
            yield Finding("roles", "error", said, number, field)
            return
    if turns[-1].role != "assistant":
        yield Finding("roles", "error", "the last message must be the assistant's", number, "messages")


def _check_texts(chat: Chat, number: int, rules: Rules) -> Iterator[Finding]:
    characters = 0
    texts = [("system", chat.system)] if chat.system is not None else []
    texts += [(f"messages[{index}].content", turn.content) for index, turn in enumerate(chat.messages)]
    for field, text in texts:
        characters += len(text or "")
        if not text or not text.strip():
            yield Finding("empty-content", "warning", f"{field} is empty", number, field)
            continue
        for word in rules.reserved:
            if word in text:
                said = f"{field} contains {word.strip()!r}, which the model reserves"
                yield Finding("reserved-keyword", "error", said, number, field)
    yield from _check_length(characters, number, rules.limits.record_tokens)


def _check_length(characters: int, number: int, limit: int | None) -> Iterator[Finding]:
    if limit is None or characters <= limit * LIKELY_TOO_LONG:
        return
    if characters > limit * SURELY_TOO_LONG:
        said = f"{characters:,} characters are more than {limit:,} tokens even at six characters a token"
        yield Finding("too-long", "error", said, number)
    else:
        said = f"{characters:,} characters may be more than {limit:,} tokens, at three characters a token"
        yield Finding("too-long", "warning", said, number)


def check_totals(records: int, size: int, rules: Rules) -> Iterator[Finding]:
    """What is wrong with the number of records and of bytes of the whole file."""
    limits, part = rules.limits, rules.part
    most = limits.training_records if part == "training" else limits.validation_records
    most = most if most is not None else limits.total_records
    largest = limits.training_bytes if part == "training" else limits.validation_bytes
    if limits.minimum_records is not None and records < limits.minimum_records:
        said = f"{count(records, 'record')}, fewer than the {limits.minimum_records:,} that the model needs"
        yield Finding("record-count", "error", said)
    if most is not None and records > most:
        said = f"{count(records, 'record')}, more than the {most:,} that the model takes"
        yield Finding("record-count", "error", said)
    if largest is not None and size > largest:
        yield Finding("file-size", "error", f"{size:,} bytes, more than the {largest:,} that the model takes")


def check_lines(lines: Iterable[bytes], rules: Rules) -> Report:
    """Checks a whole file in one streaming pass.

    Args:
        lines: Its raw lines, with their line breaks.
        rules: What to hold them against.
    """
    tally = Tally()
    records = size = 0
    for number, line in enumerate(lines, 1):
        size += len(line)
        records += bool(line.strip())
        tally.add(check_line(line, number, rules)[1])
    tally.add(check_totals(records, size, rules))
    return tally.report(records)


class Tally:
    """Counts lines by rule and severity, keeping the first of each; a line counts once for a rule."""

    def __init__(self) -> None:
        self._count: dict[tuple[str, Severity], int] = {}
        self._lines: dict[tuple[str, Severity], list[int]] = {}
        self._last: dict[tuple[str, Severity], int] = {}
        self._message: dict[tuple[str, Severity], str] = {}

    def add(self, findings: Iterable[Finding]) -> None:
        """Counts some findings."""
        for finding in findings:
            key = (finding.rule, finding.severity)
            if finding.line and self._last.get(key) == finding.line:
                continue
            self._last[key] = finding.line
            self._count[key] = self._count.get(key, 0) + 1
            self._message.setdefault(key, finding.message)
            lines = self._lines.setdefault(key, [])
            if finding.line and len(lines) < LINES_KEPT:
                lines.append(finding.line)

    def report(self, records: int) -> Report:
        """What was counted: errors first, then by number."""
        order = sorted(self._count, key=lambda key: (SEVERITIES.index(key[1]), -self._count[key], key[0]))
        issues = tuple(
            Issue(key[0], key[1], self._count[key], tuple(self._lines[key]), self._message[key]) for key in order
        )
        by_severity = {
            severity: sum(issue.count for issue in issues if issue.severity == severity)
            for severity in ("error", "warning")
        }
        return Report(records, by_severity["error"], by_severity["warning"], issues)
