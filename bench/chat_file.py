"""Makes a large file of training records: chats about a table of 1 to 4 kB, with faults planted by seed.

Half a percent are the record before it again, 0.2 % have no answer, 0.1 % end with the wrong role, 0.1 % are far too
long. One word stands once only, in the third row from the end. Deterministic for a seed.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

RARE = "zyzzyvaquark"
_WORDS = [
    "revenue",
    "cost",
    "net",
    "income",
    "total",
    "assets",
    "liabilities",
    "deferred",
    "tax",
    "currency",
    "translation",
    "adjustment",
    "operating",
    "lease",
    "goodwill",
    "amortisation",
    "depreciation",
    "interest",
    "expense",
    "cash",
    "inventories",
    "receivable",
    "payable",
    "restructuring",
    "segment",
    "domestic",
    "international",
    "services",
    "products",
    "subscription",
    "licence",
    "maintenance",
    "adjusted",
]
_SYSTEM = (
    "You are a financial analyst. Answer from the table between the <table></table> tags, in as few words as can be."
)
_TABLES, _QUESTIONS = 3000, 2000


def make(path: Path, rows: int, seed: int = 7) -> Path:
    """Writes a file of records.

    Args:
        path: Where.
        rows: How many; a thousand take 3.2 MB.
        seed: Of every draw.
    """
    with path.open("wb", buffering=1 << 22) as file:
        for line in _lines(rows, random.Random(seed)):
            file.write(line)
    return path


def _lines(rows: int, rng: random.Random) -> Iterator[bytes]:
    tables = [_inside(_table(rng, rng.uniform(0.6, 3.6))) for _ in range(_TABLES)]
    questions, answers = zip(*(_question(rng) for _ in range(_QUESTIONS)), strict=True)
    line = b""
    for number in range(rows):
        draw = rng.random()
        if line and draw < 0.005:
            yield line
            continue
        table, question, answer, role = rng.choice(tables), rng.choice(questions), rng.choice(answers), "assistant"
        if draw < 0.007:
            answer = ""
        elif draw < 0.008:
            role = "user"
        elif draw < 0.009:
            table *= 120
        if number == rows - 3:
            question = f"{RARE} {question}"
        prompt = f"<id>{number}</id>\\n<table>{table}</table>\\n<question>{question}</question>"
        line = (
            f'{{"messages": [{{"role": "user", "content": "{prompt}"}},'
            f' {{"role": "{role}", "content": "{answer}"}}], "system": "{_SYSTEM}"}}\n'
        ).encode()
        yield line


def _table(rng: random.Random, kilobytes: float) -> str:
    years = [str(2021 - back) for back in range(rng.randint(3, 5))]
    rows = [["", *years]]
    while sum(len(cell) + 9 for row in rows for cell in row) < kilobytes * 1024:
        name = " ".join(rng.choice(_WORDS) for _ in range(rng.randint(2, 6))).capitalize()
        rows.append([name, *(f"{rng.randrange(10**7):,}" for _ in years)])
    return "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)


def _question(rng: random.Random) -> tuple[str, str]:
    what = " ".join(rng.choice(_WORDS) for _ in range(3))
    question = f"What was the change in {what} between {rng.randint(2015, 2019)} and {rng.randint(2020, 2022)}?"
    return question, rng.choice((f"{rng.uniform(1, 9999):,.2f}", f"-{rng.uniform(1, 99):.1f}%", f"due to {what}"))


def _inside(text: str) -> str:
    """As it stands within a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def main() -> None:
    """Makes a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    wanted = parser.parse_args()
    make(wanted.file, wanted.rows, wanted.seed)


if __name__ == "__main__":
    main()
