"""Questions about small tables of numbers, three to a table, and a project on them as a process would open it."""

import json
from pathlib import Path

from rehearsed import Rehearsed

from core import catalog, config
from core.clock import SystemClock
from core.store import Store
from core.workspace import Workspace

TO_A_TABLE = 3
_NAMES = ("Shops", "Staff", "Vans")


def record(number: int) -> dict[str, object]:
    """A question about a small table of numbers, as the project's own records are."""
    group, row = divmod(number, TO_A_TABLE)
    table = [["", "2019"], *([name, str(100 * place + group)] for place, name in enumerate(_NAMES, 1))]
    fields = {"table": table, "question": f"How many {_NAMES[row].lower()} in 2019?", "answer": table[row + 1][1]}
    return {"id": f"{number:016x}", "group": f"table {group}", "fields": fields, "facts": {"type": "span"}}


def write(path: Path, count: int, start: int = 0) -> None:
    """Writes so many records, a line each."""
    path.write_text("".join(json.dumps(record(number)) + "\n" for number in range(start, start + count)))


def opened(folder: Path, server: Rehearsed) -> Workspace:
    """A project's folder, on a connection to a rehearsal."""
    connection = server.connection()
    store, read = Store(folder / ".outcrop" / "outcrop.db"), config.read(folder / config.FILE)
    return Workspace(folder, read, store, catalog.load(), SystemClock(), lambda _: connection)
