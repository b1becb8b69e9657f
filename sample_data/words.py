"""Small matters of English: labels inside sentences, plurals, lists."""

from collections.abc import Sequence

SINGULAR = ("status", "basis", "business", "process")
PLURALS = {"currency": "currencies", "category": "categories"}


def in_sentence(label: str) -> str:
    """A label as it reads inside a sentence: `Cost of sales (1)` as `cost of sales`; names and acronyms stay."""
    words = label.split(" (")[0].rstrip(": ").strip()
    first = words.split(" ")[0]
    return words if first[1:] != first[1:].lower() else words[:1].lower() + words[1:]


def capitalised(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]


def enumeration(items: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]


def plural(noun: str) -> str:
    """`years`, `currencies`."""
    return PLURALS.get(noun, noun + "s")


def is_plural(measure: str) -> bool:
    """Whether a measure takes `were`: by the last word of its head, before `of`, `from` or a comma."""
    head = measure
    for end in (",", " of ", " from ", " for ", " in ", " on ", " to ", " at ", " per ", " due ", " before "):
        head = head.split(end)[0]
    last = head.split(" ")[-1]
    return last.endswith("s") and not last.endswith("ss") and last not in SINGULAR
