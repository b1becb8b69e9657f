"""A name means one thing across `core` and `tui`; what stands twice has its reason here."""

import ast
import functools
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# A tab's piece, a page of `tui.present` and a plain command are named after the subject of core that they are about;
# within one layer a name stands once, but for these.
TWICE = {  # a module's name, and why it stands more than once
    "batch": "Bedrock's batch inference: its API, its rehearsal, asking by it",
    "context": "what the checks of a list get to look at, and what a command gets",
    "endpoints": "endpoints: their API, their rehearsal, what a project has",
    "errors": "the errors of Outcrop, and those of AWS mapped to them",
    "figures": "the figures of a report, and those that the Evaluate tab makes in threads",
    "html": "the format: of a report, and of a table",
    "identity": "STS: its API, and its rehearsal",
    "jobs": "jobs: as they stand, and in rehearsal",
    "judge": "a judge model: asked, and in rehearsal",
    "markdown": "the format: of a report, and of a table",
    "metrics": "metrics of answers; `outcrop metrics` prints those of a job, as AWS calls its files",
    "models": "models: their API, and their rehearsal",
    "plan": "what is about to be done: an import, a job",
    "project": "the project: as it is made, and as doctor looks at it",
    "prompt_completion": "a format of Bedrock: written for training, and read by an import",
    "reference": "a page of the docs that is made from a list: of rules, of commands",
    "rows": "the rows of a tab's table",
    "runtime": "Bedrock's runtime: its API, and its rehearsal",
    "selection": "what is chosen: the records that train; what a tab shows",
    "tab": "the class of a tab, one a package",
    "tatqa": "TAT-QA: its metric, and its shape",
    "text": "texts for people: everybody's, and those of a tab",
    "watch": "the dashboard's watcher, and the command that watches jobs",
}


@functools.cache
def modules() -> dict[str, ast.Module]:
    """Every module of core and tui, by name."""
    found = {}
    for path in (each for package in ("core", "tui") for each in sorted((ROOT / package).rglob("*.py"))):
        found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = ast.parse(path.read_text("utf-8"))
    return found


def layer(module: str) -> str:
    """Where a module stands: `core`, `tui.present`, `tui.commands`, `tui.tabs`, or the rest of `tui`."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "tui" and len(parts) > 2 else parts[0]


def is_type(node: ast.stmt) -> str:
    """The name of a class or of an alias of a type that a statement makes; empty for anything else."""
    if isinstance(node, ast.ClassDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return name if name[0].isupper() and any(letter.islower() for letter in name) else ""
    return ""


def test_a_class_or_a_type_has_a_name_of_its_own():
    homes = defaultdict(list)
    for module, tree in modules().items():
        for name in map(is_type, tree.body):
            if name and not name.startswith("_"):
                homes[name].append(module)
    shared = {name: found for name, found in homes.items() if len(found) > 1 and name not in ("Result", "Item")}
    assert shared == {}


def test_a_module_that_shares_its_name_is_about_the_same_thing():
    homes = defaultdict(list)
    for module in modules():
        name = module.rpartition(".")[2]
        if name not in ("__init__", "__main__"):
            homes[name].append(module)
    unexplained = {
        name: found
        for name, found in homes.items()
        if len(found) != len({layer(module) for module in found}) and name not in TWICE
    }
    assert unexplained == {}


@pytest.mark.parametrize("name", TWICE)
def test_a_reason_is_about_a_name_that_does_stand_twice(name):
    assert sum(module.rpartition(".")[2] == name for module in modules()) > 1


def test_no_import_renames_what_is_ours():
    renamed = [
        f"{module}:{node.lineno} imports {alias.name} as {alias.asname}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("core", "tui")
        for alias in node.names
        if alias.asname
    ]
    assert renamed == []
