"""Writes the data set, the broken chat file and the manifest: `python -m sample_data.generate`.

The same seed gives the same bytes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

import sample_data
from sample_data import chats, contexts, faults
from sample_data.contexts import Context

SEED = 1
TABLES = 276


def generate(seed: int = SEED) -> dict[str, bytes]:
    """The three files by name.

    Args:
        seed: Decides on everything.
    """
    made = [one.context for one in contexts.make(seed, TABLES + faults.SPARE)]
    clean, spare = made[:TABLES], made[TABLES:]
    whole, planted, leaks = faults.plant(clean, spare, contexts.source(seed, "faults"))
    chat_file, broken = chats.written(clean, contexts.source(seed, "chats"))
    data = contexts.printed(whole)
    manifest = {
        "seed": seed,
        "files": {
            sample_data.FINANCE_QA: {**_seal(data), **_counts(whole), "clean": _counts(clean)},
            sample_data.FAULTY: {**_seal(chat_file), "lines": chat_file.count(b"\n")},
        },
        "faults": {
            sample_data.FINANCE_QA: [asdict(fault) for fault in planted],
            sample_data.FAULTY: [asdict(line) for line in broken],
        },
        "leaks": [asdict(leak) for leak in leaks],
    }
    return {
        sample_data.FINANCE_QA: data,
        sample_data.FAULTY: chat_file,
        sample_data.MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode(),
    }


def _seal(data: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def _counts(some: Sequence[Context]) -> Mapping[str, Any]:
    questions = [question for context in some for question in context["questions"]]
    types = Counter(question["answer_type"] for question in questions)
    return {
        "tables": len(some),
        "questions": len(questions),
        "types": dict(sorted(types.items())),
        "spans_of_one_cell": sum(is_one_cell(context, asked) for context in some for asked in context["questions"]),
    }


def is_one_cell(context: Context, question: Mapping[str, Any]) -> bool:
    """Whether the answer is a span that is the whole of a cell."""
    cells = {cell.strip() for row in context["table"]["table"] for cell in row} - {""}
    return question["answer_type"] == "span" and len(question["answer"]) == 1 and question["answer"][0] in cells


@click.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=sample_data.path(""),
    help="Folder to write to; the package's own by default.",
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Another seed gives another data set.")
def main(output: Path, seed: int) -> None:
    """Writes finance_qa.json, faulty.jsonl and manifest.json."""
    output.mkdir(parents=True, exist_ok=True)
    for name, data in generate(seed).items():
        (output / name).write_bytes(data)
        click.echo(f"{output / name}  {len(data):,} bytes")


if __name__ == "__main__":
    main()
