"""Questions asked again in other words, and questions that look alike and ask for something else."""

import random
import re
from collections.abc import Sequence

from injected import Injected, added, with_fields

from core.records.record import Source

_OPENINGS = {
    "What was the ": ["What is the ", "Please state the ", "Can you tell me the ", "Give the ", "what was the "],
    "What is the ": ["What was the ", "Please give the ", "Tell me the ", "State the ", "what is the "],
    "What are the ": ["What were the ", "Please list the ", "Can you name the ", "what are the "],
    "What were the ": ["What are the ", "Please list the ", "what were the "],
    "How much is the ": ["What is the ", "How much was the ", "Please state the "],
    "How much was the ": ["What was the ", "How much is the ", "Please state the "],
}
_MONTHS = ["January", "March", "June", "September", "December"]
_OPPOSITE = {
    "increase": "decrease",
    "decrease": "increase",
    "higher": "lower",
    "highest": "lowest",
    "lowest": "highest",
    "first": "second",
    "third": "fourth",
    "most": "least",
    "larger": "smaller",
    "average": "total",
    "beginning": "end",
}


def reworded(question: str, draw: random.Random) -> str | None:
    """The same question in other words; None where no rewording comes to mind."""
    ways = []
    for opening, others in _OPENINGS.items():
        if question.startswith(opening):
            ways += [other + question[len(opening) :] for other in others]
    ways += [
        question.lower(),
        question.upper(),
        question.rstrip("? ") + "",
        question.rstrip("? ") + " ?",
        "  " + question.replace(" ", "  "),
        question.replace(" the ", " "),
        question.replace("'", "’"),
        question.rstrip("? ") + ", according to the table?",
        "According to the text, " + question[:1].lower() + question[1:],
    ]
    ways += _misspelt(question, draw)
    different = [way for way in ways if way.strip() != question.strip()]
    return draw.choice(different) if different else None


def _misspelt(question: str, draw: random.Random) -> list[str]:
    """One letter of a long lower-case word that says no number or direction is lost; in long questions only."""
    said = {
        "increase",
        "decrease",
        "percent",
        "percentage",
        "average",
        "without",
        "quarter",
        "higher",
        "highest",
        "lowest",
    }
    words = [
        match
        for match in re.finditer(r"\b[a-z]{6,}\b", question)
        if match[0].rstrip("sd") not in said
        and not match[0].startswith(("incr", "decr", "exclu", "non", "great", "large"))
    ]
    if len(question) < 60 or not words:
        return []
    word = draw.choice(words)
    at = draw.randrange(word.start() + 1, word.end() - 1)
    return [question[:at] + question[at + 1 :]] * 3


def about_something_else(question: str, draw: random.Random) -> str | None:
    """Nearly the same letters, and another question: a number, year, month, direction or name differs, or a `not`."""
    ways = []
    for match in re.finditer(r"\b(?:19|20)\d\d\b", question):
        year = str(int(match[0]) + draw.choice([-3, -2, 2, 3]))
        ways.append(question[: match.start()] + year + question[match.end() :])
    for match in re.finditer(r"\b\d{1,2}\b", question):
        ways.append(question[: match.start()] + str(int(match[0]) + 1) + question[match.end() :])
    for month in _MONTHS:
        if month in question:
            ways.append(question.replace(month, draw.choice([each for each in _MONTHS if each != month])))
    for word, opposite in _OPPOSITE.items():
        if re.search(rf"\b{word}\b", question):
            ways.append(re.sub(rf"\b{word}\b", opposite, question))
    for match in re.finditer(r"(?<=[a-z] )[A-Z][a-z]{3,}\b", question):
        if match[0] not in _MONTHS and match[0] not in ("February", "April", "July", "August", "October", "November"):
            ways.append(
                question[: match.start()] + draw.choice(["Zenith", "Acme", "Oregon"]) + question[match.end() :]
            )
    for verb in (" was ", " is ", " are ", " were "):
        if verb in question:
            ways.append(question.replace(verb, f"{verb}not ", 1))
    return draw.choice(ways) if ways else None


def near_duplicates(records: Sequence[Source], seed: int) -> Injected:
    """Copies that ask the same in other words, and copies that ask something else; all with the same answer."""

    def defect(record: Source, draw: random.Random) -> Source | None:
        other = reworded(str(record.fields["question"]), draw)
        return with_fields(record, question=other) if other else None

    def lookalike(record: Source, draw: random.Random) -> Source | None:
        other = about_something_else(str(record.fields["question"]), draw)
        return with_fields(record, question=other) if other else None

    return added(records, seed, defect, lookalike)
