"""A record: what one training example says, whatever file format it came in."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec


class Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One turn of a conversation.

    Attributes:
        role: `user` or `assistant`; a file may say something else, which a check finds.
        content: The text.
    """

    role: str
    content: str


class Chat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What a model is shown and, in training, what it should answer.

    Attributes:
        messages: Turns, user first; in a training example the last is the assistant's.
        system: The system prompt, or None.
    """

    messages: tuple[Message, ...]
    system: str | None = None

    @property
    def prompt(self) -> str:
        """The text of the last user turn."""
        return next((turn.content for turn in reversed(self.messages) if turn.role == "user"), "")

    @property
    def completion(self) -> str:
        """The assistant's last turn, or nothing."""
        last = self.messages[-1] if self.messages else None
        return last.content if last is not None and last.role == "assistant" else ""

    @property
    def question(self) -> str:
        """What the last user turn asks: its `<question>` block, else its last line."""
        prompt = self.prompt.rstrip()
        if "<question>" in prompt:
            return prompt.rpartition("<question>")[2].partition("</question>")[0].strip()
        return prompt.rpartition("\n")[2].strip()

    @property
    def context(self) -> str:
        """What a chat from elsewhere is grouped by: the identity of the first table its user shows, or nothing."""
        for text in (turn.content for turn in self.messages if turn.role == "user"):
            start, end = text.find("<table>"), text.rfind("</table>")
            if 0 <= start < end:
                return identity([text[start:end]])
        return ""

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with the path of its field: `system`, `messages[0].content` and so on."""
        if self.system is not None:
            yield "system", self.system
        for index, turn in enumerate(self.messages):
            yield f"messages[{index}].content", turn.content

    def asked(self) -> "Chat":
        """The same chat without the final answer: what is sent at inference."""
        if self.messages and self.messages[-1].role == "assistant":
            return Chat(self.messages[:-1], self.system)
        return self


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """A source record, as importers write it: fields for a template to fill, and what is known of it.

    One line of JSON each in `records.jsonl`; the model's own format is made from it by a template.

    Attributes:
        id: Identity that survives re-ordering, re-splitting and re-formatting.
        group: The table or document it belongs to; splits and intervals go by it.
        fields: What templates use, such as `table` (rows of cells), `paragraphs`, `question`, `answer`.
        facts: Provenance and type (`file`, `row`, `type`, `source`, `scale`, `derivation`, `order`).
    """

    id: str
    group: str
    fields: dict[str, object]
    facts: dict[str, str | int | float] = {}


def identity(parts: Sequence[object]) -> str:
    """16 hex digits that stand for the parts: context, question and answer, or system and messages."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


_IDENTITY = re.compile(r"[0-9a-f]{16}(?:\.[1-9][0-9]{0,8})?")
SEPARATOR = "\x1e"


def canonical(chat: Chat) -> str:
    """A chat as one text, its parts set apart by ASCII's record separator: what its identity is a hash of."""
    parts = [f"{SEPARATOR}none" if chat.system is None else chat.system]
    for turn in chat.messages:
        parts += (turn.role, turn.content)
    return SEPARATOR.join(parts)


def hash64(text: bytes) -> int:
    """The first 64 bits of a text's SHA-256."""
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")


def text_hash(text: str) -> int:
    """A text as a number; 0 for none."""
    return hash64(_bytes(text)) if text else 0


def chat_identity(chat: Chat) -> str:
    """The identity of a chat that came without a source."""
    return f"{hash64(_bytes(canonical(chat))):016x}"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def own_identity(given: str) -> str:
    """An identity as Outcrop writes it: the one given, or a hash of it where it came from elsewhere."""
    return given if _IDENTITY.fullmatch(given) else f"{hash64(_bytes(given)):016x}"


def source_identity(fields: Mapping[str, object]) -> str:
    """The identity of a source record: all its fields, so context, question and answer."""
    return identity([dict(fields)])


class Numbering:
    """Gives equal identities a number, so that of two exact duplicates one can be rejected."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def number(self, identity: str) -> str:
        """`7c1f…` for the first of its kind, `7c1f….2` for the second."""
        nth = self._seen.get(identity, 0) + 1
        self._seen[identity] = nth
        return identity if nth == 1 else f"{identity}.{nth}"
