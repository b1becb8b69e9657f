"""A rule of `outcrop check`: what all rules have in common."""

from collections.abc import Callable, Iterator

import msgspec

from core.records.finding import Finding, Severity
from core.records.record import Chat
from core.records.requirements import Requirements

# Who says that a rule matters, as `outcrop check --explain` names them.
PREPARE = "AWS, model-customization-prepare"
SAMPLE = "AWS, data validation sample for Claude 3 Haiku"
ARTICLE = "AWS, best practices for fine-tuning Claude 3 Haiku"
OUTCROP = "Outcrop"


class Fix(msgspec.Struct, frozen=True):
    """What `outcrop check --fix` does about a rule: safe without knowing what a record should say.

    Attributes:
        does: The fix in words: `removes empty lines between records`.
        line: Mends one line. It gets the line without its line break and the name of its format (a wire format, or
            `source`). It returns that line where there is nothing to mend, and None where the line should go.
        lines: For a fix that has to know the lines before. It gets the name of the format and returns what mends the
            lines of one file in turn. It runs after every `line` fix.
    """

    does: str
    line: Callable[[bytes, str], bytes | None] | None = None
    lines: Callable[[str], Callable[[bytes], bytes | None]] | None = None


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule, as every screen and every plain command shows it.

    Attributes:
        name: The same everywhere: `reserved-keyword`.
        severities: How bad its findings can be, the worst first.
        finds: What it finds and why that matters.
        todo: What a person can do about it.
        source: Who demands or advises it.
        fix: What is safe to do about it in a file, if anything.
    """

    name: str
    severities: tuple[Severity, ...]
    finds: str
    todo: str
    source: str
    fix: Fix | None = None


class ChatRule(Rule, frozen=True, kw_only=True):
    """A rule of a model for one record that can be read.

    Attributes:
        find: Gets the chat, the number of its line from 1, and what the model demands.
    """

    find: Callable[[Chat, int, Requirements], Iterator[Finding]]


class TotalRule(Rule, frozen=True, kw_only=True):
    """A rule of a model for the size of a whole file.

    Attributes:
        find: Gets the number of records, the number of bytes, and what the model demands.
    """

    find: Callable[[int, int, Requirements], Iterator[Finding]]
