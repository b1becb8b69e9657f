"""How an answer differs from the truth, word by word, as `wdiff` writes it: `{+too much+}`, `[-missing-]`."""

import difflib
import string
from typing import Literal

import msgspec

_MOST = 400  # words of a text that are compared; the rest of a longer answer stands as too much


class Piece(msgspec.Struct, frozen=True):
    """Words that belong together.

    Attributes:
        kind: `same` in both, `extra` in the answer only, `missing` from it.
        text: The words, as the answer has them, or the truth where they are missing.
    """

    kind: Literal["same", "extra", "missing"]
    text: str

    def __str__(self) -> str:
        """With its marks, so that it needs no colour."""
        return {"same": self.text, "extra": f"{{+{self.text}+}}", "missing": f"[-{self.text}-]"}[self.kind]


def differences(answer: str, truth: str) -> tuple[Piece, ...]:
    """Compares an answer with the truth; case and punctuation around a word make no difference.

    Args:
        answer: What the model said.
        truth: What it should have said.
    """
    said, wanted = answer.split(), truth.split()
    rest = " ".join(said[_MOST:])
    said, wanted = said[:_MOST], wanted[:_MOST]
    matcher = difflib.SequenceMatcher(None, [_bare(each) for each in said], [_bare(each) for each in wanted], False)
    pieces: list[Piece] = []
    for tag, start, stop, other_start, other_stop in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", " ".join(said[start:stop])))
            continue
        if stop > start:
            pieces.append(Piece("extra", " ".join(said[start:stop])))
        if other_stop > other_start:
            pieces.append(Piece("missing", " ".join(wanted[other_start:other_stop])))
    return tuple([*pieces, Piece("extra", rest)] if rest else pieces)


def _bare(word: str) -> str:
    return word.strip(string.punctuation).lower() or word
