"""Lines of small records, as files hold them."""

import json
from typing import Any


def chat_line(question: str, answer: str, *, table: str = "", **extra: object) -> bytes:
    """A line as Claude 3 Haiku takes it."""
    prompt = f"<table>{table}</table>\n{question}" if table else question
    turns = [{"role": "user", "content": prompt}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": turns} | extra, ensure_ascii=False).encode() + b"\n"


def source_line(number: int, *, group: str = "", facts: dict[str, Any] | None = None, **fields: object) -> bytes:
    """A source record about a table of one cell."""
    filled = {"table": [[f"cell {number}"]], "question": f"question {number}", "answer": str(number)} | fields
    record = {"id": f"{number:016x}", "group": group or f"table {number // 3}", "fields": filled}
    return json.dumps(record | ({"facts": facts} if facts else {})).encode() + b"\n"
