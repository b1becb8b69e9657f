"""A filter of any size is applied or refused in a sentence, soon and in little memory."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

CHILD = """
import json, resource, sys, time
from core.data import filter as bar
from core.errors import UsageError

MEMORY = 2 << 30
COLUMNS = {"row": int, "answer": str}
bar.parse("row = 1", tuple(COLUMNS))  # what is imported is no part of the time
resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
for line in sys.stdin:
    began = time.process_time()
    try:
        query = bar.parse(json.loads(line), tuple(COLUMNS))
        said = str(len(bar.matching_places(query, [(1, "x"), (2, None)], COLUMNS)))
    except UsageError as error:
        said = str(error)
    print(json.dumps([said, time.process_time() - began]), flush=True)
"""
Apply = Callable[[str], tuple[str, float]]
STEPS = (10, 100, 400, 1_000, 10_000)
SHAPES = {
    "or": lambda n: " OR ".join(f"row = {each}" for each in range(n)),
    "and": lambda n: " AND ".join(f"row <> {each}" for each in range(n)),
    "or and": lambda n: " OR ".join(f"row = {each} AND answer = 'x'" for each in range(n)),
    "not": lambda n: "NOT " * n + "row = 1",
    "brackets": lambda n: "(" * n + "row = 1" + ")" * n,
    "not in brackets": lambda n: "NOT (" * n + "row = 1" + ")" * n,
    "open brackets": lambda n: "row = 1 AND " + "(" * n,
    "joined texts": lambda n: "'x' || " * n + "answer = 'xx'",
    "joined texts in brackets": lambda n: "('x' || " * n + "answer" + ")" * n + " = 'xx'",
    "list of numbers": lambda n: f"row IN ({', '.join(map(str, range(n)))})",
    "list of texts": lambda n: f"answer IN ({', '.join(map(repr, map(str, range(n))))})",
    "long text": lambda n: f"answer = '{'x' * n * 10}'",
    "quotes": lambda n: "answer = " + "'" * (2 * n + 1),
    "digits": lambda n: f"row = {'9' * n}",
    "minus": lambda n: "- " * n + "row = 1",
    "plus": lambda n: "1 + " * n + "row = 2",
    "remainder": lambda n: "row" + " % 2" * n + " = 1",
    "equals": lambda n: "row = " * n + "1",
    "casts": lambda n: "row" + "::int" * n + " = 1",
    "is null": lambda n: "row" + " IS NULL" * n,
    "between": lambda n: "row BETWEEN 1 AND " * n + "2",
    "functions": lambda n: "lower(" * n + "answer" + ")" * n + " = 'x'",
    "nullif": lambda n: "nullif(" * n + "row" + ", 1)" * n + " = 2",
    "case in case": lambda n: "CASE " * n + "row" + " WHEN 1 THEN 2 WHEN 3 THEN 4 END" * n + " = 1",
    "branches": lambda n: "CASE" + " WHEN row = 1 THEN 2" * n + " END = 2",
    "many values": lambda n: f"coalesce({', '.join(['answer'] * n)}) = 'x'",
    "patterns": lambda n: " OR ".join(f"answer ILIKE '%x{each}%'" for each in range(n)),
    "characters of a pattern": lambda n: f"answer LIKE '{'_' * n}'",
    "parts of a pattern": lambda n: f"answer LIKE '{'%a' * n}'",
    "regular expressions": lambda n: " OR ".join(f"answer ~ 'x{each}'" for each in range(n)),
    "costly regular expressions": lambda n: " OR ".join(
        f"answer ~ '(\\w{{20}}){{{each % 5 + 1}}}'" for each in range(n)
    ),
    "points": lambda n: "row = 1" + "." * n,
    "comments": lambda n: "row = 1 " + "/* " * n,
}


@pytest.fixture(scope="module")
def apply(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apply]:
    """Applies a filter in a process with little memory: gives what it said, and the seconds of its processor.

    The process is shared, so that what one filter leaves in memory counts against the next; a filter that ends it is
    told by what it wrote last, and the next one gets a new process.
    """
    complaints = tmp_path_factory.mktemp("filters") / "stderr"
    children: list[subprocess.Popen[str]] = []

    def ask(text: str) -> tuple[str, float]:
        if not children or children[-1].poll() is not None:
            with complaints.open("w") as stderr:
                command = [sys.executable, "-P", "-c", CHILD]
                children.append(
                    subprocess.Popen(
                        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, text=True, bufsize=1
                    )
                )
        child = children[-1]
        print(json.dumps(text), file=child.stdin)
        line = child.stdout.readline()
        if not line:
            child.wait(timeout=10)
        assert line, f"ended with {child.returncode}: {complaints.read_text()}"
        assert complaints.read_text() == ""
        said, seconds = json.loads(line)
        return said, seconds

    yield ask
    for child in children:
        child.communicate(timeout=10)
        assert child.returncode == 0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_filter_of_any_size_ends_within_a_second_in_little_memory(shape, apply):
    ended = [apply(SHAPES[shape](step)) for step in STEPS]
    for said, seconds in ended:
        assert said.isdigit() or len(said) < 400
        assert seconds < 1
    assert ended[0][0].isdigit() or shape in {
        "open brackets", "quotes", "remainder", "nullif", "case in case", "points", "comments"
    }  # fmt: skip


@pytest.mark.parametrize(
    "shape", ["or", "and", "or and", "joined texts", "list of numbers", "list of texts", "patterns"]
)
def test_what_people_write_many_of_works_four_hundred_times(shape, apply):
    said, _ = apply(SHAPES[shape](400))
    assert said.isdigit()
