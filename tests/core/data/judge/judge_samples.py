"""Small records to judge, and replies that hold no verdict."""

from pathlib import Path

from record_lines import source_line

NO_VERDICT = {  # the five kinds, with what is noted
    "without a judgement": ("The answer is right.", "no <judgement>"),
    "with an empty one": ("<reason>So.</reason><judgement> </judgement>", "an empty <judgement>"),
    "with another word": ("<reason>So.</reason><judgement>partly</judgement>", "<judgement> says “partly”"),
    "cut off": ("<reason>So.</reason><judgement>corr", "cut off before its judgement"),
    "with both words": (
        "<judgement>correct</judgement> or <judgement>incorrect</judgement>",
        "both correct and incorrect",
    ),
}


def record(number: int, *, wrong: bool = False) -> bytes:
    """A question about the shops of a table, answered with their number or with that of the staff."""
    table = [["", "2019"], ["Shops", f"{40 + number // 2}"], ["Staff", f"{280 + number // 2}"]]
    return source_line(number, table=table, question="How many shops in 2019?", answer=table[1 + wrong][1])


def write_records(folder: Path, lines: list[bytes]) -> None:
    """Writes a project's records anew."""
    (folder / "records.jsonl").write_bytes(b"".join(lines))
