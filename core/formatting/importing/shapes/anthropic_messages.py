"""Chats as Anthropic's messages are: a list `messages` of user and assistant, the system prompt beside it."""

from core.formatting.importing.container import FileRow
from core.formatting.importing.shape import Shape, one_by_one
from core.formatting.importing.shapes.turns import names_schema, record


def _fits(row: FileRow) -> bool:
    return not names_schema(row) and isinstance(row.get("messages"), list)


ANTHROPIC_MESSAGES = Shape(name="anthropic", fits=_fits, drafts=one_by_one(record), template="chat")
