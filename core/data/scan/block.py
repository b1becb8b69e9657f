"""What a scan finds in one stretch of a file: fixed-width columns, as bytes, that cross a pipe and fill arrays."""

import msgspec

# Column name and its type code, as `array` and numpy both know it.
COLUMNS: dict[str, str] = {
    "start": "Q",  # byte offset of the line
    "characters_in": "I",
    "characters_out": "I",
    "turns": "H",
    "rules": "Q",  # a bit for each rule and severity; `rule_bits`
    "id": "Q",  # the identity's 64 bits
    "nth": "I",  # its number among equals where the line itself says it, else 0; UNREADABLE for no record at all
    "prompt": "Q",  # a hash of everything before the answer
    "group": "Q",  # a hash of the table or document; 0 where unknown
    "answer": "Q",  # `normal_form.answer_key`
    "about": "Q",  # a hash of what the question is about: its group, else what stands around it
    "telling": "Q",  # `question.keys`
    "content": "Q",
}
UNREADABLE = 0xFFFF_FFFF
_IDENTIFYING = ("id", "nth")
_COMPARING = ("about", "telling", "content")


class Given(msgspec.Struct, frozen=True):
    """A fact that came with source records: numbers, or words by their number in a list.

    Attributes:
        words: The distinct words; empty for numbers.
        values: Doubles for numbers, else unsigned 32-bit places in `words` plus one, 0 for none.
    """

    words: tuple[str, ...]
    values: bytes


class Block(msgspec.Struct, frozen=True):
    """The rows that begin in one stretch of the file.

    Attributes:
        rows: How many.
        columns: By name, those that the spec asks for.
        given: Facts of source records, by name.
        size: Bytes of the training file that the rows make.
    """

    rows: int
    columns: dict[str, bytes]
    given: dict[str, Given]
    size: int = 0


class Spec(msgspec.Struct, frozen=True):
    """What a worker needs to know before its first stretch.

    Attributes:
        path: The file.
        format: `source`, or a wire format.
        rules: The rules of the model, encoded; None to look for none.
        template: The template of source records, encoded.
        table_format: In which it writes tables.
        thorough: Whether to look at what records say.
        compared: Whether to prepare the comparison of wordings.
        identified: Whether anybody asks which record a row is.
    """

    path: str
    format: str
    rules: bytes | None = None
    template: bytes | None = None
    table_format: str = "html"
    thorough: bool = True
    compared: bool = True
    identified: bool = True

    @property
    def of_sources(self) -> bool:
        """Whether its lines are source records."""
        return self.format == "source"

    @property
    def columns(self) -> dict[str, str]:
        """Those of `COLUMNS` that are filled."""
        left_out = (() if self.identified else _IDENTIFYING) + (() if self.compared else _COMPARING)
        if not self.compared and not self.identified:
            left_out += ("group",)
        return {name: code for name, code in COLUMNS.items() if name not in left_out}


class Stretch(msgspec.Struct, frozen=True, array_like=True):
    """From which byte to before which: lines that begin there."""

    low: int
    high: int
