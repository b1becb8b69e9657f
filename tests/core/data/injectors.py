"""Defects put into good records by seed, written apart from the checks that should find them.

Each injector takes good source records and gives back records with defects, the rows that hold them, and some rows
that look like a defect and are none.
"""

import random
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass

from injected import Injected, added, changed, listed, told, with_facts, with_fields
from injected_near_duplicates import reworded

from core.records.record import Source

# --- control characters

CONTROLS = "\x00\x07\x08\x0b\x0c\x1b\x1e\x7f\x85\x9b\u200b\u200e\u202a\u202e\u2066\u2069\u2060\ufeff\u2028\u00ad"
VISIBLE = ["naïve", "財務", "1\u00a0000", "a\u2009b", "👩\u200d🚀", "می\u200cخواهم", "x\ty", "−5", "ﬁnal", "“so”"]


def control_characters(records: Sequence[Source], seed: int) -> Injected:
    """Invisible characters in the middle of words, and visible ones from outside ASCII."""

    def defect(record: Source, draw: random.Random) -> Source:
        text = str(record.fields["question"])
        at = draw.randrange(1, len(text))
        return with_fields(record, question=text[:at] + draw.choice(CONTROLS) + text[at:])

    return changed(records, seed, defect, lambda record, draw: told(record, draw.choice(VISIBLE), draw))


# --- duplicates


def duplicates(records: Sequence[Source], seed: int) -> Injected:
    """Exact copies, and copies that ask something else."""
    return added(
        records,
        seed,
        lambda record, draw: record,
        lambda record, draw: with_fields(record, question=f"Why {record.fields['question']}", answer=_word(draw)),
    )


def contradictions(records: Sequence[Source], seed: int) -> Injected:
    """Copies with another answer, and copies whose answer is only written differently."""

    def lookalike(record: Source, draw: random.Random) -> Source:
        answer = str(record.fields["answer"])
        return with_fields(record, answer=draw.choice([answer.upper(), f" {answer} ", f"{answer}.", answer + "\n"]))

    def defect(record: Source, draw: random.Random) -> Source:
        return with_fields(record, answer=draw.choice([_word(draw), f"{draw.randint(10**6, 10**7)}"]))

    return added(records, seed, defect, lookalike)


def _word(draw: random.Random) -> str:
    return " ".join("".join(draw.choice(string.ascii_lowercase) for _ in range(7)) for _ in range(2))


# --- unsupported answers


def _context(record: Source) -> str:
    cells = [str(cell) for row in listed(record, "table") for cell in row]
    return "\n".join([*cells, *map(str, listed(record, "paragraphs")), str(record.fields["question"])])


def _letters(text: str) -> str:
    return "".join(each for each in text.casefold() if each.isalnum())


def unsupported_answers(records: Sequence[Source], seed: int) -> Injected:
    """Answers from another record's context, and answers that are only written differently."""
    others = [str(each.fields["answer"]) for each in records if each.facts["type"] == "span"]

    def defect(record: Source, draw: random.Random) -> Source | None:
        if record.facts["type"] not in ("span", "multi-span"):
            return None
        context = _letters(_context(record))
        for answer in draw.sample(others, 20):
            if len(_letters(answer)) > 3 and _letters(answer) not in context:
                spans = [*str(record.fields["answer"]).split(", "), answer]
                several = record.facts["type"] == "multi-span"
                return with_fields(record, answer=", ".join(spans) if several else answer)
        return None

    def lookalike(record: Source, draw: random.Random) -> Source | None:
        if record.facts["type"] not in ("span", "multi-span"):
            return None
        answer = str(record.fields["answer"])
        ways = [answer.upper(), answer.lower(), f" {answer} ", answer.replace("-", "–"), answer.replace("'", "’")]
        ways += [answer.replace(" ", "\u00a0"), answer.replace("$", "$ "), answer.replace("%", " %")]
        return with_fields(record, answer=draw.choice(ways))

    return changed(records, seed, defect, lookalike)


# --- derivations


def derivations(records: Sequence[Source], seed: int) -> Injected:
    """Answers that are not what was calculated, and calculations that are only written differently."""

    def defect(record: Source, draw: random.Random) -> Source | None:
        if record.facts["type"] == "count":
            return with_fields(record, answer=str(int(str(record.fields["answer"])) + draw.choice([1, 2])))
        if record.facts["type"] != "arithmetic":
            return None
        number, _, scale = str(record.fields["answer"]).partition(" ")
        value = float(number)
        ways = [value + draw.randint(2, 9), value * 1000, value / 7 + 3]
        if value:
            ways.append(-value)
        wrong = draw.choice(ways)
        return with_fields(record, answer=f"{round(wrong, 2)} {scale}".strip())

    def lookalike(record: Source, draw: random.Random) -> Source | None:
        if record.facts["type"] != "arithmetic":
            return None
        derivation, answer = str(record.facts["derivation"]), str(record.fields["answer"])
        number, _, scale = answer.partition(" ")
        ways: list[Source] = [
            with_facts(record, derivation=derivation.replace(" ", "")),
            with_facts(record, derivation=re.sub(r"(?<=\d),(?=\d{3})", "", derivation)),
            with_facts(record, derivation=f"[{derivation}]"),
            with_facts(record, derivation=derivation.replace("/", " ÷ ").replace("-", "−")),
            with_facts(record, derivation=f"{derivation} ="),
            with_fields(record, answer=f"{float(number):,.2f} {scale}".strip()),
        ]
        if number.startswith("-"):
            ways.append(with_fields(record, answer=f"({number[1:]}) {scale}".strip()))
        if re.fullmatch(r"-[\d,.]+-[\d,.]+", derivation):
            first, second = derivation[1:].split("-")
            ways.append(with_facts(record, derivation=f"({first})-{second}"))
        if scale == "percent":
            ways.append(with_fields(record, answer=f"{number}%"))
        return draw.choice(ways)

    return changed(records, seed, defect, lookalike)


# --- lengths


def length_outliers(records: Sequence[Source], seed: int) -> Injected:
    """Contexts pasted many times over, contexts lost, answers that never end; and contexts twice as long."""

    def defect(record: Source, draw: random.Random) -> Source:
        way = draw.choice(["long context", "no context", "long answer"])
        if way == "long answer":
            question = str(record.fields["question"])
            return with_fields(record, answer=" ".join([question] * (1 + 5_000 // len(question))))
        if way == "no context":
            return with_fields(record, table=[["-"]], paragraphs=[], question="How much?")
        text = _context(record)
        return with_fields(record, paragraphs=[text] * (1 + 30_000 // len(text)))

    def lookalike(record: Source, draw: random.Random) -> Source | None:
        paragraphs = listed(record, "paragraphs")
        return with_fields(record, paragraphs=paragraphs * 2) if len(_context(record)) < 3000 else None

    return changed(records, seed, defect, lookalike)


# --- leakage


@dataclass
class Leaked:
    """A training and a test set, and the test rows that training gives away, by how."""

    train: list[Source]
    test: list[Source]
    rows: dict[str, set[int]]


def leakage(records: Sequence[Source], seed: int) -> Leaked:
    """Splits by table, then moves records, questions, tables and rewordings from training into the test set."""
    draw = random.Random(seed)
    groups = sorted({record.group for record in records})
    tested = set(draw.sample(groups, len(groups) // 5))
    train = [record for record in records if record.group not in tested]
    test = [record for record in records if record.group in tested]
    rows: dict[str, set[int]] = {"record": set(), "question": set(), "context": set(), "reworded": set()}
    for number, record in enumerate(draw.sample(train, 200)):
        way = ("record", "question", "context", "reworded")[number % 4]
        question = str(record.fields["question"])
        if way == "record":
            moved: Source | None = record
        elif way == "question":
            moved = with_fields(record, answer=_word(draw))
        elif way == "context":
            moved = with_fields(record, question=f"Who wrote {_word(draw)}?", answer=_word(draw))
        else:
            other = reworded(question, draw)
            moved = with_fields(record, question=other) if other and " ".join(other.split()) != question else None
        if moved is not None:
            rows[way].add(len(test))
            test.append(moved)
    return Leaked(train, test, rows)
