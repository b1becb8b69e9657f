"""Records a second from a file of source records to a training file, beside a plain loop of Jinja and json.dumps.

Both render the same template over the same records and write the same format; the export besides checks each field of
a record, escapes tables so that they read back, hashes what it writes, keeps identities beside it and flushes it to
disk. `outcrop export` does all that a project needs before and after it: the records are checked and compared, the
rule is applied and a split is dealt. Each runs in a process of its own, in turn. Records are counted by the second of
processor time, which a busy machine does not stretch; memory is the most that a process and its children held beside
files (RssAnon).
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import msgspec
from memory import Watch

from core import catalog
from core.clock import SystemClock
from core.config import Data, Split
from core.data import training_set
from core.formatting import ExportLine, Leakage, export
from core.formatting.template import Renderer, load
from core.records.formats import source_record
from core.records.record import Source
from core.usecase import project
from core.workspace import open_project

TABLE = """<table>
{% for row in table %}<tr>{% for cell in row %}<td>{{ cell | e }}</td>{% endfor %}</tr>
{% endfor %}</table>"""
CONTENDERS = ("plain loop", "outcrop", "whole export")


def make(path: Path, count: int, questions: int) -> None:
    """Writes source records, each about a table of ten rows, some questions to a table."""
    rng = random.Random(1)
    with path.open("wb") as file:
        for number in range(count):
            if number % questions == 0:
                group = f"{rng.getrandbits(64):016x}"
                cells = [[f"Item {rng.randrange(10**6)} & co", f"${rng.randrange(10**6):,}", "—"] for _ in range(9)]
                table = [["", "2019", "2018"], *cells]
            fields = {
                "table": table,
                "question": f"What was item {number} in 2019?",
                "answer": cells[number % len(cells)][1],
            }
            source = Source(f"{rng.getrandbits(64):016x}", group, fields, {"row": number, "type": "span"})
            file.write(msgspec.json.encode(source) + b"\n")


def plain_loop(path: Path, folder: Path) -> None:
    """What one writes in a notebook."""
    template = load("table-question")
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
    system, user, assistant = (
        environment.from_string(text.replace("{{ table }}", TABLE))
        for text in (template.system, template.user, template.assistant)
    )
    with path.open() as lines, (folder / "train.jsonl").open("w") as out:
        for line in lines:
            fields = json.loads(line)["fields"]
            turns = [
                {"role": "user", "content": user.render(fields)},
                {"role": "assistant", "content": assistant.render(fields)},
            ]
            out.write(json.dumps({"system": system.render(fields), "messages": turns}) + "\n")


def outcrop(path: Path, folder: Path) -> None:
    """The same through an export."""
    renderer = Renderer(load("table-question"))
    model, tuning = catalog.load().tuning_of("claude-3-haiku")
    recipe = export.recipe(
        model=model,
        tuning=tuning,
        template=renderer.template,
        table_format="html",
        split=Split(),
        include="",
        source=path,
    )
    now = datetime(2025, 6, 1, tzinfo=UTC)
    parts = {"train": rendered(path, renderer)}
    export.write(folder, parts, recipe=recipe, excluded={}, leakage=Leakage(0, 0, 0), now=now)


def rendered(path: Path, renderer: Renderer) -> Iterator[ExportLine]:
    """The records of a file on their way into an export."""
    with path.open("rb") as lines:
        for line in lines:
            source = source_record.decode(line)
            yield ExportLine(source.id, source.group, str(source.facts["type"]), renderer.chat(source))


def whole_export(path: Path, folder: Path) -> None:
    """A project on those records, as `outcrop export` opens it."""
    settings = project.table_questions("large")
    project.create(folder, msgspec.structs.replace(settings, data=Data(source=str(path))), catalog.load())
    training_set.prepare(open_project(folder, SystemClock()))


RUNS = {"plain loop": plain_loop, "outcrop": outcrop, "whole export": whole_export}


def run(contender: str, path: Path) -> tuple[float, float]:
    """Runs one in a process of its own; seconds of processor time, children's included, and MB."""
    process = subprocess.Popen([sys.executable, __file__, "--run", contender, str(path)], text=True)
    watch = Watch(process)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{contender} failed")
    return used.ru_utime + used.ru_stime, watch.end()


def measure(count: int, questions: int, rounds: int) -> None:
    """Makes the records, runs all in turn, prints a line each."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "records.jsonl"
        make(path, count, questions)
        seconds: dict[str, list[float]] = {name: [] for name in CONTENDERS}
        memory: dict[str, float] = {}
        for _ in range(rounds):
            for name in CONTENDERS:
                taken, memory[name] = run(name, path)
                seconds[name].append(taken)
    for name in CONTENDERS:
        middle = statistics.median(seconds[name])
        ratio = statistics.median(a / b for a, b in zip(seconds["plain loop"], seconds[name], strict=True))
        print(f"{count:>9,} records  {questions} to a table  {name:<12} {count / middle:>8,.0f} records/s  "
              f"{ratio:.2f}x the plain loop  {memory[name]:4.0f} MB")  # fmt: skip


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--run", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.run:
        path = Path(chosen.run[1])
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            RUNS[chosen.run[0]](path, Path(folder))
        return
    for count in (chosen.records // 10, chosen.records):
        for questions in (1, 6):
            measure(count, questions, chosen.rounds)


if __name__ == "__main__":
    main()
