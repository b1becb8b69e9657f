"""What chats of other people have in common: a system prompt and turns of text.

What a text model cannot be trained on, such as a picture or a call of a tool, is refused with its place and never
left out unsaid.
"""

from collections.abc import Iterator, Mapping

import msgspec

from core.formatting.importing.container import FileRow
from core.formatting.importing.shape import Draft, ShapeContext, SourceFacts, fact
from core.formatting.importing.unmapped import UnfitRow, refuse_empty
from core.records.formats.structure import json_kind
from core.records.record import Chat, Message

BEDROCK = "bedrock-conversation-2024"
LOG = "ModelInvocationLog"

_SYSTEM = frozenset({"system", "developer"})
_TOOLS = frozenset({"tool", "function"})
_OF_A_TURN = frozenset({"role", "content"})
_OF_A_CHAT = frozenset({"messages", "system", "schemaVersion", "prompt", "completion"})
_GAP = "\n\n"  # between the system messages of one chat


def names_schema(row: FileRow) -> bool:
    """A row says of itself what it is, so that nothing has to be told from its turns."""
    return row.get("schemaVersion") == BEDROCK or row.get("schemaType") == LOG


def has_role(row: FileRow, *roles: str) -> bool:
    """Somebody of these roles speaks in its messages."""
    turns = row.get("messages")
    return isinstance(turns, list) and any(isinstance(each, dict) and each.get("role") in roles for each in turns)


def record(row: FileRow, _reading: ShapeContext) -> Iterator[Draft]:
    """The record of a row with a list `messages`.

    Raises:
        Misfit: It cannot become a training example; says the field.
    """
    refuse_tools(row)
    yield draft(chat(row), rest(row))


def refuse_tools(row: FileRow) -> None:
    """Holds a chat to plain text.

    Raises:
        Misfit: It offers tools.
    """
    for field in ("tools", "functions"):
        if row.get(field):
            raise UnfitRow(field, "calls of tools are not plain text", "Leave it out, or write the call as text")


def chat(row: FileRow) -> Chat:
    """The conversation of a row with a list `messages`.

    Raises:
        Misfit: It cannot become a training example; says the field.
    """
    found = _turns(row)
    refuse_empty(found.prompt, "question", "messages")
    refuse_empty(found.completion, "answer", "messages")
    return found


def draft(chat: Chat, facts: SourceFacts) -> Draft:
    """A conversation as fields: the last question and its answer, and what was said before."""
    fields: dict[str, object] = {"system": chat.system} if chat.system else {}
    if len(chat.messages) > 2:
        fields["history"] = [msgspec.to_builtins(turn) for turn in chat.messages[:-2]]
    fields |= {"question": chat.messages[-2].content, "answer": chat.messages[-1].content}
    return Draft(fields=fields, facts=facts)


def rest(row: FileRow) -> SourceFacts:
    """What a row says besides its chat: numbers and short texts as they are, everything else as JSON."""
    return {name: fact(each) for name, each in row.items() if name not in _OF_A_CHAT and each is not None}


def text(content: object, field: str) -> str:
    """A turn's content: a text, or a list of blocks of text.

    Raises:
        Misfit: Something in it is not text.
    """
    if isinstance(content, str):
        return content
    if content is None:
        raise UnfitRow(field, "it has no text", "Give the turn a text, or leave the record out")
    if not isinstance(content, list):
        raise UnfitRow(field, f"it must be text, not {json_kind(content)}", "Write it as text")
    return "\n".join(_block(block, f"{field}[{number}]") for number, block in enumerate(content))


def _block(block: object, field: str) -> str:
    if isinstance(block, Mapping) and block.get("type", "text") == "text" and isinstance(block.get("text"), str):
        return str(block["text"])
    named = block.get("type") or next(iter(block), "") if isinstance(block, Mapping) else json_kind(block)
    raise UnfitRow(field, f"a block of {named!r} is not text", "Leave it out, or say in words what it shows")


def _turns(value: FileRow) -> Chat:
    turns = value.get("messages")
    if not isinstance(turns, list) or not turns:
        raise UnfitRow("messages", "there are no messages", "Every line has a list `messages`")
    system = [text(value["system"], "system")] if value.get("system") is not None else []
    chat: list[Message] = []
    for number, turn in enumerate(turns):
        message = _turn(turn, f"messages[{number}]")
        if message.role not in _SYSTEM:
            chat.append(_in_order(message, len(chat), f"messages[{number}]"))
        elif chat:
            raise UnfitRow(f"messages[{number}]", "a system message after the first turn", "Put it first")
        else:
            system.append(message.content)
    if len(chat) % 2:
        raise UnfitRow(
            "messages", "the user has the last word: nothing is answered", "Add the answer, or leave it out"
        )
    if not chat:
        raise UnfitRow("messages", "nothing is asked and answered", "Add a question and an answer")
    return Chat(tuple(chat), _GAP.join(system) if system else None)


def _turn(turn: object, field: str) -> Message:
    if not isinstance(turn, Mapping):
        raise UnfitRow(field, f"it must be an object, not {json_kind(turn)}", "Give it `role` and `content`")
    role = turn.get("role")
    if role in _TOOLS:
        raise UnfitRow(field, f"the turn of a {role} is not plain text", "Leave the record out, or write it as text")
    for name in _strange(turn):
        raise UnfitRow(f"{field}.{name}", f"{name} has no place in Bedrock's formats", "Leave it out")
    if turn.get("weight") == 0 and role == "assistant":
        raise UnfitRow(
            f"{field}.weight", "a turn of weight 0 is not to be learned, here every answer is", "Leave it out"
        )
    if role not in ("user", "assistant") and role not in _SYSTEM:
        raise UnfitRow(f"{field}.role", f"nobody is called {role!r}", "Roles are system, user and assistant")
    return Message(str(role), text(turn.get("content"), f"{field}.content"))


def _strange(turn: Mapping[str, object]) -> Iterator[str]:
    for name, value in turn.items():
        if name not in _OF_A_TURN and value not in (None, [], {}) and name != "weight":
            yield str(name)


def _in_order(message: Message, place: int, field: str) -> Message:
    expected = "assistant" if place % 2 else "user"
    if message.role != expected:
        raise UnfitRow(
            f"{field}.role",
            f"it is {message.role!r} where {expected!r} is due: roles alternate, user first",
            "Join turns of one role, or leave the record out",
        )
    return message
