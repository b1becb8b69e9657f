"""All rules that look at one record's texts, in one go: their names for a million rows, their reasons for one."""

from collections.abc import Iterator

from core.data.checks import advice, control_characters, personal_data
from core.data.checks.outline import outline
from core.records.finding import Finding
from core.records.record import SEPARATOR, Chat, Source, canonical

_SHOWN = 3  # pieces that a reason names
RULES = (
    "personal-data",
    "control-characters",
    "unsupported-answer",
    "derivation",
    "no-system-prompt",
    "no-blocks",
)


def applies(rule: str, format_name: str) -> bool:
    """Whether a rule makes sense for files of a format: prompts and completions have no place for a system prompt."""
    return rule != "no-system-prompt" or format_name != "prompt-completion"


def names(chat: Chat, source: Source | None = None, coded: bytes | None = None) -> tuple[str, ...]:
    """The rules that a record breaks, and nothing more; `findings` says why.

    Args:
        chat: What the model gets.
        source: The source record it was made from.
        coded: `canonical(chat)` as UTF-8, where it is at hand.
    """
    if coded is None:
        coded = canonical(chat).encode("utf-8", "surrogatepass")
    shape = outline(coded)
    found = []
    if personal_data.find_in(coded, shape):
        found.append("personal-data")
    if control_characters.may_hold(coded, shape) or _holds_separator(chat):
        found += ["control-characters"] * any(control_characters.find(text) for _, text in _texts(chat))
    if source is not None and source.facts:
        found += [rule for rule, _ in _of_answer(chat, source)]
    if advice.lacks_system_prompt(chat):
        found.append("no-system-prompt")
    if advice.lacks_blocks(chat):
        found.append("no-blocks")
    return tuple(found)


def findings(chat: Chat, source: Source | None = None, line: int = 0) -> tuple[Finding, ...]:
    """The same with reasons.

    Args:
        chat: What the model gets.
        source: The source record it was made from.
        line: The line's number in its file, from 1.
    """
    found = []
    for field, text in _texts(chat):
        pieces = [f"{each.kind} {each.text}" for each in personal_data.find(text)]
        if pieces:
            found.append(Finding("personal-data", "warning", _listed(field, pieces), line, field))
        pieces = list(control_characters.find(text))
        if pieces:
            found.append(Finding("control-characters", "warning", _listed(field, pieces), line, field))
    if source is not None:
        found += [Finding(rule, "warning", reason, line) for rule, reason in _of_answer(chat, source)]
    if advice.lacks_system_prompt(chat):
        found.append(
            Finding("no-system-prompt", "advice", "no system prompt defines the model's role", line, "system")
        )
    if advice.lacks_blocks(chat):
        found.append(Finding("no-blocks", "advice", "no part of the prompt stands within XML tags", line))
    return tuple(found)


def _of_answer(chat: Chat, source: Source) -> Iterator[tuple[str, str]]:
    """Rules of records whose source says how their answer came about, imported where there is such a record."""
    from core.data.checks import derivation, unsupported_answer

    facts = source.facts
    kind, answer = str(facts.get("type", "")), str(source.fields.get("answer", ""))
    missing = unsupported_answer.find(chat.prompt, answer, kind) if kind in unsupported_answer.EXTRACTIVE else ()
    if missing:
        pieces = [repr(span) if span else "an empty span" for span in missing]
        yield "unsupported-answer", f"not in the prompt: {_some(pieces)}"
    if kind in derivation.COMPUTED:
        verdict = derivation.check(str(facts.get("derivation", "")), answer, str(facts.get("scale", "")), kind)
        if verdict.message:
            yield "derivation", verdict.message


def _texts(chat: Chat) -> Iterator[tuple[str, str]]:
    if chat.system is not None:
        yield "system", chat.system
    for index, turn in enumerate(chat.messages):
        yield f"messages[{index}].content", turn.content


def _holds_separator(chat: Chat) -> bool:
    """Whether a text holds the character that parts of a record are set apart by, which its outline does not show."""
    for turn in chat.messages:
        if SEPARATOR in turn.content:
            return True
    return chat.system is not None and SEPARATOR in chat.system


def _listed(field: str, pieces: list[str]) -> str:
    return f"{field} holds {_some(pieces)}"


def _some(pieces: list[str]) -> str:
    more = len(pieces) - _SHOWN
    return ", ".join(pieces[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
