"""What is used of Textual's private parts exists in the Textual that is installed, and stands in one file."""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
import textwrap
from pathlib import Path

import pytest
from textual.driver import Driver
from textual.message_pump import MessagePump

import tui
from tui.textual_internals import PRIVATE

HOME = "tui.textual_internals"
_SET = re.compile(r"\bself\.(_[a-z]\w*)\s*(?::[^=\n]+)?=(?!=)")


@functools.cache
def private_names(owner: type) -> frozenset[str]:
    """The private names of a class of Textual: methods, and what they set on themselves."""
    found = {name for name in vars(owner) if re.match("_[a-z]", name)}
    return frozenset(found | set(_SET.findall(inspect.getsource(owner))))


def of_textual(owner: type) -> set[str]:
    """The private names that a class has from Textual."""
    bases = [base for base in owner.__mro__ if base.__module__.startswith("textual.")]
    return set().union(*map(private_names, bases))


@pytest.mark.parametrize("name", PRIVATE)
def test_each_private_name_exists_in_the_textual_that_is_installed(name):
    module, _, path = name.partition(":")
    owner, _, attribute = path.rpartition(".")
    found = importlib.import_module(module)
    if owner:
        assert attribute in of_textual(getattr(found, owner))
    else:
        assert hasattr(found, attribute)


def test_each_has_its_reason_and_is_used():
    source = Path(importlib.import_module(HOME).__file__).read_text()
    code = source.partition("\n}\n")[2] + source.partition("PRIVATE = {")[0]
    for name, reason in PRIVATE.items():
        assert reason
        assert re.search(rf"\b{re.split('[:.]', name)[-1]}\b", code), f"{name} is not used"


@pytest.mark.parametrize("module", [each.name for each in pkgutil.walk_packages(tui.__path__, "tui.")])
def test_nothing_private_of_textual_is_used_elsewhere(module):
    if module.endswith("__main__"):
        return
    loaded = importlib.import_module(module)
    tree = ast.parse(inspect.getsource(loaded) or "pass")
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    parts = {f"{node.module}.{each.name}" for node in imports for each in node.names}
    hidden = {name for name in parts if name.startswith("textual.") and "._" in name}
    used = {f"{owner.__name__}.{name}" for owner in classes(loaded) for name in touched(owner)}
    listed = {re.split("[:.]", name)[-1] for name in PRIVATE}
    if module == HOME:
        assert {name.rpartition(".")[2] for name in used} <= listed
    else:
        others = {
            ast.unparse(node)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in listed
            and ast.unparse(node.value) not in ("self", "os")
        }
        assert (hidden, used, others) == (set(), set(), set())


def classes(module) -> list[type]:
    """The classes of a module that come from Textual's."""
    found = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    return [each for each in found if issubclass(each, MessagePump | Driver)]


def touched(owner: type) -> set[str]:
    """Private names of Textual that a class overrides, or uses of itself."""
    private = of_textual(owner)
    tree = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    return (own | asked) & private
