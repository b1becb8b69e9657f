"""`data.include`: the condition on records that train, and what to say where it is refused."""

from pathlib import Path

from core.config import FILE, place
from core.data.dataset import DECIDED, TEXTS
from core.data.facts import KNOWN
from core.data.filter import Query, parse
from core.data.view import View
from core.errors import OutcropError, UsageError
from core.text import clip

_FIELD = "data.include"
_REMEDY = "Write one like: flag IS NULL OR flag = 'keep'"
_SHOWN = 60  # characters of a condition that is refused
_IMPORTED = ("type", "source", "scale", "order", "file", "derivation")  # facts that importers give


def understood(folder: Path, include: str, view: View) -> Query | None:
    """A project's rule over its records; None where every record trains.

    Args:
        folder: The project's.
        include: Its rule.
        view: Its records.

    Raises:
        UsageError: The rule is no condition, or not over these columns; says where it stands and what to write.
    """
    try:
        return _check_condition(view.understood(include.strip()))
    except OutcropError as error:
        raise _refused(folder, include, error) from error


def refusal(folder: Path, include: str) -> UsageError | None:
    """Why no records could be chosen by a project's rule, as far as that shows without reading them.

    Args:
        folder: The project's.
        include: Its rule.
    """
    try:
        _check_condition(parse(include, None, words=False))
    except OutcropError as error:
        return _refused(folder, include, error)
    return None


def check_include(text: str) -> None:
    """Holds a rule to the facts that every dataset has.

    Raises:
        UsageError: It is not a valid condition.
    """
    _check_condition(parse(text, (*KNOWN, *DECIDED, *TEXTS, *_IMPORTED)))


def _check_condition(query: Query | None) -> Query | None:
    if query is not None and query.kind != "sql":
        raise UsageError("The rule is not a condition", todo=_REMEDY)
    return query


def _refused(folder: Path, include: str, error: OutcropError) -> UsageError:
    """The mistake in a rule, with the place of the rule."""
    return UsageError(
        f"`{_FIELD}` in {FILE} cannot be applied: {clip(include.strip(), _SHOWN)}",
        why=f"{error.what}{f': {error.why}' if error.why else ''}",
        todo=error.todo,
        where=place(folder / FILE, _FIELD),
    )
