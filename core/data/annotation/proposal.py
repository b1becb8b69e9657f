"""A rationale as it is kept: an edit of its record, which people see, flag, change and undo like any other.

The record's fact `rationale_by` says which model wrote it; the filter's column `rationale` finds such records.
"""

from collections.abc import Mapping

import msgspec

from core.data.dataset import DatasetRow
from core.data.decisions import Decided
from core.records.formats import source_record

BY = "rationale_by"


def with_rationale(row: DatasetRow, text: str, model: str) -> bytes:
    """The line of a source record with a rationale in its field, and who wrote it among its facts."""
    assert row.source is not None, "only a source record has fields"
    fields, facts = row.source.fields | {"rationale": text}, row.source.facts | {BY: model}
    return msgspec.json.encode(msgspec.structs.replace(row.source, fields=fields, facts=facts))


def writers(decided: Mapping[str, Decided]) -> dict[str, str]:
    """Which model wrote the rationale of a record, by the record's identity; those without one are left out."""
    found = {}
    for identity, each in decided.items():
        if f'"{BY}"' not in each.edit:
            continue
        try:
            facts = source_record.decode(each.edit.encode("utf-8", "surrogatepass")).facts
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if BY in facts:
            found[identity] = str(facts[BY])
    return found
