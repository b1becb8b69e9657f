"""Keys that a wire format does not have. The format finds them while it explains a line; this module removes them."""

import json
from collections.abc import Collection

import msgspec

from core.records import formats
from core.records.formats import structure
from core.records.rule import Fix, Rule


def _removed(line: bytes, format_name: str) -> bytes:
    """The line without the keys that its format calls extra; source records may have any."""
    if format_name not in formats.FORMATS:
        return line
    try:
        formats.named(format_name).decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        pass
    else:
        return line
    try:
        value = json.loads(line, object_pairs_hook=structure.undoubled)
        extra = {each.field for each in formats.named(format_name).explain(value) if each.rule == RULE.name}
        return msgspec.json.encode(_pruned(value, "", extra)) if extra else line
    except (ValueError, OverflowError, RecursionError):
        return line


def _pruned(value: object, field: str, extra: Collection[str]) -> object:
    if isinstance(value, dict):
        kept = ((key, structure.join(field, key)) for key in value)
        return {key: _pruned(value[key], path, extra) for key, path in kept if path not in extra}
    if isinstance(value, list):
        return [_pruned(each, f"{field}[{place}]", extra) for place, each in enumerate(value)]
    return value


RULE = Rule(
    name="extra-key",
    severities=("error",),
    finds="The record has a key that the format does not know.",
    todo="Remove the key; keep what you know of a record in source records instead.",
    source="Anthropic, cookbook on fine-tuning on Bedrock",
    fix=Fix("removes keys that the format does not have", _removed),
)
