"""All rules over source records in memory, as a scan applies them to the rows of a file."""

from collections.abc import Sequence

import numpy as np

from core.data.checks import duplicates, leakage, length_outliers, near_duplicates, one_record
from core.data.checks.duplicates import Keys
from core.data.checks.near_duplicates import Columns, Pair
from core.data.checks.normal_form import answer_key, checksum
from core.formatting.template import Renderer, load
from core.records import tables
from core.records.record import Chat, Source, hash64, source_identity

Rows = set[int]


def rendered(records: Sequence[Source], table_format: tables.Format = "html") -> list[Chat]:
    renderer = Renderer(load("table-question"), table_format)
    return [renderer.chat(record) for record in records]


def by_rule(records: Sequence[Source], table_format: tables.Format = "html") -> dict[str, Rows]:
    """The rows that each rule flags; every rule of many rows, and those of one row that found something."""
    chats = rendered(records, table_format)
    found: dict[str, Rows] = {}
    for row, (chat, record) in enumerate(zip(chats, records, strict=True)):
        for rule in one_record.names(chat, record):
            found.setdefault(rule, set()).add(row)
    known = columns(records, chats)
    lengths = np.array([[len(chat.prompt), len(chat.completion)] for chat in chats])
    found["duplicate"] = set(duplicates.duplicates(identities(records)).tolist())
    found["contradiction"] = set(duplicates.contradictions(known.prompts, known.answers).tolist())
    found["near-duplicate"] = {pair.row for pair in reworded(records)}
    found["length-outlier"] = {row for column in lengths.T for row in length_outliers.find(column).tolist()}
    return found


def reworded(records: Sequence[Source]) -> list[Pair]:
    """The near-duplicates."""
    known = columns(records, rendered(records))
    rows = near_duplicates.suspects(known)
    return near_duplicates.pairs(known, rows, [str(records[row].fields["question"]) for row in rows])


def side(records: Sequence[Source]) -> leakage.Side:
    """One side of a split."""
    known = columns(records, rendered(records))
    return leakage.Side(identities(records), known.groups, known, [str(each.fields["question"]) for each in records])


def identities(records: Sequence[Source]) -> Keys:
    return np.array([int(source_identity(record.fields), 16) for record in records], np.uint64)


def columns(records: Sequence[Source], chats: Sequence[Chat]) -> Columns:
    groups = np.array([hash64(record.group.encode()) for record in records], np.uint64)
    prompts = np.array([checksum(chat.prompt.encode("utf-8", "surrogatepass")) for chat in chats], np.uint64)
    answers = np.array([answer_key(str(record.fields["answer"])) for record in records], np.uint64)
    questions = [str(record.fields["question"]) for record in records]
    known = near_duplicates.columns(questions, groups, [""] * len(questions))
    return Columns(known.telling, known.content, groups, answers, prompts)
