"""An import inside a function keeps something heavy out of a light module; else it stands at the top.

`python -P tests/core/test_imports.py` lists them all, each with what it avoids.
"""

import ast
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("core", "tui")

HEAVY = frozenset(
    {
        *("boto3", "botocore", "moto", "flask", "werkzeug", "plotext", "textual", "rich", "polars", "numpy"),
        *("jinja2", "jsonschema", "referencing", "ruamel", "yaml", "sqlglot"),
        "textual.widgets",  # its input field and what that needs: the first paint does without
        "core.records.formats",  # hashlib, json and every format: 7 ms that reading the catalogue does without
        "core.records.tables",  # parses four formats, as long as a library: most records have no table to be read
        # Of the standard library what takes 2 ms or more, of the 130 that a plain command has.
        *(
            "asyncio",
            "concurrent",
            "email",
            "hashlib",
            "http",
            "importlib.metadata",
            "importlib.resources",
            "logging",
        ),
        *(
            "multiprocessing",
            "shutil",
            "socket",
            "sqlite3",
            "ssl",
            "subprocess",
            "tempfile",
            "urllib.request",
            "zipfile",
        ),
    }
)

STARTUP = frozenset({("tui.commands", "tui.commands.dashboard")})
"""Who imports late what is not heavy by itself, but would be read at the start of every plain command."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Statement = ast.Import | ast.ImportFrom


class Late(msgspec.Struct, frozen=True):
    """An import inside a function and what it avoids: heavy libraries that its module would have, or `startup`."""

    module: str
    line: int
    text: str
    avoids: frozenset[str]

    def __str__(self) -> str:
        return f"{self.module}:{self.line}: {self.text}: {' '.join(sorted(self.avoids)) or 'avoids nothing heavy'}"


class Loaded(msgspec.Struct, frozen=True):
    """What an import loads: modules of ours, and heavy libraries."""

    ours: frozenset[str]
    heavy: frozenset[str]


@functools.cache
def trees() -> dict[str, ast.Module]:
    """Every module of ours, by name."""
    found = {}
    for path in (each for package in PACKAGES for each in sorted((ROOT / package).rglob("*.py"))):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = ast.parse(path.read_text("utf-8"))
    return found


def within(node: ast.AST, *, functions: bool) -> Iterator[Statement]:
    """Imports that run when a module is imported, or those inside its functions; none for type checkers alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, Statement):
            if not functions:
                yield child
        elif isinstance(child, Function):
            if functions:
                yield from (each for each in ast.walk(child) if isinstance(each, Statement))
        else:
            yield from within(child, functions=functions)


def named(statement: Statement) -> list[str]:
    """What a statement imports, down to the name."""
    above = f"{statement.module}." if isinstance(statement, ast.ImportFrom) else ""
    return [above + alias.name for alias in statement.names]


def with_packages(name: str) -> Iterator[str]:
    """The modules of ours that importing a name runs: its module and the packages around it."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        if (module := ".".join(parts[:end])) in trees():
            yield module


def loaded(statements: Iterable[Statement]) -> Loaded:
    """What statements load by themselves."""
    names = [name for statement in statements for name in named(statement)]
    heavy = {each for name in names for each in HEAVY if name == each or name.startswith(f"{each}.")}
    return Loaded(frozenset(module for name in names for module in with_packages(name)), frozenset(heavy))


@functools.cache
def at_the_top(module: str) -> Loaded:
    """What the statements of a module load."""
    return loaded(within(trees()[module], functions=False))


def heavy_behind(modules: Iterable[str]) -> frozenset[str]:
    """The heavy libraries that importing modules brings, by whatever way."""
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += at_the_top(module).ours
    return frozenset(library for module in seen for library in at_the_top(module).heavy)


def late(package: str) -> list[Late]:
    """Every import inside a function of a package."""
    found = []
    for module in (name for name in trees() if name.split(".")[0] == package):
        there = heavy_behind(with_packages(module))
        for statement in within(trees()[module], functions=True):
            brings = loaded([statement])
            avoids = (brings.heavy | heavy_behind(brings.ours)) - there
            if any((module, each) in STARTUP for each in brings.ours):
                avoids |= {"startup"}
            found.append(Late(module, statement.lineno, ast.unparse(statement), avoids))
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_an_import_inside_a_function_avoids_something_heavy(package):
    assert [str(each) for each in late(package) if not each.avoids] == []


if __name__ == "__main__":
    for package in PACKAGES:
        for each in late(package):
            print(each)
