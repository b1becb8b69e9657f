"""Defects put into good records by seed, written apart from the checks that should find them.

Each injector takes good source records and gives back records with defects, the rows that hold them, and some rows
that look like a defect and are none.
"""

import random
import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from core.records.record import Source

SHARE = 0.12  # of the records that are changed, half of them into defects


@dataclass
class Injected:
    """Records with defects.

    Attributes:
        records: What to check.
        broken: Rows that hold a defect.
        alike: Rows that look like it and are good.
    """

    records: list[Source]
    broken: set[int] = field(default_factory=set)
    alike: set[int] = field(default_factory=set)


def with_fields(record: Source, **fields: object) -> Source:
    """A record with some fields changed."""
    return msgspec.structs.replace(record, fields=record.fields | fields)


def with_facts(record: Source, **facts: str | int | float) -> Source:
    """A record with some facts changed."""
    return msgspec.structs.replace(record, facts=record.facts | facts)


def _changed(
    records: Sequence[Source],
    seed: int,
    defect: Callable[[Source, random.Random], Source | None],
    lookalike: Callable[[Source, random.Random], Source | None],
) -> Injected:
    """Changes some records in place: a defect, then a look-alike, in turns."""
    draw = random.Random(seed)
    found = Injected(list(records))
    for number, row in enumerate(draw.sample(range(len(records)), int(len(records) * SHARE))):
        change, rows = (lookalike, found.alike) if number % 2 else (defect, found.broken)
        changed = change(records[row], draw)
        if changed is not None:
            found.records[row] = changed
            rows.add(row)
    return found


def _added(
    records: Sequence[Source],
    seed: int,
    defect: Callable[[Source, random.Random], Source | None],
    lookalike: Callable[[Source, random.Random], Source | None],
) -> Injected:
    """Adds changed copies of some records behind all others: a defect, then a look-alike, in turns."""
    draw = random.Random(seed)
    found = Injected(list(records))
    for number, row in enumerate(draw.sample(range(len(records)), int(len(records) * SHARE))):
        change, rows = (lookalike, found.alike) if number % 2 else (defect, found.broken)
        changed = change(records[row], draw)
        if changed is not None:
            rows.add(len(found.records))
            found.records.append(changed)
    return found


# --- personal data


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choice(string.digits) for _ in range(count))


def _email(draw: random.Random) -> str:
    name = draw.choice(["anna.lee", "j_smith", "info", "o'neil-k", "m.mueller+fin", "zoe42"]).replace("'", "")
    return f"{name}@{draw.choice(['example.com', 'mail.corp-x.co.uk', 'uni.edu', 'firma.de'])}"


def _phone(draw: random.Random) -> str:
    area, office, line = (
        draw.choice("23456789") + _digits(draw, 2),
        draw.choice("23456789") + _digits(draw, 2),
        _digits(draw, 4),
    )
    return draw.choice(
        [
            f"({area}) {office}-{line}",
            f"{area}-{office}-{line}",
            f"{area}.{office}.{line}",
            f"+1 {area} {office} {line}",
            f"+44 20 7{_digits(draw, 3)} {_digits(draw, 4)}",
            f"+49 {draw.randint(100, 999)} {_digits(draw, 7)}",
            f"tel. {area}{office}{line}",
        ]
    )


def _account(draw: random.Random) -> str:
    country, body = draw.choice(
        [
            ("DE", _digits(draw, 18)),
            ("GB", draw.choice(["NWBK", "BARC"]) + _digits(draw, 14)),
            ("FR", _digits(draw, 23)),
            ("ES", _digits(draw, 20)),
            ("NL", "ABNA" + _digits(draw, 10)),
        ]
    )
    letters = body + country + "00"
    check = 98 - int("".join(str(int(each, 36)) for each in letters)) % 97
    whole = f"{country}{check:02d}{body}"
    return draw.choice([whole, " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))])


def _check_digit(digits: str) -> str:
    total = 0
    for place, each in enumerate(reversed(digits)):
        value = int(each) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def _card(draw: random.Random, *, valid: bool = True) -> str:
    start = draw.choice(["4", "51", "55", "6011"])
    digits = start + _digits(draw, 15 - len(start))
    last = _check_digit(digits)
    digits += last if valid else str((int(last) + draw.randint(1, 9)) % 10)
    apart = draw.choice(["", " ", "-"])
    return apart.join(digits[at : at + 4] for at in range(0, 16, 4))


def _security_number(draw: random.Random) -> str:
    return f"{draw.randint(1, 665):03d}-{draw.randint(1, 99):02d}-{draw.randint(1, 9999):04d}"


def _machine(draw: random.Random) -> str:
    network = draw.choice([10, 52, 172, 192, 203])
    return f"{network}.{draw.randint(16, 255)}.{draw.randint(0, 255)}.{draw.randint(1, 254)}"


PERSONAL = (_email, _phone, _account, _card, _security_number, _machine)


def _impersonal(draw: random.Random) -> str:
    """Digits that are nobody's."""
    return draw.choice(
        [
            _card(draw, valid=False),
            f"{draw.randint(2010, 2020)} {draw.randint(2010, 2020)} {draw.randint(2010, 2020)}",
            f"{_digits(draw, 3)},{_digits(draw, 3)},{_digits(draw, 3)},{_digits(draw, 3)}",
            f"({draw.randint(100, 999)}) {draw.randint(100, 999)} {draw.randint(2010, 2022)}",
            f"version {draw.randint(10, 20)}.{draw.randint(1, 20)}.{draw.randint(1, 20)}.{draw.randint(1, 20)}",
            f"{draw.randint(2010, 2020)}-{draw.randint(10, 12)}-{draw.randint(10, 28)}",
            f"ASU 2014-09, 2016-{draw.randint(10, 20)} and 2017-{draw.randint(10, 20)}",
            f"DE00{_digits(draw, 3)} in total",
            f"{draw.randint(1, 9)}:{draw.randint(10, 59)}:{draw.randint(10, 59)}",
            "the price @ close",
        ]
    )


def _told(record: Source, text: str, draw: random.Random) -> Source:
    """A record that says one thing more: in its question, a paragraph or a cell."""
    place = draw.choice(["question", "paragraph", "cell"])
    if place == "question":
        return with_fields(record, question=f"{record.fields['question']} ({text})")
    if place == "paragraph":
        return with_fields(record, paragraphs=[*_list(record, "paragraphs"), f"Contact: {text}."])
    return with_fields(record, table=[*_list(record, "table"), ["Contact", text]])


def _list(record: Source, name: str) -> list[Any]:
    value = record.fields[name]
    assert isinstance(value, list)
    return value


def personal_data(records: Sequence[Source], seed: int) -> Injected:
    """Personal data of every kind, and other digits."""
    return _changed(
        records,
        seed,
        lambda record, draw: _told(record, draw.choice(PERSONAL)(draw), draw),
        lambda record, draw: _told(record, _impersonal(draw), draw),
    )


# --- control characters

CONTROLS = "\x00\x07\x08\x0b\x0c\x1b\x1e\x7f\x85\x9b\u200b\u200e\u202a\u202e\u2066\u2069\u2060\ufeff\u2028\u00ad"
VISIBLE = ["naïve", "財務", "1\u00a0000", "a\u2009b", "👩\u200d🚀", "می\u200cخواهم", "x\ty", "−5", "ﬁnal", "“so”"]


def control_characters(records: Sequence[Source], seed: int) -> Injected:
    """Invisible characters in the middle of words, and visible ones from outside ASCII."""

    def defect(record: Source, draw: random.Random) -> Source:
        text = str(record.fields["question"])
        at = draw.randrange(1, len(text))
        return with_fields(record, question=text[:at] + draw.choice(CONTROLS) + text[at:])

    return _changed(records, seed, defect, lambda record, draw: _told(record, draw.choice(VISIBLE), draw))


# --- duplicates


def duplicates(records: Sequence[Source], seed: int) -> Injected:
    """Exact copies, and copies that ask something else."""
    return _added(
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

    return _added(records, seed, defect, lookalike)


def _word(draw: random.Random) -> str:
    return " ".join("".join(draw.choice(string.ascii_lowercase) for _ in range(7)) for _ in range(2))


# --- near-duplicates

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

    return _added(records, seed, defect, lookalike)


# --- unsupported answers


def _context(record: Source) -> str:
    cells = [str(cell) for row in _list(record, "table") for cell in row]
    return "\n".join([*cells, *map(str, _list(record, "paragraphs")), str(record.fields["question"])])


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

    return _changed(records, seed, defect, lookalike)


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

    return _changed(records, seed, defect, lookalike)


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
        paragraphs = _list(record, "paragraphs")
        return with_fields(record, paragraphs=paragraphs * 2) if len(_context(record)) < 3000 else None

    return _changed(records, seed, defect, lookalike)


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
