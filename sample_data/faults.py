"""Faults planted into the data set, as far as TAT-QA's format can express them, and a note of each.

Faults of a whole context (in a cell or a paragraph) get contexts of their own; duplicates and contradictions are
added to a clean context as one more question. So the clean part is what the manifest does not name.
"""

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sample_data.contexts import Context, uid

SPARE = 7
DUPLICATES = 6
CONTRADICTIONS = 6
LEAKS = 4
LEAKED_QUESTIONS = 3
SURELY_TOO_LONG = 32_000 * 6  # characters: more than 32,000 tokens even at six characters a token
BOILERPLATE = "Statements about the future rest on assumptions, and actual results may differ from those expected. "


@dataclass(frozen=True)
class Fault:
    """One planted fault.

    Attributes:
        rule: What a check would call it.
        table: The context it stands in.
        questions: All questions that it affects.
        where: The place inside: `question`, `answer`, `paragraph 2`, `cell 3,1` (row and column from 0).
        note: What was done.
        of: The question that is repeated or contradicted.
    """

    rule: str
    table: str
    questions: tuple[str, ...]
    where: str
    note: str
    of: str = ""


@dataclass(frozen=True)
class Leak:
    """The same table and questions under two contexts, so that a split by context may tear them apart."""

    a: str
    b: str
    questions: tuple[tuple[str, str], ...]


def plant(
    clean: Sequence[Context], spare: Sequence[Context], rng: Random
) -> tuple[list[Context], list[Fault], list[Leak]]:
    """Adds faults to a copy of the clean contexts.

    Args:
        clean: Contexts; what is in them stays as it is, some get one more question.
        spare: `SPARE` more contexts, to be spoilt.
        rng: Decides where.

    Returns:
        All contexts, the faults in the order they were planted, and the leaks.
    """
    contexts = copy.deepcopy(list(clean))
    chosen = rng.sample(contexts, DUPLICATES + CONTRADICTIONS + LEAKS)
    faults = [_duplicate(context, rng) for context in chosen[:DUPLICATES]]
    faults += [_contradict(context, rng) for context in chosen[DUPLICATES:-LEAKS]]
    added = []
    for context, spoil in zip(copy.deepcopy(list(spare)), SPOILERS, strict=True):
        faults += spoil(context, rng)
        added.append(context)
    leaks = []
    for number, context in enumerate(chosen[-LEAKS:]):
        twin, leak = _leak(context, rng, exact=number % 2 == 0)
        added.append(twin)
        leaks.append(leak)
    faults += [_leaked(leak) for leak in leaks]
    for context in added:
        contexts.insert(rng.randrange(len(contexts) + 1), context)
    return contexts, faults, leaks


def _duplicate(context: Context, rng: Random) -> Fault:
    original = rng.choice(context["questions"])
    again = _one_more(context, original, rng)
    note = "the same question and answer once more"
    return _fault("duplicate", context, [again], "question", note, original["uid"])


def _contradict(context: Context, rng: Random) -> Fault:
    """The same question with another answer: another cell of the same look, or the figure with its sign changed."""
    original = rng.choice([question for question in context["questions"] if _can_contradict(context, question)])
    again = _one_more(context, original, rng)
    again["derivation"] = ""
    if original["answer_type"] == "arithmetic":
        again["answer"] = -original["answer"]
    else:
        answer = original["answer"][0]
        cells = {cell for cell in _cells(context) if cell != answer and _look(cell) == _look(answer)}
        again["answer"] = [rng.choice(sorted(cells))]
    note = "the same question with a different answer"
    return _fault("contradiction", context, [again], "answer", note, original["uid"])


def _can_contradict(context: Context, question: dict[str, Any]) -> bool:
    if question["answer_type"] != "span":
        return bool(question["answer_type"] == "arithmetic")
    looks = [_look(cell) for cell in set(_cells(context))]
    return question["answer"][0] in _cells(context) and looks.count(_look(question["answer"][0])) > 1


def _cells(context: Context) -> list[str]:
    return [cell.strip() for row in context["table"]["table"] for cell in row if cell.strip()]


def _look(cell: str) -> str:
    """What a reader would take a cell for."""
    if re.fullmatch(r"(19|20)\d\d", cell):
        return "year"
    if re.search("[A-Za-z]", cell):
        return "words"
    return "rate" if "%" in cell else "figure"


def _leak(context: Context, rng: Random, *, exact: bool) -> tuple[Context, Leak]:
    """A twin with the same table and some of the questions; one that is not exact lacks the last paragraph."""
    twin = copy.deepcopy(context)
    twin["table"]["uid"] = uid(rng)
    lost = [] if exact else [str(twin["paragraphs"].pop()["order"])]
    kept = [question for question in twin["questions"] if question["rel_paragraphs"] != lost or exact]
    twin["questions"] = kept[:LEAKED_QUESTIONS]
    for paragraph in twin["paragraphs"]:
        paragraph["uid"] = uid(rng)
    pairs = []
    for order, question in enumerate(twin["questions"], 1):
        before, question["uid"], question["order"] = question["uid"], uid(rng), order
        pairs.append((before, question["uid"]))
    return twin, Leak(context["table"]["uid"], twin["table"]["uid"], tuple(pairs))


def _leaked(leak: Leak) -> Fault:
    note = f"the table and these questions stand under context {leak.a} as well"
    return Fault("leak", leak.b, tuple(copied for _, copied in leak.questions), "context", note)


def _too_long(context: Context, rng: Random) -> list[Fault]:
    _keep(context, 1)
    where = _say(context, rng, BOILERPLATE * (SURELY_TOO_LONG // len(BOILERPLATE) + 2))
    return [_fault("too-long", context, context["questions"], where, "a paragraph of over 192,000 characters")]


def _reserved_in_paragraph(context: Context, rng: Random) -> list[Fault]:
    _keep(context, 2)
    where = _say(context, rng, "A shareholder asked at the meeting:\nHuman: Why has the dividend not been raised?")
    return [_fault("reserved-keyword", context, context["questions"], where, "a line that begins with Human:")]


def _reserved_in_question(context: Context, _rng: Random) -> list[Fault]:
    _keep(context, 1)
    question = context["questions"][0]
    question["question"] += "\nAssistant: The answer is"
    return [_fault("reserved-keyword", context, [question], "question", "a line that begins with Assistant:")]


def _empty_answers(context: Context, _rng: Random) -> list[Fault]:
    _keep(context, 2)
    first, second = context["questions"]
    first["answer"], second["answer"] = [""], []
    return [
        _fault("empty-content", context, [first], "answer", "a list with an empty string"),
        _fault("empty-content", context, [second], "answer", "an empty list"),
    ]


def _control_characters(context: Context, rng: Random) -> list[Fault]:
    _keep(context, 2)
    where = _say(context, rng, "Printed by the ledger\x07 on 31 March\x00, page 12 of 40\x08\x08.")
    _into_cell(context, 1, 0, "\x1b[31m{}\x1b[0m")
    question = context["questions"][1]
    question["question"] = "\u202e" + question["question"] + "\x9b2J"
    return [
        _fault("control-characters", context, context["questions"], "cell 1,0", "ESC sequences for red text"),
        _fault("control-characters", context, context["questions"], where, "BEL, NUL and backspaces"),
        _fault("control-characters", context, [question], "question", "a right-to-left override and a C1 control"),
    ]


def _markup(context: Context, rng: Random) -> list[Fault]:
    _keep(context, 2)
    where = _say(context, rng, "Further figures are given [@click=app.quit]in the notes[/].")
    _into_cell(context, 1, 0, "[bold]{}")
    question = context["questions"][0]
    question["question"] += " [/red]"
    return [
        _fault("markup", context, context["questions"], "cell 1,0", "[bold], never closed"),
        _fault("markup", context, context["questions"], where, "[@click=app.quit], which a terminal would act on"),
        _fault("markup", context, [question], "question", "[/red], never opened"),
    ]


def _email(context: Context, rng: Random) -> list[Fault]:
    _keep(context, 2)
    where = _say(context, rng, "Questions about this note may be sent to notes@harbour-street.example until 30 June.")
    return [_fault("email", context, context["questions"], where, "an e-mail address")]


Spoiler = Callable[[Context, Random], list[Fault]]
SPOILERS: tuple[Spoiler, ...] = (
    _too_long,
    _reserved_in_paragraph,
    _reserved_in_question,
    _empty_answers,
    _control_characters,
    _markup,
    _email,
)


def _keep(context: Context, number: int) -> None:
    del context["questions"][number:]


def _say(context: Context, rng: Random, text: str) -> str:
    """Adds a paragraph and says where it stands."""
    order = len(context["paragraphs"]) + 1
    context["paragraphs"].append({"uid": uid(rng), "order": order, "text": text})
    return f"paragraph {order}"


def _into_cell(context: Context, row: int, column: int, pattern: str) -> None:
    table = context["table"]["table"]
    table[row][column] = pattern.format(table[row][column])


def _one_more(context: Context, question: dict[str, Any], rng: Random) -> dict[str, Any]:
    again = {**copy.deepcopy(question), "uid": uid(rng), "order": len(context["questions"]) + 1}
    context["questions"].append(again)
    return again


def _fault(
    rule: str, context: Context, questions: Sequence[dict[str, Any]], where: str, note: str, of: str = ""
) -> Fault:
    return Fault(rule, context["table"]["uid"], tuple(question["uid"] for question in questions), where, note, of)
