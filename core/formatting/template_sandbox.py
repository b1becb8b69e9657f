"""The language of templates: Jinja2's sandbox, held to a budget.

A template travels in a shared project, so it must neither reach outside itself nor keep a machine busy. Jinja's
sandbox closes the way out; what is added here bounds the work: each loop, call and operator takes from a budget that
every render starts anew, and so do the lengths of what they make. Where Jinja has no hook (loops, `~`, list literals,
slices), one is put into the parsed template as a filter.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, cast

import jinja2
from jinja2 import filters, nodes
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace, _PassArg, pass_context
from jinja2.visitor import NodeTransformer

MOST_TEXT = 8_000_000  # characters that a part, or one text within it, may have
MOST_STEPS = 500_000  # turns of loops, calls and operators of a render, long texts and lists counting for more
MOST_RANGE = 10_000  # numbers of `range`
MOST_BITS = 4_096  # of a whole number
_SECONDS = 10.0  # after which a render that still takes steps is stopped
_A_STEP = 16  # characters, or members of a list, that count as one step
_A_MEMBER = 8  # characters that a member of a list counts for, besides its own
_BLOCK = 16  # pieces of output that are held before they are joined


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILTERS = _words("""
    abs capitalize count d default dictsort e escape first float groupby int items join last length list lower map max
    min reject rejectattr replace reverse select selectattr sort string title trim truncate unique upper wordcount
""")
_OF_TEXT = _words("""
    capitalize casefold count endswith find index isalnum isalpha isascii isdecimal isdigit islower isnumeric isspace
    istitle isupper lower lstrip partition removeprefix removesuffix rfind rindex rpartition rsplit rstrip split
    splitlines startswith strip swapcase title upper
""")
_METHODS: dict[type, frozenset[str]] = {
    str: _OF_TEXT,
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
    dict: frozenset({"get", "items", "keys", "values"}),
    int: frozenset(),
    float: frozenset({"is_integer"}),
}
_ALONE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)


class BudgetError(jinja2.TemplateError):
    """A template takes more work, or makes more text, than any record needs."""


class Budgeted(Context):
    """A render's names, and what is left of its budget."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.renew()

    def renew(self) -> None:
        """Another part begins."""
        self.left = MOST_STEPS
        self.until = 0.0

    def take(self, steps: int) -> None:
        """Takes from the budget.

        Raises:
            BudgetError: There is not that much left.
        """
        self.left -= steps
        now = time.monotonic()
        self.until = self.until or now + _SECONDS
        if self.left < 0 or now > self.until:
            raise BudgetError(f"it takes more than {MOST_STEPS:,} steps, so it was stopped")


class Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox with an allow-list of filters and methods, and with the budget."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    context_class = Budgeted

    def __init__(self) -> None:
        super().__init__(
            undefined=jinja2.StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_written,
        )
        self.concat = gather  # type: ignore[method-assign]
        self.globals = {"range": _range, "namespace": Namespace}
        known = {name: filters.FILTERS[name] for name in _FILTERS} | {"tojson": _tojson, "round": _round}
        self.filters = {name: _bounded(function) for name, function in known.items()}
        self.filters |= {"_counted": _counted, "_joined": _bounded(_joined), "_weighed": _bounded(_itself)}

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parser = Parser(self, source, name, filename)
        delivered = _followed(parser)
        try:
            tree = parser.parse()
        except jinja2.TemplateSyntaxError as error:
            error.column = _column(self, source, error, len(delivered))  # type: ignore[attr-defined]
            raise
        for found in tree.find_all(_ALONE):
            raise _refused(found, "a template stands alone: it takes in no other, and has no blocks for one")
        for loop in tree.find_all(nodes.For):
            if loop.recursive:
                raise _refused(loop, "a loop that calls itself is not allowed")
        changed: nodes.Template = _Budgeting().visit(tree)
        return changed

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of plain values only what reads them, and cannot make something large of something small."""
        allowed = next((names for kind, names in _METHODS.items() if isinstance(obj, kind)), None)
        return super().is_safe_attribute(obj, attr, value) and (allowed is None or attr in allowed)

    def wrap_str_format(self, value: Any) -> Any:
        """`format` is a language of its own, with widths of any length."""
        del value
        return None  # so that the allow-list refuses it

    def call(self, context: Context, function: object, *args: object, **more: object) -> object:
        """A call takes a step, and what it makes counts."""
        budget = cast("Budgeted", context)
        budget.take(1)
        result = super().call(context, function, *args, **more)
        budget.take(weight(result) // _A_STEP)
        return result

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """An operator's result is looked at before it is made."""
        budget = cast("Budgeted", context)
        budget.take(1)
        if operator == "%" and isinstance(left, str):
            raise jinja2.exceptions.SecurityError("`%` on a text is not allowed: put texts together by `~`")
        if operator == "**":
            _refuse_power(left, right)
        if operator == "*":
            _refuse_repeats(left, right)
        result = self.binop_table[operator](left, right)
        budget.take(weight(result) // _A_STEP)
        return result


def gather(pieces: Iterable[str]) -> str:
    """Joins a part's pieces.

    Raises:
        BudgetError: They are longer than any record may be; they are looked at before they are all held.
    """
    found, length, source = [], 0, iter(pieces)
    while block := list(islice(source, _BLOCK)):
        length += sum(map(len, block))
        if length > MOST_TEXT:
            raise BudgetError(f"it writes more than {MOST_TEXT:,} characters, so it was stopped")
        found.append("".join(block))
    return found[0] if len(found) == 1 else "".join(found)


def weight(value: Any) -> int:
    """About how many characters and members a value has, the same thing counted wherever it stands.

    Raises:
        BudgetError: More than a part may have, or a number of too many digits.
    """
    kind = type(value)
    if isinstance(value, str):
        total = len(value)
    elif kind is int and value.bit_length() > MOST_BITS:
        raise BudgetError("it makes a number of more than a thousand digits, so it was stopped")
    elif kind in (list, tuple, dict):
        total = _members(value)
    else:
        return 0
    if total > MOST_TEXT:
        raise BudgetError(f"it makes something of more than {MOST_TEXT:,} characters, so it was stopped")
    return total


def _members(value: Any) -> int:
    """Walks through lists in lists, and stops as soon as there is too much."""
    total, open_ = 0, [value]
    while open_ and total <= MOST_TEXT:
        each = open_.pop()
        inside = [*each.keys(), *each.values()] if isinstance(each, dict) else each
        total += _A_MEMBER * len(inside)
        for member in inside:
            if isinstance(member, str):
                total += len(member)
            elif isinstance(member, list | tuple | dict):
                open_.append(member)
    return total


# Hooks in the parsed template


class _Budgeting(NodeTransformer):
    """Puts a filter where Jinja has no hook: around what a loop goes through, `~`, lists and slices."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - jinja2's visitor names it so
        self.generic_visit(node)
        node.iter = _filtered(node.iter, "_counted")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "_joined")

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return node if node.items and all(isinstance(each, nodes.Const) for each in node.items) else self._weigh(node)

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._weigh(node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._weigh(node) if node.ctx == "load" else node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return self._weigh(node) if isinstance(node.arg, nodes.Slice) else node

    def _weigh(self, node: nodes.Expr) -> nodes.Expr:
        return _filtered(node, "_weighed")


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)


@pass_context
def _counted(context: Budgeted, value: Any) -> Any:
    """What a loop goes through, each turn a step."""
    try:
        context.take(1 + len(value))
    except TypeError:  # a generator of a filter such as `map`
        value = list(islice(value, MOST_STEPS + 1))
        context.take(1 + len(value))
    return value


def _joined(values: list[object]) -> str:
    return "".join([str(_written(value)) for value in values])


def _itself(value: object) -> object:
    return value


def _bounded(function: Callable[..., object]) -> Callable[..., object]:
    """A filter whose result counts."""
    passed = _PassArg.from_obj(function)

    @pass_context
    def filtered(context: Budgeted, *args: object, **more: object) -> object:
        if passed is _PassArg.environment:
            args = (context.environment, *args)
        elif passed is _PassArg.eval_context:
            args = (context.eval_ctx, *args)
        elif passed is _PassArg.context:
            args = (context, *args)
        if function in _REPEATING:
            _refuse_growth(function, args, more)
        result = function(*args, **more)
        context.take(1 + weight(result) // _A_STEP)
        return result

    return filtered


def _refuse_growth(function: Callable[..., object], args: tuple[object, ...], more: dict[str, object]) -> None:
    """Joining and replacing make something long of short things at one blow."""
    if function is filters.FILTERS["replace"]:
        texts = [str(_written(each)) for each in (*args[1:], *more.values())]
        if len(texts) >= 3 and (texts[0].count(texts[1]) * len(texts[2])) > MOST_TEXT:
            raise BudgetError(f"it makes a text of more than {MOST_TEXT:,} characters, so it was stopped")
        return
    values = args[1]
    between = str(args[2] if len(args) > 2 else more.get("d", ""))
    if isinstance(values, list | tuple) and weight(list(values)) + len(between) * len(values) > MOST_TEXT:
        raise BudgetError(f"it makes a text of more than {MOST_TEXT:,} characters, so it was stopped")


_REPEATING = (filters.FILTERS["join"], filters.FILTERS["replace"])


def _refuse_power(base: object, exponent: object) -> None:
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * exponent > MOST_BITS:
        raise BudgetError("it makes a number of more than a thousand digits, so it was stopped")


def _refuse_repeats(left: object, right: object) -> None:
    times = left if isinstance(left, int) else right
    repeated = right if times is left else left
    if isinstance(times, int) and isinstance(repeated, str | list | tuple) and times * weight(repeated) > MOST_TEXT:
        raise BudgetError(f"it makes something of more than {MOST_TEXT:,} characters, so it was stopped")


def _written(value: object) -> object:
    """What is put into the text: a list or a mapping has no one way to be written."""
    if isinstance(value, list | tuple | dict):
        raise jinja2.TemplateRuntimeError(
            "a list or a mapping cannot be written as it is: use `| tojson`, `| join`, or a loop"
        )
    return value


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MOST_RANGE:
        raise BudgetError(f"`range` gives at most {MOST_RANGE:,} numbers")
    return numbers


def _round(value: float, precision: int = 0, method: str = "common") -> float:
    if not -15 <= precision <= 15:
        raise BudgetError("`round` takes a precision of at most 15")
    rounded: float = filters.do_round(value, precision, method)  # type: ignore[arg-type]
    return rounded


def _tojson(value: object, indent: int | None = None) -> str:
    """JSON as a model reads it: `<` and letters of any language stay what they are."""
    weight(value)
    indent = None if indent is None else max(0, min(8, indent))
    return json.dumps(value, ensure_ascii=False, indent=indent)


# Where a mistake is


def _followed(parser: Parser) -> list[object]:
    """Lets one see how many tokens the parser has taken."""
    taken: list[object] = [parser.stream.current]
    tokens = parser.stream._iter

    def following() -> Iterator[Any]:
        for token in tokens:
            taken.append(token)
            yield token

    parser.stream._iter = following()
    return taken


def _column(environment: jinja2.Environment, source: str, error: jinja2.TemplateSyntaxError, taken: int) -> int:
    """The column of a mistake, from 1.

    The lexer says the place of a character that it does not know. Everything else is where the token stands at which
    the parser gave up: tokens are looked for one after the other, since the lexer keeps their lines only.
    """
    said = re.search(r" at (\d+)$", error.message or "")
    if said:
        at = int(said[1])
        return at - source.rfind("\n", 0, at)
    at = last = seen = 0
    try:
        for _line, kind, text in environment.lexer.tokeniter(source, None):
            at = source.find(text, at)
            if at < 0:
                return 1
            if kind not in _PASSED_OVER and text:
                seen += 1
                last = at
                if seen >= taken:
                    break
            at += len(text)
    except jinja2.TemplateSyntaxError:
        pass
    return last - source.rfind("\n", 0, last)


_PASSED_OVER = frozenset({"whitespace", "comment", "comment_begin", "comment_end", "raw_begin", "raw_end"})


def _refused(node: nodes.Node, why: str) -> jinja2.TemplateSyntaxError:
    return jinja2.TemplateSyntaxError(why, node.lineno)
