"""What turns characters into tokens, with its error; kept in the project for its model and the place that counted."""

import math
from typing import Literal

import msgspec

from core.records.record import Chat
from core.workspace import Workspace

TokenSource = Literal["CountTokens", "usage"]


class Calibration(msgspec.Struct, frozen=True):
    """What turns characters into tokens.

    Attributes:
        model: Whose tokens.
        source: Where the counts are from: CountTokens, or the usage that answers were billed with.
        samples: How many prompts were counted.
        base: Tokens of a prompt beside its text, such as the marks of its turns.
        per_character: Tokens a character.
        error: Relative: 95 % of prompts have within this share of the estimate.
    """

    model: str
    source: TokenSource
    samples: int
    base: float
    per_character: float
    error: float

    def prompt(self, characters: int) -> int:
        """About how many tokens a prompt of so many characters has."""
        return max(0, round(self.base + self.per_character * characters))

    def text(self, characters: int) -> int:
        """About how many tokens a text of so many characters has, as a part of a prompt or an answer."""
        return math.ceil(self.per_character * characters)

    def __str__(self) -> str:
        """`± 6 % (95 %), CountTokens of claude-3-haiku on 200 prompts`."""
        return f"± {self.error:.1%} (95 %), {self.source} of {self.model} on {self.samples:,} prompts"


class Basis(msgspec.Struct, frozen=True):
    """What an estimate of tokens rests on.

    Attributes:
        by: Who counted, in words; empty where nobody has, and so many characters are a token.
        prompts: How many were counted.
        error: Relative: 95 % of prompts have within this share of the estimate; None where too few were counted.
    """

    by: str = ""
    prompts: int = 0
    error: float | None = None


def basis(found: Calibration, asked: str) -> Basis:
    """What an estimate for a model rests on; says so where another model was counted."""
    other = "" if found.model == asked else f", not of {asked}"
    return Basis(f"{found.source} of {found.model}{other}", found.samples, found.error)


def characters(chat: Chat) -> int:
    """Characters that a prompt sends: the system prompt's and those of its turns."""
    return len(chat.system or "") + sum(len(turn.content) for turn in chat.messages)


def remember(workspace: Workspace, found: Calibration) -> None:
    """Keeps a calibration for the project's model, in the place where it was made."""
    workspace.store.remember(_key(workspace), msgspec.json.encode(found).decode())


def kept(workspace: Workspace) -> Calibration | None:
    """What was found the last time for the project's model, in the same place; None while nobody asked."""
    row = workspace.store.row("SELECT value FROM settings WHERE key = ?", (_key(workspace),))
    try:
        return msgspec.json.decode(row["value"], type=Calibration) if row else None
    except msgspec.MsgspecError:
        return None


def _key(workspace: Workspace) -> str:
    return f"tokens/{workspace.location.target}/{workspace.config.model}"
