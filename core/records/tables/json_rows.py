"""Tables in JSON: a list of rows, each a list of texts, one row a line.

A list of objects is read as well: its keys, in the order in which they first appear, become the first row. Numbers
keep their spelling, `null` is an empty cell; a list or an object within a cell is refused.
"""

import json

from core.errors import InputError
from core.records.tables.grid import MAX_CELLS, Grid, grid

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str, strict=False)
_BLANKS = " \t\r\n"


def render(table: Grid) -> str:
    r"""One row a line; `</` is written `<\/`, so that no cell can close the XML tag around the table."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in table)
    return f"[{rows}]".replace("</", "<\\/")


def parse(text: str) -> Grid:
    """The table that the whole text is.

    Raises:
        InputError: No JSON, JSON that is not a list of rows or objects, or something after it.
    """
    start = len(text) - len(text.lstrip(_BLANKS))
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise _refusal(f"{error.msg} at line {error.lineno}, column {error.colno}.") from error
    except RecursionError as error:
        raise _refusal("It is nested too deep.") from error
    if text[end:].strip(_BLANKS):
        raise _refusal(f"Something follows after character {end:,}.")
    return _table(value)


def read(text: str, start: int) -> tuple[Grid | None, int]:
    """The table that begins at `start`, or None, and from where to look for the next."""
    try:
        value, end = _DECODER.raw_decode(text, start)
        return _table(value), end
    except (json.JSONDecodeError, RecursionError, InputError):
        return None, start + 1


def _table(value: object) -> Grid:
    if not isinstance(value, list):
        raise _refusal("It is not a list.")
    if all(isinstance(row, list) for row in value):
        return grid([_cell(cell) for cell in row] for row in value)
    if all(isinstance(row, dict) for row in value):
        return _table_of_objects(value)
    raise _refusal("Its items are neither all lists nor all objects.")


def _table_of_objects(records: list[dict[str, object]]) -> Grid:
    head = list(dict.fromkeys(key for record in records for key in record))
    if len(head) * (len(records) + 1) > MAX_CELLS:
        raise _refusal(f"It would have more than {MAX_CELLS:,} cells.")
    return grid([head, *([_cell(record.get(key)) for key in head] for record in records)])


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
    raise _refusal("A cell holds a list or an object.")


def _refusal(why: str) -> InputError:
    return InputError(
        "This is not a table in JSON.", why=why, todo="A list of rows is expected, or a list of objects."
    )
