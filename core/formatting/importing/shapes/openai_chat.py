"""Chats as OpenAI's fine-tuning takes them: a list `messages`, the system prompt among its turns."""

from core.formatting.importing.container import FileRow
from core.formatting.importing.shape import Shape, one_by_one
from core.formatting.importing.shapes.turns import has_role, names_schema, record


def _fits(row: FileRow) -> bool:
    return not names_schema(row) and has_role(row, "system", "developer", "tool", "function")


OPENAI_CHAT = Shape(name="chat", fits=_fits, drafts=one_by_one(record), template="chat")
