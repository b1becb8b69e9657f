"""What goes wrong, said so that a person can act: what happened, why, what to do, and where."""

import msgspec


class Where(msgspec.Struct, frozen=True):
    """The place of a mistake: a file, a line counted from 1, a field's path such as `messages[1].role`."""

    path: str = ""
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        """`file:12 messages[1].role`, leaving out what is unknown."""
        place = f"{self.path}:{self.line}" if self.line else self.path
        return " ".join(part for part in (place, self.field) if part)


class OutcropError(Exception):
    """The one error that front ends print; every subclass says the same four things.

    Attributes:
        what: One sentence: what happened.
        why: The cause, where it is known.
        todo: What the user can do about it.
        where: File, line and field, where there are any.
    """

    exit_code = 1

    def __init__(self, what: str, *, why: str = "", todo: str = "", where: Where | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.todo = todo
        self.where = where

    def __str__(self) -> str:
        """All four parts as running text."""
        place = f"{self.where}: " if self.where else ""
        return place + " ".join(_sentence(part) for part in (self.what, self.why, self.todo) if part)


class UsageError(OutcropError):
    """The command itself is wrong: an unknown option, model or name."""

    exit_code = 2


class TypedError(UsageError):
    """A mistake in something that was typed.

    Attributes:
        text: What was typed.
        at: Where in it the mistake is, from 0; its length where something is missing at the end.
    """

    def __init__(self, what: str, *, text: str, at: int, why: str = "", todo: str = "") -> None:
        super().__init__(what, why=why, todo=todo)
        self.text = text
        self.at = at


class InputError(OutcropError):
    """A file, a record or a project that cannot be read as what it should be."""


class RefusedError(OutcropError):
    """Outcrop itself declines: read-only, an end-of-life model, a guard that was not confirmed."""


class CancelledError(OutcropError):
    """The user stopped it; what was done until then is kept."""

    exit_code = 130


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", ":")) else text + "."
