"""Which column is which field, as text: `question=q,answer="Answer, in full"`, names within quotes as in CSV."""

import re
from collections.abc import Mapping

from core.errors import TypedError

_WITHIN = r'"(?:[^"]|"")*"'  # a quote in a name is doubled
_PAIR = re.compile(
    rf"""\s* (?: ({_WITHIN}|[^"=,\s][^=,]*?) \s*=\s* ({_WITHIN}|[^",\s][^,]*?) )? \s* (?:,|$)""",
    re.VERBOSE,
)
_TODO = "Write question=COLUMN,answer=COLUMN, a name with a comma in quotes: 'question=q,answer=\"Answer, in full\"'"


def parse(text: str) -> dict[str, str]:
    """Columns by field.

    Raises:
        TypedError: It is not a list of pairs, or names a field twice; says where.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None or (pair[1] is not None and _bare(pair[1]) in found):
            why = "" if pair is None else f"{_bare(pair[1])} is mapped twice"
            begins = at + len(text[at:]) - len(text[at:].lstrip())
            raise TypedError("The mapping cannot be read", text=text, at=begins, why=why, todo=_TODO)
        if pair[1] is not None:
            found[_bare(pair[1])] = _bare(pair[2])
        at = pair.end()
    return found


def written(mapping: Mapping[str, str]) -> str:
    """The text that `parse` reads so."""
    return ",".join(f"{quoted(field)}={quoted(column)}" for field, column in mapping.items())


def quoted(name: str) -> str:
    """A name as it stands in such a text: within quotes where it has to."""
    bare = name and name == name.strip() and name[0] != '"' and not {*",="} & {*name}
    return name if bare else '"' + name.replace('"', '""') + '"'


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
