"""Lines with a `prompt` and its `completion`, as OpenAI's first models and Bedrock's Titan were trained on."""

from collections.abc import Iterator

from core.formatting.importing.container import FileRow
from core.formatting.importing.shape import Draft, Shape, ShapeContext, one_by_one
from core.formatting.importing.shapes.turns import draft, refuse_tools, rest
from core.formatting.importing.unmapped import UnfitRow, refuse_empty
from core.records.formats.structure import json_kind
from core.records.record import Chat, Message


def _fits(row: FileRow) -> bool:
    return row.keys() == {"prompt", "completion"}


def _record(row: FileRow, _reading: ShapeContext) -> Iterator[Draft]:
    refuse_tools(row)
    for field in ("prompt", "completion"):
        if not isinstance(row.get(field), str):
            said = f"it must be text, not {json_kind(row[field])}" if field in row else "it is missing"
            raise UnfitRow(field, said, "Every line has the texts `prompt` and `completion`")
    chat = Chat((Message("user", row["prompt"]), Message("assistant", row["completion"])))
    refuse_empty(chat.prompt, "question", "prompt")
    refuse_empty(chat.completion, "answer", "completion")
    yield draft(chat, rest(row))


PROMPT_COMPLETION = Shape(name="prompt-completion", fits=_fits, drafts=one_by_one(_record), template="chat")
