"""Arrows point one way: the table of `docs/architecture.md`, held against every import of `core` and `tui`."""

import ast
import functools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tui import keys

ROOT = Path(__file__).parents[2]

GROUND = (
    "errors",
    "text",
    "clock",
    "progress",
    "signals",
    "read_only",
    "files",
    "outputs",
    "yaml_file",
    "checklist",
    "drawing",
    "log",
)
LEAVES = ("store", "records", "catalog", "aws", "inference")  # each sees those before it
REHEARSAL_SEES = ("catalog", "records", "aws")
PROJECT = ("config", "workspace", "tasks", "doctor")
STAGES = (
    "usecase",
    "formatting",
    "data",
    "tuning",
    "training",
    "deployment",
    "evaluation",
)  # each sees those before it
LAST = ("experiments",)

AT_HOME = {  # a library, and the only places that may import it
    "boto3": ("core.aws",),
    "botocore": ("core.aws",),
    "moto": ("core.rehearsal",),
    "werkzeug": ("core.rehearsal",),
    "polars": ("core.data", "core.evaluation", "core.formatting.importing.containers.parquet"),
    "numpy": (
        "core.data",
        "core.evaluation",
        "core.experiments.sweep_data",
        "core.formatting.piles",
        "core.formatting.remembered",
        "core.formatting.split",
        "core.formatting.subsample",
        "core.rehearsal",
    ),
    "sqlglot": ("core.data.condition", "core.data.condition_functions", "core.data.condition_nodes"),
    "jinja2": ("core.formatting.template", "core.formatting.template_sandbox"),
    "jsonschema": ("core.evaluation.structured",),
    "referencing": ("core.evaluation.structured",),
    "yaml": ("core.yaml_file",),
    "ruamel": ("core.config",),
    "plotext": ("tui.widgets.plot",),
    "textual": ("tui",),
    "rich": ("tui",),
    "click": ("tui.commands",),
}
COMMANDS_SEE = ("tui.present", "tui.keys", "tui.quirks", "tui.terminal", "tui.theme")
OPEN_THE_DASHBOARD = ("tui.commands.dashboard", "tui.commands.demo", "tui.commands.bare_file")
FOREIGN = re.compile(r"\b(?:pl|polars|boto3|botocore)\.|\bClientError\b")  # as imports here name them
PRIVATE_AND_USED = {  # by tests, and why there is no other way
    "os._exit": "Python's documented way for a forked child to end",
    "app.screen._compositor": "Textual has the frame as lines of text nowhere else",
    "app._background_screens": "what shows through a dialog is part of that frame",
}
MARK = "Stays within `core.data`"


class Import(msgspec.Struct, frozen=True):
    """One import: who, where, and what it takes, down to the imported name."""

    module: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"

    @property
    def part(self) -> str:
        """The part of `core` that is imported."""
        return self.target.split(".")[1]


@functools.cache
def modules(package: str) -> list[tuple[str, ast.Module]]:
    """Every module of a package, by name."""
    found = []
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found.append((name, ast.parse(path.read_text("utf-8"))))
    return found


@functools.cache
def imports(package: str) -> list[Import]:
    """Every import of a package, wherever it stands: at the top, in a function, for type checkers."""
    found = []
    for name, tree in modules(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found += [Import(name, node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name}:{node.lineno}: imports are absolute"
                found += [Import(name, node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def may_see(part: str) -> tuple[str, ...]:
    """The other parts of `core` that a part may import."""
    if part in GROUND:
        return GROUND
    if part in LEAVES:
        return GROUND + LEAVES[: LEAVES.index(part)]
    if part == "rehearsal":
        return GROUND + REHEARSAL_SEES
    if part in PROJECT:
        return GROUND + LEAVES + PROJECT + ("rehearsal",)
    if part in STAGES:
        return GROUND + LEAVES + PROJECT + STAGES[: STAGES.index(part)]
    return GROUND + LEAVES + PROJECT + STAGES + ("rehearsal",)


def of_core() -> Iterator[Import]:
    return (each for each in imports("core") if each.target.split(".")[0] == "core" and "." in each.target)


def test_every_part_of_core_has_its_place_in_the_layers():
    found = {path.stem for path in (ROOT / "core").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert found - {"__init__", "__pycache__"} == {*GROUND, *LEAVES, "rehearsal", *PROJECT, *STAGES, *LAST}


def test_the_documentation_has_the_same_table():
    rows = [line.split("|") for line in (ROOT / "docs" / "architecture.md").read_text("utf-8").splitlines()]
    written = {row[1].strip(): tuple(row[2].strip().strip("`").split()) for row in rows if len(row) == 5}
    layers = {"ground": GROUND, "leaves": LEAVES, "project": PROJECT, "stages": STAGES, "experiments": LAST}
    assert {layer: written[layer] for layer in layers} == layers


def test_a_part_of_core_imports_only_parts_below_it():
    wrong = [
        str(each)
        for each in of_core()
        if each.part != (own := each.module.split(".")[1]) and each.part not in may_see(own)
    ]
    assert wrong == []


def test_below_the_experiments_only_the_process_of_the_rehearsal_is_seen():
    outside = (each for each in of_core() if each.part == "rehearsal" and ".rehearsal" not in each.module)
    assert [str(each) for each in outside if not each.target.startswith("core.rehearsal.process")] == []


def reached(start: str, by_module: dict[str, set[str]]) -> set[str]:
    """Every module that a module imports, by itself or by others."""
    found: set[str] = set()
    waiting = [*by_module[start]]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += by_module[module]
    return found


@pytest.mark.parametrize("package", ["core", "tui"])
def test_no_module_is_reached_by_what_it_imports(package):
    names = {name for name, _ in modules(package)}
    by_module: dict[str, set[str]] = {name: set() for name in names}
    for each in imports(package):
        target = each.target if each.target in names else each.target.rpartition(".")[0]
        if target in names - {each.module}:
            by_module[each.module].add(target)
    in_circles = sorted(name for name in names if name in reached(name, by_module))
    assert in_circles == []


def test_core_knows_nothing_of_the_terminal():
    assert [str(each) for each in imports("core") if each.target.split(".")[0] == "tui"] == []


def test_nobody_imports_what_another_module_keeps_for_itself():
    ours = (each for package in ("core", "tui") for each in imports(package))
    private = (each for each in ours if each.target.split(".")[0] in ("core", "tui"))
    assert [str(each) for each in private if each.target.rpartition(".")[2].startswith("_")] == []


@pytest.mark.parametrize("library", AT_HOME)
def test_a_library_is_imported_where_it_is_at_home(library):
    users = (each for package in ("core", "tui") for each in imports(package))
    wrong = [
        str(each)
        for each in users
        if each.target.split(".")[0] == library
        and not any(each.module == home or each.module.startswith(f"{home}.") for home in AT_HOME[library])
    ]
    assert wrong == []


def test_every_library_that_is_imported_has_a_home_or_is_at_hand_everywhere():
    everywhere = {"core", "tui", "themes", "sample_data", "msgspec", "platformdirs", *sys.stdlib_module_names}
    found = {each.target.split(".")[0] for package in ("core", "tui") for each in imports(package)}
    assert found - everywhere - set(AT_HOME) == set()


def tab_of(module: str) -> str:
    """The tab that a module of `tui.tabs` belongs to: a module, or a package of its own."""
    return ".".join(module.split(".")[:3])


def test_tabs_never_import_each_other():
    tabs = {tab_of(name) for name, _ in modules("tui/tabs")} - {"tui.tabs", "tui.tabs.stage"}
    assert len(tabs) == len(keys.STAGE_NAMES)
    wrong = [
        str(each)
        for each in imports("tui/tabs")
        if tab_of(each.target) in tabs and tab_of(each.module) != tab_of(each.target)
    ]
    assert wrong == []


def beneath(target: str, *packages: str) -> bool:
    """Tells if a module, or a name in one, belongs to one of the packages or is one of them."""
    return any(target == each or target.startswith(f"{each}.") for each in packages)


def test_only_the_commands_themselves_and_the_way_in_import_commands():
    wrong = [
        str(each)
        for each in imports("tui")
        if beneath(each.target, "tui.commands") and not beneath(each.module, "tui.commands", "tui.__main__")
    ]
    assert wrong == []


def test_plain_commands_see_nothing_that_draws_unless_they_open_the_dashboard():
    wrong = [
        str(each)
        for each in imports("tui/commands")
        if beneath(each.target, "tui")
        and not beneath(each.target, "tui.commands", *COMMANDS_SEE)
        and not beneath(each.module, *OPEN_THE_DASHBOARD)
    ]
    assert wrong == []


def test_what_both_front_ends_show_needs_neither_of_them():
    foreign = ("tui", "textual", "rich", "click", "plotext")
    wrong = [
        str(each)
        for each in imports("tui/present")
        if beneath(each.target, *foreign)
        and not beneath(each.target, "tui.present", "rich.cells")  # which measures a text as Textual will draw it
    ]
    assert wrong == []


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions at the top of a module and methods of its classes, but for those that begin with `_`."""
    holders = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")]
    for holder in holders:
        for node in holder.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                yield node


def annotations(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """All of a function's annotations, as they are written."""
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    written = [each.annotation for each in arguments if each] + [node.returns]
    return " ".join(ast.unparse(each) for each in written if each)


def test_no_frame_and_no_client_error_stands_in_a_public_signature():
    wrong = [
        f"{name}.{function.name}"
        for package in ("core", "tui")
        for name, tree in modules(package)
        for function in public_functions(tree)
        if FOREIGN.search(annotations(function))
        and not (name.startswith("core.data.") and MARK in (ast.get_docstring(function) or ""))
    ]
    assert wrong == []


def test_what_stays_within_the_data_stage_is_used_there_alone():
    marked = {
        function.name
        for _, tree in modules("core/data")
        for function in public_functions(tree)
        if MARK in (ast.get_docstring(function) or "")
    }
    assert marked
    outside = [
        (name, tree)
        for package in ("core", "tui")
        for name, tree in modules(package)
        if not name.startswith("core.data.")
    ]
    wrong = [
        f"{name}:{node.lineno} uses {node.attr}"
        for name, tree in outside
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in marked - {"condition"}
    ]
    assert wrong == []


def test_only_the_gateway_makes_raw_calls_of_aws():
    wrong = [
        f"{name}:{node.lineno}"
        for package in ("core", "tui")
        for name, tree in modules(package)
        if not name.startswith("core.aws")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("call", "client")
        and isinstance(node.value, ast.Name | ast.Attribute)
        and "connection" in ast.unparse(node.value)
    ]
    assert wrong == []


def test_a_package_names_its_public_things_and_nothing_else():
    wrong = []
    for name, tree in modules("core"):
        if not (ROOT / name.replace(".", "/") / "__init__.py").exists():
            continue
        for node in tree.body:
            documented = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
            if not (documented or named or isinstance(node, ast.Import | ast.ImportFrom)):
                wrong.append(f"{name}:{node.lineno}")
    assert wrong == []


def for_type_checkers(tree: ast.Module) -> set[str]:
    """Names that a module imports for type checkers alone: at run time they are not there."""
    guarded = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    found = [each for node in guarded for each in node.body if isinstance(each, ast.Import | ast.ImportFrom)]
    others = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and node not in found]
    names, again = ({alias.asname or alias.name for node in each for alias in node.names} for each in (found, others))
    return names - again  # a function may import one for itself


def evaluated(tree: ast.AST) -> Iterator[ast.Name]:
    """Every name that running a module and all of its functions looks up; a local variable's annotation is not."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(tree, ast.AnnAssign) and child is tree.annotation:
            continue
        if isinstance(child, ast.Name):
            yield child
        yield from evaluated(child)


def test_nothing_at_run_time_needs_what_is_imported_for_type_checkers():
    wrong = [
        f"{name}:{node.lineno} needs {node.id}"
        for package in ("core", "tui")
        for name, tree in modules(package)
        if (missing := for_type_checkers(tree))
        for node in evaluated(tree)
        if node.id in missing
    ]
    assert wrong == []


def private(name: str) -> bool:
    """Whether a name, or one of its parts between dots, begins with one underscore."""
    return any(part.startswith("_") and not part.startswith("__") for part in name.split("."))


def used(node: ast.AST) -> Iterator[str]:
    """What a piece of code takes from an object or module: an attribute, an import, a name that it replaces."""
    if isinstance(node, ast.Attribute):
        yield ast.unparse(node)
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
        "setattr",
        "getattr",
    ):
        yield from (each.value for each in node.args[:2] if isinstance(each, ast.Constant))


def test_no_test_uses_what_is_private_to_something_else():
    wrong = set()
    for name, tree in modules("tests"):
        own = {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node) == f"self.{node.attr}"
        }
        own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Attribute) and (node.attr in own or not private(node.attr))):
                wrong |= {(what, f"{name}:{node.lineno}") for what in used(node) if private(what)}
    assert [place for what, place in wrong if what not in PRIVATE_AND_USED] == []
    assert {what for what, _ in wrong} == PRIVATE_AND_USED.keys(), "an exception that nobody needs"
