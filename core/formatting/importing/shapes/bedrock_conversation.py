"""Chats as Bedrock trains on them, `bedrock-conversation-2024`: contents are lists of blocks of text."""

from core.formatting.importing.container import FileRow
from core.formatting.importing.shape import Shape, one_by_one
from core.formatting.importing.shapes.turns import BEDROCK, record


def _fits(row: FileRow) -> bool:
    return row.get("schemaVersion") == BEDROCK


BEDROCK_CONVERSATION = Shape(name="conversation", fits=_fits, drafts=one_by_one(record), template="chat")
